"""The rows behind the figures: answers by survey, branch, band and days, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from feedback.customers.models import Branch, Customer
from feedback.reports.comments import DETRACTOR, cases_of
from surveys.questionnaires.models import Survey
from surveys.responses.judging import ANSWERS, held_sentiment
from surveys.responses.models import Answer, AnswerAnalysis, AnswerJudgement, Response

BANDS = ("promoter", "passive", "detractor", "unhappy")


@dataclass(frozen=True)
class AnswerFilters:
    """What narrows the list; empty fields narrow nothing. `branch_id` 0 means answers without a branch."""

    start: datetime | None = None
    end: datetime | None = None
    band: str = ""
    branch_id: int | None = None
    survey: str = ""
    only_counted: bool = True


@dataclass(frozen=True)
class AnswerRow:
    """One answer in a list, with its first free text; `verdict` is what a human said of its analysis."""

    id: int
    at: datetime
    score: int | None
    customer_id: int | None
    customer: str | None
    branch: str | None
    survey: str
    channel: str
    is_counted: bool
    text: str | None
    language: str | None
    sentiment: str | None
    flags: tuple[str, ...]
    case_id: int | None
    verdict: str | None = None


def answers_query(filters: AnswerFilters) -> Select[Any]:
    """Complete answers that the filters let through, without order and limit."""
    columns: list[Any] = [
        Response.id, Response.completed_at.label("at"), Response.score, Response.customer_id,
        Customer.name.label("customer"), Branch.name.label("branch"), Survey.slug.label("survey"), Response.channel,
        Response.language, ~or_(Response.is_test, Response.is_staff, Response.suspected_bot),
    ]  # fmt: skip
    return (
        select(*columns)
        .select_from(Response)
        .join(Survey, Survey.id == Response.survey_id)
        .outerjoin(Customer, Customer.id == Response.customer_id)
        .outerjoin(Branch, Branch.id == Response.branch_id)
        .where(Response.completed_at.is_not(None), *_conditions(filters))
    )


def read_answers(session: Session, query: Select[Any]) -> list[AnswerRow]:
    """The rows of an `answers_query` with their texts and cases: three queries whatever their number."""
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    texts, cases = _first_texts(session, ids), cases_of(session, ids)
    return [_row(row, texts.get(row.id), cases.get(row.id)) for row in rows]


def _row(row: Any, said: Any, case_id: int | None) -> AnswerRow:
    text, language, sentiment, flags, verdict = said or (None, None, None, None, None)
    return AnswerRow(
        row.id, row.at, row.score, row.customer_id, row.customer, row.branch, row.survey, row.channel, bool(row[9]),
        text, language or row.language, sentiment, tuple(flags or ()), case_id, verdict,
    )  # fmt: skip


def _first_texts(session: Session, responses: Sequence[int]) -> dict[int, Any]:
    if not responses:
        return {}
    query = (
        select(
            Answer.response_id,
            Answer.text,
            AnswerAnalysis.language,
            held_sentiment,
            AnswerAnalysis.flags,
            AnswerJudgement.verdict,
        )
        .outerjoin(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .outerjoin(AnswerJudgement, ANSWERS.judged())
        .where(Answer.response_id.in_(responses), Answer.kind == "text", Answer.text.is_not(None))
        .order_by(Answer.id.desc())
    )
    return {response: tuple(said) for response, *said in session.execute(query)}


def _conditions(filters: AnswerFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.start is not None:
        conditions.append(Response.completed_at >= filters.start)
    if filters.end is not None:
        conditions.append(Response.completed_at < filters.end)
    if filters.branch_id is not None:
        conditions.append(
            Response.branch_id == filters.branch_id if filters.branch_id else Response.branch_id.is_(None)
        )
    if filters.survey:
        conditions.append(Survey.slug == filters.survey)
    if filters.only_counted:
        conditions.append(and_(~Response.is_test, ~Response.is_staff, ~Response.suspected_bot))
    if filters.band in BANDS:
        conditions.append(_band(filters.band))
    return conditions


def _band(band: str) -> ColumnElement[bool]:
    if band == "promoter":
        return Response.score >= 9
    if band == "passive":
        return Response.score.between(7, 8)
    if band == "detractor":
        return Response.score <= DETRACTOR
    said_badly = exists(
        select(AnswerAnalysis.id)
        .outerjoin(AnswerJudgement, ANSWERS.judged())
        .where(AnswerAnalysis.response_id == Response.id, held_sentiment == "negative")
    )
    return or_(Response.score <= DETRACTOR, said_badly)
