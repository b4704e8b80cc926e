"""The jury's screen: one entry after the other. Score, stars, sentiment and name are not even in the HTML."""

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db import db, transaction
from feedback.draws import jury
from feedback.draws.terms import get_draw
from feedback.errors import Forbidden, Invalid
from feedback.http.auth import current_staff, requires
from feedback.reports.jury_texts import entry_to_judge, photo_of_entry
from feedback.staff.permissions import Act
from feedback.web import draw_words
from feedback.web.draws import blueprint
from feedback.web.settings import note
from surveys.responses.photos import photo_file


@blueprint.get("/draws/<int:draw_id>/jury")
@requires(Act.VIEW_DRAWS)
def judge_next(draw_id: int) -> ResponseReturnValue:
    session = db.session()
    get_draw(session, draw_id)
    _must_be_judge(draw_id)
    after = request.args.get("after", "")
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    entry_id = jury.next_to_judge(session, draw_id, current_staff().id, place)
    if entry_id is None:
        return redirect(url_for("draws.show", draw_id=draw_id), 303)
    return redirect(url_for("draws.judge", draw_id=draw_id, entry_id=entry_id), 303)


@blueprint.get("/draws/<int:draw_id>/jury/<int:entry_id>")
@requires(Act.VIEW_DRAWS)
def judge(draw_id: int, entry_id: int) -> ResponseReturnValue:
    _must_be_judge(draw_id)
    return _page(draw_id, entry_id, {})


@blueprint.post("/draws/<int:draw_id>/jury/<int:entry_id>")
@requires(Act.VIEW_DRAWS)
def give_marks(draw_id: int, entry_id: int) -> ResponseReturnValue:
    _must_be_judge(draw_id)
    judge_id, form = current_staff().id, request.form
    given = {name: int(form[name]) for name in jury.CRITERIA if form.get(name, "") in ("1", "2", "3", "4", "5")}
    try:
        with transaction() as session:
            if form.get("then") == "conflict":
                jury.declare_conflict(session, draw_id, entry_id, judge_id, utc_now())
                note(session, "declare_conflict", "draw", draw_id)
            else:
                jury.give_marks(session, draw_id, entry_id, judge_id, given, form.get("note", ""), utc_now())
    except Invalid as error:
        return _page(draw_id, entry_id, error.errors), 422
    return redirect(url_for("draws.judge_next", draw_id=draw_id, after=entry_id), 303)


@blueprint.get("/draws/<int:draw_id>/jury/<int:entry_id>/photos/<int:photo_id>")
@requires(Act.VIEW_DRAWS)
def judged_photo(draw_id: int, entry_id: int, photo_id: int) -> Response:
    _must_be_judge(draw_id)
    photo = photo_of_entry(db.session(), draw_id, entry_id, photo_id)
    return send_file(photo_file(current_settings().uploads, photo), mimetype="image/jpeg", max_age=3600)


def _must_be_judge(draw_id: int) -> None:
    if not jury.is_judge(db.session(), draw_id, current_staff().id):
        raise Forbidden("You are not in the jury of this draw.")


def _page(draw_id: int, entry_id: int, errors: dict[str, str]) -> str:
    session, me = db.session(), current_staff().id
    draw = get_draw(session, draw_id)
    entry = entry_to_judge(session, draw_id, entry_id, me)
    given = request.form if request.method == "POST" else entry.mark
    return render_template(
        "staff/draws/jury.html", draw=draw, entry=entry, errors=errors, words=draw_words, me=me,
        standing=jury.jury_standing(session, draw), given=_shown(given),
    )  # fmt: skip


def _shown(given: object) -> dict[str, str]:
    if given is None:
        return {}
    read = given.get if hasattr(given, "get") else lambda name: getattr(given, name)
    return {name: str(read(name) or "") for name in (*jury.CRITERIA, "note")}
