"""The states of a message on its way out, as rows: claimed, checked, handed over, settled. All database, no provider.

The one place that checks suppression, consent and quiet hours before anything leaves is `check_batch`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from feedback.db.base import UtcDateTime
from feedback.db.claiming import claim_due, is_free
from feedback.db.conditions import one_of
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.kinds import Fate, Outgoing, subject_of
from feedback.messages.models import Message, MessageKind, MessageState
from feedback.messages.people import Recipient, load_recipients
from feedback.messages.policy import Outcome, SuppressionReason, may_reach, wait_for_day
from feedback.messages.suppression import listed, suppress
from feedback.staff.company import Company

CLAIM_LEASE = timedelta(seconds=60)
HANDOVER_LEASE = timedelta(seconds=120)  # longer than a hand-over may take
LOST = "the process ended while handing the message over"
QUIETLY = {"synchronize_session": False}
STATE_OF = {
    Outcome.SENT: MessageState.SENT,
    Outcome.UNCERTAIN: MessageState.UNCERTAIN,
    Outcome.FAILED: MessageState.FAILED,
    Outcome.BOUNCED: MessageState.FAILED,
    Outcome.QUEUED: MessageState.QUEUED,
    Outcome.QUIET_HOURS: MessageState.QUEUED,
}


@dataclass(frozen=True)
class Batch:
    """Messages claimed under one key."""

    key: str
    messages: tuple[Outgoing, ...]


def claim_batch(
    session: Session, channel: str, company: Company, host: str, now: datetime, limit: int
) -> tuple[Batch, int]:
    """Claim due messages of a channel, and settle at once those that must not go (now); also how many were claimed."""
    is_due = and_(Message.state == MessageState.QUEUED, Message.send_at <= now, Message.channel == channel)
    key, ids = claim_due(
        session, Message, is_due=is_due, order_by=Message.send_at, now=now, limit=limit, lease=CLAIM_LEASE
    )
    if not ids:
        return Batch(key, ()), 0
    claimed = select(Message).where(Message.id.in_(ids)).order_by(Message.send_at, Message.id)
    rows = session.scalars(claimed, execution_options={"populate_existing": True}).all()
    people = load_recipients(session, {row.customer_id for row in rows}, channel, company)
    for row in rows:
        row.message_id = row.message_id or make_message_id(row, host)
    session.flush()
    messages = [_outgoing(row, people[row.customer_id]) for row in rows]
    stopped = check_batch(session, messages, people, now)
    settle(session, key, stopped, now)
    gone = {fate.message.id for fate in stopped}
    return Batch(key, tuple(m for m in messages if m.id not in gone)), len(ids)


def check_batch(
    session: Session, messages: Sequence[Outgoing], people: dict[int, Recipient], now: datetime
) -> list[Fate]:
    """The fates of those messages that must not go at all, or not now."""
    suppressed = listed(session, messages[0].channel, [m.address for m in messages if m.address])
    unwanted = _unwanted(session, messages, now)
    fates = []
    for message in messages:
        person = replace(
            people[message.customer_id].person,
            has_address=bool(message.address),
            suppressed=suppressed.get(message.address),
        )
        barred = may_reach(message.kind, person, message.channel)
        if barred is not None:
            fates.append(Fate(message, barred.outcome, failure=barred.outcome, details=barred.details))
        elif message.id in unwanted:
            fates.append(Fate(message, unwanted[message.id], failure=unwanted[message.id]))
        elif (waits := wait_for_day(message.kind, person, now)) is not None:
            fates.append(Fate(message, waits.outcome, send_at=waits.until))
    return fates


def hand_over(session: Session, key: str, messages: Iterable[Outgoing], transport: str, now: datetime) -> set[int]:
    """Mark messages as being handed over; only those that are still ours and still queued may be sent."""
    changed = session.scalars(
        update(Message)
        .where(Message.id.in_([m.id for m in messages]), Message.lease_key == key, Message.state == MessageState.QUEUED)
        .values(
            state=MessageState.HANDING_OVER, handed_over_at=now, lease_until=now + HANDOVER_LEASE, transport=transport
        )
        .returning(Message.id),
        execution_options=QUIETLY,
    )
    return set(changed)


def settle(session: Session, key: str, fates: Sequence[Fate], now: datetime) -> None:
    """Store what became of messages, tell their subjects, and put dead addresses on the list."""
    if fates:
        session.connection().execute(_SETTLE, [_settled(key, fate, now) for fate in fates])
    for fate in fates:
        if fate.outcome == Outcome.BOUNCED:
            message = fate.message
            suppress(session, message.channel, message.address, SuppressionReason.BOUNCED, now, source="provider")
    tell(session, fates, now)


def tell(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    """Record the decisions and let each message's subject know."""
    record_decisions(session, [_entry(fate) for fate in fates], now)
    for subject in {s for fate in fates if (s := subject_of(fate.message.kind)) is not None}:
        subject.settle(session, [f for f in fates if subject_of(f.message.kind) is subject], now)


