"""Paying with points: the tier's cap, the balance, the key; visits and grants by hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase, PurchaseItem
from feedback.db import db, transaction
from feedback.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from feedback.points.bookkeeping import check_ledger
from feedback.points.by_hand import change_by_hand, limit_of, note_visit
from feedback.points.ledger import Balance, award, balance
from feedback.points.programme import change_rule
from feedback.points.redeeming import quote, redeem
from feedback.points.rules import Rule, gift_grant
from tests.builders import NOW, customer, purchase, staff

DAY = timedelta(days=1)


def tyres(session: Session, of: Customer, number: int = 1) -> Purchase:
    """The newest of `number` purchases: tyres for 4000 with a maximum discount of 15 %."""
    for _ in range(number):
        bought = purchase(session, of, amount=400_000)
    session.add(PurchaseItem(purchase_id=bought.id, sku="t", name="Шины", price=400_000, max_discount_percent=15))
    session.flush()
    return bought


def rich(session: Session, points: int = 5000) -> Customer:
    owner = customer(session)
    award(session, owner.id, gift_grant(Rule.VISIT, points, NOW), f"gift:{owner.id}", NOW)
    return owner


def refusal(act: Callable[[], object], kind: type[DomainError] = Conflict) -> dict[str, object]:
    with pytest.raises(kind) as error:
        act()
    return error.value.details


@pytest.mark.parametrize(("purchases", "most"), [(1, 150), (4, 150), (5, 450), (6, 450), (7, 600)])
def test_each_tier_pays_its_share_of_the_maximum_discount(session: Session, purchases: int, most: int) -> None:
    with transaction():
        owner = rich(session)
        bought = tyres(session, owner, purchases)
        assert refusal(lambda: redeem(session, owner.id, bought.id, most + 1, "k", NOW)) == {
            "reason": "cap",
            "most": most,
        }
        assert redeem(session, owner.id, bought.id, most - 50, "a", NOW).is_new
        assert refusal(lambda: redeem(session, owner.id, bought.id, 51, "b", NOW)) == {"reason": "cap", "most": 50}
        assert redeem(session, owner.id, bought.id, 50, "c", NOW).is_new
        assert quote(session, owner.id, bought.id, NOW).most == 0
    assert balance(session, owner.id, NOW).active == 5000 - most


def test_the_same_key_again_spends_nothing_even_when_the_cap_is_used_up(session: Session) -> None:
    with transaction():
        owner = rich(session)
        bought = tyres(session, owner)
        assert redeem(session, owner.id, bought.id, 150, "k", NOW).is_new
        again = redeem(session, owner.id, bought.id, 150, "k", NOW + DAY)
        assert (again.points, again.is_new) == (150, False)
        assert refusal(lambda: redeem(session, owner.id, bought.id, 10, "k", NOW))["reason"] == "key_used"


def test_what_forbids_it_is_said(session: Session) -> None:
    with transaction():
        poor, owner, other = rich(session, 100), rich(session), rich(session)
        of_poor, bought, plain = tyres(session, poor), tyres(session, owner), purchase(session, other)
        returned = tyres(session, other)
        returned.returned_amount = returned.amount
        session.flush()
        assert refusal(lambda: redeem(session, poor.id, of_poor.id, 101, "k", NOW)) == {
            "reason": "balance",
            "balance": 100,
        }
        assert refusal(lambda: redeem(session, other.id, bought.id, 1, "k", NOW))["reason"] == "other_customer"
        assert refusal(lambda: redeem(session, other.id, plain.id, 1, "k", NOW)) == {"reason": "cap", "most": 0}
        assert refusal(lambda: redeem(session, other.id, returned.id, 1, "k", NOW))["reason"] == "returned"
        for points, key in ((0, "k"), (-5, "k"), (1, ""), (1, "x" * 151), (1, "a\nb")):
            refusal(lambda points=points, key=key: redeem(session, owner.id, bought.id, points, key, NOW), Invalid)  # type: ignore[misc]
        refusal(lambda: redeem(session, owner.id, 10**9, 1, "k", NOW), NotFound)


def test_gifts_and_the_companys_maximum_are_rules(session: Session) -> None:
    terms = {
        "shares": {"silver": 50, "gold": 75, "platinum": 100},
        "default_max_discount_percent": 10,
        "gifts": ["mug"],
    }
    with transaction():
        change_rule(session, "redemption", terms, NOW.date(), None, NOW)
        owner = rich(session)
        bought = purchase(session, owner, amount=150_000)
        session.add(PurchaseItem(purchase_id=bought.id, sku="mug", name="Кружка", price=50_000))
        session.add(PurchaseItem(purchase_id=bought.id, sku="oil", name="Масло", price=100_000))
        session.flush()
        assert quote(session, owner.id, bought.id, NOW).cap.points == 500 + 50


def test_eight_tills_at_once_spend_no_point_twice(app: Flask, session: Session) -> None:
    with transaction():
        owner = rich(session, 400)
        ids = [tyres(session, owner).id for _ in range(8)]  # eight purchases: platinum, 600 each
    start = Barrier(8)

    def pay(purchase_id: int) -> int:
        start.wait()
        with app.app_context():
            try:
                with transaction() as own:
                    return redeem(own, owner.id, purchase_id, 100, f"k{purchase_id}", NOW).points
            except Conflict:
                return 0
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        paid = list(pool.map(pay, ids))
    session.rollback()
    assert sorted(paid) == [0] * 4 + [100] * 4
    assert balance(session, owner.id, NOW) == Balance(0, 0, 0)
    assert not check_ledger(session).count


def test_a_visit_is_thanked_for_once_a_day(session: Session) -> None:
    with transaction():
        owner = customer(session).id
        assert [note_visit(session, owner, NOW + hours * DAY / 4) for hours in (0, 1, 4)] == [500, 0, 500]


def test_by_hand_needs_a_reason_and_has_a_limit(session: Session) -> None:
    with transaction():
        owner, user = customer(session).id, staff(session, "agent").id

        def change(points: int, reason: str = "late lorry", key: str = "k", role: str = "agent") -> int:
            return change_by_hand(session, owner, points, reason, key, NOW, user_id=user, roles=[role])

        assert [change(1000), change(1000)] == [1000, 0]
        assert refusal(lambda: change(1001, key="x"), Forbidden) == {"limit": 1000}
        assert change(5000, key="y", role="advocate") == 5000
        assert [change(-600, key="z"), change(-600, key="z")] == [-600, 0]
        assert refusal(lambda: change(-6000, key="w", role="admin"))["reason"] == "balance"
        for points, reason in ((0, "why"), (5, "  "), (5, "x" * 201)):
            refusal(lambda points=points, reason=reason: change(points, reason, "v"), Invalid)  # type: ignore[misc]
    assert balance(session, owner, NOW) == Balance(5400, 0, 0)
    assert [limit_of([role]) for role in ("analyst", "prize_manager", "agent")] == [0, 0, 1000]
