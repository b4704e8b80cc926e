"""Taking back: what a returned purchase earned, what a human refuses, what was given by mistake."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, NotFound
from feedback.points.debts import lock_account, owe, settle
from feedback.points.models import EntryKind, LotState, PointsEntry, PointsLot
from feedback.points.rules import LIFE, Rule

USED = (EntryKind.SPEND, EntryKind.RESTORE, EntryKind.REPAY)


def reverse_earned(session: Session, customer_id: int, purchase_id: int, target: int, key: str, now: datetime) -> int:
    """Bring what a purchase earned down to `target`; returns the points taken back or owed.

    Points that are still there go first; of the rest only those that were used are owed, expired ones are gone anyway.
    The caller holds the account and the key is new.
    """
    lots = list(
        session.scalars(
            select(PointsLot)
            .where(PointsLot.purchase_id == purchase_id, PointsLot.rule == Rule.PURCHASE)
            .order_by(PointsLot.id)
            .execution_options(populate_existing=True)
        )
    )
    sums = _sums(session, purchase_id, [lot.id for lot in lots])
    taken_before = -sums.get(EntryKind.REVERSE, 0) - sums.get(EntryKind.OWE, 0)
    excess = sums.get(EntryKind.AWARD, 0) - taken_before - target
    left = max(excess, 0)
    for place, lot in enumerate(lots):
        points = min(lot.remaining, left)
        if points:
            _take(session, lot, points, f"{key}#{place}" if place else key, purchase_id, now)
            left -= points
    used = -sum(sums.get(kind, 0) for kind in USED) + sums.get(EntryKind.OWE, 0)
    owed = max(min(left, used), 0)
    if owed:
        owe(session, customer_id, owed, Rule.PURCHASE, purchase_id, f"{key}:owed", now)
        settle(session, customer_id, now)
    return max(excess, 0) - left + owed


def release(session: Session, lot_id: int, now: datetime) -> PointsLot:
    """Somebody looked: the points are the customer's, with their whole life before them. Conflict where not held."""
    lot = _held(session, lot_id)
    lot.state = LotState.ACTIVE if lot.active_from <= now else LotState.LOCKED
    lot.expires_at = max(lot.active_from, now) + LIFE
    session.flush()
    settle(session, lot.customer_id, now)
    return lot


def refuse(session: Session, lot_id: int, reason: str, user_id: int, now: datetime) -> PointsLot:
    """Somebody looked: the points are not granted after all. Conflict where not held."""
    lot = _held(session, lot_id)
    _take(session, lot, lot.remaining, f"refuse:{lot.id}", lot.purchase_id, now, reason, user_id)
    return lot


def _sums(session: Session, purchase_id: int, lot_ids: list[int]) -> dict[str, int]:
    """The entries by kind: of the lots the purchase earned, and of debts over it."""
    of_lots = select(PointsEntry.kind, func.sum(PointsEntry.points)).where(PointsEntry.lot_id.in_(lot_ids))
    owed = select(PointsEntry.kind, func.sum(PointsEntry.points)).where(
        PointsEntry.purchase_id == purchase_id, PointsEntry.kind == EntryKind.OWE, PointsEntry.rule == Rule.PURCHASE
    )
    rows = [*session.execute(of_lots.group_by(PointsEntry.kind)), *session.execute(owed.group_by(PointsEntry.kind))]
    return {kind: int(points) for kind, points in rows}


def _take(
    session: Session,
    lot: PointsLot,
    points: int,
    key: str,
    purchase_id: int | None,
    now: datetime,
    reason: str | None = None,
    user_id: int | None = None,
) -> None:
    lot.remaining -= points
    if lot.remaining == 0:
        lot.state = LotState.REVERSED
    session.add(
        PointsEntry(
            idempotency_key=key, customer_id=lot.customer_id, lot_id=lot.id, kind=EntryKind.REVERSE, rule=lot.rule,
            points=-points, at=now, purchase_id=purchase_id, user_id=user_id, reason=reason,
        )
    )  # fmt: skip
    session.flush()


def _held(session: Session, lot_id: int) -> PointsLot:
    customer_id = session.scalar(select(PointsLot.customer_id).where(PointsLot.id == lot_id))
    if customer_id is None:
        raise NotFound("There are no such points.")
    lock_account(session, customer_id)
    lot = session.get_one(PointsLot, lot_id, populate_existing=True)
    if lot.state != LotState.HELD or lot.remaining == 0:
        raise Conflict("Somebody has looked at these points already.", reason="not_held")
    return lot
