"""The analysis of free texts: claim a batch, read it with one call of the model, store and route each result.

The database is released while the model works. Result, signal and case of one text are stored in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analysis.sentiment.protocol import Analyser, TextInput, TextResult
from feedback.conversations.batches import (
    BATCH,
    FRESH,
    Batch,
    Work,
    claim_batch,
    give_back,
    has_due,
    read_batch,
    store_failure,
    store_result,
)
from feedback.conversations.judging import store_themes
from feedback.conversations.model import need_model
from feedback.customers.models import Customer
from feedback.db import db, transaction
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import from_text
from feedback.themes.rules import matcher_of
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer, AnswerAnalysis, Response

PROBE = TextInput("Спасибо", "ru")  # any model reads this


@dataclass(frozen=True)
class WaitingText:
    """A free text with what routing needs to know of its writer."""

    analysis_id: int
    answer_id: int
    text: str
    language: str | None
    response_id: int
    customer_id: int | None
    purchase_id: int | None
    branch_id: int | None
    is_routed: bool


def analyse_answers(now: datetime, analyser: Analyser, limit: int = BATCH, work: Work = FRESH) -> int:
    """Analyse one batch of texts that are due; returns how many were claimed. Opens cases where a text asks for one."""
    if not has_due(db.session(), AnswerAnalysis, now, work):
        return 0
    need_model(analyser)
    with transaction() as session:
        batch = claim_batch(session, AnswerAnalysis, now, limit, work)
        texts, matcher = _load(session, batch), matcher_of(session)
    try:
        outcomes = read_batch(texts, partial(_read, analyser), lambda: analyser.analyse_texts([PROBE]))
    except Exception:
        with transaction() as session:
            give_back(session, AnswerAnalysis, batch, now)
        raise
    for text in outcomes.unread:
        with transaction() as session:
            store_failure(session, AnswerAnalysis, text.analysis_id, batch.key, now)
    themes = {text.answer_id: matcher.match(text.text, result.language) for text, result in outcomes.read}
    quiet = [(text, result) for text, result in outcomes.read if not _findings(text, result)]
    with transaction() as session:
        for text, result in quiet:
            if store_result(session, AnswerAnalysis, text.analysis_id, batch, result, analyser, now):
                store_themes(session, ANSWERS, text.answer_id, themes[text.answer_id])
    for text, result in outcomes.read:
        if _findings(text, result):
            with transaction() as session:
                if _store_and_route(session, text, result, batch, analyser, now):
                    store_themes(session, ANSWERS, text.answer_id, themes[text.answer_id])
    return len(batch.ids)


def _read(analyser: Analyser, some: Sequence[WaitingText]) -> list[TextResult]:
    return analyser.analyse_texts([TextInput(t.text, t.language) for t in some])


def _load(session: Session, batch: Batch) -> Sequence[WaitingText]:
    """The claimed texts. A row whose text was erased meanwhile is no work any more and goes; an old result stays."""
    if not batch.ids:
        return []
    query = (
        select(
            AnswerAnalysis.id, Answer.id, Answer.text, func.coalesce(Customer.language, Response.language), Response.id,
            Response.customer_id, Response.purchase_id, Response.branch_id,
            Response.customer_id.is_not(None) & ~Response.is_test & ~Response.is_staff
            & ANSWERS.is_unjudged(),  # what a human has judged is routed by the human's word
        )
        .join(Answer, Answer.id == AnswerAnalysis.answer_id)
        .join(Response, Response.id == AnswerAnalysis.response_id)
        .outerjoin(Customer, Customer.id == Response.customer_id)
        .outerjoin(ANSWERS.judgements, ANSWERS.judged())
        .where(AnswerAnalysis.id.in_(batch.ids), Answer.text.is_not(None))
        .order_by(AnswerAnalysis.id)
    )  # fmt: skip
    texts = [
        WaitingText(row[0], row[1], row[2] or "", *row[3:-1], is_routed=batch.work.may_route and bool(row[-1]))
        for row in session.execute(query)
    ]
    gone = set(batch.ids) - {text.analysis_id for text in texts}
    if gone and batch.work.is_again:
        kept = {"lease_until": None, "lease_key": None, **batch.work.given_up}
        session.execute(update(AnswerAnalysis).where(AnswerAnalysis.id.in_(gone)).values(**kept))
    elif gone:
        session.execute(delete(AnswerAnalysis).where(AnswerAnalysis.id.in_(gone)))
    return texts


def _findings(text: WaitingText, result: TextResult) -> bool:
    return text.is_routed and bool(from_text(result.sentiment, result.flags, dict(result.aspects)))


def _store_and_route(
    session: Session, text: WaitingText, result: TextResult, batch: Batch, analyser: Analyser, now: datetime
) -> bool:
    if text.customer_id is None or not store_result(
        session, AnswerAnalysis, text.analysis_id, batch, result, analyser, now
    ):
        return False
    story = Story(text.customer_id, text.purchase_id, text.branch_id, response_id=text.response_id, quote=text.text)
    open_case_if_needed(session, story, from_text(result.sentiment, result.flags, dict(result.aspects)), now)
    return True
