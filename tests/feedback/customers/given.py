"""Builders of given rows, as another system would tell them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feedback.customers.given import GivenCustomer, GivenPurchase

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"


def a_customer(**values: Any) -> GivenCustomer:
    given = GivenCustomer(external_id="C-1", name="Елена Петрова", email="elena@shop.example", phone="8 912 345-67-89",
                          language="ru", timezone="Europe/Moscow")  # fmt: skip
    return replace(given, **values)


def a_purchase(external_id: str = "P-1", **values: Any) -> GivenPurchase:
    given = GivenPurchase(
        external_id=external_id, purchased_at=NOW - timedelta(days=7), delivered_at=NOW - timedelta(days=4),
        amount=1290000, currency="RUB", customer=a_customer(), branch="Парнас", manager="О. Рябинин",
    )  # fmt: skip
    return replace(given, **values)
