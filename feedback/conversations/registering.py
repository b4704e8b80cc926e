"""Chats come in: stored once with their messages, and a row of analysis to do. The same chat again changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.conversations.given import GivenChat, GivenMessage
from feedback.conversations.models import AnalysisState, Conversation, ConversationAnalysis, ConversationMessage
from feedback.customers.checking import checked_customer, sort_out
from feedback.customers.cleaning import Faults, past_moment, short_text, storable
from feedback.customers.given import Fate, Taken
from feedback.customers.matching import ARRIVALS, match_customers
from feedback.customers.models import Purchase
from feedback.db.serialising import one_at_a_time
from feedback.errors import Invalid

AUTHORS = ("customer", "staff", "bot")
MOST_MESSAGES, LONGEST_MESSAGE, CHANNEL_LENGTH = 2000, 20_000, 40
UNKNOWN_PURCHASE = "is not a purchase we know"


class About(NamedTuple):
    """A purchase a chat may be about."""

    purchase_id: int
    customer_id: int


def register_chat(
    session: Session, chat: GivenChat, now: datetime, secret: str, *, home: str | None = None, source: str = "import"
) -> Taken:
    """Store one chat. Raises Invalid with what is wrong."""
    taken = register_chats(session, [chat], now, secret, home=home, source=source)[0]
    if taken.fate == Fate.REJECTED:
        raise Invalid("The chat cannot be taken.", taken.errors)
    return taken


def register_chats(
    session: Session,
    chats: Sequence[GivenChat],
    now: datetime,
    secret: str,
    *,
    home: str | None = None,
    source: str = "import",
) -> list[Taken]:
    """Store a batch of chats with their customers; says of each, in order, what became of it."""
    one_at_a_time(session, ARRIVALS)
    checked, answers = sort_out(chats, lambda chat, faults: _checked(chat, now, faults, home))
    known = _known(session, [chat.external_id for _, chat in checked])
    abouts = _purchases(session, {chat.purchase_external_id for _, chat in checked if chat.purchase_external_id})
    fresh: dict[str, tuple[int, GivenChat]] = {}
    for n, chat in checked:
        if chat.external_id in known:
            answers[n] = Taken(Fate.SEEN, *known[chat.external_id])
        elif chat.purchase_external_id and chat.purchase_external_id not in abouts:
            answers[n] = Taken(Fate.REJECTED, errors={"purchase_external_id": UNKNOWN_PURCHASE})
        else:
            fresh.setdefault(chat.external_id, (n, chat))
    owners = _owners(session, [chat for _, chat in fresh.values()], abouts, now, secret, source)
    stored = _store(session, [chat for _, chat in fresh.values()], owners, abouts, now)
    for n, chat in checked:
        if n not in answers:
            fate = Fate.NEW if fresh[chat.external_id][0] == n else Fate.SEEN
            answers[n] = Taken(fate, stored[chat.external_id], owners[chat.external_id])
    return [answers[n] for n in range(len(chats))]


def _known(session: Session, external_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    query = select(Conversation.external_id, Conversation.id, Conversation.customer_id)
    rows = session.execute(query.where(Conversation.external_id.in_(external_ids)))
    return {external_id: (row_id, customer_id) for external_id, row_id, customer_id in rows}


def _purchases(session: Session, external_ids: set[str]) -> dict[str, About]:
    query = select(Purchase.external_id, Purchase.id, Purchase.customer_id)
    rows = session.execute(query.where(Purchase.external_id.in_(external_ids)))
    return {external_id: About(row_id, customer_id) for external_id, row_id, customer_id in rows}


def _owners(
    session: Session, chats: Sequence[GivenChat], abouts: dict[str, About], now: datetime, secret: str, source: str
) -> dict[str, int]:
    """Whose each chat is, by its external id: the customer named, else the one who made the purchase."""
    named = [(chat, chat.customer) for chat in chats if chat.customer]
    told = [(customer, min(chat.messages[0].sent_at, now)) for chat, customer in named]
    matched = match_customers(session, told, now, secret, source) if told else []
    owners = {c.external_id: abouts[c.purchase_external_id].customer_id for c in chats if c.purchase_external_id}
    return owners | {chat.external_id: found.customer_id for (chat, _), found in zip(named, matched, strict=True)}


def _store(
    session: Session, chats: Sequence[GivenChat], owners: dict[str, int], abouts: dict[str, About], now: datetime
) -> dict[str, int]:
    if not chats:
        return {}
    rows = [
        {"external_id": chat.external_id, "customer_id": owners[chat.external_id], "channel": chat.channel,
         "purchase_id": abouts[chat.purchase_external_id].purchase_id if chat.purchase_external_id else None,
         "started_at": chat.messages[0].sent_at, "ended_at": chat.messages[-1].sent_at, "created_at": now}
        for chat in chats
    ]  # fmt: skip
    added = session.execute(insert(Conversation).returning(Conversation.external_id, Conversation.id), rows)
    stored = dict(added.all())
    messages = [
        {"conversation_id": stored[chat.external_id], "position": position, **vars(message)}
        for chat in chats
        for position, message in enumerate(chat.messages)
    ]
    session.execute(insert(ConversationMessage), messages)
    to_do = {"state": AnalysisState.WAITING, "created_at": now, "aspects": {}, "flags": []}
    session.execute(insert(ConversationAnalysis), [{"conversation_id": row_id, **to_do} for row_id in stored.values()])
    return stored


def _checked(chat: GivenChat, now: datetime, faults: Faults, home: str | None) -> GivenChat:
    if not 1 <= len(chat.messages) <= MOST_MESSAGES:
        faults["messages"] = f"must be between 1 and {MOST_MESSAGES}"
    if chat.customer is None and chat.purchase_external_id is None:
        faults["customer"] = "is missing"
    messages = [_checked_message(message, n, now, faults) for n, message in enumerate(chat.messages)]
    return replace(
        chat,
        external_id=faults.need("external_id", short_text, chat.external_id) or "",
        channel=faults.need("channel", short_text, chat.channel, CHANNEL_LENGTH) or "",
        messages=tuple(sorted(messages, key=lambda message: message.sent_at)) if not faults else (),
        customer=checked_customer(chat.customer, now, faults, home) if chat.customer else None,
        purchase_external_id=faults.check("purchase_external_id", short_text, chat.purchase_external_id),
    )


def _checked_message(message: GivenMessage, n: int, now: datetime, faults: Faults) -> GivenMessage:
    at = f"messages.{n}"
    if message.author not in AUTHORS:
        faults[f"{at}.author"] = f"must be one of {', '.join(AUTHORS)}"
    if len(message.text) > LONGEST_MESSAGE:
        faults[f"{at}.text"] = f"is longer than {LONGEST_MESSAGE} characters"
    return GivenMessage(
        message.author,
        faults.need(f"{at}.sent_at", past_moment, message.sent_at, now) or now,
        faults.check(f"{at}.text", storable, message.text) or "",
    )
