"""`GET /customers/<external_id>`: what is known of one customer."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.api.access import calling_key_id, needs
from feedback.api.blueprint import api
from feedback.clock import utc_now
from feedback.customers.cleaning import storable
from feedback.customers.consents import newest_consents
from feedback.customers.models import Customer, Purchase
from feedback.db import transaction
from feedback.errors import NotFound
from feedback.staff.api_keys import Scope
from feedback.staff.audit import record


class ConsentOut(BaseModel):
    """The newest act of consent for one purpose and channel."""

    purpose: str
    channel: str
    is_given: bool
    at: datetime
    text_version: str
    source: str


class CustomerOut(BaseModel):
    """One customer. After erasure nothing personal is left and `erased_at` says when."""

    external_id: str
    kind: str
    name: str | None
    email: str | None
    phone: str | None
    language: str | None
    timezone: str | None
    country: str | None
    birthday: date | None
    lifecycle_status: str
    tier: str | None
    attributes: dict[str, Any]
    created_at: datetime
    erased_at: datetime | None
    purchases: int
    last_purchased_at: datetime | None
    consents: list[ConsentOut]


@api.get("/customers/<path:external_id>")
@needs(Scope.CUSTOMERS_READ)
@api.output(CustomerOut)
def read_customer(external_id: str) -> Any:
    """Read one customer by the id they have in your system"""
    with transaction() as session:
        customer = customer_by_external_id(session, external_id)
        bought = select(func.count(), func.max(Purchase.purchased_at)).where(Purchase.customer_id == customer.id)
        count, last = session.execute(bought).one()
        consents = newest_consents(session, [customer.id]).values()
        told(session, "api_read_customer", customer.id)
    facts = {name: getattr(customer, name) for name in CustomerOut.model_fields if hasattr(customer, name)}
    return CustomerOut(
        **facts, purchases=count, last_purchased_at=last,
        consents=[ConsentOut(**{name: getattr(act, name) for name in ConsentOut.model_fields}) for act in consents],
    )  # fmt: skip


def customer_by_external_id(session: Session, external_id: str) -> Customer:
    """The customer with this id in another system. Raises NotFound."""
    try:
        query = select(Customer).where(Customer.external_id == storable(external_id))
        customer = session.scalars(query).one_or_none()
    except ValueError:
        customer = None
    if customer is None:
        raise NotFound("There is no customer with this external id.")
    return customer


def told(session: Session, act: str, customer_id: int) -> None:
    """Note in the audit that the key of this call read about a customer."""
    record(session, act, now=utc_now(), api_key_id=calling_key_id(), object_kind="customer", object_id=customer_id)
