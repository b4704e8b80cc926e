"""`POST /returns`: goods given back."""

from typing import Any

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.examples import RETURN
from feedback.api.purchases import told
from feedback.api.wire import Amount, Key, Moment, TakenOut, Wire
from feedback.clock import utc_now
from feedback.customers.given import GivenReturn
from feedback.customers.returns import register_return
from feedback.db import transaction
from feedback.staff.api_keys import Scope


class ReturnIn(Wire):
    """A return; without an amount everything that was not returned before."""

    external_id: Key
    purchase_external_id: Key
    amount: Amount | None = None
    returned_at: Moment


@api.post("/returns")
@needs(Scope.PURCHASES_WRITE)
@api.input(ReturnIn, arg_name="given", example=RETURN)
@api.output(TakenOut, 201, description="The return is new.")
@api.doc(responses={200: "The return was seen before."})
def add_return(given: ReturnIn) -> Any:
    """Send a return of a known purchase, in part or whole"""
    with transaction() as session:
        taken = register_return(session, GivenReturn(**given.model_dump()), utc_now())
    return told(given.external_id, taken)