def release(session: Session, key: str, *, failure: str | None = None, is_unsent: bool = False) -> None:
    """Give back what is left of a batch; the claim does not count as a try.

    `is_unsent` says that what is being handed over was certainly not taken, so that it goes back too.
    """
    states = [MessageState.QUEUED, *([MessageState.HANDING_OVER] if is_unsent else [])]
    values: dict[str, Any] = {"lease_until": None, "lease_key": None, "attempts": Message.attempts - 1}
    if failure is not None:
        values["failure"] = failure
    session.execute(
        update(Message)
        .where(Message.lease_key == key, Message.state.in_(states))
        .values(state=MessageState.QUEUED, **values),
        execution_options=QUIETLY,
    )


def renew(session: Session, key: str, now: datetime) -> None:
    """Keep the rest of a slow batch ours."""
    session.execute(
        update(Message)
        .where(Message.lease_key == key, Message.state == MessageState.QUEUED)
        .values(lease_until=now + CLAIM_LEASE),
        execution_options=QUIETLY,
    )


def recover_lost(session: Session, repeatable: Sequence[str], company: Company, now: datetime, limit: int = 500) -> int:
    """Take up messages whose process died while handing them over: what does not repeat safely becomes uncertain."""
    lost = session.scalars(
        select(Message)
        .where(Message.state == MessageState.HANDING_OVER, is_free(Message, now, HANDOVER_LEASE))
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    uncertain = [row for row in lost if row.transport not in repeatable]
    for row in lost:
        row.lease_until = None
        if row.transport in repeatable:
            row.state, row.lease_key = MessageState.QUEUED, None
        else:  # keeps its key: a process that was slow, not dead, may still tell how it ended
            row.state, row.failure = MessageState.UNCERTAIN, LOST
    session.flush()
    people = load_recipients(session, {row.customer_id for row in uncertain}, "email", company)
    tell(session, [Fate(_outgoing(row, people[row.customer_id]), Outcome.UNCERTAIN, LOST) for row in uncertain], now)
    return len(lost)


def make_message_id(row: Message, host: str) -> str:
    """The message's name for ever, of the row alone; the moment in it keeps names apart when a database is restored."""
    stamp = int(row.created_at.timestamp() * 1_000_000)
    return f"<{row.id:010d}.{stamp:x}@{host}>"


def _outgoing(row: Message, to: Recipient) -> Outgoing:
    return Outgoing(
        id=row.id, key=row.idempotency_key, kind=MessageKind(row.kind), channel=row.channel,
        customer_id=row.customer_id, invitation_id=row.invitation_id, case_id=row.case_id,
        address=row.address or to.address or "", language=row.language, subject=row.subject, body=row.body,
        params=row.params, message_id=row.message_id or "", attempts=row.attempts, name=to.name,
        timezone=to.person.place.timezone, link_nonce=to.link_nonce,
    )  # fmt: skip


def _unwanted(session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Outcome]:
    found: dict[int, Outcome] = {}
    for subject in {s for m in messages if (s := subject_of(m.kind)) is not None}:
        found |= subject.unwanted(session, [m for m in messages if subject_of(m.kind) is subject], now)
    return found


def _settled(key: str, fate: Fate, now: datetime) -> dict[str, Any]:
    state = STATE_OF.get(fate.outcome, MessageState.STOPPED)
    return {
        "row": fate.message.id, "key": key, "new_state": state, "why": fate.failure, "provider": fate.provider_id,
        "sent": now if state == MessageState.SENT else None, "due": fate.send_at,
        "new_key": None if state == MessageState.QUEUED else key,
        "uncounted": 1 if fate.outcome == Outcome.QUIET_HOURS else 0,  # waiting for the day is not a try
    }  # fmt: skip


_SETTLE = (
    update(Message)
    .where(
        Message.id == bindparam("row"),
        Message.lease_key == bindparam("key"),
        one_of(Message.state, (MessageState.QUEUED, MessageState.HANDING_OVER, MessageState.UNCERTAIN)),
    )
    .values(
        state=bindparam("new_state"),
        failure=bindparam("why"),
        provider_id=func.coalesce(bindparam("provider", type_=String), Message.provider_id),
        sent_at=func.coalesce(bindparam("sent", type_=UtcDateTime), Message.sent_at),
        send_at=func.coalesce(bindparam("due", type_=UtcDateTime), Message.send_at),
        attempts=Message.attempts - bindparam("uncounted", type_=Integer),
        lease_key=bindparam("new_key"),
        lease_until=None,
    )
)


def _entry(fate: Fate) -> Entry:
    message = fate.message
    details = dict(fate.details) | ({"until": fate.send_at.isoformat()} if fate.send_at else {})
    return Entry(
        message.key, message.customer_id, message.kind, fate.outcome, channel=message.channel,
        invitation_id=message.invitation_id, details=details,
    )  # fmt: skip
