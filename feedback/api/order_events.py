"""`POST /order-events`: something went wrong with an order."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.examples import ORDER_EVENT
from feedback.api.wire import Key, Moment, Wire
from feedback.clock import utc_now
from feedback.customers.given import GivenOrderEvent
from feedback.db import transaction
from feedback.recovery.events import take_order_event
from feedback.staff.api_keys import Scope


class OrderEventIn(Wire):
    """An event that harms the customer of a known purchase."""

    external_id: Key
    purchase_external_id: Key
    kind: Literal["delay", "stock_out", "outage", "wrong_item", "damaged", "cancelled", "lost"]
    occurred_at: Moment
    details: Annotated[str, StringConstraints(strict=True, max_length=4000)] | None = None


class OrderEventOut(BaseModel):
    """What became of the event; `case_id` is the case it opened or joined."""

    external_id: str
    status: Literal["new", "seen"]
    case_id: int | None


@api.post("/order-events")
@needs(Scope.PURCHASES_WRITE)
@api.input(OrderEventIn, arg_name="given", example=ORDER_EVENT)
@api.output(OrderEventOut, 201, description="The event is new.")
@api.doc(responses={200: "The event was seen before."})
def add_order_event(given: OrderEventIn) -> Any:
    """Send an order event; a harmful one opens a case before the customer complains"""
    with transaction() as session:
        taken = take_order_event(session, GivenOrderEvent(**given.model_dump()), utc_now())
    answer = OrderEventOut(
        external_id=given.external_id, status="new" if taken.is_new else "seen", case_id=taken.case_id
    )
    return answer, 201 if taken.is_new else 200
