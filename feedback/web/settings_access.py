"""Who gets in: accounts of the staff, and keys of other systems."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.errors import Conflict, Invalid, NotFound
from feedback.http.auth import current_staff, requires
from feedback.staff import accounts
from feedback.staff.api_keys import Scope, all_keys, create_key, revoke_key
from feedback.staff.company import load_company
from feedback.staff.models import Role, User, user_roles
from feedback.staff.permissions import Act
from feedback.staff.roles import RoleName
from feedback.web.settings import blueprint, note


@blueprint.get("/settings/staff")
@requires(Act.MANAGE_STAFF)
def staff() -> ResponseReturnValue:
    return _staff_page({}, {})


@blueprint.post("/settings/staff")
@requires(Act.MANAGE_STAFF)
def add_staff() -> ResponseReturnValue:
    form, password = request.form, accounts.new_password()
    try:
        with transaction() as session:
            company = load_company(session)
            user = accounts.add_user(
                session, form.get("email", ""), form.getlist("roles"), password, utc_now(),
                name=form.get("name", "")[:200], language=company.language, timezone=company.timezone,
            )  # fmt: skip
            note(session, "add_user", "user", user.id, {"roles": form.getlist("roles")})
    except (Invalid, Conflict) as error:
        errors = error.errors if isinstance(error, Invalid) else {"email": error.message}
        return _staff_page(form.to_dict(), {k: _wrong(k, v) for k, v in errors.items()}), 422
    return _staff_page({}, {}, made=(user.email, password))


@blueprint.post("/settings/staff/<int:user_id>/roles")
@requires(Act.MANAGE_STAFF)
def change_roles(user_id: int) -> ResponseReturnValue:
    roles = request.form.getlist("roles")
    with transaction() as session:
        user = _user(session, user_id)
        if user.id == current_staff().id and RoleName.ADMIN not in roles:
            raise Conflict("You cannot take your own account away.")
        accounts.set_roles(session, user, roles)
        _refuse_without_admin(session)
        note(session, "change_roles", "user", user.id, {"roles": roles})
    flash(_("Saved."))
    return redirect(url_for("settings.staff"), 303)


@blueprint.post("/settings/staff/<int:user_id>/state")
@requires(Act.MANAGE_STAFF)
def change_state(user_id: int) -> ResponseReturnValue:
    is_active = request.form.get("active") == "1"
    with transaction() as session:
        user = _user(session, user_id)
        if user.id == current_staff().id:
            raise Conflict("You cannot take your own account away.")
        accounts.set_active(session, user, is_active)
        _refuse_without_admin(session)
        note(session, "enable_user" if is_active else "disable_user", "user", user.id)
    flash(_("Saved."))
    return redirect(url_for("settings.staff"), 303)


@blueprint.get("/settings/keys")
@requires(Act.MANAGE_KEYS)
def keys() -> ResponseReturnValue:
    return _keys_page()


@blueprint.post("/settings/keys")
@requires(Act.MANAGE_KEYS)
def add_key() -> ResponseReturnValue:
    name, scopes = request.form.get("name", ""), request.form.getlist("scopes")
    try:
        with transaction() as session:
            row, key = create_key(session, name, scopes, utc_now())
            note(session, "create_api_key", "api_key", row.id, {"scopes": scopes})
    except Invalid:
        return _keys_page(problem=_("A key needs a name and at least one scope.")), 422
    return _keys_page(made=(row.name, key))


@blueprint.post("/settings/keys/<prefix>/revoke")
@requires(Act.MANAGE_KEYS)
def remove_key(prefix: str) -> ResponseReturnValue:
    with transaction() as session:
        row = revoke_key(session, prefix, utc_now())
        note(session, "revoke_api_key", "api_key", row.id)
    flash(_("The key is void from now on."))
    return redirect(url_for("settings.keys"), 303)


def _staff_page(given: dict[str, Any], errors: dict[str, str], made: tuple[str, str] | None = None) -> str:
    people = db.session().scalars(select(User).order_by(User.active.desc(), User.email)).all()
    return render_template(
        "staff/settings/staff.html", people=people, given=given, errors=errors, made=made, role_words=role_words()
    )


def _keys_page(made: tuple[str, str] | None = None, problem: str | None = None) -> str:
    return render_template(
        "staff/settings/keys.html", keys=all_keys(db.session()), scopes=list(Scope), made=made, problem=problem
    )


def role_words() -> dict[str, str]:
    """The five roles in words."""
    return {
        RoleName.ADVOCATE: _("Customer advocate"),
        RoleName.AGENT: _("Agent"),
        RoleName.PRIZE_MANAGER: _("Prize manager"),
        RoleName.ANALYST: _("Analyst"),
        RoleName.ADMIN: _("Administrator"),
    }


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account.")
    return user


def _refuse_without_admin(session: Session) -> None:
    admins = (
        select(func.count())
        .select_from(User)
        .join(user_roles, user_roles.c.user_id == User.id)
        .join(Role, Role.id == user_roles.c.role_id)
        .where(Role.name == RoleName.ADMIN, User.active)
    )
    if not session.scalar(admins):
        raise Conflict("Somebody must stay who may manage accounts.")


def _wrong(field: str, message: str) -> str:
    return str(_("Choose at least one role.") if field == "roles" else _(message))
