"""`GET /responses`: complete answers with what the analysis found in their texts."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.access import calling_key_id, needs
from feedback.api.blueprint import api
from feedback.api.pages import PageIn, read_page
from feedback.clock import utc_now
from feedback.conversations.held import Held, held_of
from feedback.customers.models import Branch, Customer, Manager, Purchase
from feedback.db import transaction
from feedback.staff.api_keys import Scope
from feedback.staff.audit import record
from surveys.questionnaires.models import Survey, SurveyVersion
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer, AnswerAnalysis, Response


class ThemeOut(BaseModel):
    """A theme of the company's own with the aspect above it; its name by language."""

    id: int
    aspect: str
    names: dict[str, str]


class AnalysisOut(BaseModel):
    """What is held of one free text: a human's judgement where there is one, else what the analysis found.

    The probabilities and flags are always the model's.
    """

    language: str | None
    sentiment: str | None
    probabilities: dict[str, float | None]
    aspects: dict[str, Any]
    flags: list[str]
    themes: list[ThemeOut]
    verdict: str | None = Field(description="What a human said of it: confirmed, corrected, or null.")
    model: str


class AnswerOut(BaseModel):
    """One answer; only the member of its kind is filled. `analysis` is null until it is done."""

    question: str
    item: str
    kind: str
    number: int | None
    text: str | None
    choices: list[Any] | None
    analysis: AnalysisOut | None


class ResponseOut(BaseModel):
    """One complete response. Test, staff and suspected answers are in the list, and in no figure."""

    id: int
    survey: str
    survey_version: int
    customer_external_id: str | None
    purchase_external_id: str | None
    branch: str | None
    manager: str | None
    channel: str
    language: str
    score: int | None = Field(description="The NPS answer, 0 to 10.")
    started_at: datetime
    completed_at: datetime
    changed_at: datetime | None
    is_test: bool
    is_staff: bool
    suspected_bot: bool
    has_incentive: bool
    answers: list[AnswerOut]


class ResponsesOut(BaseModel):
    """One page of responses, oldest first."""

    responses: list[ResponseOut]
    next_cursor: str | None


LISTED = (
    select(
        Response.id, Response.completed_at.label("at"), Survey.slug.label("survey"),
        SurveyVersion.number.label("survey_version"), Customer.external_id.label("customer_external_id"),
        Purchase.external_id.label("purchase_external_id"), Branch.name.label("branch"), Manager.name.label("manager"),
        Response.channel, Response.language, Response.score, Response.started_at, Response.completed_at,
        Response.changed_at, Response.is_test, Response.is_staff, Response.suspected_bot, Response.has_incentive,
    )
    .join(Survey, Survey.id == Response.survey_id)
    .join(SurveyVersion, SurveyVersion.id == Response.survey_version_id)
    .outerjoin(Customer, Customer.id == Response.customer_id)
    .outerjoin(Purchase, Purchase.id == Response.purchase_id)
    .outerjoin(Branch, Branch.id == Response.branch_id)
    .outerjoin(Manager, Manager.id == Response.manager_id)
    .where(Response.completed_at.is_not(None))
)  # fmt: skip


@api.get("/responses")
@needs(Scope.RESPONSES_READ)
@api.input(PageIn, location="query", arg_name="asked")
@api.output(ResponsesOut)
def list_responses(asked: PageIn) -> Any:
    """List complete responses by the moment they were completed"""
    with transaction() as session:
        page = read_page(session, LISTED, Response.completed_at, Response.id, asked)
        answers = _answers(session, [row.id for row in page.rows])
        details = {"rows": len(page.rows)}
        record(session, "api_read_responses", now=utc_now(), api_key_id=calling_key_id(), details=details)
    responses = [ResponseOut(**row._asdict(), answers=answers[row.id]) for row in page.rows]
    return ResponsesOut(responses=responses, next_cursor=page.next_cursor)


def _answers(session: Session, response_ids: list[int]) -> dict[int, list[AnswerOut]]:
    query = (
        select(Answer, AnswerAnalysis)
        .outerjoin(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .where(Answer.response_id.in_(response_ids))
        .order_by(Answer.id)
    )
    rows = session.execute(query).all()
    held = held_of(session, ANSWERS, [answer.id for answer, analysis in rows if analysis is not None])
    found: dict[int, list[AnswerOut]] = defaultdict(list)
    for answer, analysis in rows:
        found[answer.response_id].append(
            AnswerOut(
                question=answer.question, item=answer.item, kind=answer.kind, number=answer.number, text=answer.text,
                choices=answer.choices, analysis=_analysis(analysis, held.get(answer.id)),
            )
        )  # fmt: skip
    return found


def _analysis(row: AnswerAnalysis | None, held: Held | None) -> AnalysisOut | None:
    if row is None or held is None:
        return None
    return AnalysisOut(
        language=row.language, sentiment=held.sentiment, aspects=dict(held.aspects), flags=row.flags,
        themes=[ThemeOut(id=t.id, aspect=t.aspect, names=t.names) for t in held.themes],
        verdict=held.judgement.verdict if held.judgement else None,
        probabilities={"negative": row.negative, "neutral": row.neutral, "positive": row.positive},
        model=f"{row.model_name} {row.model_version}",
    )  # fmt: skip
