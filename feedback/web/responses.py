"""The list of answers, the rows that a figure opens into; and one answer with what the analysis found in its words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.conversations.held import Held, held_of
from feedback.customers.models import Branch
from feedback.db import db
from feedback.errors import NotFound
from feedback.http.auth import requires
from feedback.recovery import words
from feedback.reports.answers import BANDS, AnswerFilters, answers_query, read_answers
from feedback.reports.periods import midnight
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web.judging import judging_context
from feedback.web.layout import staff_pages
from feedback.web.paging import PAGE, listed, next_page, older_than, place_asked
from surveys.questionnaires.models import Survey
from surveys.questionnaires.reading import in_language, questionnaire_of
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer, AnswerAnalysis, Response

blueprint = staff_pages("responses")


@dataclass(frozen=True)
class ShownText:
    """A free text of an answer under its question; `held` once it is analysed."""

    id: int
    question: str
    text: str
    state: str | None
    held: Held | None


@blueprint.get("/responses")
@requires(Act.VIEW_REPORTS)
def index() -> ResponseReturnValue:
    session = db.session()
    filters = _filters(load_company(session).timezone)
    query = older_than(answers_query(filters), Response.completed_at, Response.id, place_asked())
    page = listed(read_answers(session, query.limit(PAGE + 1)), "at")
    return render_template(
        "staff/responses/responses.html", page=page, filters=filters, words=words, next_page=next_page, bands=_bands(),
        branches=session.execute(select(Branch.id, Branch.name).order_by(Branch.name)).all(),
        surveys=session.scalars(select(Survey.slug).order_by(Survey.slug)).all(), given=request.args,
    )  # fmt: skip


@blueprint.get("/responses/<int:response_id>")
@requires(Act.VIEW_REPORTS)
def show(response_id: int) -> ResponseReturnValue:
    session = db.session()
    query = answers_query(AnswerFilters(only_counted=False)).where(Response.id == response_id)
    found = read_answers(session, query)
    if not found:
        raise NotFound("There is no such answer.")
    return render_template(
        "staff/responses/response.html", comment=found[0], texts=_texts(session, response_id), words=words,
        **judging_context(),
    )  # fmt: skip


def _texts(session: Session, response_id: int) -> list[ShownText]:
    query = (
        select(Answer.id, Answer.question, Answer.text, AnswerAnalysis.state, Response.survey_version_id)
        .join(Response, Response.id == Answer.response_id)
        .outerjoin(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .where(Answer.response_id == response_id, Answer.kind == "text", Answer.text.is_not(None))
        .order_by(Answer.id)
    )
    rows = session.execute(query).all()
    held, language = held_of(session, ANSWERS, [row.id for row in rows]), str(get_locale() or "en")
    texts = []
    for row in rows:
        question = questionnaire_of(session, row.survey_version_id).question(row.question)
        asked = in_language(question.text, language) if question else row.question
        texts.append(ShownText(row.id, asked, row.text, row.state, held.get(row.id)))
    return texts


def _filters(timezone: str) -> AnswerFilters:
    args = request.args
    branch = args.get("branch", "")
    return AnswerFilters(
        start=_day(args.get("since"), timezone), end=_day(args.get("until"), timezone, days=1),
        band=args.get("band", "") if args.get("band") in BANDS else "",
        branch_id=0 if branch == "none" else int(branch[:18]) if branch.isascii() and branch.isdigit() else None,
        survey=args.get("survey", "")[:40], only_counted=args.get("all") != "1",
    )  # fmt: skip


def _day(text: str | None, timezone: str, days: int = 0) -> datetime | None:
    """The start of a day of the company's zone, `days` later; None for anything that is not a day."""
    try:
        return midnight(date.fromisoformat(text or "") + timedelta(days=days), timezone)
    except (ValueError, OverflowError):
        return None


def _bands() -> list[tuple[str, Any]]:
    return [
        ("promoter", _("Promoters, 9–10")),
        ("passive", _("Passives, 7–8")),
        ("detractor", _("Detractors, 0–6")),
        ("unhappy", _("Unhappy by score or words")),
    ]
