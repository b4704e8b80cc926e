"""What the accountant and the auditor ask: statements, the balance at any moment, liability, and proof of it all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot

FAULTS_SHOWN = 100


@dataclass(frozen=True)
class Statement:
    """Points of a customer over a time: `opening` + `earned` - `used` - `lost` = `closing`."""

    opening: int
    earned: int
    used: int  # paid with, less what came back
    lost: int  # expired, taken back, owed, corrected, moved away
    closing: int


@dataclass(frozen=True)
class Liability:
    """All points that customers hold, and what they owe. One point is one unit of the currency at most."""

    active: int
    locked: int
    held: int
    owed: int
    customers: int

    @property
    def total(self) -> int:
        """What the company may have to honour."""
        return self.active + self.locked + self.held


@dataclass(frozen=True)
class Faults:
    """Rows whose remaining points are not the sum of their entries; none in a sound ledger."""

    lots: tuple[int, ...]
    debts: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many were found; at most `FAULTS_SHOWN` of each are looked for."""
        return len(self.lots) + len(self.debts)


def sum_at(session: Session, customer_id: int, moment: datetime) -> int:
    """The sum of the ledger of a customer right before `moment`."""
    total = func.coalesce(func.sum(PointsEntry.points), 0)
    return int(
        session.scalar(select(total).where(PointsEntry.customer_id == customer_id, PointsEntry.at < moment)) or 0
    )


def statement(session: Session, customer_id: int, since: datetime, until: datetime) -> Statement:
    """What happened to a customer's points from `since` (included) to `until` (excluded)."""
    query = (
        select(PointsEntry.kind, func.sum(PointsEntry.points))
        .where(PointsEntry.customer_id == customer_id, PointsEntry.at >= since, PointsEntry.at < until)
        .group_by(PointsEntry.kind)
    )
    sums = {kind: int(points) for kind, points in session.execute(query)}
    opening, earned = sum_at(session, customer_id, since), sums.get(EntryKind.AWARD, 0)
    used = -sums.get(EntryKind.SPEND, 0) - sums.get(EntryKind.RESTORE, 0)
    closing = opening + sum(sums.values())
    return Statement(opening, earned, used, opening + earned - used - closing, closing)


def liability(session: Session, now: datetime) -> Liability:
    """What customers hold at `now`."""
    state = case((PointsLot.state == LotState.HELD, "held"), (PointsLot.active_from > now, "locked"), else_="active")
    lots = select(state, func.sum(PointsLot.remaining)).where(PointsLot.remaining > 0).group_by(state)
    sums = {name: int(points) for name, points in session.execute(lots)}
    owed = session.scalar(select(func.coalesce(func.sum(PointsDebt.remaining), 0)).where(PointsDebt.remaining > 0))
    people = session.scalar(select(func.count(PointsLot.customer_id.distinct())).where(PointsLot.remaining > 0))
    return Liability(
        sums.get("active", 0), sums.get("locked", 0), sums.get("held", 0), int(owed or 0), int(people or 0)
    )


def check_ledger(session: Session) -> Faults:
    """Compare every lot and every debt with the sum of its entries, in two passes over the whole ledger."""
    return Faults(_unsound(session, PointsLot, 1), _unsound(session, PointsDebt, -1))


def _unsound(session: Session, table: type[PointsLot] | type[PointsDebt], sign: int) -> tuple[int, ...]:
    place = PointsEntry.lot_id if table is PointsLot else PointsEntry.debt_id
    sums = (
        select(
            place.label("row"),
            func.sum(PointsEntry.points).label("points"),
            func.max(PointsEntry.customer_id).label("last"),
            func.min(PointsEntry.customer_id).label("first"),
        )
        .where(place.is_not(None))
        .group_by(place)
        .subquery()
    )
    query = (
        select(table.id)
        .outerjoin(sums, sums.c.row == table.id)
        .where(
            or_(
                func.coalesce(sums.c.points, 0) != sign * table.remaining,
                sums.c.first != table.customer_id,
                sums.c.last != table.customer_id,
            )
        )
        .order_by(table.id)
        .limit(FAULTS_SHOWN)
    )
    return tuple(session.scalars(query))
