"""What the programme gives and costs: points granted by rule, spent, expired; what expires soon; what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.points.models import EntryKind, LotState, PointsEntry, PointsLot, PointsSweep

PERIOD = timedelta(days=30)
HELD_SHOWN = 50


@dataclass(frozen=True)
class Movement:
    """Points of one kind and rule over the period, and in how many entries."""

    kind: str
    rule: str
    points: int
    entries: int


@dataclass(frozen=True)
class HeldLot:
    """Points that wait for a look."""

    lot_id: int
    customer_id: int
    name: str | None
    external_id: str | None
    points: int
    signs: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class Proof:
    """The nightly proof of the ledger: when it was made last, and how many faults it found."""

    at: datetime
    faults: int


def movements(session: Session, now: datetime) -> list[Movement]:
    """What moved in the last 30 days, the largest first."""
    total = func.sum(PointsEntry.points)
    query = (
        select(PointsEntry.kind, PointsEntry.rule, total, func.count())
        .where(PointsEntry.at > now - PERIOD, PointsEntry.at <= now)
        .where(PointsEntry.kind.not_in((EntryKind.MOVE, EntryKind.REPAY)))
        .group_by(PointsEntry.kind, PointsEntry.rule)
        .order_by(func.abs(total).desc())
    )
    return [Movement(row[0], row[1], int(row[2]), row[3]) for row in session.execute(query)]


def expiring(session: Session, now: datetime) -> int:
    """Points that expire within 30 days if nobody spends them."""
    query = select(func.coalesce(func.sum(PointsLot.remaining), 0)).where(
        PointsLot.remaining > 0, PointsLot.expires_at > now, PointsLot.expires_at <= now + PERIOD
    )
    return int(session.scalar(query) or 0)


def held_lots(session: Session) -> list[HeldLot]:
    """Held points, the oldest first."""
    query = (
        select(
            PointsLot.id, PointsLot.customer_id, Customer.name, Customer.external_id, PointsLot.remaining,
            PointsLot.held_for, PointsLot.created_at,
        )
        .join(Customer, Customer.id == PointsLot.customer_id)
        .where(PointsLot.state == LotState.HELD, PointsLot.remaining > 0)
        .order_by(PointsLot.active_from, PointsLot.id)
        .limit(HELD_SHOWN)
    )  # fmt: skip
    return [
        HeldLot(lot_id, customer_id, name, external_id, points, tuple(signs or ()), since)
        for lot_id, customer_id, name, external_id, points, signs, since in session.execute(query)
    ]


def last_proof(session: Session) -> Proof | None:
    """The newest finished proof."""
    query = (
        select(PointsSweep.finished_at, PointsSweep.done)
        .where(PointsSweep.kind == "proof", PointsSweep.finished_at.is_not(None))
        .order_by(PointsSweep.day.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None or row[0] is None else Proof(row[0], row[1])
