"""Purchases and customers come in: checked, matched, stored once. The same rows again change nothing.

Rows are taken in batches: what a batch needs is looked up at once, and one bad row never stops the good ones.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.customers.checking import checked_customer, checked_purchase, sort_out
from feedback.customers.given import Fate, GivenCustomer, GivenPurchase, Taken
from feedback.customers.matching import match_customers
from feedback.customers.storing import Stored, known_purchases, note_buyers, store_new, store_news
from feedback.errors import Invalid

BATCH = 1000


def register_purchase(
    session: Session,
    given: GivenPurchase,
    now: datetime,
    secret: str,
    *,
    home: str | None = None,
    source: str = "import",
) -> Taken:
    """Store one purchase with its customer. Raises Invalid with what is wrong."""
    taken = register_purchases(session, [given], now, secret, home=home, source=source)[0]
    if taken.fate == Fate.REJECTED:
        raise Invalid("The purchase cannot be taken.", taken.errors)
    return taken


def register_purchases(
    session: Session,
    rows: Sequence[GivenPurchase],
    now: datetime,
    secret: str,
    *,
    home: str | None = None,
    source: str = "import",
) -> list[Taken]:
    """Store purchases with their customers, branches and managers; says of each row, in order, what became of it.

    `home` is the company's country, by which national phone numbers are read; `source` is noted with consents.
    """
    answers: list[Taken] = []
    for start in range(0, len(rows), BATCH):
        answers += _take_batch(session, rows[start : start + BATCH], now, secret, home, source)
    return answers


def register_customers(
    session: Session,
    rows: Sequence[GivenCustomer],
    now: datetime,
    secret: str,
    *,
    home: str | None = None,
    source: str = "import",
) -> list[Taken]:
    """Store customers who may have bought nothing yet; says of each row, in order, what became of it."""
    checked, answers = sort_out(rows, lambda row, faults: checked_customer(row, now, faults, home))
    for start in range(0, len(checked), BATCH):
        batch = checked[start : start + BATCH]
        matched = match_customers(session, [(customer, now) for _, customer in batch], now, secret, source)
        for (n, _), found in zip(batch, matched, strict=True):
            fate = Fate.NEW if found.is_new else Fate.UPDATED if found.is_changed else Fate.SEEN
            answers[n] = Taken(fate, found.customer_id, found.customer_id)
    return [answers[n] for n in range(len(rows))]


def _take_batch(
    session: Session, rows: Sequence[GivenPurchase], now: datetime, secret: str, home: str | None, source: str
) -> list[Taken]:
    checked, answers = sort_out(rows, lambda row, faults: checked_purchase(row, now, faults, home))
    if not checked:
        return [answers[n] for n in range(len(rows))]
    matched = match_customers(session, [(row.customer, row.purchased_at) for _, row in checked], now, secret, source)
    known = known_purchases(session, [row.external_id for _, row in checked])
    fresh: dict[str, tuple[GivenPurchase, int]] = {}
    for (_, row), found in zip(checked, matched, strict=True):
        if row.external_id not in known:
            fresh.setdefault(row.external_id, (row, found.customer_id))
    known |= store_new(session, list(fresh.values()), now)
    note_buyers(session, list(fresh.values()), {m.customer_id: m.status for m in matched})
    news = store_news(session, [row for _, row in checked], known)
    for (n, row), found, (filled, differs) in zip(checked, matched, news, strict=True):
        is_new = row.external_id in fresh and fresh[row.external_id][0] is row
        answers[n] = _answer(is_new, known[row.external_id], filled, differs, found.is_changed)
    return [answers[n] for n in range(len(rows))]


def _answer(
    is_new: bool, stored: Stored, filled: tuple[str, ...], differs: tuple[str, ...], is_customer_changed: bool
) -> Taken:
    if is_new:
        return Taken(Fate.NEW, stored.row_id, stored.customer_id)
    filled = (*filled, "customer") if is_customer_changed else filled
    return Taken(
        Fate.UPDATED if filled else Fate.SEEN, stored.row_id, stored.customer_id, filled=filled, differs=differs
    )
