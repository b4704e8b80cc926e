"""`POST /purchases` and `/purchases/batch`: what was bought comes in."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SkipValidation, ValidationError

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.examples import PURCHASE
from feedback.api.wire import (
    Amount,
    Attributes,
    Currency,
    CustomerIn,
    Key,
    Moment,
    Short,
    TakenOut,
    Wire,
    faults_of,
    refuse,
)
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.customers.cleaning import Faults
from feedback.customers.given import Fate, GivenItem, GivenPurchase, Taken
from feedback.customers.money import currency_code, smallest_units
from feedback.customers.registering import register_purchase, register_purchases
from feedback.db import transaction
from feedback.errors import Invalid
from feedback.staff.api_keys import Scope
from feedback.staff.company import load_company

SOURCE = "api"


class ItemIn(Wire):
    """A line of a purchase."""

    name: Key
    price: Amount
    sku: Short | None = None
    category: Short | None = None
    quantity: int = Field(1, ge=1, le=1_000_000)
    max_discount_percent: int | None = Field(None, ge=0, le=100)


class PurchaseIn(Wire):
    """A purchase. Amounts are decimal texts in the purchase's currency."""

    external_id: Key
    purchased_at: Moment
    delivered_at: Moment | None = None
    amount: Amount
    currency: Currency
    branch: Short | None = None
    manager: Short | None = None
    items: list[ItemIn] = Field(default_factory=list, max_length=500)
    customer: CustomerIn
    attributes: Attributes | None = None

    def to_given(self) -> GivenPurchase:
        """As plain values. Raises Invalid for amounts that the currency does not have."""
        faults = Faults()
        currency = faults.check("currency", currency_code, self.currency) or ""
        amount = faults.check("amount", smallest_units, self.amount, currency) if currency else None
        items = [(n, item, faults.check(f"items.{n}.price", smallest_units, item.price, currency)) for n, item in
                 enumerate(self.items) if currency]  # fmt: skip
        refuse(faults)
        return GivenPurchase(
            external_id=self.external_id, purchased_at=self.purchased_at, delivered_at=self.delivered_at,
            amount=amount or 0, currency=currency, branch=self.branch, manager=self.manager,
            items=tuple(GivenItem(**item.model_dump(exclude={"price"}), price=price or 0) for _, item, price in items),
            customer=self.customer.to_given(), attributes=self.attributes or {},
        )  # fmt: skip


class BatchIn(Wire):
    """Up to a thousand purchases; each is taken or rejected for itself."""

    purchases: list[Annotated[PurchaseIn, SkipValidation]] = Field(min_length=1, max_length=1000)


class RowOut(BaseModel):
    """What became of one row of a batch."""

    external_id: str | None
    status: Literal["new", "seen", "updated", "rejected"]
    filled: list[str] = Field(default_factory=list)
    differs: list[str] = Field(default_factory=list)
    errors: dict[str, str] = Field(default_factory=dict)


class BatchOut(BaseModel):
    """Counts, and what became of each row, in the order sent."""

    new: int
    seen: int
    updated: int
    rejected: int
    results: list[RowOut]


@api.post("/purchases")
@needs(Scope.PURCHASES_WRITE)
@api.input(PurchaseIn, arg_name="given", example=PURCHASE)
@api.output(TakenOut, 201, description="The purchase is new.")
@api.doc(responses={200: "The purchase was seen before; `status` says whether something was filled in."})
def add_purchase(given: PurchaseIn) -> Any:
    """Send a purchase with its customer

    The same purchase again changes nothing, except that a delivery date (or a later one), a branch or a manager that
    was missing is filled in, and newer facts about the customer are taken over.
    """
    purchase = given.to_given()
    with transaction() as session:
        taken = register_purchase(
            session,
            purchase,
            utc_now(),
            current_settings().secret_key,
            home=load_company(session).country,
            source=SOURCE,
        )
    return told(given.external_id, taken)


@api.post("/purchases/batch")
@needs(Scope.PURCHASES_WRITE)
@api.input(BatchIn, arg_name="given", example={"purchases": [PURCHASE]})
@api.output(BatchOut)
def add_purchases(given: BatchIn) -> Any:
    """Send up to 1000 purchases

    Good rows go in whatever the others are; `results` says of each row, in order, what became of it and why.
    """
    read = [_read(row) for row in given.purchases]
    good = [row for row in read if isinstance(row, GivenPurchase)]
    with transaction() as session:
        answers = iter(
            register_purchases(
                session,
                good,
                utc_now(),
                current_settings().secret_key,
                home=load_company(session).country,
                source=SOURCE,
            )
        )
    taken = [next(answers) if isinstance(row, GivenPurchase) else row for row in read]
    rows = [_row(sent, answer) for sent, answer in zip(given.purchases, taken, strict=True)]
    counts = {str(fate): sum(answer.fate == fate for answer in taken) for fate in Fate}
    return BatchOut(results=rows, **counts)


def told(external_id: str, taken: Taken) -> tuple[TakenOut, int]:
    """The answer to one thing sent: 201 when it is new, else 200."""
    status: Any = str(taken.fate)
    answer = TakenOut(external_id=external_id, status=status, filled=list(taken.filled), differs=list(taken.differs))
    return answer, 201 if taken.fate == Fate.NEW else 200


def _read(row: object) -> GivenPurchase | Taken:
    try:
        return PurchaseIn.model_validate(row).to_given()
    except ValidationError as error:
        return Taken.rejected(faults_of(error))
    except Invalid as error:
        return Taken.rejected(error.errors)


def _row(sent: object, answer: Taken) -> RowOut:
    key = sent.get("external_id") if isinstance(sent, dict) else None
    status: Any = str(answer.fate)
    return RowOut(
        external_id=key if isinstance(key, str) else None, status=status, filled=list(answer.filled),
        differs=list(answer.differs), errors=answer.errors,
    )  # fmt: skip
