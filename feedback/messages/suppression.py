"""The suppression list and the act of leaving. Addresses are kept as hashes only.

`unsubscribed` stops mailings, while requests of the customer are still answered; a dead address (`bounced`), a
complaint and an erasure stop everything.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.customers.consents import ConsentAct, record_consents
from feedback.customers.models import Customer, Purpose
from feedback.db.inserting import insert_once
from feedback.messages.addresses import hash_address
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.kinds import subjects
from feedback.messages.models import Message, MessageState, Suppression
from feedback.messages.policy import KIND_RULES, Outcome, SuppressionReason

TEXT_VERSION = "unsubscribe-1"


def listed(session: Session, channel: str, addresses: Sequence[str]) -> dict[str, SuppressionReason]:
    """Those of the addresses that are on the list, with the reason."""
    hashes = {hash_address(channel, address): address for address in addresses}
    query = select(Suppression.address_hash, Suppression.reason).where(
        Suppression.channel == channel, Suppression.address_hash.in_(hashes)
    )
    found = {row.address_hash: SuppressionReason(row.reason) for row in session.execute(query)} if hashes else {}
    return {address: found[h] for address in addresses if (h := hash_address(channel, address)) in found}


def is_suppressed(session: Session, channel: str, address: str) -> bool:
    """Whether the address is on the list, for whatever reason."""
    return bool(listed(session, channel, [address]))


def suppress(
    session: Session, channel: str, address: str, reason: SuppressionReason, now: datetime, source: str
) -> bool:
    """Put an address on the list; True when it was not there. A reason that stops everything replaces a milder one."""
    address_hash = hash_address(channel, address)
    values = {"reason": reason, "at": now, "source": source}
    if insert_once(session, Suppression, channel=channel, address_hash=address_hash, **values) is not None:
        return True
    if reason != SuppressionReason.UNSUBSCRIBED:
        session.execute(
            update(Suppression)
            .where(
                Suppression.channel == channel,
                Suppression.address_hash == address_hash,
                Suppression.reason == SuppressionReason.UNSUBSCRIBED,
            )
            .values(**values),
            execution_options={"synchronize_session": False},
        )
    return False


def unsubscribe(session: Session, customer_id: int, channel: str, now: datetime, source: str) -> None:
    """Stop all mailings to the customer on this channel: those planned, those in the outbox, those to come.

    Safe to call twice. Requests of the customer are still answered. `source` says where it was asked.
    """
    _suppress_customer(session, customer_id, channel, now, source)
    revoked = ConsentAct(customer_id, Purpose.ADVERTISING, False, now, channel, TEXT_VERSION, source)
    record_consents(session, [revoked])
    _stop_queued(session, customer_id, channel, now)
    for subject in subjects():
        subject.withdraw(session, customer_id, channel, now)


def _suppress_customer(session: Session, customer_id: int, channel: str, now: datetime, source: str) -> None:
    column = Customer.email if channel == "email" else Customer.phone
    address = session.scalar(select(column).where(Customer.id == customer_id))
    if address:
        suppress(session, channel, address, SuppressionReason.UNSUBSCRIBED, now, source)


def _stop_queued(session: Session, customer_id: int, channel: str, now: datetime) -> None:
    mailings = [kind for kind, rule in KIND_RULES.items() if rule.is_mailing]
    stopped = session.execute(
        update(Message)
        .where(
            Message.customer_id == customer_id,
            Message.channel == channel,
            Message.state == MessageState.QUEUED,
            Message.kind.in_(mailings),
        )
        .values(state=MessageState.STOPPED, failure=Outcome.SUPPRESSED)
        .returning(Message.idempotency_key, Message.kind, Message.invitation_id),
        execution_options={"synchronize_session": False},
    ).all()
    entries = [
        Entry(key, customer_id, kind, Outcome.SUPPRESSED, channel=channel, invitation_id=invitation_id)
        for key, kind, invitation_id in stopped
    ]
    record_decisions(session, entries, now)
