from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.given import Fate, GivenReturn
from feedback.customers.models import Purchase, Return
from feedback.customers.registering import register_purchase
from feedback.customers.returns import register_return, register_returns
from feedback.errors import Invalid
from tests.feedback.customers.given import NOW, SECRET, a_purchase

PART = GivenReturn("R-1", "P-1", NOW - timedelta(days=1), "900.50")


@pytest.fixture(autouse=True)
def bought(session: Session) -> None:
    register_purchase(session, a_purchase(amount=1290000), NOW, SECRET)


def returned(session: Session) -> int:
    session.expire_all()
    return session.scalars(select(Purchase.returned_amount)).one()


def test_returns_add_up_on_their_purchase(session: Session) -> None:
    answers = register_returns(session, [PART, replace(PART, external_id="R-2", amount="99.50")], NOW)
    assert [taken.fate for taken in answers] == [Fate.NEW, Fate.NEW]
    assert {taken.row_id for taken in answers} == set(session.scalars(select(Return.id)))
    assert returned(session) == 100000


def test_a_return_without_an_amount_gives_back_all_that_is_left(session: Session) -> None:
    register_returns(session, [PART, replace(PART, external_id="R-2", amount=None)], NOW)
    assert returned(session) == 1290000


def test_the_same_return_again_changes_nothing(session: Session) -> None:
    first = register_return(session, PART, NOW)
    for again in (PART, replace(PART, amount=None)):
        taken = register_return(session, again, NOW)
        assert (taken.fate, taken.row_id, taken.differs) == (Fate.SEEN, first.row_id, ())
    assert register_return(session, replace(PART, amount="1"), NOW).differs == ("amount",)
    assert [t.fate for t in register_returns(session, [replace(PART, external_id="R-2")] * 2, NOW)] == [
        Fate.NEW,
        Fate.SEEN,
    ]
    assert returned(session) == 180100


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purchase_external_id": "P-9"}, "purchase_external_id"),
        ({"amount": "12900.01"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"external_id": "\x00"}, "external_id"),
        ({"returned_at": NOW + timedelta(days=2)}, "returned_at"),
    ],
)
def test_a_wrong_return_is_refused(session: Session, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        register_return(session, replace(PART, **changes), NOW)
    assert field in refused.value.errors
    assert returned(session) == 0
