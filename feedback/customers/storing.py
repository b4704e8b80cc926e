"""Checked purchases into rows: new ones inserted with their items, known ones given what was missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.customers.given import GivenPurchase
from feedback.customers.models import Customer, LifecycleChange, LifecycleStatus, Purchase, PurchaseItem
from feedback.customers.places import Places, find_places
from feedback.customers.status import BACK_BY_BUYING
from feedback.db.inserting import insert_many

Buying = tuple[GivenPurchase, int]  # a checked purchase and its customer's id


@dataclass(frozen=True)
class Stored:
    """A purchase as it stands in the database."""

    row_id: int
    customer_id: int
    purchased_at: datetime
    delivered_at: datetime | None
    amount: int
    currency: str
    branch_id: int | None
    manager_id: int | None


COLUMNS = (
    Purchase.id.label("row_id"), Purchase.customer_id, Purchase.purchased_at, Purchase.delivered_at, Purchase.amount,
    Purchase.currency, Purchase.branch_id, Purchase.manager_id,
)  # fmt: skip


def known_purchases(session: Session, external_ids: Sequence[str]) -> dict[str, Stored]:
    """Those of the purchases that are stored already."""
    query = select(Purchase.external_id, *COLUMNS).where(Purchase.external_id.in_(external_ids))
    return {row[0]: Stored(*row[1:]) for row in session.execute(query)}


def store_new(session: Session, buyings: Sequence[Buying], now: datetime) -> dict[str, Stored]:
    """Insert purchases with their branches, managers and items."""
    if not buyings:
        return {}
    places = find_places(session, {(row.branch, row.manager) for row, _ in buyings})
    rows = [_purchase_row(row, customer_id, places, now) for row, customer_id in buyings]
    insert_many(session, Purchase, rows)
    stored = known_purchases(session, [row.external_id for row, _ in buyings])
    items = [{"purchase_id": stored[row.external_id].row_id, **vars(item)} for row, _ in buyings for item in row.items]
    if items:
        insert_many(session, PurchaseItem, items)
    return stored


def store_news(
    session: Session, rows: Sequence[GivenPurchase], known: dict[str, Stored]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Fill in what known purchases lacked, move deliveries to a later day; says per row what was filled and differs.

    Amount, currency, date and customer are never overwritten: points and figures rest on them.
    """
    places = find_places(
        session, {(row.branch, row.manager) for row in rows if _lacks_place(row, known[row.external_id])}
    )
    changed: dict[str, Stored] = {}
    answers = []
    for row in rows:
        before = known[row.external_id]
        after = _filled(row, before, places)
        filled = tuple(name for name in ("delivered_at", "branch", "manager") if _differ(before, after, name))
        if filled:
            known[row.external_id] = changed[row.external_id] = after
        kept = (("purchased_at", row.purchased_at), ("amount", row.amount), ("currency", row.currency))
        answers.append((filled, tuple(name for name, said in kept if said != getattr(after, name))))
    _update(session, list(changed.values()))
    return answers


def note_buyers(session: Session, buyings: Sequence[Buying], statuses: dict[int, str]) -> None:
    """People who bought become customers, from the day of that purchase on."""
    since: dict[int, datetime] = {}
    for row, customer_id in buyings:
        if statuses[customer_id] in BACK_BY_BUYING:
            since[customer_id] = min(row.purchased_at, since.get(customer_id, row.purchased_at))
    if not since:
        return
    ids = list(since)
    session.execute(
        update(Customer).where(Customer.id.in_(ids)).values(lifecycle_status=LifecycleStatus.CUSTOMER),
        execution_options={"synchronize_session": False},
    )
    changes = [{"customer_id": row_id, "status": LifecycleStatus.CUSTOMER, "at": at} for row_id, at in since.items()]
    insert_many(session, LifecycleChange, changes)


def _purchase_row(row: GivenPurchase, customer_id: int, places: Places, now: datetime) -> dict[str, Any]:
    return {
        "external_id": row.external_id, "customer_id": customer_id, "purchased_at": row.purchased_at,
        "delivered_at": row.delivered_at, "amount": row.amount, "currency": row.currency,
        "branch_id": places.branch_id(row.branch), "manager_id": places.manager_id(row.branch, row.manager),
        "attributes": row.attributes, "returned_amount": 0, "is_planned": False,
        "is_accrued": False, "created_at": now,
    }  # fmt: skip


def _lacks_place(row: GivenPurchase, stored: Stored) -> bool:
    return bool((row.branch and stored.branch_id is None) or (row.manager and stored.manager_id is None))


def _filled(row: GivenPurchase, before: Stored, places: Places) -> Stored:
    after = before
    if row.delivered_at and (before.delivered_at is None or row.delivered_at > before.delivered_at):
        after = replace(after, delivered_at=row.delivered_at)
    if row.branch and before.branch_id is None:
        after = replace(after, branch_id=places.branch_id(row.branch))
    if row.manager and before.manager_id is None:
        after = replace(after, manager_id=places.manager_id(row.branch, row.manager))
    return after


def _differ(before: Stored, after: Stored, name: str) -> bool:
    column = name if name == "delivered_at" else f"{name}_id"
    return bool(getattr(before, column) != getattr(after, column))


def _update(session: Session, purchases: list[Stored]) -> None:
    if purchases:
        names = ("delivered_at", "branch_id", "manager_id")
        session.execute(update(Purchase), [{"id": p.row_id} | {n: getattr(p, n) for n in names} for p in purchases])
