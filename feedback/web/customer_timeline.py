"""One timeline of a customer: what they bought, said and got from us. One query a kind, merged, newest first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.conversations.models import Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.models import Branch, LifecycleChange, OrderEvent, Purchase, PurchaseItem, Return
from feedback.messages.models import Message, MessageKind, MessageState, SendDecision
from feedback.messages.policy import WAITING, Outcome
from feedback.points.models import PointsEntry
from feedback.recovery.models import Case
from feedback.recovery.words import event_word, outcome_word, short_reason
from feedback.web import customer_words as words
from feedback.web.figures import signed_words
from feedback.web.funnel_steps import outcome_words
from feedback.web.money import money_words, number_words
from surveys.invitations.models import Invitation
from surveys.responses.models import Answer, AnswerAnalysis, Response

BAD, US = "k-bad", "k-us"
LINES = 40
SPOKEN = [*WAITING, Outcome.SENT]


@dataclass(frozen=True)
class Line:
    """A line: when, what in bold, the rest, the customer's own words, a score, the case it belongs to, its colour."""

    at: datetime
    title: str
    text: str = ""
    quote: str | None = None
    language: str | None = None
    score: int | None = None
    case_id: int | None = None
    css: str = ""


@dataclass(frozen=True)
class Stretch:
    """Lines of a page and the moment before which the next page begins, None on the last."""

    lines: Sequence[Line]
    before: datetime | None


def customer_timeline(session: Session, customer_id: int, show: str, before: datetime | None) -> Stretch:
    """The newest lines before a moment; `show` narrows to a key of SHOWN, anything else shows all."""
    readers = SHOWN.get(show) or [reader for group in SHOWN.values() for reader in group]
    lines: list[Line] = []
    is_more = False
    for read in readers:
        found = list(read(session, customer_id, before))
        is_more |= len(found) > LINES
        lines += found
    lines.sort(key=lambda line: line.at, reverse=True)
    if len(lines) <= LINES and not is_more:
        return Stretch(lines, None)
    last = lines[min(LINES, len(lines)) - 1].at
    return Stretch([line for line in lines if line.at >= last], last)


def _newest(session: Session, query: Any, at: Any, before: datetime | None) -> Sequence[Any]:
    """Enough rows of one kind to fill a page; one more says that there are others."""
    if before is not None:
        query = query.where(at < before)
    return session.execute(query.where(at.is_not(None)).order_by(at.desc()).limit(LINES + 1)).all()


