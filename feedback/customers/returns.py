"""Goods come back: returns are stored once and add up on their purchase."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from feedback.customers.checking import checked_return, sort_out
from feedback.customers.cleaning import Faults
from feedback.customers.given import Fate, GivenReturn, Taken
from feedback.customers.matching import ARRIVALS
from feedback.customers.models import Purchase, Return
from feedback.customers.money import smallest_units
from feedback.db.serialising import one_at_a_time
from feedback.errors import Invalid


def register_return(session: Session, given: GivenReturn, now: datetime) -> Taken:
    """Store one return. Raises Invalid with what is wrong."""
    taken = register_returns(session, [given], now)[0]
    if taken.fate == Fate.REJECTED:
        raise Invalid("The return cannot be taken.", taken.errors)
    return taken


def register_returns(session: Session, rows: Sequence[GivenReturn], now: datetime) -> list[Taken]:
    """Store returns; says of each row, in order, what became of it. Together they never exceed the purchase."""
    one_at_a_time(session, ARRIVALS)
    checked, answers = sort_out(rows, lambda row, faults: checked_return(row, now, faults))
    batch = _Batch(session, [row for _, row in checked])
    for n, row in checked:
        answers[n] = batch.take(row)
    stored = batch.store(session, now)
    for n, row in checked:
        if answers[n].row_id is None and answers[n].fate != Fate.REJECTED:
            answers[n] = replace(answers[n], row_id=stored[row.external_id])
    return [answers[n] for n in range(len(rows))]


@dataclass(frozen=True)
class _Fresh:
    purchase_id: int
    amount: int
    returned_at: datetime


class _Batch:
    """What is known of the purchases of one batch while its returns are added up."""

    def __init__(self, session: Session, rows: Sequence[GivenReturn]) -> None:
        purchases = select(
            Purchase.external_id, Purchase.id, Purchase.customer_id, Purchase.amount, Purchase.currency,
            Purchase.returned_amount,
        ).where(Purchase.external_id.in_({row.purchase_external_id for row in rows}))  # fmt: skip
        known = select(Return.external_id, Return.id, Return.purchase_id, Return.amount).where(
            Return.external_id.in_({row.external_id for row in rows})
        )
        self.purchases = {row.external_id: row for row in session.execute(purchases)}
        self.known = {row.external_id: row for row in session.execute(known)}
        self.returned = {row.id: row.returned_amount for row in self.purchases.values()}
        self.fresh: dict[str, _Fresh] = {}

    def take(self, row: GivenReturn) -> Taken:
        purchase = self.purchases.get(row.purchase_external_id)
        if purchase is None:
            return Taken(Fate.REJECTED, errors={"purchase_external_id": "is not a purchase we know"})
        faults = Faults()
        amount = faults.check("amount", smallest_units, row.amount, purchase.currency)
        if faults:
            return Taken(Fate.REJECTED, errors=dict(faults))
        seen = self.known.get(row.external_id) or self.fresh.get(row.external_id)
        if seen is not None:
            others = {
                "purchase_external_id": seen.purchase_id != purchase.id,
                "amount": amount not in (None, seen.amount),
            }
            differs = tuple(name for name, is_other in others.items() if is_other)
            return Taken(Fate.SEEN, getattr(seen, "id", None), purchase.customer_id, differs=differs)
        left = purchase.amount - self.returned[purchase.id]
        amount = left if amount is None else amount
        if amount > left:
            return Taken(Fate.REJECTED, errors={"amount": "is more than is left of the purchase"})
        self.returned[purchase.id] += amount
        self.fresh[row.external_id] = _Fresh(purchase.id, amount, row.returned_at)
        return Taken(Fate.NEW, None, purchase.customer_id)

    def store(self, session: Session, now: datetime) -> dict[str, int]:
        if not self.fresh:
            return {}
        rows = [
            {"external_id": key, "created_at": now, "is_accrued": False, **vars(row)} for key, row in self.fresh.items()
        ]
        stored = dict(session.execute(insert(Return).returning(Return.external_id, Return.id), rows).all())
        touched = {row.purchase_id for row in self.fresh.values()}
        session.execute(
            update(Purchase), [{"id": row_id, "returned_amount": self.returned[row_id]} for row_id in touched]
        )
        return stored
