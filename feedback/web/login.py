"""Logging in and out: password, then the authenticator's code where one is set up.

Answers never tell whether an address is known: the same words, the same work, the same limits.
"""

import time
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_security import hash_password, login_user, logout_user, verify_password
from sqlalchemy import select
from werkzeug.wrappers import Response

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.http.auth import current_staff, is_own_page, requires
from feedback.http.languages import use_language
from feedback.http.limits import address, forget, use_up
from feedback.http.navigation import first_page
from feedback.staff.accounts import LANGUAGES, find_user
from feedback.staff.audit import record
from feedback.staff.company import load_company
from feedback.staff.models import User
from feedback.web.second_factor import is_right_code, take_recovery_code

PER_ACCOUNT = "5 per 15 minutes"
PER_ADDRESS = "30 per 15 minutes"
CODE_SECONDS = 600  # how long a right password waits for its second factor
WAITING = "second_factor"

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def show() -> ResponseReturnValue:
    _speak_chosen_language()
    return _page(email="", target=request.args.get("next"))


@blueprint.post("/login")
def enter() -> ResponseReturnValue:
    _speak_chosen_language()
    email, password = request.form.get("email", "").strip()[:320], request.form.get("password", "")[:1000]
    target = request.form.get("next")
    wait = _count_try("login", email.lower())
    if wait is not None:
        return _page(email, target, problem=_too_many(wait), status=429, retry_after=wait)
    user = _matching_user(email, password)
    if user is None:
        return _page(email, target, problem=_("The e-mail and the password do not match."), status=422)
    forget("login", PER_ACCOUNT, email.lower())
    session.clear()
    session.permanent = request.form.get("remember") == "on"
    if user.tf_totp_secret:
        session[WAITING] = {"user": user.fs_uniquifier, "at": time.time(), "next": target}
        return redirect(url_for("login.ask_code"), 303)
    return _welcome(user, target, "password")


@blueprint.get("/login/code")
def ask_code() -> ResponseReturnValue:
    _speak_chosen_language()
    if _waiting_user() is None:
        return redirect(url_for("login.show"), 303)
    return _code_page()


@blueprint.post("/login/code")
def enter_code() -> ResponseReturnValue:
    _speak_chosen_language()
    user = _waiting_user()
    if user is None:
        return redirect(url_for("login.show"), 303)
    wait = _count_try("code", str(user.id))
    if wait is not None:
        return _code_page(problem=_too_many(wait), status=429, retry_after=wait)
    given = request.form.get("code", "").strip()[:40]
    used = (
        "authenticator" if is_right_code(user, given) else "recovery code" if take_recovery_code(user, given) else None
    )
    if used is None:
        return _code_page(problem=_("This code is not right, or it has been used."), status=422)
    forget("code", PER_ACCOUNT, str(user.id))
    target, is_permanent = session[WAITING].get("next"), session.permanent
    session.clear()
    session.permanent = is_permanent
    return _welcome(user, target, used)


@blueprint.post("/logout")
@requires(None)
def leave() -> ResponseReturnValue:
    with transaction() as db_session:
        record(db_session, "log_out", now=utc_now(), user_id=current_staff().id)
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), 303)


def _matching_user(email: str, password: str) -> User | None:
    """The account whose password this is; an unknown or disabled account costs the same work."""
    user = find_user(db.session(), email) if email else None
    if user is None or not user.password:
        hash_password(password)
        return None
    is_right = verify_password(password, user.password)
    return user if is_right and user.active else None


def _welcome(user: User, target: str | None, way: str) -> Response:
    with transaction() as db_session:
        record(db_session, "log_in", now=utc_now(), user_id=user.id, details={"way": way})
    login_user(user, remember=False)
    g.pop("staff", None)
    return redirect(target if target and is_own_page(target) else first_page(), 303)


def _waiting_user() -> User | None:
    """Whose right password waits for a code in this session."""
    waiting: dict[str, Any] | None = session.get(WAITING)
    if not waiting or time.time() - waiting["at"] > CODE_SECONDS:
        return None
    user = db.session.scalar(select(User).where(User.fs_uniquifier == waiting["user"]))
    return user if user is not None and user.active else None


def _count_try(name: str, account: str) -> int | None:
    """Count a try for the address and for the account; seconds to wait when either is used up."""
    waits = (use_up(f"{name} address", PER_ADDRESS, address()), use_up(name, PER_ACCOUNT, account))
    return max((wait for wait in waits if wait is not None), default=None)


def _too_many(wait: int) -> str:
    return str(_("Too many tries. Please wait %(minutes)s min and try again.", minutes=-(-wait // 60)))


def _page(
    email: str, target: str | None, problem: str | None = None, status: int = 200, retry_after: int | None = None
) -> ResponseReturnValue:
    given = {
        "email": email,
        "next": target if is_own_page(target) else "",
        "remember": request.form.get("remember") == "on",
    }
    return _answer("staff/login/login.html", status, retry_after, problem=problem, given=given)


def _code_page(problem: str | None = None, status: int = 200, retry_after: int | None = None) -> ResponseReturnValue:
    return _answer("staff/login/code.html", status, retry_after, problem=problem)


def _answer(template: str, status: int, retry_after: int | None, **values: Any) -> ResponseReturnValue:
    language = str(get_locale() or "en")
    company = load_company(db.session())
    values |= {"page_language": language, "company_name": company.name(language), "languages": LANGUAGES}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return render_template(template, **values), status, headers


def _speak_chosen_language() -> None:
    """`?lang=` is kept in the session while nobody is logged in."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["lang"] = asked
    use_language(session.get("lang"))