def _purchases(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    columns = (
        Purchase.id,
        Purchase.external_id,
        Purchase.purchased_at,
        Purchase.amount,
        Purchase.currency,
        Branch.name,
    )
    query = (
        select(*columns).outerjoin(Branch, Branch.id == Purchase.branch_id).where(Purchase.customer_id == customer_id)
    )
    rows = _newest(session, query, Purchase.purchased_at, before)
    items = _item_names(session, [row.id for row in rows])
    for row in rows:
        parts = (", ".join(items.get(row.id, [])[:4]), money_words(row.amount, row.currency), row.name or "")
        title = _("Purchase %(number)s.", number=row.external_id)
        yield Line(row.purchased_at, title, "; ".join(part for part in parts if part))


def _item_names(session: Session, purchases: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    query = select(PurchaseItem.purchase_id, PurchaseItem.name).where(PurchaseItem.purchase_id.in_(purchases))
    for purchase_id, name in session.execute(query.order_by(PurchaseItem.id)) if purchases else ():
        names.setdefault(purchase_id, []).append(name)
    return names


def _returns(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(Return.returned_at, Return.amount, Purchase.currency, Purchase.external_id).join(Purchase)
    query = query.where(Purchase.customer_id == customer_id)
    for row in _newest(session, query, Return.returned_at, before):
        text = _(
            "%(amount)s of purchase %(number)s", amount=money_words(row.amount, row.currency), number=row.external_id
        )
        yield Line(row.returned_at, _("Goods returned."), text)


def _order_events(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(OrderEvent.occurred_at, OrderEvent.kind, OrderEvent.details).join(Purchase)
    query = query.where(Purchase.customer_id == customer_id)
    for row in _newest(session, query, OrderEvent.occurred_at, before):
        text = "; ".join(part for part in (event_word(row.kind), row.details) if part)
        yield Line(row.occurred_at, _("Order event:"), text, css=BAD)


def _invitations(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(Invitation.sent_at, Invitation.channel).where(Invitation.customer_id == customer_id)
    for row in _newest(session, query, Invitation.sent_at, before):
        yield Line(row.sent_at, _("Invited to answer"), _("by %(channel)s", channel=words.channel_word(row.channel)))


def _not_asked(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(SendDecision.decided_at, SendDecision.outcome).where(
        SendDecision.customer_id == customer_id, SendDecision.outcome.not_in(SPOKEN)
    )
    for row in _newest(session, query, SendDecision.decided_at, before):
        yield Line(row.decided_at, _("Not asked:"), outcome_words(row.outcome).lower())


def _responses(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(Response.id, Response.completed_at, Response.score, Response.language)
    rows = _newest(session, query.where(Response.customer_id == customer_id), Response.completed_at, before)
    texts = _texts(session, [row.id for row in rows])
    for row in rows:
        text, language = texts.get(row.id, (None, None))
        yield Line(row.completed_at, _("Answered the survey."), "", text, language or row.language, row.score, css=US)


def _texts(session: Session, responses: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    query = (
        select(Answer.response_id, Answer.text, AnswerAnalysis.language)
        .outerjoin(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .where(Answer.response_id.in_(responses), Answer.kind == "text", Answer.text.is_not(None))
        .order_by(Answer.id.desc())
    )
    found = session.execute(query) if responses else ()
    return {response: (text or "", language) for response, text, language in found}


def _chats(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    count = select(func.count()).where(ConversationMessage.conversation_id == Conversation.id).scalar_subquery()
    query = (
        select(Conversation.started_at, Conversation.channel, count.label("messages"), ConversationAnalysis.ended_badly)
        .outerjoin(ConversationAnalysis, ConversationAnalysis.conversation_id == Conversation.id)
        .where(Conversation.customer_id == customer_id)
    )
    for row in _newest(session, query, Conversation.started_at, before):
        title = _("Chat, %(count)s messages.", count=row.messages)
        yield Line(
            row.started_at, title, _("It ended badly.") if row.ended_badly else "", css=BAD if row.ended_badly else ""
        )


def _cases_opened(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(Case.id, Case.opened_at, Case.reason).where(Case.customer_id == customer_id)
    for row in _newest(session, query, Case.opened_at, before):
        title = _("Case %(number)s opened.", number=row.id)
        yield Line(row.opened_at, title, short_reason(row.reason), case_id=row.id, css=BAD)


def _cases_closed(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(Case.id, Case.closed_at, Case.outcome).where(Case.customer_id == customer_id)
    for row in _newest(session, query, Case.closed_at, before):
        outcome = outcome_word(row.outcome).lower() if row.outcome else ""
        yield Line(row.closed_at, _("Case %(number)s closed:", number=row.id), outcome, case_id=row.id, css=US)


def _messages(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    """Letters; invitations stand in the timeline by themselves."""
    query = select(Message.created_at, Message.kind, Message.channel, Message.state, Message.case_id)
    query = query.where(Message.customer_id == customer_id, Message.kind != MessageKind.INVITATION)
    for row in _newest(session, query, Message.created_at, before):
        state = "" if row.state == MessageState.SENT else words.message_state_word(row.state).lower()
        text = ", ".join(part for part in (words.channel_word(row.channel), state) if part)
        yield Line(row.created_at, f"{words.message_kind_word(row.kind)}:", text, case_id=row.case_id, css=US)


def _points(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(PointsEntry.at, PointsEntry.kind, PointsEntry.rule, PointsEntry.points)
    for row in _newest(session, query.where(PointsEntry.customer_id == customer_id), PointsEntry.at, before):
        sign = signed_words(row.points)[:1] if row.points else ""
        text = f"{sign}{number_words(abs(row.points))}, {words.rule_word(row.rule)}"
        yield Line(row.at, f"{words.entry_word(row.kind)}:", text)


def _lifecycle(session: Session, customer_id: int, before: datetime | None) -> Iterator[Line]:
    query = select(LifecycleChange.at, LifecycleChange.status).where(LifecycleChange.customer_id == customer_id)
    for row in _newest(session, query, LifecycleChange.at, before):
        yield Line(row.at, _("Status:"), words.lifecycle_word(row.status).lower())


Reader = Callable[[Session, int, datetime | None], Iterator[Line]]
SHOWN: dict[str, list[Reader]] = {
    "purchases": [_purchases, _returns, _order_events],
    "answers": [_responses, _chats, _invitations, _not_asked],
    "cases": [_cases_opened, _cases_closed, _messages],
    "points": [_points, _lifecycle],
}
