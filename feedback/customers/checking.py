"""Whole rows from other systems, checked: each function returns the row in one form and notes its faults. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from feedback.customers import cleaning
from feedback.customers.cleaning import COUNTRY_OF, Faults, near_moment, past_moment, short_text
from feedback.customers.given import (
    Fate,
    GivenConsent,
    GivenCustomer,
    GivenItem,
    GivenOrderEvent,
    GivenPurchase,
    GivenReturn,
    Taken,
)
from feedback.customers.models import OrderEventKind, Purpose
from feedback.customers.money import checked_units, currency_code

MOST_ITEMS, LARGEST_QUANTITY = 500, 1_000_000
CHANNEL_LENGTH, DETAILS_LENGTH = 40, 4000
OWN_ATTRIBUTES = frozenset({"survey_gap_days", "agreed_until"})  # agreed with the customer here; no import may set them
Row = TypeVar("Row")
Checked = list[tuple[int, Row]]


def sort_out(rows: Sequence[Row], check: Callable[[Row, Faults], Row]) -> tuple[Checked[Row], dict[int, Taken]]:
    """The good rows in one form with their places, and what to answer for the bad ones by their places."""
    checked: Checked[Row] = []
    rejected: dict[int, Taken] = {}
    for n, row in enumerate(rows):
        faults = Faults()
        cleaned = check(row, faults)
        if faults:
            rejected[n] = Taken(Fate.REJECTED, errors=dict(faults))
        else:
            checked.append((n, cleaned))
    return checked, rejected


def checked_customer(
    given: GivenCustomer, now: datetime, faults: Faults, home: str | None = None, at: str = "customer"
) -> GivenCustomer:
    """The customer in one form; needs an external id, an e-mail or a phone. `home` is the company's country."""
    language = faults.check(f"{at}.language", cleaning.language, given.language)
    country = faults.check(f"{at}.country", cleaning.country, given.country)
    hints = (country, COUNTRY_OF.get(language or ""), home)
    cleaned = replace(
        given,
        external_id=faults.check(f"{at}.external_id", short_text, given.external_id),
        name=faults.check(f"{at}.name", short_text, given.name),
        email=faults.check(f"{at}.email", cleaning.normal_email, given.email),
        phone=faults.check(f"{at}.phone", cleaning.normal_phone, given.phone, hints),
        language=language,
        timezone=faults.check(f"{at}.timezone", cleaning.timezone, given.timezone),
        country=country,
        birthday=faults.check(f"{at}.birthday", cleaning.birthday, given.birthday, now),
        kind=faults.check(f"{at}.kind", cleaning.kind, given.kind),
        consents=tuple(_consent(c, now, faults, at) for c in given.consents),
        attributes=_facts(faults.check(f"{at}.attributes", cleaning.attributes, given.attributes) or {}),
    )
    if not (cleaned.external_id or cleaned.email or cleaned.phone) and not any(f.startswith(at) for f in faults):
        faults[at] = "needs an external id, an e-mail or a phone"
    return cleaned


def checked_purchase(given: GivenPurchase, now: datetime, faults: Faults, home: str | None = None) -> GivenPurchase:
    """The purchase and its customer in one form."""
    currency = faults.need("currency", currency_code, given.currency)
    faults.need("amount", checked_units, given.amount)
    cleaned = replace(
        given,
        external_id=faults.need("external_id", short_text, given.external_id) or "",
        purchased_at=faults.need("purchased_at", past_moment, given.purchased_at, now) or now,
        delivered_at=faults.check("delivered_at", near_moment, given.delivered_at, now),
        currency=currency or "",
        branch=faults.check("branch", short_text, given.branch),
        manager=faults.check("manager", short_text, given.manager),
        items=tuple(_item(item, n, faults) for n, item in enumerate(given.items)),
        attributes=faults.check("attributes", cleaning.attributes, given.attributes) or {},
        customer=checked_customer(given.customer, now, faults, home),
    )
    if len(given.items) > MOST_ITEMS:
        faults["items"] = f"are more than {MOST_ITEMS}"
    if cleaned.delivered_at and cleaned.delivered_at < cleaned.purchased_at - cleaning.CLOCKS_DIFFER and not faults:
        faults["delivered_at"] = "lies before the purchase"
    return cleaned


def checked_return(given: GivenReturn, now: datetime, faults: Faults) -> GivenReturn:
    """The return in one form."""
    return replace(
        given,
        external_id=faults.need("external_id", short_text, given.external_id) or "",
        purchase_external_id=faults.need("purchase_external_id", short_text, given.purchase_external_id) or "",
        returned_at=faults.need("returned_at", past_moment, given.returned_at, now) or now,
    )


def checked_order_event(given: GivenOrderEvent, now: datetime, faults: Faults) -> GivenOrderEvent:
    """The order event in one form."""
    if given.kind not in list(OrderEventKind):
        faults["kind"] = f"must be one of {', '.join(OrderEventKind)}"
    details = faults.check("details", cleaning.storable, given.details)
    if details and len(details) > DETAILS_LENGTH:
        faults["details"] = f"are longer than {DETAILS_LENGTH} characters"
    return replace(
        given,
        external_id=faults.need("external_id", short_text, given.external_id) or "",
        purchase_external_id=faults.need("purchase_external_id", short_text, given.purchase_external_id) or "",
        occurred_at=faults.need("occurred_at", past_moment, given.occurred_at, now) or now,
        details=details,
    )


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in OWN_ATTRIBUTES}


def _consent(given: GivenConsent, now: datetime, faults: Faults, at: str) -> GivenConsent:
    if given.purpose not in list(Purpose):
        faults[f"{at}.consents"] = f"must be for one of {', '.join(Purpose)}"
    return replace(
        given,
        channel=faults.need(f"{at}.consents", short_text, given.channel, CHANNEL_LENGTH) or "any",
        at=faults.check(f"{at}.consents", past_moment, given.at, now),
        text_version=faults.check(f"{at}.consents", short_text, given.text_version, CHANNEL_LENGTH),
    )


def _item(given: GivenItem, n: int, faults: Faults) -> GivenItem:
    at = f"items.{n}"
    faults.check(f"{at}.price", checked_units, given.price)
    if not 1 <= given.quantity <= LARGEST_QUANTITY:
        faults[f"{at}.quantity"] = f"must be between 1 and {LARGEST_QUANTITY}"
    if given.max_discount_percent is not None and not 0 <= given.max_discount_percent <= 100:
        faults[f"{at}.max_discount_percent"] = "must be between 0 and 100"
    return replace(
        given,
        name=faults.need(f"{at}.name", short_text, given.name) or "",
        sku=faults.check(f"{at}.sku", short_text, given.sku),
        category=faults.check(f"{at}.category", short_text, given.category),
    )
