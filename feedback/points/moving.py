"""Two customers turn out to be one: lots and debts move, with their dates, and the sum of both stays."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_many
from feedback.points.debts import lock_account, settle
from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot

Kept = TypeVar("Kept", PointsLot, PointsDebt)


def move_points(session: Session, from_id: int, to_id: int, now: datetime, user_id: int | None = None) -> int:
    """Move everything that is left of one customer's points and debts to another; returns the sum that moved.

    Said twice the second time moves nothing, for nothing is left.
    """
    if from_id == to_id:
        raise ValueError("one and the same customer")
    for customer_id in sorted((from_id, to_id)):  # always in one order, so that two merges wait for each other
        lock_account(session, customer_id)
    entries = [
        *(row for lot in _open(session, PointsLot, from_id) for row in _move_lot(session, lot, to_id, now)),
        *(row for debt in _open(session, PointsDebt, from_id) for row in _move_debt(session, debt, to_id, now)),
    ]
    common = {"kind": EntryKind.MOVE, "at": now, "user_id": user_id, "reason": None}
    session.flush()
    if entries:
        insert_many(session, PointsEntry, [common | row for row in entries])
        settle(session, to_id, now)
    return sum(row["points"] for row in entries if row["customer_id"] == to_id)


def _open(session: Session, table: type[Kept], customer_id: int) -> list[Kept]:
    query = select(table).where(table.customer_id == customer_id, table.remaining > 0).order_by(table.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _move_lot(session: Session, lot: PointsLot, to_id: int, now: datetime) -> list[dict[str, Any]]:
    points = lot.remaining
    new = PointsLot(
        customer_id=to_id, rule=lot.rule, points=points, remaining=points, state=lot.state, held_for=lot.held_for,
        active_from=lot.active_from, expires_at=lot.expires_at, purchase_id=lot.purchase_id, created_at=now,
    )  # fmt: skip
    session.add(new)
    session.flush()
    lot.remaining, lot.state = 0, LotState.CLOSED
    place = {"rule": lot.rule, "purchase_id": lot.purchase_id, "debt_id": None}
    return [
        place
        | {"idempotency_key": f"move:lot:{new.id}:from", "customer_id": lot.customer_id}
        | {"lot_id": lot.id, "points": -points},
        place | {"idempotency_key": f"move:lot:{new.id}", "customer_id": to_id, "lot_id": new.id, "points": points},
    ]  # fmt: skip


def _move_debt(session: Session, debt: PointsDebt, to_id: int, now: datetime) -> list[dict[str, Any]]:
    points = debt.remaining
    new = PointsDebt(
        customer_id=to_id, purchase_id=debt.purchase_id, points=points, remaining=points, created_at=debt.created_at
    )
    session.add(new)
    session.flush()
    debt.remaining = 0
    place = {"rule": "debt", "purchase_id": debt.purchase_id, "lot_id": None}
    return [
        place
        | {"idempotency_key": f"move:debt:{new.id}:from", "customer_id": debt.customer_id}
        | {"debt_id": debt.id, "points": points},
        place | {"idempotency_key": f"move:debt:{new.id}", "customer_id": to_id, "debt_id": new.id, "points": -points},
    ]  # fmt: skip
