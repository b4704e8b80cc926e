"""The analysis of chats: claim a batch, read it with one call of the model, store each result and route it to people.

The database is released while the model works. Result, signal and case of one chat are stored in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.sentiment.protocol import Analyser, ChatInput, ChatMessage, ChatResult
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
from feedback.conversations.judging import CHATS, store_themes
from feedback.conversations.model import need_model
from feedback.conversations.models import Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.models import Customer, Purchase
from feedback.db import db, transaction
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import Finding, from_chat
from feedback.themes.rules import matcher_of

PROBE = ChatInput([ChatMessage("customer", "Спасибо")], "ru")  # any model reads this


@dataclass(frozen=True)
class WaitingChat:
    """A chat with what routing needs to know of the customer."""

    analysis_id: int
    conversation_id: int
    customer_id: int
    purchase_id: int | None
    branch_id: int | None
    language: str | None
    is_routed: bool
    messages: Sequence[ChatMessage]
    positions: Sequence[int]


def analyse_chats(now: datetime, analyser: Analyser, limit: int = BATCH, work: Work = FRESH) -> int:
    """Analyse one batch of chats that are due; returns how many were claimed. Opens cases where a chat asks for one."""
    if not has_due(db.session(), ConversationAnalysis, now, work):
        return 0
    need_model(analyser)
    with transaction() as session:
        batch = claim_batch(session, ConversationAnalysis, now, limit, work)
        chats, matcher = _load(session, batch), matcher_of(session)
    try:
        outcomes = read_batch(chats, partial(_read, analyser), lambda: analyser.analyse_chats([PROBE]))
    except Exception:
        with transaction() as session:
            give_back(session, ConversationAnalysis, batch, now)
        raise
    for chat in outcomes.unread:
        with transaction() as session:
            store_failure(session, ConversationAnalysis, chat.analysis_id, batch.key, now)
    for chat, result in outcomes.read:
        themes = matcher.match(own_words(chat.messages), result.language)
        with transaction() as session:
            if _store_and_route(session, chat, result, batch, analyser, now):
                store_themes(session, CHATS, chat.conversation_id, themes)
    return len(batch.ids)


def own_words(messages: Sequence[ChatMessage]) -> str:
    """What the customer wrote in a chat: that alone has themes."""
    return "\n".join(message.text for message in messages if message.author == "customer")


def _read(analyser: Analyser, some: Sequence[WaitingChat]) -> list[ChatResult]:
    return analyser.analyse_chats([ChatInput(c.messages, c.language) for c in some])


def _load(session: Session, batch: Batch) -> Sequence[WaitingChat]:
    if not batch.ids:
        return []
    query = (
        select(
            ConversationAnalysis.id, Conversation.id, Conversation.customer_id, Conversation.purchase_id,
            Purchase.branch_id, Customer.language, ~Customer.is_test & ~Customer.is_staff
            & CHATS.is_unjudged(),  # what a human has judged is routed by the human's word
        )
        .join(Conversation, Conversation.id == ConversationAnalysis.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Purchase, Purchase.id == Conversation.purchase_id)
        .outerjoin(CHATS.judgements, CHATS.judged())
        .where(ConversationAnalysis.id.in_(batch.ids))
        .order_by(ConversationAnalysis.id)
    )  # fmt: skip
    rows = session.execute(query).all()
    lines = _messages(session, [row[1] for row in rows])
    return [
        WaitingChat(
            *row, messages=[m for _, m in lines.get(row[1], [])], positions=[p for p, _ in lines.get(row[1], [])]
        )
        for row in rows
    ]


def words_of_chats(session: Session, chat_ids: Sequence[int]) -> dict[int, str]:
    """What the customers wrote in each of these chats."""
    lines = _messages(session, chat_ids)
    return {chat_id: own_words([message for _, message in own]) for chat_id, own in lines.items()}


def _messages(session: Session, conversation_ids: Sequence[int]) -> dict[int, list[tuple[int, ChatMessage]]]:
    message = ConversationMessage
    query = select(message.conversation_id, message.position, message.author, message.text, message.sent_at)
    lines: dict[int, list[tuple[int, ChatMessage]]] = {}
    for chat_id, position, author, text, sent_at in session.execute(
        query.where(message.conversation_id.in_(conversation_ids)).order_by(message.conversation_id, message.position)
    ):
        lines.setdefault(chat_id, []).append((position, ChatMessage(author, text, sent_at)))
    return lines


def _store_and_route(
    session: Session, chat: WaitingChat, result: ChatResult, batch: Batch, analyser: Analyser, now: datetime
) -> bool:
    at = result.deciding_message
    is_own = store_result(
        session, ConversationAnalysis, chat.analysis_id, batch, result, analyser, now,
        deciding_position=None if at is None else chat.positions[at],
        mood_start=result.start, mood_worst=result.worst, mood_end=result.end, ended_badly=result.ended_badly,
    )  # fmt: skip
    if is_own and chat.is_routed and batch.work.may_route:
        quote = None if at is None else chat.messages[at].text
        story = Story(
            chat.customer_id, chat.purchase_id, chat.branch_id, conversation_id=chat.conversation_id, quote=quote
        )
        open_case_if_needed(session, story, _findings(result), now)
    return is_own


def _findings(result: ChatResult) -> list[Finding]:
    return from_chat(result.ended_badly, result.sentiment, result.flags)
