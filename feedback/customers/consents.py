"""Consents: recorded as acts, read as the newest per purpose and channel. Nothing is ever overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.customers.given import GivenConsent
from feedback.customers.models import Consent, Purpose

ANY = "any"


@dataclass(frozen=True)
class ConsentAct:
    """One act as it is stored; `at` is when the customer did it."""

    customer_id: int
    purpose: str
    is_given: bool
    at: datetime
    channel: str = ANY
    text_version: str = "unknown"
    source: str = "unknown"


def record_consents(session: Session, acts: Sequence[ConsentAct]) -> int:
    """Store the acts that change something, oldest first; what repeats or is older than the newest is left out."""
    newest = newest_consents(session, {act.customer_id for act in acts})
    rows = []
    for act in sorted(acts, key=lambda act: act.at):
        known = newest.get((act.customer_id, act.purpose, act.channel))
        if known is not None and (known.is_given == act.is_given or known.at > act.at):
            continue
        newest[(act.customer_id, act.purpose, act.channel)] = act
        rows.append(vars(act))
    if rows:
        session.execute(insert(Consent), rows)
    return len(rows)


def newest_consents(session: Session, customer_ids: Iterable[int]) -> dict[tuple[int, str, str], ConsentAct]:
    """The newest act of each customer, purpose and channel."""
    query = (
        select(Consent.customer_id, Consent.purpose, Consent.channel, Consent.is_given, Consent.at,
               Consent.text_version, Consent.source)
        .where(Consent.customer_id.in_(list(customer_ids)))
        .order_by(Consent.at, Consent.id)
    )  # fmt: skip
    return {(row.customer_id, row.purpose, row.channel): ConsentAct(**row._asdict()) for row in session.execute(query)}


def has_consent(session: Session, customer_id: int, purpose: Purpose, channel: str = ANY) -> bool | None:
    """Whether the customer agreed: the newest act about this channel or about any; None where nothing was ever said."""
    query = (
        select(Consent.is_given)
        .where(Consent.customer_id == customer_id, Consent.purpose == purpose, Consent.channel.in_((ANY, channel)))
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def acts_given(customer_id: int, given: Iterable[GivenConsent], now: datetime, source: str) -> list[ConsentAct]:
    """Consents that came with a customer's data, as acts to record."""
    return [
        ConsentAct(customer_id, c.purpose, c.is_given, c.at or now, c.channel, c.text_version or "unknown", source)
        for c in given
    ]
