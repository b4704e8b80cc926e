"""A chat as another system tells it."""

from dataclasses import dataclass
from datetime import datetime

from feedback.customers.given import GivenCustomer


@dataclass(frozen=True)
class GivenMessage:
    """One line of a chat; `author` is customer, staff or bot."""

    author: str
    sent_at: datetime
    text: str


@dataclass(frozen=True)
class GivenChat:
    """A chat from first to last message. Whose it is says `customer` or, where that is None, the purchase."""

    external_id: str
    channel: str
    messages: tuple[GivenMessage, ...]
    customer: GivenCustomer | None = None
    purchase_external_id: str | None = None
