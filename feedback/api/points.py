"""`GET /customers/<external_id>/points`: balance and movements; `POST /points/redemptions`: paying with them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.customers import customer_by_external_id, told
from feedback.api.examples import REDEMPTION
from feedback.api.pages import PageIn, read_page
from feedback.api.wire import Key, Wire
from feedback.clock import utc_now
from feedback.customers.cleaning import storable
from feedback.customers.models import Purchase
from feedback.db import transaction
from feedback.errors import NotFound
from feedback.points.ledger import Balance, balance
from feedback.points.models import PointsEntry
from feedback.points.redeeming import redeem
from feedback.points.spending import LONGEST_KEY
from feedback.staff.api_keys import Scope


class BalanceOut(BaseModel):
    """Points as they are now; only active ones can be spent."""

    active: int
    locked: int = Field(description="Become active after the return window.")
    held: int = Field(description="Wait for a human.")
    debt: int = Field(description="Were spent before a return took them back; the next active points repay them.")
    spendable: int = Field(description="Active points less the debt: what can be paid with.")
    total: int = Field(description="The sum of all entries: active, locked and held, less the debt.")


class EntryOut(BaseModel):
    """One movement; the sum of all points is the total."""

    id: int
    at: datetime
    kind: str
    rule: str
    points: int
    purchase_external_id: str | None


class RedemptionIn(Wire):
    """Points that pay for a purchase. The same key again changes nothing."""

    idempotency_key: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=LONGEST_KEY)]
    customer_external_id: Key
    purchase_external_id: Key
    points: Annotated[int, Field(strict=True, ge=1, le=10**9)]


class RedemptionOut(BaseModel):
    """What was paid, and the balance after it."""

    idempotency_key: str
    points: int
    amount: str = Field(description="What the points pay, in the currency of the purchase: one point is one unit.")
    balance: BalanceOut


class PointsOut(BaseModel):
    """Balance, and one page of movements, oldest first."""

    customer_external_id: str
    tier: str | None
    balance: BalanceOut
    entries: list[EntryOut]
    next_cursor: str | None


@api.get("/customers/<path:external_id>/points")
@needs(Scope.POINTS_READ)
@api.input(PageIn, location="query", arg_name="asked")
@api.output(PointsOut)
def read_points(external_id: str, asked: PageIn) -> Any:
    """Read a customer's points"""
    with transaction() as session:
        customer = customer_by_external_id(session, external_id)
        has = balance(session, customer.id, utc_now())
        query = (
            select(
                PointsEntry.id, PointsEntry.at, PointsEntry.kind, PointsEntry.rule, PointsEntry.points,
                Purchase.external_id.label("purchase_external_id"),
            )
            .outerjoin(Purchase, Purchase.id == PointsEntry.purchase_id)
            .where(PointsEntry.customer_id == customer.id)
        )  # fmt: skip
        page = read_page(session, query, PointsEntry.at, PointsEntry.id, asked)
        told(session, "api_read_points", customer.id)
    return PointsOut(
        customer_external_id=external_id, tier=customer.tier, next_cursor=page.next_cursor,
        balance=_balance_out(has),
        entries=[EntryOut(**row._asdict()) for row in page.rows],
    )  # fmt: skip


@api.post("/points/redemptions")
@needs(Scope.POINTS_WRITE)
@api.input(RedemptionIn, arg_name="given", example=REDEMPTION)
@api.output(RedemptionOut, 201, description="The points are spent.")
@api.doc(responses={
    200: "This key was used before, for the same; nothing was spent now.",
    409: "A cap, the balance or the state of the purchase forbids it; `reason` says which.",
})  # fmt: skip
def add_redemption(given: RedemptionIn) -> Any:
    """Pay for a purchase with points"""
    now = utc_now()
    with transaction() as session:
        customer = customer_by_external_id(session, given.customer_external_id)
        purchase_id = _purchase_id(session, given.purchase_external_id)
        spent = redeem(session, customer.id, purchase_id, given.points, given.idempotency_key, now)
        has = balance(session, customer.id, now)
        if spent.is_new:
            told(session, "api_redeem_points", customer.id)
    body = RedemptionOut(
        idempotency_key=given.idempotency_key,
        points=spent.points,
        amount=f"{spent.points}.00",
        balance=_balance_out(has),
    )
    return body, 201 if spent.is_new else 200


def _purchase_id(session: Session, external_id: str) -> int:
    try:
        query = select(Purchase.id).where(Purchase.external_id == storable(external_id))
        found = session.scalar(query)
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no purchase with this external id.")
    return found


def _balance_out(has: Balance) -> BalanceOut:
    return BalanceOut(
        active=has.active, locked=has.locked, held=has.held, debt=has.debt, spendable=has.spendable, total=has.total
    )
