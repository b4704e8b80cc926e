"""What customers wrote, at its rawest: never filtered by anybody's hand, lowest scores first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from feedback.customers.models import Branch, Customer
from feedback.recovery.models import Signal
from surveys.responses.judging import ANSWERS, held_aspects, held_sentiment
from surveys.responses.models import Answer, AnswerAnalysis, AnswerJudgement, Response

DAY = timedelta(days=1)
DETRACTOR = 6


@dataclass(frozen=True)
class Comment:
    """One free text with what is known about it; `aspects` are those judged badly."""

    response_id: int
    customer_id: int | None
    customer: str | None
    branch: str | None
    score: int | None
    text: str
    language: str | None
    at: datetime
    sentiment: str | None
    flags: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    deciding: tuple[int, int] | None = None
    case_id: int | None = field(default=None)


@dataclass(frozen=True)
class WorstWords:
    """The worst comments completed after `since`, and how many such there are."""

    since: datetime
    total: int
    comments: tuple[Comment, ...]


def worst_words(session: Session, now: datetime, limit: int = 5) -> WorstWords:
    """The worst of the last day: low scores, and bad words beside high ones; of the last week if it had none."""
    for since in (now - DAY, now - 7 * DAY):
        bad = or_(Response.score <= DETRACTOR, held_sentiment == "negative")
        query = _comments().where(Response.completed_at >= since, Response.completed_at <= now, bad)
        total = session.scalar(query.with_only_columns(func.count())) or 0
        if total:
            break
    worst_first = query.order_by(Response.score.asc().nulls_last(), Response.completed_at.desc(), Answer.id)
    return WorstWords(since, total, _read(session, worst_first.limit(limit)))


def _comments() -> Select[Any]:
    columns: list[Any] = [
        Response.id, Response.customer_id, Customer.name, Branch.name, Response.score, Answer.text,
        AnswerAnalysis.language, Response.language, Response.completed_at, held_sentiment,
        AnswerAnalysis.flags, held_aspects, AnswerAnalysis.deciding_start, AnswerAnalysis.deciding_end,
    ]  # fmt: skip
    return (
        select(*columns)
        .select_from(Response)
        .join(Answer, Answer.response_id == Response.id)
        .outerjoin(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .outerjoin(AnswerJudgement, ANSWERS.judged())
        .outerjoin(Customer, Customer.id == Response.customer_id)
        .outerjoin(Branch, Branch.id == Response.branch_id)
        .where(Answer.kind == "text", Answer.text.is_not(None))
        .where(~Response.is_test, ~Response.is_staff, ~Response.suspected_bot)
    )


def _read(session: Session, query: Select[Any]) -> tuple[Comment, ...]:
    rows = session.execute(query).all()
    cases = cases_of(session, [row[0] for row in rows])
    return tuple(
        Comment(
            response_id, customer_id, customer, branch, score, text, language or page_language, at, sentiment,
            tuple(flags or ()), tuple(name for name, mood in (aspects or {}).items() if mood == "negative"),
            None if start is None else (start, end), cases.get(response_id),
        )
        for response_id, customer_id, customer, branch, score, text, language, page_language, at, sentiment, flags,
        aspects, start, end in rows
    )  # fmt: skip


def cases_of(session: Session, responses: Sequence[int]) -> dict[int, int]:
    """The case that each of these responses led to, where one did."""
    if not responses:
        return {}
    query = select(Signal.response_id, func.max(Signal.case_id)).where(Signal.response_id.in_(responses))
    return {response: found for response, found in session.execute(query.group_by(Signal.response_id)) if response}
