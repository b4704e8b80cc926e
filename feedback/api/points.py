"""`GET /customers/<external_id>/points`: balance and movements."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.customers import customer_by_external_id, told
from feedback.api.pages import PageIn, read_page
from feedback.clock import utc_now
from feedback.customers.models import Purchase
from feedback.db import transaction
from feedback.points.ledger import balance
from feedback.points.models import PointsEntry
from feedback.staff.api_keys import Scope


class BalanceOut(BaseModel):
    """Points as they are now; only active ones can be spent."""

    active: int
    locked: int = Field(description="Become active after the return window.")
    held: int = Field(description="Wait for a human.")
    total: int


class EntryOut(BaseModel):
    """One movement; the sum of all points is the total."""

    id: int
    at: datetime
    kind: str
    rule: str
    points: int
    purchase_external_id: str | None


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
        balance=BalanceOut(active=has.active, locked=has.locked, held=has.held, total=has.total),
        entries=[EntryOut(**row._asdict()) for row in page.rows],
    )  # fmt: skip
