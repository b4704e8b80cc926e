"""Spending, giving back, taking back, debts, expiry, moving: each act once, none out of nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.errors import Conflict
from feedback.points.bookkeeping import check_ledger, liability, statement, sum_at
from feedback.points.debts import lock_account, settle_due
from feedback.points.expiring import activate_due, expire_due
from feedback.points.ledger import Balance, award, balance, ledger_sum
from feedback.points.models import EntryKind, LotState, PointsEntry, PointsLot
from feedback.points.moving import move_points
from feedback.points.reversing import refuse, release, reverse_earned
from feedback.points.rules import Grant, Rule, gift_grant, purchase_grant, review_grant
from feedback.points.spending import give_back, spend, spent_on
from tests.builders import NOW, customer, purchase, staff

DAY = timedelta(days=1)


def earned(session: Session, owner: int, points: int, key: str, days: int = 0, life: int = 365) -> None:
    start = NOW + days * DAY
    award(session, owner, Grant(Rule.MANUAL, points, start, start + life * DAY), key, NOW)


def lots_of(session: Session, owner: int) -> list[tuple[int, str]]:
    query = select(PointsLot.remaining, PointsLot.state).where(PointsLot.customer_id == owner).order_by(PointsLot.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def test_points_that_expire_first_are_spent_first(session: Session) -> None:
    with transaction():
        owner = customer(session).id
        earned(session, owner, 100, "late", life=300)
        earned(session, owner, 50, "early", life=100)
        assert spend(session, owner, 70, "k", NOW).is_new
    assert lots_of(session, owner) == [(80, LotState.ACTIVE), (0, LotState.SPENT)]
    assert balance(session, owner, NOW) == Balance(80, 0, 0)
    assert not check_ledger(session).count


def test_a_repeated_key_spends_nothing_more_and_another_act_may_not_use_it(session: Session) -> None:
    with transaction():
        owner, about = customer(session), purchase(session)
        earned(session, owner.id, 30, "a")
        earned(session, owner.id, 30, "b")
        assert spend(session, owner.id, 50, "k", NOW, purchase_id=about.id).is_new
        again = spend(session, owner.id, 50, "k", NOW + DAY, purchase_id=about.id)
        assert (again.points, again.is_new) == (50, False)
        for points, purchase_id in ((49, about.id), (50, None)):
            with pytest.raises(Conflict) as error:
                spend(session, owner.id, points, "k", NOW, purchase_id=purchase_id)
            assert error.value.details["reason"] == "key_used"
    assert balance(session, owner.id, NOW).active == 10


@pytest.mark.parametrize(("days", "life"), [(1, 365), (-10, 10)])
def test_locked_and_expired_points_do_not_pay(session: Session, days: int, life: int) -> None:
    with transaction():
        owner = customer(session).id
        earned(session, owner, 100, "a", days=days, life=life)
        with pytest.raises(Conflict) as error:
            spend(session, owner, 1, "k", NOW)
    assert error.value.details["reason"] == "balance"


def test_what_a_return_takes_back_after_spending_is_owed_and_repaid_by_the_next_points(session: Session) -> None:
    with transaction():
        owner = customer(session)
        first = purchase(session, owner)
        award(session, owner.id, purchase_grant(200, NOW - 20 * DAY), "p", NOW, purchase_id=first.id)
        spend(session, owner.id, 150, "k", NOW)
        assert reverse_earned(session, owner.id, first.id, 0, "return:1", NOW) == 200
    assert balance(session, owner.id, NOW) == Balance(0, 0, 0, debt=150)
    assert balance(session, owner.id, NOW).total == ledger_sum(session, owner.id) == -150
    with transaction():
        award(session, owner.id, gift_grant(Rule.VISIT, 500, NOW), "v", NOW)
        assert balance(session, owner.id, NOW).spendable == 350
        assert settle_due(session, NOW) == 1
    assert balance(session, owner.id, NOW) == Balance(350, 0, 0)
    assert ledger_sum(session, owner.id) == 350
    assert not check_ledger(session).count


def test_a_partial_return_takes_its_share_and_the_next_one_the_rest(session: Session) -> None:
    with transaction():
        owner = customer(session)
        about = purchase(session, owner)
        award(session, owner.id, purchase_grant(200, NOW), "p", NOW, purchase_id=about.id)
        assert reverse_earned(session, owner.id, about.id, 150, "r1", NOW) == 50
        assert reverse_earned(session, owner.id, about.id, 150, "r2", NOW) == 0
        assert reverse_earned(session, owner.id, about.id, 0, "r3", NOW) == 150
    assert lots_of(session, owner.id) == [(0, LotState.REVERSED)]


def test_expired_points_are_not_owed(session: Session) -> None:
    later = NOW + 500 * DAY
    with transaction():
        owner = customer(session)
        about = purchase(session, owner)
        award(session, owner.id, purchase_grant(100, NOW - 20 * DAY), "p", NOW, purchase_id=about.id)
        spend(session, owner.id, 40, "k", NOW)
        assert expire_due(session, later) == 1
        assert reverse_earned(session, owner.id, about.id, 0, "r", later) == 40
    assert balance(session, owner.id, later) == Balance(0, 0, 0, debt=40)


def test_points_spent_on_goods_that_came_back_return_to_their_lots(session: Session) -> None:
    with transaction():
        owner = customer(session)
        about = purchase(session, owner)
        earned(session, owner.id, 30, "a", life=100)
        earned(session, owner.id, 70, "b", life=200)
        spend(session, owner.id, 80, "k", NOW, purchase_id=about.id)
        lock_account(session, owner.id)
        give_back(session, owner.id, about.id, 55, "g1", NOW)
    assert lots_of(session, owner.id) == [(5, LotState.ACTIVE), (70, LotState.ACTIVE)]
    with transaction():
        give_back(session, owner.id, about.id, 25, "g2", NOW + 150 * DAY)  # the first lot would have expired by now
    assert lots_of(session, owner.id) == [(5, LotState.ACTIVE), (70, LotState.ACTIVE), (25, LotState.ACTIVE)]
    assert spent_on(session, about.id) == 0
    assert not check_ledger(session).count


def test_buy_earn_spend_and_return_both_leaves_nothing(session: Session) -> None:
    with transaction():
        owner = customer(session)
        first, second = purchase(session, owner), purchase(session, owner)
        award(session, owner.id, purchase_grant(100, NOW - 20 * DAY), "p", NOW, purchase_id=first.id)
        spend(session, owner.id, 100, "k", NOW, purchase_id=second.id)
        reverse_earned(session, owner.id, first.id, 0, "r", NOW)
        give_back(session, owner.id, second.id, 100, "g", NOW)
        settle_due(session, NOW)
    assert balance(session, owner.id, NOW) == Balance(0, 0, 0)
    assert not check_ledger(session).count


def test_lots_become_active_and_expire(session: Session) -> None:
    with transaction():
        owner = customer(session).id
        earned(session, owner, 100, "a", days=14)
        assert activate_due(session, NOW) == 0
        assert activate_due(session, NOW + 14 * DAY) == 1
        assert lots_of(session, owner) == [(100, LotState.ACTIVE)]
        assert expire_due(session, NOW + 378 * DAY) == 0
        assert expire_due(session, NOW + 379 * DAY) == 1
        assert expire_due(session, NOW + 380 * DAY) == 0
    assert lots_of(session, owner) == [(0, LotState.EXPIRED)]
    assert ledger_sum(session, owner) == 0


def test_held_points_wait_for_a_human_who_releases_or_refuses_them_once(session: Session) -> None:
    later = NOW + 700 * DAY
    with transaction():
        owner, user = customer(session).id, staff(session, "admin").id
        award(session, owner, review_grant(1000, NOW, is_held=True), "a", NOW)
        award(session, owner, review_grant(1000, NOW, is_held=True), "b", NOW)
        assert expire_due(session, later) == 0
        ids = list(session.scalars(select(PointsLot.id).where(PointsLot.customer_id == owner).order_by(PointsLot.id)))
        release(session, ids[0], later)
        refuse(session, ids[1], "the same answer ten times", user, later)
        for act in (lambda: release(session, ids[0], later), lambda: refuse(session, ids[1], "x", user, later)):
            with pytest.raises(Conflict):
                act()
        spend(session, owner, 1000, "k", later)
    assert balance(session, owner, later) == Balance(0, 0, 0)
    refused = session.scalars(select(PointsEntry).where(PointsEntry.kind == EntryKind.REVERSE)).one()
    assert (refused.reason, refused.user_id) == ("the same answer ten times", user)


def test_points_and_debts_move_with_a_merged_customer(session: Session) -> None:
    with transaction():
        old, new = customer(session), customer(session)
        about = purchase(session, old)
        award(session, old.id, purchase_grant(100, NOW - 20 * DAY), "p", NOW, purchase_id=about.id)
        spend(session, old.id, 100, "k", NOW)
        reverse_earned(session, old.id, about.id, 0, "r", NOW)
        earned(session, old.id, 30, "locked", days=5)
        earned(session, new.id, 250, "mine")
        assert move_points(session, old.id, new.id, NOW) == 30 - 100
        assert move_points(session, old.id, new.id, NOW) == 0
    assert balance(session, old.id, NOW) == Balance(0, 0, 0)
    assert balance(session, new.id, NOW) == Balance(150, 30, 0)
    assert (ledger_sum(session, old.id), ledger_sum(session, new.id)) == (0, 180)
    assert not check_ledger(session).count


def test_a_statement_explains_the_way_from_one_balance_to_the_next(session: Session) -> None:
    def at(day: int) -> datetime:
        return NOW + day * DAY

    with transaction():
        owner = customer(session).id
        award(session, owner, gift_grant(Rule.VISIT, 500, at(-10)), "old", at(-10))
        award(session, owner, gift_grant(Rule.VISIT, 100, at(1)), "a", at(1))
        spend(session, owner, 450, "k", at(2))
        expire_due(session, at(356))
    told = statement(session, owner, NOW, at(30))
    assert (told.opening, told.earned, told.used, told.lost, told.closing) == (500, 100, 450, 0, 150)
    assert statement(session, owner, at(30), at(400)).lost == 50
    assert sum_at(session, owner, at(400)) == ledger_sum(session, owner) == 100


def test_the_accountant_sees_what_is_held_locked_active_and_owed(session: Session) -> None:
    with transaction():
        owner, other = customer(session), customer(session)
        about = purchase(session, other)
        earned(session, owner.id, 100, "a")
        earned(session, owner.id, 70, "b", days=3)
        award(session, owner.id, review_grant(1000, NOW, is_held=True), "c", NOW)
        award(session, other.id, purchase_grant(50, NOW - 20 * DAY), "p", NOW, purchase_id=about.id)
        spend(session, other.id, 50, "k", NOW)
        reverse_earned(session, other.id, about.id, 0, "r", NOW)
    held = liability(session, NOW)
    assert (held.active, held.locked, held.held, held.owed, held.customers, held.total) == (100, 70, 1000, 50, 1, 1170)


def test_the_check_finds_a_lot_that_does_not_agree_with_its_entries(session: Session) -> None:
    with transaction():
        owner = customer(session).id
        earned(session, owner, 100, "a")
        lot_id = session.scalars(select(PointsLot.id)).one()
        session.query(PointsLot).update({"remaining": 99})
    assert check_ledger(session).lots == (lot_id,)
