"""What another system told us about customers, purchases, returns and order events, as plain values not yet checked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class GivenConsent:
    """One act of consent (or of its withdrawal) made in another system."""

    purpose: str
    is_given: bool
    channel: str = "any"
    at: datetime | None = None
    text_version: str | None = None


@dataclass(frozen=True)
class GivenCustomer:
    """A customer as another system knows them. None means "not said" and never erases what we know."""

    external_id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    timezone: str | None = None
    country: str | None = None
    birthday: date | None = None
    kind: str | None = None
    consents: tuple[GivenConsent, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenItem:
    """A line of a purchase; `price` is in the smallest unit of the purchase's currency."""

    name: str
    price: int
    sku: str | None = None
    category: str | None = None
    quantity: int = 1
    max_discount_percent: int | None = None


@dataclass(frozen=True)
class GivenPurchase:
    """A purchase; `amount` is in the smallest unit of `currency`."""

    external_id: str
    purchased_at: datetime
    amount: int
    currency: str
    customer: GivenCustomer
    delivered_at: datetime | None = None
    branch: str | None = None
    manager: str | None = None
    items: tuple[GivenItem, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenReturn:
    """Goods given back; `amount` is decimal text in the purchase's currency, None means all that is left."""

    external_id: str
    purchase_external_id: str
    returned_at: datetime
    amount: str | None = None


@dataclass(frozen=True)
class GivenOrderEvent:
    """Something that went wrong with an order."""

    external_id: str
    purchase_external_id: str
    kind: str
    occurred_at: datetime
    details: str | None = None


class Fate(StrEnum):
    """What became of a given row."""

    NEW = "new"
    SEEN = "seen"
    UPDATED = "updated"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Taken:
    """What became of one given row, in the order given.

    `errors` maps a field to why the row was rejected; `differs` names fields of a seen row whose first value was kept;
    `filled` those that were filled in.
    """

    fate: Fate
    row_id: int | None = None
    customer_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    @classmethod
    def rejected(cls, errors: dict[str, str]) -> "Taken":
        """The answer to a row that says nothing usable."""
        return cls(Fate.REJECTED, errors=errors)

    @property
    def reason(self) -> str:
        """The reasons of a rejection in one line."""
        return "; ".join(f"{field} {text}" for field, text in self.errors.items())
