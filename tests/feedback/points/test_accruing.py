"""Purchases earn once, returns take back once, buyers become members with a tier."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.given import GivenReturn
from feedback.customers.models import Customer, Purchase, PurchaseItem
from feedback.customers.returns import register_return
from feedback.db import transaction
from feedback.points.accruing import accrue_purchases, accrue_returns
from feedback.points.bookkeeping import check_ledger
from feedback.points.ledger import Balance, balance
from feedback.points.models import PointsMember
from feedback.points.programme import change_rule
from feedback.points.spending import spend
from tests.builders import NOW, customer, purchase

DAY = timedelta(days=1)
LATER = NOW + 30 * DAY


def give_back(session: Session, about: Purchase, amount: str | None, name: str) -> None:
    register_return(session, GivenReturn(name, about.external_id, LATER, amount=amount), LATER)


def test_it_works(session: Session) -> None:
    with transaction():
        owner = customer(session)
        purchase(session, owner, amount=400_000)
        assert accrue_purchases(session, NOW) == 1
        assert accrue_purchases(session, NOW) == 0
    assert balance(session, owner.id, NOW) == Balance(0, 200, 0)
    opens = NOW - 4 * DAY + 14 * DAY  # delivered four days ago
    assert balance(session, owner.id, opens).active == 200
    member = session.get_one(PointsMember, owner.id)
    assert (member.since, member.paid_until, member.purchases) == (NOW.date(), NOW.date(), 1)
    assert session.scalar(select(Customer.tier)) == "silver"


@pytest.mark.parametrize("values", [{"is_test": True}, {"is_staff": True}, {"erased_at": NOW}])
def test_test_accounts_staff_and_erased_people_earn_nothing(session: Session, values: dict[str, Any]) -> None:
    with transaction():
        owner = customer(session, **values)
        purchase(session, owner)
        assert accrue_purchases(session, NOW) == 1
    assert balance(session, owner.id, LATER) == Balance(0, 0, 0)
    assert session.get(PointsMember, owner.id) is None


def test_old_sales_that_are_brought_in_earn_nothing_but_count_for_the_tier(session: Session) -> None:
    with transaction():
        owner = customer(session)
        for days in (31, 100, 200, 300, 400):
            purchase(session, owner, purchased_at=NOW - days * DAY, delivered_at=None)
        purchase(session, owner, purchased_at=NOW - 30 * DAY, delivered_at=None, amount=20_000)
        accrue_purchases(session, NOW)
    assert balance(session, owner.id, NOW) == Balance(10, 0, 0)
    assert session.scalar(select(Customer.tier)) == "gold"


def test_categories_and_the_day_of_the_purchase_decide_the_percent(session: Session) -> None:
    with transaction():
        change_rule(
            session, "purchase", {"percent": 5, "late_days": 30, "categories": {"tyres": 10}}, NOW.date(), None, NOW
        )
        owner = customer(session)
        for days, category in ((0, "tyres"), (0, "oil"), (2, "tyres")):
            bought = purchase(session, owner, purchased_at=NOW - days * DAY, delivered_at=None, amount=100_000)
            session.add(PurchaseItem(purchase_id=bought.id, name="x", category=category, price=100_000))
        session.flush()
        accrue_purchases(session, NOW)
    assert balance(session, owner.id, NOW).locked == 100 + 50 + 50


def test_a_return_takes_its_share_and_gives_back_what_was_paid_in_points(session: Session) -> None:
    with transaction():
        owner = customer(session)
        first = purchase(session, owner, amount=400_000, purchased_at=NOW - 20 * DAY, delivered_at=None)
        second = purchase(session, owner, amount=100_000, purchased_at=NOW - DAY, delivered_at=None)
        accrue_purchases(session, NOW)
        spend(session, owner.id, 120, "k", NOW, purchase_id=second.id)
        assert accrue_returns(session, NOW) == 0
        give_back(session, first, "1000.00", "r1")
        give_back(session, second, "250.00", "r2")
        assert accrue_returns(session, LATER) == 2
        assert accrue_returns(session, LATER) == 0
    # 80 left of 200, 50 taken back; 50 from the second, 13 taken back (12.5 rounded up) and 30 of its 120 given back
    assert balance(session, owner.id, LATER) == Balance(80 - 50 + 30 + 37, 0, 0)
    with transaction():
        give_back(session, first, None, "r3")
        give_back(session, second, None, "r4")
        assert accrue_returns(session, LATER) == 2
    assert balance(session, owner.id, LATER) == Balance(0, 0, 0)
    assert not check_ledger(session).count
    assert session.scalar(select(Customer.tier)) is None
    assert session.get_one(PointsMember, owner.id).purchases == 0


def test_a_return_waits_for_its_purchase(session: Session) -> None:
    with transaction():
        about = purchase(session, amount=400_000)
        give_back(session, about, "1000.00", "r1")
        assert accrue_returns(session, LATER) == 0
        accrue_purchases(session, LATER)
        assert accrue_returns(session, LATER) == 1
    assert balance(session, about.customer_id, LATER) == Balance(150, 0, 0)


def test_a_birthday_known_at_registration_is_as_old_as_the_account(session: Session) -> None:
    with transaction():
        owner = customer(session, birthday=date(1990, 4, 1), created_at=NOW - 40 * DAY)
        purchase(session, owner)
        accrue_purchases(session, NOW)
    member = session.get_one(PointsMember, owner.id)
    assert (member.birthday_number, member.birthday_told_on) == (401, NOW.date() - 40 * DAY)
