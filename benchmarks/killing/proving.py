"""Comparing what customers and the mail server remember with what the database holds."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.killing.customers import Memory
from benchmarks.killing.postbox import Postbox
from feedback.conversations.models import AnalysisState
from feedback.draws.models import DrawEntry
from feedback.messages.models import Message, MessageState
from feedback.points.models import PointsEntry, PointsLot
from feedback.points.rules import Rule
from feedback.recovery.models import Case, Signal
from feedback.secrets import hash_token
from surveys.invitations.models import Invitation
from surveys.responses.models import Answer, AnswerAnalysis, Response, ResponseState

POINTS = 1000


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    claim: str
    is_true: bool
    figures: str


def prove(session: Session, memory: Memory, postbox: Postbox) -> list[Finding]:
    """Everything that must hold however often processes were killed."""
    return [*_answers(session, memory), *_points(session), *_messages(session, postbox), *_analyses(session)]


def _answers(session: Session, memory: Memory) -> list[Finding]:
    query = (
        select(Invitation.token_hash, Response.id, Response.score, Answer.text)
        .join(Response, Response.invitation_id == Invitation.id)
        .outerjoin(Answer, (Answer.response_id == Response.id) & (Answer.question == "why"))
        .where(Response.state == ResponseState.COMPLETE)
    )
    stored: dict[str, list[tuple[int | None, str | None]]] = {}
    for token_hash, _, score, text in session.execute(query):
        stored.setdefault(token_hash, []).append((score, text))
    taken = [(memory.wrote[token], stored.get(hash_token(token), [])) for token in memory.thanked]
    lost = sum(not kept for _, kept in taken)
    changed = sum(bool(kept) and kept != [wrote] for wrote, kept in taken)
    unasked = len(stored) - sum(hash_token(token) in stored for token in memory.wrote)
    return [
        Finding("every answer that was taken is stored", not lost, f"{len(taken)} taken, {lost} lost"),
        Finding("each is stored once, as it was written", not changed, f"{changed} differ"),
        Finding("nothing is stored that nobody wrote", not unasked, f"{unasked} of nobody"),
        Finding("no customer gave up", len(memory.thanked) == len(memory.wrote), f"{len(memory.wrote)} wrote"),
    ]


def _points(session: Session) -> list[Finding]:
    answered = _count(session, Response.id, Response.state == ResponseState.COMPLETE)
    total = select(func.coalesce(func.sum(PointsEntry.points), 0))
    ledger = session.scalar(total) or 0
    thanks = session.scalar(total.where(PointsEntry.rule == Rule.REVIEW)) or 0
    balance = session.scalar(select(func.coalesce(func.sum(PointsLot.remaining), 0))) or 0
    per_purchase = (
        select(PointsEntry.purchase_id)
        .where(PointsEntry.purchase_id.is_not(None))
        .group_by(PointsEntry.purchase_id, PointsEntry.rule)
        .having(func.count() > 1)
    )
    twice = len(session.scalars(per_purchase).all())
    entries = _count(session, DrawEntry.id, DrawEntry.id.is_not(None))
    return [
        Finding(f"each answer earned {POINTS} points once", thanks == POINTS * answered, f"{thanks} for {answered}"),
        Finding("no purchase earned twice by one rule", not twice, f"{twice} twice"),
        Finding("the balance is the sum of the ledger", ledger == balance, f"{ledger} and {balance}"),
        Finding("each answer is in the draw once", entries == answered, f"{entries} entries"),
    ]


def _messages(session: Session, postbox: Postbox) -> list[Finding]:
    rows = session.execute(select(Message.message_id, Message.state)).all()
    states = Counter(state for _, state in rows)
    sent = {message_id for message_id, state in rows if state == MessageState.SENT}
    uncertain = {message_id for message_id, state in rows if state == MessageState.UNCERTAIN}
    twice = sum(count > 1 for count in postbox.copies.values())
    twice_to_one = sum(count > 1 for count in postbox.recipients.values())
    missing = len(sent - set(postbox.copies))
    unknown = len(set(postbox.copies) - sent - uncertain)
    arrived = len(uncertain & set(postbox.copies))
    stuck = states.total() - states[MessageState.SENT] - states[MessageState.UNCERTAIN]
    return [
        Finding("no letter came twice", not twice and not twice_to_one, f"{len(postbox.copies)} letters"),
        Finding("every letter called sent has come", not missing, f"{len(sent)} sent, {missing} missing"),
        Finding("no letter came that is not known as sent or uncertain", not unknown, f"{unknown} unknown"),
        Finding("no message is stuck", not stuck, ", ".join(f"{n} {state}" for state, n in sorted(states.items()))),
        Finding("letters of unknown fate are called uncertain", True, f"{len(uncertain)}, of which {arrived} arrived"),
    ]


def _analyses(session: Session) -> list[Finding]:
    texts = _count(session, Answer.id, (Answer.kind == "text") & Answer.text.is_not(None))
    done = _count(session, AnswerAnalysis.id, AnswerAnalysis.state == AnalysisState.DONE)
    others = _count(session, AnswerAnalysis.id, AnswerAnalysis.state != AnalysisState.DONE)
    low = _count(session, Response.id, (Response.score <= 6) & (Response.state == ResponseState.COMPLETE))
    by_score = _count(session, Signal.id, Signal.kind == "low_score")
    negative = _count(session, AnswerAnalysis.id, AnswerAnalysis.sentiment == "negative")
    by_text = _count(session, Signal.id, Signal.kind == "negative_text")
    cases = _count(session, Case.id, Case.id.is_not(None))
    stories = session.scalar(select(func.count(func.distinct(Signal.response_id)))) or 0
    return [
        Finding("every text is analysed", texts == done and not others, f"{done} of {texts}, {others} not"),
        Finding("every low score is a signal, once", low == by_score, f"{by_score} of {low}"),
        Finding("every negative text is a signal, once", by_text >= negative, f"{by_text} of {negative}"),
        Finding("each story has one case", cases == stories, f"{cases} cases of {stories} stories"),
    ]


def _count(session: Session, column: object, condition: object) -> int:
    return session.scalar(select(func.count(column)).where(condition)) or 0  # type: ignore[arg-type]
