"""The clock of lots: they become active after the return window and expire a year later. In batches, resumable."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.db.inserting import insert_many
from feedback.points.models import EntryKind, LotState, PointsEntry, PointsLot

BATCH = 5000
LOTS = cast(Table, PointsLot.__table__)


def activate_due(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Locked lots whose window is over become active; returns how many."""
    due = (
        select(LOTS.c.id)
        .where(LOTS.c.state == LotState.LOCKED, LOTS.c.active_from <= now)
        .order_by(LOTS.c.active_from)
        .limit(limit)
    )
    result = session.connection().execute(
        update(LOTS).where(LOTS.c.id.in_(due), LOTS.c.state == LotState.LOCKED).values(state=LotState.ACTIVE)
    )
    return result.rowcount


def expire_due(session: Session, now: datetime, limit: int = BATCH) -> int:
    """What is left of lots past their time leaves the balance; returns how many lots. Held ones wait for a human."""
    due = (
        select(LOTS.c.id, LOTS.c.customer_id)
        .where(LOTS.c.remaining > 0, LOTS.c.expires_at <= now, LOTS.c.state != LotState.HELD)
        .order_by(LOTS.c.expires_at, LOTS.c.id)
        .limit(limit)
    )
    found = session.execute(due).all()
    if not found:
        return 0
    owners = sorted({row.customer_id for row in found})
    session.execute(
        select(Customer.id).where(Customer.id.in_(owners)).order_by(Customer.id).with_for_update(key_share=True)
    )
    # Looked at again under the lock: somebody may just have paid with these points.
    again = select(LOTS.c.id, LOTS.c.customer_id, LOTS.c.rule, LOTS.c.remaining, LOTS.c.purchase_id).where(
        LOTS.c.id.in_([row.id for row in found]), LOTS.c.remaining > 0
    )
    rows = session.execute(again).all()
    if rows:
        insert_many(session, PointsEntry, [_entry(row, now) for row in rows])
        emptied = update(LOTS).where(LOTS.c.id == bindparam("row")).values(remaining=0, state=LotState.EXPIRED)
        session.connection().execute(emptied, [{"row": row.id} for row in rows])
    return len(found)


def _entry(row: object, now: datetime) -> dict[str, object]:
    lot = cast(PointsLot, row)
    return {
        # With the moment: were the clock set back, a lot could be refilled and expire again.
        "idempotency_key": f"expire:{lot.id}:{now:%Y%m%d%H%M%S}", "customer_id": lot.customer_id, "lot_id": lot.id,
        "debt_id": None, "kind": EntryKind.EXPIRE, "rule": lot.rule, "points": -lot.remaining, "at": now,
        "purchase_id": lot.purchase_id, "user_id": None, "reason": None,
    }  # fmt: skip
