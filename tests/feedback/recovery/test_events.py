from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.given import GivenOrderEvent
from feedback.customers.models import Customer, OrderEvent
from feedback.customers.registering import register_purchase
from feedback.errors import Invalid
from feedback.recovery.events import take_order_event
from feedback.recovery.models import Case, Signal, SignalKind
from tests.feedback.customers.given import NOW, SECRET, a_purchase

DELAY = GivenOrderEvent("E-1", "P-1", "delay", NOW - timedelta(hours=3), "Задержка на складе")


def test_a_harmful_event_opens_a_case_before_the_customer_complains(session: Session) -> None:
    bought = register_purchase(session, a_purchase(), NOW, SECRET)
    taken = take_order_event(session, DELAY, NOW)
    case = session.get(Case, taken.case_id)
    signal = session.scalars(select(Signal)).one()
    assert case is not None
    assert (case.customer_id, case.purchase_id) == (bought.customer_id, bought.row_id)
    assert case.headline == "Задержка на складе"
    assert (signal.kind, signal.order_event_id, signal.facts) == (
        SignalKind.ORDER_EVENT,
        taken.event_id,
        {"event": "delay"},
    )


def test_the_same_event_again_changes_nothing(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    first = take_order_event(session, DELAY, NOW)
    again = take_order_event(session, DELAY, NOW)
    assert (again.event_id, again.is_new) == (first.event_id, False)
    assert len(session.scalars(select(Signal)).all()) == len(session.scalars(select(OrderEvent)).all()) == 1


def test_a_second_event_joins_the_open_case(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    first = take_order_event(session, DELAY, NOW)
    second = take_order_event(session, replace(DELAY, external_id="E-2", kind="lost"), NOW)
    assert second.case_id == first.case_id
    case = session.get(Case, first.case_id, populate_existing=True)
    assert case is not None
    assert case.severity == 4


def test_an_event_of_a_test_customer_opens_no_case(session: Session) -> None:
    bought = register_purchase(session, a_purchase(), NOW, SECRET)
    session.get_one(Customer, bought.customer_id).is_test = True
    assert take_order_event(session, DELAY, NOW).case_id is None


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"purchase_external_id": "P-unknown"}, "purchase_external_id"),
    ({"kind": "sunshine"}, "kind"),
    ({"external_id": " "}, "external_id"),
    ({"occurred_at": NOW + timedelta(days=2)}, "occurred_at"),
    ({"details": "\x00"}, "details"),
    ({"details": "x" * 5000}, "details"),
]


def test_a_wrong_event_is_refused(session: Session) -> None:
    register_purchase(session, a_purchase(), NOW, SECRET)
    for changes, field in WRONG:
        with pytest.raises(Invalid) as refused:
            take_order_event(session, replace(DELAY, **changes), NOW)
        assert field in refused.value.errors
    assert not session.scalars(select(OrderEvent)).all()
