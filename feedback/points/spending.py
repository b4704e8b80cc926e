"""Spending: first in, first out, tied to lots, once per key; and giving back what was spent on goods that came back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.errors import Conflict
from feedback.points.debts import active_lots, lock_account, settle
from feedback.points.models import EntryKind, LotState, PointsEntry, PointsLot

LONGEST_KEY = 150  # characters; further lots of one act add a number to it
GRACE = timedelta(days=30)  # how long points live that come back after they would have expired
REDEMPTION = "redemption"
_ENTRY = (
    PointsEntry.idempotency_key, PointsEntry.customer_id, PointsEntry.purchase_id, PointsEntry.at, PointsEntry.points,
)  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """What was spent under a key; `is_new` is False when the key was used before and nothing moved now."""

    points: int
    is_new: bool


def spend(
    session: Session,
    customer_id: int,
    points: int,
    key: str,
    now: datetime,
    *,
    kind: EntryKind = EntryKind.SPEND,
    rule: str = REDEMPTION,
    purchase_id: int | None = None,
    user_id: int | None = None,
    reason: str | None = None,
) -> Spent:
    """Take points from active lots, those first that expire first. Repeated with its key it changes nothing.

    Raises Conflict (`balance`) where there are fewer, and Conflict (`key_used`) where the key stands for another act.
    """
    if points <= 0:
        raise ValueError("points to spend are at least one")
    lock_account(session, customer_id)
    before = spent_under(session, key)
    if before is not None:
        if before != (customer_id, purchase_id, points):
            raise Conflict("This idempotency key was used for another redemption.", reason="key_used")
        return Spent(points, False)
    settle(session, customer_id, now)
    lots = active_lots(session, customer_id, now)
    if sum(lot.remaining for lot in lots) < points:
        raise Conflict("There are not enough points.", reason="balance")
    left = points
    for place, lot in enumerate(lots):
        taken = min(lot.remaining, left)
        lot.remaining -= taken
        if lot.remaining == 0:
            lot.state = LotState.SPENT if kind == EntryKind.SPEND else LotState.CLOSED
        session.add(
            PointsEntry(
                idempotency_key=f"{key}#{place}" if place else key, customer_id=customer_id, lot_id=lot.id, kind=kind,
                rule=rule, points=-taken, at=now, purchase_id=purchase_id, user_id=user_id, reason=reason,
            )
        )  # fmt: skip
        left -= taken
        if left == 0:
            break
    session.flush()
    return Spent(points, True)


def spent_under(session: Session, key: str) -> tuple[int, int | None, int] | None:
    """Customer, purchase and points of the act with this key; None where the key is new."""
    first = session.execute(select(*_ENTRY).where(PointsEntry.idempotency_key == key)).one_or_none()
    if first is None:
        return None
    # An act writes all its entries at one moment. Not by a prefix of the key: collations order '#' as they like.
    beside = select(*_ENTRY).where(PointsEntry.customer_id == first.customer_id, PointsEntry.at == first.at)
    parts = [row for row in session.execute(beside) if row.idempotency_key.startswith(f"{key}#")]
    return first.customer_id, first.purchase_id, -first.points - sum(row.points for row in parts)


def spent_on(session: Session, purchase_id: int) -> int:
    """Points that pay for this purchase now: spent less given back."""
    query = select(func.coalesce(func.sum(PointsEntry.points), 0)).where(
        PointsEntry.purchase_id == purchase_id, PointsEntry.rule == REDEMPTION
    )
    return -int(session.scalar(query) or 0)


def give_back(session: Session, customer_id: int, purchase_id: int, points: int, key: str, now: datetime) -> None:
    """Return spent points of a purchase to the lots they came from, the last spent first; the key must be new.

    Where a lot has expired meanwhile they live 30 days more. The caller holds the account.
    """
    entries = session.execute(
        select(PointsEntry.lot_id, PointsEntry.points, PointsEntry.kind)
        .where(PointsEntry.purchase_id == purchase_id, PointsEntry.rule == REDEMPTION)
        .order_by(PointsEntry.id.desc())
    ).all()
    skip = sum(row.points for row in entries if row.kind == EntryKind.RESTORE)
    left, place = points, 0
    for row in entries:
        if row.kind != EntryKind.SPEND or left == 0:
            continue
        skipped = min(skip, -row.points)
        skip -= skipped
        back = min(-row.points - skipped, left)
        if back:
            _refill(session, customer_id, row.lot_id, back, f"{key}#{place}" if place else key, purchase_id, now)
            left, place = left - back, place + 1


def _refill(
    session: Session, customer_id: int, lot_id: int, points: int, key: str, purchase_id: int, now: datetime
) -> None:
    lot = session.get_one(PointsLot, lot_id, populate_existing=True)
    if lot.expires_at <= now or lot.customer_id != customer_id:
        lot = PointsLot(
            customer_id=customer_id, rule=lot.rule, points=points, remaining=0, state=LotState.ACTIVE, active_from=now,
            expires_at=max(lot.expires_at, now + GRACE), created_at=now,
        )  # fmt: skip
        session.add(lot)
        session.flush()
    lot.remaining += points
    if lot.state not in (LotState.HELD, LotState.LOCKED):
        lot.state = LotState.ACTIVE
    session.add(
        PointsEntry(
            idempotency_key=key, customer_id=customer_id, lot_id=lot.id, kind=EntryKind.RESTORE, rule=REDEMPTION,
            points=points, at=now, purchase_id=purchase_id,
        )
    )  # fmt: skip
    session.flush()
