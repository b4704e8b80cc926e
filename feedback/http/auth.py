"""Logins of the staff: Flask-Security for accounts, hashing and second factors; `@requires(Act.X)` on every staff view.

The user is loaded when a staff view asks, never before: public pages open no session and read no account.
"""

import base64
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemyUserDatastore

from feedback.db import db
from feedback.errors import Forbidden
from feedback.http.languages import use_language
from feedback.secrets import derive_key
from feedback.staff.models import Role, User
from feedback.staff.permissions import Act, may

View = TypeVar("View", bound=Callable[..., Any])


def install(app: Flask) -> None:
    """Attach the accounts; views, forms and texts are our own, so none of Flask-Security's are registered."""
    secret = app.extensions["otklik"].secret_key
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SALT=derive_key(secret, "password").hex(),
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=8,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[base64.urlsafe_b64encode(derive_key(secret, "recovery codes"))],
        SECURITY_TOTP_SECRETS={"1": derive_key(secret, "totp").hex()},
        SECURITY_TOTP_ISSUER="Otklik",
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=False)
    _load_users_only_when_asked(app, security)
    app.context_processor(lambda: {"may_i": may_i})


def _load_users_only_when_asked(app: Flask, security: Security) -> None:
    """Take off the hooks that would load the account on every request and in every template, and tokens in headers."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    security.login_manager._request_callback = None


def requires(act: Act | None) -> Callable[[View], View]:
    """Only staff who may do `act` (None: anybody logged in) reach the view; others are asked to log in or refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            staff = staff_or_none()
            if staff is None:
                return _ask_to_log_in()
            if act is not None and not may_i(act):
                raise Forbidden("Your role does not allow this.")
            return current_app.ensure_sync(view)(*args, **kwargs)

        guarded.required_act = act or "any staff"  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def current_staff() -> User:
    """The member of staff of this request; behind `@requires` there always is one."""
    staff = staff_or_none()
    if staff is None:
        abort(401)
    return staff


def may_i(act: Act | str) -> bool:
    """Whether the member of staff of this request may do the act; for views and templates."""
    staff = staff_or_none()
    return staff is not None and may([role.name for role in staff.roles], Act(act))


def is_own_page(target: str | None) -> bool:
    """Whether a `next` address is a path of this site: no scheme, no host, nothing a browser would read as one."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(c) < 32 or c == "\\" for c in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def staff_or_none() -> User | None:
    """The member of staff of this request, if anybody is logged in; their language and zone hold from here on."""
    if "staff" not in g:
        user = current_user._get_current_object()
        g.staff = user if isinstance(user, User) else None
        if g.staff is not None:
            g.timezone = g.staff.timezone
            use_language(request.args.get("lang") or g.staff.language)
    return g.staff  # type: ignore[no-any-return]


def _ask_to_log_in() -> Any:
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("login.show", next=target if target != "/" else None), 303)
