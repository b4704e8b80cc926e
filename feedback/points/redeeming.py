"""Paying for a purchase with points: at most the tier's share of the maximum discount, never twice by one key."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase, PurchaseItem
from feedback.errors import Conflict, Invalid, NotFound
from feedback.points.debts import lock_account
from feedback.points.ledger import balance
from feedback.points.members import purchases_of
from feedback.points.programme import load_programme
from feedback.points.spending import LONGEST_KEY, Spent, spend, spent_on, spent_under
from feedback.points.tiers import Cap, Product, cap
from feedback.staff.company import load_company


@dataclass(frozen=True)
class Quote:
    """What may be paid for a purchase in points now; `most` heeds the cap, what is paid already and the balance."""

    purchase_id: int
    tier: str | None
    cap: Cap
    paid: int
    spendable: int

    @property
    def most(self) -> int:
        """The most points that can be spent now."""
        return max(min(self.cap.points - self.paid, self.spendable), 0)


def quote(session: Session, customer_id: int, purchase_id: int, now: datetime) -> Quote:
    """What the customer may pay in points for one of their purchases. Raises NotFound and Conflict."""
    bought = _bought(session, customer_id, purchase_id)
    today = now.astimezone(ZoneInfo(load_company(session).timezone)).date()
    programme = load_programme(session)
    terms = programme.terms("redemption", today) or {}
    tier = programme.tier_of(purchases_of(session, [customer_id]).get(customer_id, 0), today)
    items = select(
        PurchaseItem.sku, PurchaseItem.price, PurchaseItem.quantity, PurchaseItem.max_discount_percent
    ).where(PurchaseItem.purchase_id == purchase_id)
    products = [Product(*row) for row in session.execute(items)]
    most = cap(
        products, tier, terms.get("shares", {}), terms.get("default_max_discount_percent", 0),
        frozenset(terms.get("gifts", ())), bought.amount - bought.returned_amount,
    )  # fmt: skip
    paid = spent_on(session, purchase_id)
    return Quote(purchase_id, tier, most, paid, balance(session, customer_id, now).spendable)


def redeem(
    session: Session,
    customer_id: int,
    purchase_id: int,
    points: int,
    idempotency_key: str,
    now: datetime,
    user_id: int | None = None,
) -> Spent:
    """Pay for a purchase with points, once per key.

    Raises NotFound, Invalid, and Conflict with `reason`: `cap` (with `most`), `balance` (with `balance`),
    `other_customer`, `returned`, `key_used`.
    """
    _check(points, idempotency_key)
    key = f"redeem:{idempotency_key}"
    lock_account(session, customer_id)
    if spent_under(session, key) is None:
        _refuse_too_much(quote(session, customer_id, purchase_id, now), points)
    return spend(session, customer_id, points, key, now, purchase_id=purchase_id, user_id=user_id)


def _refuse_too_much(found: Quote, points: int) -> None:
    left = max(found.cap.points - found.paid, 0)
    if points > left:
        raise Conflict(
            f"At most {left} points can pay for this purchase: "
            f"the tier opens {found.cap.share} % of its maximum discount.",
            reason="cap", most=min(left, found.spendable),
        )  # fmt: skip
    if points > found.spendable:
        raise Conflict(
            f"The customer has {found.spendable} points to spend.", reason="balance", balance=found.spendable
        )


def _check(points: int, idempotency_key: str) -> None:
    errors = {}
    if not 0 < points <= 10**9:
        errors["points"] = "must be a whole number from 1"
    if not 0 < len(idempotency_key) <= LONGEST_KEY or not idempotency_key.isprintable():
        errors["idempotency_key"] = f"must have 1 to {LONGEST_KEY} printable characters"
    if errors:
        raise Invalid("The redemption cannot be made.", errors)


def _bought(session: Session, customer_id: int, purchase_id: int) -> Purchase:
    bought = session.get(Purchase, purchase_id, populate_existing=True)
    if bought is None:
        raise NotFound("There is no such purchase.")
    if bought.customer_id != customer_id:
        raise Conflict("This purchase is another customer's.", reason="other_customer")
    erased_at = session.scalar(select(Customer.erased_at).where(Customer.id == customer_id))
    if erased_at is not None:
        raise Conflict("This customer was erased.", reason="erased")
    if bought.returned_amount and bought.returned_amount >= bought.amount:
        raise Conflict("This purchase was returned.", reason="returned")
    return bought
