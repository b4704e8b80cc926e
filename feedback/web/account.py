"""A member of staff's own account: name, language, time zone, password, second factor."""

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import login_user, verify_password

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.errors import Invalid
from feedback.http.auth import current_staff, is_own_page, requires
from feedback.http.languages import use_language
from feedback.http.limits import use_up
from feedback.staff.accounts import (
    LANGUAGES,
    end_sessions,
    set_password,
    set_preferences,
    time_zones,
    turn_off_second_factor,
    turn_on_second_factor,
)  # fmt: skip
from feedback.staff.audit import record
from feedback.web.layout import staff_pages
from feedback.web.second_factor import is_right_code, make_recovery_codes, new_secret, setup_key, setup_picture

NEW_SECRET = "new_totp_secret"

blueprint = staff_pages("account")


@blueprint.get("/account")
@requires(None)
def show() -> ResponseReturnValue:
    return _page({}, {})


@blueprint.post("/account")
@requires(None)
def save() -> ResponseReturnValue:
    form, staff = request.form, current_staff()
    try:
        with transaction() as db_session:
            set_preferences(
                db_session,
                staff,
                name=form.get("name", ""),
                language=form.get("language", ""),
                timezone=form.get("timezone", ""),
            )
            record(db_session, "change_own_account", now=utc_now(), user_id=staff.id)
    except Invalid as error:
        return _page(form.to_dict(), error.errors), 422
    use_language(staff.language)
    flash(_("Saved."))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/language")
@requires(None)
def change_language() -> ResponseReturnValue:
    language, target = request.form.get("language", ""), request.form.get("next")
    if language in LANGUAGES:
        with transaction():
            current_staff().language = language
    return redirect(target if target and is_own_page(target) else url_for("account.show"), 303)


@blueprint.post("/account/password")
@requires(None)
def change_password() -> ResponseReturnValue:
    staff, form = current_staff(), request.form
    errors = _check_own_password(form.get("current", ""))
    if not errors and form.get("password") != form.get("again"):
        errors = {"again": _("The two new passwords differ.")}
    if not errors:
        try:
            with transaction() as db_session:
                set_password(db_session, staff, form.get("password", ""))
                record(db_session, "change_own_password", now=utc_now(), user_id=staff.id)
        except Invalid as error:
            errors = error.errors
    if errors:
        return _page({}, errors), 422
    _stay_logged_in()
    flash(_("The password is changed. All other devices are logged out."))
    return redirect(url_for("account.show"), 303)


@blueprint.get("/account/second-factor")
@requires(None)
def second_factor() -> ResponseReturnValue:
    if current_staff().tf_totp_secret:
        return redirect(url_for("account.show"), 303)
    session.setdefault(NEW_SECRET, new_secret())
    return _setup_page()


@blueprint.post("/account/second-factor")
@requires(None)
def confirm_second_factor() -> ResponseReturnValue:
    staff, secret = current_staff(), session.get(NEW_SECRET)
    if not secret or staff.tf_totp_secret:
        return redirect(url_for("account.show"), 303)
    if use_up("set up code", "10 per 15 minutes", str(staff.id)) or not is_right_code(
        staff, request.form.get("code", ""), secret
    ):
        return _setup_page(_("This code is not right. Check the clock of your phone and try the next one.")), 422
    with transaction() as db_session:
        turn_on_second_factor(db_session, staff, secret)
        codes = make_recovery_codes(staff)
        end_sessions(staff)
        record(db_session, "turn_on_second_factor", now=utc_now(), user_id=staff.id)
    session.pop(NEW_SECRET)
    _stay_logged_in()
    return render_template("staff/account/recovery_codes.html", codes=codes)


@blueprint.post("/account/second-factor/off")
@requires(None)
def remove_second_factor() -> ResponseReturnValue:
    staff = current_staff()
    errors = _check_own_password(request.form.get("current_off", ""), "current_off")
    if errors:
        return _page({}, errors), 422
    with transaction() as db_session:
        turn_off_second_factor(db_session, staff)
        record(db_session, "turn_off_second_factor", now=utc_now(), user_id=staff.id)
    flash(_("Two-step login is off."))
    return redirect(url_for("account.show"), 303)


def _check_own_password(given: str, field: str = "current") -> dict[str, str]:
    staff = current_staff()
    if use_up("own password", "10 per 15 minutes", str(staff.id)) is not None:
        return {field: _("Too many tries. Please wait a quarter of an hour.")}
    return (
        {}
        if staff.password and verify_password(given[:1000], staff.password)
        else {field: _("This is not your password.")}
    )


def _stay_logged_in() -> None:
    """The account's sessions were ended; this one goes on under the new mark."""
    is_permanent, staff = session.permanent, current_staff()
    session.clear()
    session.permanent = is_permanent
    login_user(staff, remember=False)
    g.staff = staff


def _page(given: dict[str, Any], errors: dict[str, str]) -> str:
    shown = {key: _(text) for key, text in errors.items()}
    return render_template(
        "staff/account/account.html", given=given, errors=shown, zones=time_zones(), languages=LANGUAGES
    )


def _setup_page(problem: str | None = None) -> str:
    secret = session[NEW_SECRET]
    picture = setup_picture(current_staff(), secret)
    return render_template("staff/account/second_factor.html", picture=picture, key=setup_key(secret), problem=problem)
