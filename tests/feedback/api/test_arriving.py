"""What other systems send: purchases, returns, order events, chats."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.examples import CHAT, ORDER_EVENT, PURCHASE, RETURN
from feedback.clock import utc_now
from feedback.conversations.models import Conversation, ConversationAnalysis
from feedback.customers.models import Consent, Customer, Purchase, PurchaseItem
from feedback.recovery.models import Case
from tests.feedback.api.conftest import Call

AGO = (utc_now() - timedelta(days=3)).isoformat()


WRONG = [
    ("external_id", "", "external_id"),
    ("external_id", "a\x00", "external_id"),
    ("external_id", "\ud800", "external_id"),
    ("external_id", 5, "external_id"),
    ("amount", 129.9, "amount"),
    ("amount", "-1", "amount"),
    ("amount", "1e9", "amount"),
    ("amount", "٣", "amount"),
    ("amount", "99999999999999", "amount"),
    ("amount", "1.001", "amount"),
    ("currency", "ABC", "currency"),
    ("currency", "EURO", "currency"),
    ("purchased_at", "2026-03-01T12:30:00", "purchased_at"),
    ("purchased_at", "yesterday", "purchased_at"),
    ("purchased_at", 1772361000, "purchased_at"),
    ("purchased_at", "9999-12-31T23:59:59-23:00", "purchased_at"),
    ("purchased_at", "0001-01-01T00:00:00+23:00", "purchased_at"),
    ("delivered_at", "2150-01-01T00:00:00Z", "delivered_at"),
    ("colour", "red", "colour"),
    ("customer", None, "customer"),
    ("customer", {}, "customer"),
    ("customer.email", "maria@", "customer.email"),
    ("customer.phone", "0", "customer.phone"),
    ("customer.language", "de", "customer.language"),
    ("customer.timezone", "Europe/Atlantis", "customer.timezone"),
    ("customer.birthday", "17.05.1990", "customer.birthday"),
    ("customer.consents", {"everything": True}, "customer.consents"),
    ("customer.attributes", {"size": float("inf")}, "customer.attributes"),
    ("customer.attributes", {"size": 10**400}, "customer.attributes"),
    ("customer.attributes", {"size": [1]}, "customer.attributes"),
    ("items.0.price", "1.999", "items.0.price"),
    ("items.0.quantity", 10**30, "items.0.quantity"),
    ("items.0.quantity", 1.5, "items.0.quantity"),
]


@pytest.fixture(autouse=True)
def clean(session: Session) -> None:
    session.rollback()


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    body = deepcopy(body)
    *heads, last = path.split(".")
    place: Any = body
    for head in heads:
        place = place[int(head)] if isinstance(place, list) else place[head]
    place[last] = value
    return body


def fresh(session: Session, table: Any) -> list[Any]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(table)))


def test_a_purchase_is_new_once(call: Call, session: Session) -> None:
    first, again = call("POST", "/purchases", PURCHASE), call("POST", "/purchases", PURCHASE)
    assert (first.status_code, first.json["status"]) == (201, "new")
    assert (again.status_code, again.json) == (
        200,
        {"external_id": "P-1001", "status": "seen", "filled": [], "differs": []},
    )
    [purchase], [item], [customer] = fresh(session, Purchase), fresh(session, PurchaseItem), fresh(session, Customer)
    assert (purchase.amount, purchase.currency, item.price) == (12990, "EUR", 12990)
    assert purchase.purchased_at == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    assert (customer.external_id, customer.email, customer.language) == ("C-100", "maria@shop.example", "bg")
    [consent] = fresh(session, Consent)
    assert (consent.purpose, consent.is_given, consent.source) == ("processing", True, "api")


def test_a_known_purchase_says_what_was_filled_in_and_what_differs(call: Call) -> None:
    call("POST", "/purchases", changed(PURCHASE, "delivered_at", None))
    answer = call("POST", "/purchases", changed(PURCHASE, "amount", "1.00"))
    assert (answer.status_code, answer.json["status"]) == (200, "updated")
    assert (answer.json["filled"], answer.json["differs"]) == (["delivered_at"], ["amount"])


def test_wrong_values_are_refused_by_name_and_nothing_is_stored(call: Call, session: Session) -> None:
    for path, value, field in WRONG:
        answer = call("POST", "/purchases", changed(PURCHASE, path, value))
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), (path, value)
        assert [name for name in answer.json["errors"] if name.startswith(field)], (path, value)
    assert not fresh(session, Purchase)
    assert not fresh(session, Customer)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("amount", "12,50", "must be a decimal number in a text, such as 12900.50"),
        ("amount", 5, "must be a text"),
        ("currency", "ROUBLES", "must be a currency code of three letters, such as EUR"),
        ("customer", "Elena", "must be an object"),
        ("colour", "red", "is not a known field"),
    ],
)
def test_a_refusal_says_in_plain_words_what_is_wanted(call: Call, path: str, value: object, reason: str) -> None:
    assert call("POST", "/purchases", changed(PURCHASE, path, value)).json["errors"] == {path: reason}


def test_what_is_missing_or_no_object_is_said_plainly(call: Call) -> None:
    assert call("POST", "/purchases", {}).json["errors"]["amount"] == "is missing"
    assert call("POST", "/purchases", []).json["errors"] == {"body": "must be an object"}


def test_of_a_batch_the_good_rows_go_in_and_each_row_is_told(call: Call, session: Session) -> None:
    call("POST", "/purchases", PURCHASE)
    new = changed(PURCHASE, "external_id", "P-2")
    unreachable = changed(changed(PURCHASE, "external_id", "P-4"), "customer.email", "?")
    rows = [new, PURCHASE, changed(PURCHASE, "amount", "x"), 5, {"external_id": "P-3"}, unreachable]
    answer = call("POST", "/purchases/batch", {"purchases": rows})
    told = answer.json
    assert answer.status_code == 200
    assert [row["status"] for row in told["results"]] == ["new", "seen", "rejected", "rejected", "rejected", "rejected"]
    assert (told["new"], told["seen"], told["updated"], told["rejected"]) == (1, 1, 0, 4)
    assert [row["external_id"] for row in told["results"]] == ["P-2", "P-1001", "P-1001", None, "P-3", "P-4"]
    assert list(told["results"][2]["errors"]) == ["amount"]
    assert list(told["results"][5]["errors"]) == ["customer.email"]
    assert {purchase.external_id for purchase in fresh(session, Purchase)} == {"P-1001", "P-2"}


def test_a_batch_holds_one_to_a_thousand_rows(call: Call) -> None:
    for rows in ([], [PURCHASE] * 1001, None, "x"):
        assert call("POST", "/purchases/batch", {"purchases": rows}).status_code == 422


def test_returns_add_up_and_are_new_once(call: Call, session: Session) -> None:
    call("POST", "/purchases", PURCHASE)
    assert call("POST", "/returns", RETURN).status_code == 201
    assert call("POST", "/returns", RETURN).json["status"] == "seen"
    assert call("POST", "/returns", {**RETURN, "external_id": "R-2", "amount": None}).status_code == 201
    assert fresh(session, Purchase)[0].returned_amount == 12990
    too_much = call("POST", "/returns", {**RETURN, "external_id": "R-3"})
    unknown = call("POST", "/returns", {**RETURN, "external_id": "R-3", "purchase_external_id": "P-9"})
    assert (too_much.status_code, list(too_much.json["errors"])) == (422, ["amount"])
    assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["purchase_external_id"])


def test_an_order_event_opens_a_case_once(call: Call, session: Session) -> None:
    call("POST", "/purchases", PURCHASE)
    first, again = call("POST", "/order-events", ORDER_EVENT), call("POST", "/order-events", ORDER_EVENT)
    [case] = fresh(session, Case)
    assert (first.status_code, first.json["case_id"]) == (201, case.id)
    assert (again.status_code, again.json["status"]) == (200, "seen")
    assert call("POST", "/order-events", {**ORDER_EVENT, "kind": "sunshine"}).status_code == 422


def test_a_chat_waits_for_its_analysis_once(call: Call, session: Session) -> None:
    assert call("POST", "/chats", CHAT).status_code == 201
    assert call("POST", "/chats", CHAT).status_code == 200
    [chat] = fresh(session, Conversation)
    assert [a.conversation_id for a in fresh(session, ConversationAnalysis)] == [chat.id]
    for wrong in ({**CHAT, "messages": []}, {**CHAT, "customer": None}, changed(CHAT, "messages.0.text", "\x00")):
        assert call("POST", "/chats", {**wrong, "external_id": "CH-2"}).status_code == 422
