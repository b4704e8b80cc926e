"""What purchases earn and what returns take back, in the background: each purchase and each return once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase, PurchaseItem, Return
from feedback.points.debts import lock_account, settle
from feedback.points.granting import Award, award_many
from feedback.points.members import company_day, note_members
from feedback.points.models import EntryKind, PointsEntry
from feedback.points.programme import Programme, load_programme
from feedback.points.reversing import reverse_earned
from feedback.points.rules import Line, Rule, kept_after_return, purchase_grant, purchase_points
from feedback.points.spending import give_back, spent_on
from feedback.staff.company import load_company

BATCH = 1000
PURCHASE_COLUMNS = (
    Purchase.id, Purchase.customer_id, Purchase.purchased_at, Purchase.delivered_at, Purchase.amount,
    Purchase.created_at, Customer.is_test, Customer.is_staff, Customer.erased_at,
)  # fmt: skip


def accrue_purchases(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Credit the points of purchases that came in; returns how many purchases were looked at."""
    query = (
        select(*PURCHASE_COLUMNS)
        .join(Customer, Customer.id == Purchase.customer_id)
        .where(~Purchase.is_accrued)
        .order_by(Purchase.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    if not rows:
        return 0
    programme, today = load_programme(session), company_day(session, now)
    points = points_of_purchases(session, rows, programme)
    awards = [
        Award(
            row.customer_id,
            purchase_grant(points[row.id], max(row.purchased_at, row.delivered_at or row.purchased_at)),
            f"purchase:{row.id}",
            row.id,
        )
        for row in rows
    ]  # fmt: skip
    award_many(session, awards, now)
    members = {row.customer_id for row in rows if not (row.is_test or row.is_staff or row.erased_at)}
    note_members(session, members, programme, today)
    session.execute(
        update(Purchase).where(Purchase.id.in_([row.id for row in rows])).values(is_accrued=True),
        execution_options={"synchronize_session": False},
    )
    return len(rows)


def points_of_purchases(session: Session, rows: Sequence[Any], programme: Programme) -> dict[int, int]:
    """Per purchase (see `PURCHASE_COLUMNS`) the points it earns by the rules of its day.

    Purchases of test customers and staff earn nothing, nor do those told later than the rule allows: a company that
    brings its old sales in does not owe points for them.
    """
    zone = ZoneInfo(load_company(session).timezone)
    terms = {row.id: programme.terms("purchase", row.purchased_at.astimezone(zone).date()) for row in rows}
    needs_lines = [row.id for row in rows if (terms[row.id] or {}).get("categories")]
    lines = _lines(session, needs_lines)
    return {row.id: _points(row, terms[row.id], lines.get(row.id, ())) for row in rows}


def accrue_returns(session: Session, now: datetime, limit: int = 200) -> int:
    """Take back what returned goods earned and give back the points they were paid with; returns how many returns.

    A return waits for its purchase: what was not credited cannot be taken back.
    """
    query = (
        select(Return.id, Return.purchase_id, Return.amount, Purchase.customer_id, Purchase.amount.label("whole"))
        .join(Purchase, Purchase.id == Return.purchase_id)
        .where(~Return.is_accrued, Purchase.is_accrued)
        .order_by(Return.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    if not rows:
        return 0
    for row in rows:
        _take_back(session, row, now)
    today = company_day(session, now)
    note_members(session, {row.customer_id for row in rows}, load_programme(session), today)
    session.execute(
        update(Return).where(Return.id.in_([row.id for row in rows])).values(is_accrued=True),
        execution_options={"synchronize_session": False},
    )
    return len(rows)


def _take_back(session: Session, row: Any, now: datetime) -> None:
    lock_account(session, row.customer_id)
    before = session.scalar(
        select(func.coalesce(func.sum(Return.amount), 0)).where(
            Return.purchase_id == row.purchase_id, Return.id < row.id
        )
    )
    returned = int(before or 0) + row.amount
    earned = session.scalar(
        select(func.coalesce(func.sum(PointsEntry.points), 0)).where(
            PointsEntry.purchase_id == row.purchase_id,
            PointsEntry.kind == EntryKind.AWARD,
            PointsEntry.rule == Rule.PURCHASE,
        )
    )
    key = f"return:{row.id}"
    if earned:
        target = kept_after_return(int(earned), row.whole, returned)
        reverse_earned(session, row.customer_id, row.purchase_id, target, key, now)
    paid = spent_on(session, row.purchase_id)
    back = paid - kept_after_return(paid, row.whole - returned + row.amount, row.amount)
    if back > 0:
        give_back(session, row.customer_id, row.purchase_id, back, f"{key}:back", now)
        settle(session, row.customer_id, now)


def _points(row: Any, terms: Mapping[str, Any] | None, lines: Sequence[Line]) -> int:
    if terms is None or row.is_test or row.is_staff or row.erased_at:
        return 0
    if row.created_at - row.purchased_at > timedelta(days=int(terms["late_days"])):
        return 0
    return purchase_points(row.amount, int(terms["percent"]), terms["categories"], lines)


def _lines(session: Session, purchase_ids: Sequence[int]) -> dict[int, list[Line]]:
    if not purchase_ids:
        return {}
    query = select(PurchaseItem.purchase_id, PurchaseItem.category, PurchaseItem.price, PurchaseItem.quantity).where(
        PurchaseItem.purchase_id.in_(purchase_ids)
    )
    found: dict[int, list[Line]] = {}
    for purchase_id, category, price, quantity in session.execute(query):
        found.setdefault(purchase_id, []).append(Line(category, price, quantity))
    return found
