"""Points for staff: what customers hold and what it costs, held points, and the rules. The till is in `points_till`."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.errors import Conflict, Invalid, NotFound
from feedback.http.auth import current_staff, requires
from feedback.points import reversing
from feedback.points.bookkeeping import liability
from feedback.points.members import company_day
from feedback.points.programme import Programme, RuleKind, RuleVersion, add_holiday, change_rule, load_programme
from feedback.reports import points as report
from feedback.staff.company import change_company, load_company
from feedback.staff.permissions import Act
from feedback.web import customer_words, point_words, points_form
from feedback.web.company_form import MOST_POINTS, countries
from feedback.web.layout import staff_pages
from feedback.web.settings import note

LONGEST_REASON = 200

blueprint = staff_pages("points")


@blueprint.get("/points")
@requires(Act.VIEW_POINTS)
def index() -> ResponseReturnValue:
    session, now = db.session(), utc_now()
    return render_template(
        "staff/points/points.html", held=liability(session, now), moved=report.movements(session, now),
        expiring=report.expiring(session, now), lots=report.held_lots(session), proof=report.last_proof(session),
        words=customer_words, sign_word=point_words.sign_word,
    )  # fmt: skip


@blueprint.post("/points/held/<int:lot_id>")
@requires(Act.JUDGE_POINTS)
def judge(lot_id: int) -> ResponseReturnValue:
    now, is_released = utc_now(), request.form.get("act") == "release"
    reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
    if not reason:
        flash(_("Say why."), "error")
        return redirect(url_for("points.index"), 303)
    try:
        with transaction() as session:
            if is_released:
                lot = reversing.release(session, lot_id, now)
                note(session, "release_points", "customer", lot.customer_id, {"reason": reason})
            else:
                lot = reversing.refuse(session, lot_id, reason, current_staff().id, now)
                note(session, "refuse_points", "customer", lot.customer_id)
    except Conflict as error:
        flash(point_words.refusal_words(error), "error")
    else:
        flash(_("The points are the customer’s now.") if is_released else _("The points are refused."))
    return redirect(url_for("points.index"), 303)


@blueprint.get("/points/rules")
@requires(Act.VIEW_POINTS)
def rules() -> ResponseReturnValue:
    session = db.session()
    today, programme = company_day(session, utc_now()), load_programme(session)
    return render_template(
        "staff/points/rules.html", rules=programme.current(today), today=today, title=point_words.rule_title,
        sentence=point_words.rule_sentence, review_points=load_company(session).review_points,
    )  # fmt: skip


@blueprint.post("/points/rules/review")
@requires(Act.EDIT_POINTS)
def save_review() -> ResponseReturnValue:
    points = points_form.whole(request.form.get("points"))
    if not 0 <= points <= MOST_POINTS:
        flash(point_words.error_words({"points": f"0..{MOST_POINTS}"})["points"], "error")
        return redirect(url_for("points.rules"), 303)
    with transaction() as session:
        change_company(session, {"review_points": points}, utc_now())
        note(session, "change_points_rule", details={"rule": "review", "points": points})
    flash(_("Saved."))
    return redirect(url_for("points.rules"), 303)


@blueprint.get("/points/rules/<code>")
@requires(Act.EDIT_POINTS)
def rule(code: str) -> ResponseReturnValue:
    today = company_day(db.session(), utc_now())
    found = _rule(load_programme(db.session()), code, today)
    return _rule_page(found, points_form.filled(found, today), {})


@blueprint.post("/points/rules/<code>")
@requires(Act.EDIT_POINTS)
def save_rule(code: str) -> ResponseReturnValue:
    now = utc_now()
    found = _rule(load_programme(db.session()), code, company_day(db.session(), now))
    terms = points_form.read_terms(found.kind, request.form)
    if found.kind == RuleKind.HOLIDAY:
        terms |= {name: found.terms[name] for name in ("country", "month", "day")}
    starts_on, ends_on = (points_form.day(request.form.get(name)) for name in ("starts_on", "ends_on"))
    try:
        with transaction() as session:
            stored = change_rule(session, code, terms, starts_on or date.min, ends_on, now, current_staff().id)
            note(session, "change_points_rule", details={"rule": code, "version": stored.version})
    except Invalid as error:
        return _rule_page(found, request.form.to_dict(), point_words.error_words(error.errors)), 422
    flash(_("Saved."))
    return redirect(url_for("points.rules"), 303)


@blueprint.get("/points/holidays/new")
@requires(Act.EDIT_POINTS)
def new_holiday() -> ResponseReturnValue:
    return _holiday_page({"country": load_company(db.session()).country, "points": 2000}, {})


@blueprint.post("/points/holidays")
@requires(Act.EDIT_POINTS)
def save_holiday() -> ResponseReturnValue:
    now = utc_now()
    try:
        with transaction() as session:
            terms = points_form.read_terms(RuleKind.HOLIDAY, request.form)
            stored = add_holiday(session, terms, company_day(session, now), now, current_staff().id)
            note(session, "change_points_rule", details={"rule": stored.code, "version": stored.version})
    except Invalid as error:
        return _holiday_page(request.form.to_dict(), point_words.error_words(error.errors)), 422
    flash(_("Saved."))
    return redirect(url_for("points.rules"), 303)


def _rule(programme: Programme, code: str, today: date) -> RuleVersion:
    found = next((rule for rule in programme.current(today) if rule.code == code), None)
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def _rule_page(found: RuleVersion, given: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "staff/points/rule.html", rule=found, given=given, errors=errors, title=point_words.rule_title(found),
        words=customer_words,
    )  # fmt: skip


def _holiday_page(given: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template("staff/points/holiday.html", given=given, errors=errors, countries=countries())
