"""The monthly contest and draw: the list, one draw with its steps, its terms, its jury's members, its winners."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db import db, transaction
from feedback.draws import drawing, jury, opening, terms, winners
from feedback.draws.entering import plan_draw
from feedback.draws.models import Draw, DrawEntry, DrawJudge, DrawWinner
from feedback.errors import DomainError, Invalid
from feedback.http.auth import current_staff, requires
from feedback.staff.models import User
from feedback.staff.permissions import Act
from feedback.web import draw_words
from feedback.web.draw_form import ROWS, filled, read_terms
from feedback.web.layout import staff_pages
from feedback.web.problems import problem_words
from feedback.web.settings import note

blueprint = staff_pages("draws")


@blueprint.get("/draws")
@requires(Act.VIEW_DRAWS)
def index() -> ResponseReturnValue:
    session = db.session()
    draws = session.scalars(select(Draw).order_by(Draw.month.desc())).all()
    counted = (
        select(DrawEntry.draw_id, func.count()).where(DrawEntry.excluded_for.is_(None)).group_by(DrawEntry.draw_id)
    )
    counts = {row[0]: row[1] for row in session.execute(counted)}
    today, left = opening.local_day(session, utc_now()), winners.with_prizes_left(session)
    return render_template(
        "staff/draws/draws.html", draws=draws, counts=counts, words=draw_words, months=_unplanned(draws), today=today,
        steps={draw.id: draw_words.next_step(draw, today, draw.id in left) for draw in draws},
    )  # fmt: skip


@blueprint.post("/draws")
@requires(Act.EDIT_DRAW_RULES)
def plan() -> ResponseReturnValue:
    month = next((m for m in _unplanned([]) if f"{m:%Y-%m}" == request.form.get("month")), None)
    if month is None:
        return redirect(url_for("draws.index"), 303)
    with transaction() as session:
        plan_draw(session, month)
        draw_id = session.scalars(select(Draw.id).where(Draw.month == month)).one()
        note(session, "plan_draw", "draw", draw_id)
    return redirect(url_for("draws.edit", draw_id=draw_id), 303)


@blueprint.get("/draws/<int:draw_id>")
@requires(Act.VIEW_DRAWS)
def show(draw_id: int) -> ResponseReturnValue:
    return _draw_page(draw_id)


@blueprint.get("/draws/<int:draw_id>/terms")
@requires(Act.EDIT_DRAW_RULES)
def edit(draw_id: int) -> ResponseReturnValue:
    draw = terms.get_draw(db.session(), draw_id)
    return _terms_page(draw, filled(draw), {})


@blueprint.post("/draws/<int:draw_id>/terms")
@requires(Act.EDIT_DRAW_RULES)
def save(draw_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            terms.edit_terms(session, draw_id, read_terms(request.form), current_staff().id)
            note(session, "edit_draw_terms", "draw", draw_id)
    except Invalid as error:
        words = draw_words.error_words(error.errors)
        return _terms_page(terms.get_draw(db.session(), draw_id), request.form.to_dict(), words), 422
    flash(_("Saved."))
    return redirect(url_for("draws.show", draw_id=draw_id), 303)


@blueprint.post("/draws/<int:draw_id>/copy")
@requires(Act.EDIT_DRAW_RULES)
def copy(draw_id: int) -> ResponseReturnValue:
    with transaction() as session:
        is_copied = terms.copy_terms(session, draw_id, current_staff().id)
        if is_copied:
            note(session, "edit_draw_terms", "draw", draw_id)
    flash(
        _("The terms of the last draw are taken over. Look through them.")
        if is_copied
        else _("No earlier draw has terms.")
    )
    return redirect(url_for("draws.edit", draw_id=draw_id), 303)


@blueprint.post("/draws/<int:draw_id>/open")
@requires(Act.EDIT_DRAW_RULES)
def open_(draw_id: int) -> ResponseReturnValue:
    return _done(
        draw_id, "open_draw", lambda session: opening.open_draw(session, draw_id, utc_now()), _("The draw is open.")
    )


@blueprint.post("/draws/<int:draw_id>/shortlist")
@requires(Act.RUN_DRAW)
def shortlist(draw_id: int) -> ResponseReturnValue:
    user_id = current_staff().id
    said = _("The shortlist is frozen and its hash published.")
    return _done(draw_id, "freeze_shortlist", lambda session: drawing.freeze_shortlist(session, draw_id, user_id), said)


@blueprint.post("/draws/<int:draw_id>/run")
@requires(Act.RUN_DRAW)
def run(draw_id: int) -> ResponseReturnValue:
    user_id = current_staff().id
    said = _("The result is computed. Nobody knows it yet: publish it.")
    return _done(draw_id, "run_draw", lambda session: drawing.run_draw(session, draw_id, user_id, utc_now()), said)


@blueprint.post("/draws/<int:draw_id>/publish")
@requires(Act.RUN_DRAW)
def publish(draw_id: int) -> ResponseReturnValue:
    user_id, key = current_staff().id, current_settings().secret_key

    def act(session: Any) -> object:
        return drawing.publish_draw(session, draw_id, user_id, key, utc_now())

    return _done(draw_id, "publish_draw", act, _("Published. The winners get their letters."))


@blueprint.post("/draws/<int:draw_id>/judges")
@requires(Act.RUN_DRAW)
def change_judges(draw_id: int) -> ResponseReturnValue:
    add, remove = request.form.get("add", ""), request.form.get("remove", "")
    chosen = add or remove
    judge_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0
    change = jury.add_judge if add else jury.remove_judge
    act = "add_judge" if add else "remove_judge"
    return _done(draw_id, act, lambda session: change(session, draw_id, judge_id), _("Saved."))


@blueprint.post("/draws/<int:draw_id>/exclusions")
@requires(Act.RUN_DRAW)
def change_exclusions(draw_id: int) -> ResponseReturnValue:
    code, back = request.form.get("code", "")[:40], request.form.get("take_back", "")[:40]

    def act(session: Any) -> None:
        if back:
            opening.take_back_exclusion(session, draw_id, back)
        else:
            opening.exclude(session, draw_id, code, request.form.get("reason", ""))

    return _done(draw_id, "include_entry" if back else "exclude_entry", act, _("Saved."))


@blueprint.post("/draws/<int:draw_id>/winners/<int:winner_id>/hand-over")
@requires(Act.RUN_DRAW)
def hand_over(draw_id: int, winner_id: int) -> ResponseReturnValue:
    user_id, paper = current_staff().id, request.form.get("receipt_note", "")

    def act(session: Any) -> object:
        return winners.hand_over(session, winner_id, paper, user_id, utc_now())

    return _done(draw_id, "hand_over_prize", act, _("Saved."))


@blueprint.post("/draws/<int:draw_id>/winners/<int:winner_id>/pass-over")
@requires(Act.RUN_DRAW)
def pass_over(draw_id: int, winner_id: int) -> ResponseReturnValue:
    key, reason = current_settings().secret_key, request.form.get("reason", "")

    def act(session: Any) -> object:
        return winners.pass_over(session, winner_id, reason, key, utc_now())

    return _done(draw_id, "pass_over_winner", act, _("Saved. The next code in the order wins this prize."))


def _done(draw_id: int, act: str, change: Any, said: str) -> ResponseReturnValue:
    """The draw's page again, with what was done, or why it was not."""
    try:
        with transaction() as session:
            change(session)
            note(session, act, "draw", draw_id)
    except DomainError as error:
        if error.code in ("not_found", "forbidden"):
            raise
        return _draw_page(draw_id, problem_words(error)), 409 if error.code == "conflict" else 422
    flash(said)
    return redirect(url_for("draws.show", draw_id=draw_id), 303)


