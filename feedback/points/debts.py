"""Debts of points: what a return should take back but was spent already. Never a silent negative balance."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.db.inserting import insert_many
from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot


def lock_account(session: Session, customer_id: int) -> None:
    """Wait until nobody else moves points of this customer; rows that merely refer to the customer do not wait."""
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))


def owe(
    session: Session, customer_id: int, points: int, rule: str, purchase_id: int | None, key: str, now: datetime
) -> None:
    """Write down a debt. The caller holds the account and has made sure that the key is new."""
    debt = PointsDebt(customer_id=customer_id, purchase_id=purchase_id, points=points, remaining=points, created_at=now)
    session.add(debt)
    session.flush()
    session.add(
        PointsEntry(
            idempotency_key=key, customer_id=customer_id, debt_id=debt.id, kind=EntryKind.OWE, rule=rule,
            points=-points, at=now, purchase_id=purchase_id,
        )
    )  # fmt: skip
    session.flush()


def settle(session: Session, customer_id: int, now: datetime) -> int:
    """Let active points repay what is owed, oldest first; returns how many did. The caller holds the account."""
    debts = list(
        session.scalars(
            select(PointsDebt)
            .where(PointsDebt.customer_id == customer_id, PointsDebt.remaining > 0)
            .order_by(PointsDebt.id)
            .execution_options(populate_existing=True)
        )
    )
    if not debts:
        return 0
    lots = active_lots(session, customer_id, now)
    paid = 0
    for debt in debts:
        for lot in lots:
            points = min(lot.remaining, debt.remaining)
            if points > 0:
                _repay(session, lot, debt, points, now)
                paid += points
    session.flush()
    return paid


def active_lots(session: Session, customer_id: int, now: datetime) -> list[PointsLot]:
    """Lots that can be spent at `now`, in the order in which they are: those that expire first go first."""
    query = (
        select(PointsLot)
        .where(
            PointsLot.customer_id == customer_id, PointsLot.remaining > 0, PointsLot.state != LotState.HELD,
            PointsLot.active_from <= now, PointsLot.expires_at > now,
        )
        .order_by(PointsLot.expires_at, PointsLot.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return list(session.scalars(query))


def _repay(session: Session, lot: PointsLot, debt: PointsDebt, points: int, now: datetime) -> None:
    lot.remaining -= points
    debt.remaining -= points
    if lot.remaining == 0:
        lot.state = LotState.SPENT
    # A debt and a lot meet again only after the lot was refilled: what is left of the debt tells the times apart.
    key = f"repay:{debt.id}:{debt.remaining}"
    common = {
        "customer_id": debt.customer_id, "kind": EntryKind.REPAY, "rule": lot.rule, "at": now,
        "purchase_id": debt.purchase_id, "user_id": None, "reason": None,
    }  # fmt: skip
    from_lot = {"idempotency_key": key, "lot_id": lot.id, "debt_id": None, "points": -points}
    to_debt = {"idempotency_key": f"{key}:debt", "lot_id": None, "debt_id": debt.id, "points": points}
    insert_many(session, PointsEntry, [common | from_lot, common | to_debt])


def settle_due(session: Session, now: datetime, limit: int = 500) -> int:
    """Repay debts of customers who have active points again; returns for how many customers something was repaid."""
    has_points = (
        select(PointsLot.id)
        .where(
            PointsLot.customer_id == PointsDebt.customer_id, PointsLot.remaining > 0, PointsLot.state != LotState.HELD,
            PointsLot.active_from <= now, PointsLot.expires_at > now,
        )
        .exists()
    )  # fmt: skip
    query = select(PointsDebt.customer_id).where(PointsDebt.remaining > 0, has_points).distinct().limit(limit)
    return sum(_settle_one(session, customer_id, now) for customer_id in session.scalars(query).all())


def _settle_one(session: Session, customer_id: int, now: datetime) -> bool:
    lock_account(session, customer_id)
    return settle(session, customer_id, now) > 0


def close_lots(session: Session, lot_ids: Iterable[int], state: LotState) -> None:
    """Lots with nothing left get the state that says why."""
    ids = list(lot_ids)
    if ids:
        session.execute(
            update(PointsLot).where(PointsLot.id.in_(ids), PointsLot.remaining == 0).values(state=state),
            execution_options={"synchronize_session": False},
        )
