"""Order events come in: stored once, and a harmful one opens a proactive case before the customer complains."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.checking import checked_order_event
from feedback.customers.cleaning import Faults
from feedback.customers.given import GivenOrderEvent
from feedback.customers.models import Customer, OrderEvent, Purchase
from feedback.db.inserting import insert_once
from feedback.errors import Invalid
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import from_order_event


@dataclass(frozen=True)
class TakenEvent:
    """What became of an order event; `case_id` is None where it opened or joined none."""

    event_id: int
    is_new: bool
    case_id: int | None


def take_order_event(session: Session, given: GivenOrderEvent, now: datetime) -> TakenEvent:
    """Store an event of a known purchase and open (or strengthen) the purchase's case. Raises Invalid.

    An event seen before changes nothing. Events of test customers and of staff open no case.
    """
    faults = Faults()
    event = checked_order_event(given, now, faults)
    query = (
        select(Purchase.id, Purchase.customer_id, Purchase.branch_id, Customer.is_test, Customer.is_staff)
        .join(Customer, Customer.id == Purchase.customer_id)
        .where(Purchase.external_id == event.purchase_external_id)
    )
    about = session.execute(query).one_or_none() if not faults else None
    if about is None:
        raise Invalid(
            "The order event cannot be taken.", faults or {"purchase_external_id": "is not a purchase we know"}
        )
    event_id = insert_once(
        session, OrderEvent, external_id=event.external_id, purchase_id=about.id, kind=event.kind,
        occurred_at=event.occurred_at, details=event.details, created_at=now,
    )  # fmt: skip
    if event_id is None:
        seen = session.scalars(select(OrderEvent.id).where(OrderEvent.external_id == event.external_id)).one()
        return TakenEvent(seen, False, None)
    if about.is_test or about.is_staff:
        return TakenEvent(event_id, True, None)
    story = Story(about.customer_id, about.id, about.branch_id, order_event_id=event_id, quote=event.details)
    return TakenEvent(event_id, True, open_case_if_needed(session, story, from_order_event(event.kind), now))