def _draw_page(draw_id: int, problem: str | None = None) -> str:
    session = db.session()
    draw = terms.get_draw(session, draw_id)
    rows = session.execute(
        select(DrawWinner, DrawEntry.code)
        .join(DrawEntry, DrawEntry.id == DrawWinner.entry_id)
        .where(DrawWinner.draw_id == draw_id)
        .order_by(DrawWinner.position)
    ).all()
    excluded = session.execute(
        select(DrawEntry.code, DrawEntry.excluded_for)
        .where(DrawEntry.draw_id == draw_id, DrawEntry.excluded_for.is_not(None))
        .order_by(DrawEntry.code)
    ).all()
    today = opening.local_day(session, utc_now())
    standing, lacking = jury.jury_standing(session, draw), terms.missing(draw)
    members = set(session.scalars(select(DrawJudge.user_id).where(DrawJudge.draw_id == draw_id)))
    return render_template(
        "staff/draws/draw.html", draw=draw, missing=lacking, standing=standing, words=draw_words, problem=problem,
        agreement=jury.agreement(session, draw_id), winners=rows, places=terms.places_of(draw), excluded=excluded,
        taxed=winners.taxed(session, [winner for winner, _code in rows]),
        next_step=draw_words.next_step(draw, today, draw_id in winners.with_prizes_left(session)),
        is_missed=draw_words.was_missed(draw, today),
        may_run=drawing.may_run(session, draw_id, current_staff().id), members=members,
        candidates=[u for u in jury.people_who_may_judge(session) if u.id not in members],
        me=current_staff().id, names=_names(session, [winner for winner, _code in rows]),
    )  # fmt: skip


def _names(session: Any, rows: list[DrawWinner]) -> dict[int, str]:
    ids = {winner.handed_over_by_id for winner in rows if winner.handed_over_by_id}
    return {user.id: user.name or user.email for user in session.scalars(select(User).where(User.id.in_(ids)))}


def _terms_page(draw: Draw, given: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "staff/draws/terms.html", draw=draw, given=given, errors=errors, words=draw_words, rows=range(ROWS),
        currencies=terms.CURRENCIES, languages=(("ru", "Русский"), ("bg", "Български"), ("en", "English")),
    )  # fmt: skip


def _unplanned(draws: Any) -> list[Any]:
    """This month and the next one, where they have no draw yet."""
    this = opening.local_day(db.session(), utc_now()).replace(day=1)
    following = (this + timedelta(days=32)).replace(day=1)
    known = {draw.month for draw in draws}
    return [month for month in (this, following) if month not in known]
