"""Whatever happens in whatever order: the balance is the ledger, nothing comes of nothing, no lot is overspent."""

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.errors import Conflict
from feedback.points.bookkeeping import check_ledger
from feedback.points.debts import lock_account, settle_due
from feedback.points.expiring import activate_due, expire_due
from feedback.points.ledger import award, balance, ledger_sum
from feedback.points.models import EntryKind, LotState, PointsDebt, PointsEntry, PointsLot
from feedback.points.moving import move_points
from feedback.points.reversing import refuse, release, reverse_earned
from feedback.points.rules import Grant, Rule, kept_after_return, purchase_grant
from feedback.points.spending import give_back, spend, spent_on
from tests.builders import NOW, customer, purchase, staff

EXAMPLES, STEPS = (400, 60) if os.environ.get("NIGHTLY") else (12, 25)
PEOPLE = st.integers(0, 2)


class Programme(RuleBasedStateMachine):
    """Three customers buy, earn, pay, return, are merged and erased while time goes on."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.now, self.keys = session, NOW, 0
        with transaction():
            people = [customer(session) for _ in range(3)]
            self.people, self.user = [person.id for person in people], staff(session, "admin").id
            self.orders: list[dict[str, Any]] = []
            self.customers = people
        self.first_entry = session.scalar(select(func.coalesce(func.max(PointsEntry.id), 0))) or 0

    def key(self) -> str:
        self.keys += 1
        return f"{self.people[0]}:{self.keys}"

    @rule(
        who=PEOPLE, points=st.integers(1, 500), days=st.integers(0, 20), life=st.integers(1, 60), is_held=st.booleans()
    )
    def earn(self, who: int, points: int, days: int, life: int, is_held: bool) -> None:
        start = self.now + timedelta(days=days)
        with transaction():
            grant = Grant(Rule.MANUAL, points, start, start + timedelta(days=life), is_held)
            key = self.key()
            assert award(self.session, self.people[who], grant, key, self.now) == points
            assert award(self.session, self.people[who], grant, key, self.now) == 0

    @rule(who=PEOPLE, points=st.integers(1, 300))
    def buy(self, who: int, points: int) -> None:
        with transaction():
            order = purchase(self.session, self.customers[who], amount=points * 2000)
            award(
                self.session,
                self.people[who],
                purchase_grant(points, self.now),
                self.key(),
                self.now,
                purchase_id=order.id,
            )
        self.orders.append(
            {"id": order.id, "who": who, "amount": points * 2000, "returned": 0, "earned": points, "paid": 0}
        )

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, 99), points=st.integers(1, 600))
    def pay(self, which: int, points: int) -> None:
        order = self.orders[which % len(self.orders)]
        owner, key = self.people[order["who"]], self.key()
        can = balance(self.session, owner, self.now).spendable
        try:
            with transaction():
                expire_due(self.session, self.now)
                can = balance(self.session, owner, self.now).spendable
                assert spend(self.session, owner, points, key, self.now, purchase_id=order["id"]).is_new
                assert not spend(self.session, owner, points, key, self.now, purchase_id=order["id"]).is_new
            order["paid"] += points
            assert points <= can
        except Conflict:
            assert points > can

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, 99), percent=st.integers(1, 100))
    def bring_back(self, which: int, percent: int) -> None:
        order = self.orders[which % len(self.orders)]
        order["returned"] += (order["amount"] - order["returned"]) * percent // 100
        owner, key = self.people[order["who"]], self.key()
        with transaction():
            lock_account(self.session, owner)
            target = kept_after_return(order["earned"], order["amount"], order["returned"])
            reverse_earned(self.session, owner, order["id"], target, f"{key}:r", self.now)
            assert reverse_earned(self.session, owner, order["id"], target, f"{key}:again", self.now) == 0
            back = spent_on(self.session, order["id"]) - kept_after_return(
                order["paid"], order["amount"], order["returned"]
            )
            if back > 0:
                give_back(self.session, owner, order["id"], back, f"{key}:g", self.now)

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        with transaction():
            activate_due(self.session, self.now)
            expire_due(self.session, self.now)
            settle_due(self.session, self.now)

    @rule(one=PEOPLE, other=PEOPLE)
    def merge(self, one: int, other: int) -> None:
        if one == other:
            return
        both = sum(ledger_sum(self.session, self.people[who]) for who in (one, other))
        with transaction():
            move_points(self.session, self.people[one], self.people[other], self.now, self.user)
        assert ledger_sum(self.session, self.people[one]) == 0
        assert ledger_sum(self.session, self.people[other]) == both
        for order in self.orders:
            order["who"] = other if order["who"] == one else order["who"]

    @rule(is_released=st.booleans())
    def look_at_held(self, is_released: bool) -> None:
        held = select(PointsLot.id).where(PointsLot.state == LotState.HELD, PointsLot.customer_id.in_(self.people))
        with transaction():
            for lot_id in self.session.scalars(held).all():
                if is_released:
                    release(self.session, lot_id, self.now)
                else:
                    refuse(self.session, lot_id, "seen before", self.user, self.now)

    @rule(who=PEOPLE)
    def erase(self, who: int) -> None:
        with transaction():
            person = self.customers[who]
            person.name = person.email = person.phone = None
            person.erased_at = self.now

    @invariant()
    def the_balance_is_the_ledger(self) -> None:
        for owner in self.people:
            assert balance(self.session, owner, self.now).total == ledger_sum(self.session, owner)
        assert not check_ledger(self.session).count

    @invariant()
    def nothing_comes_of_nothing(self) -> None:
        sums = dict(
            self.session.execute(
                select(PointsEntry.kind, func.sum(PointsEntry.points))
                .where(PointsEntry.id > self.first_entry, PointsEntry.customer_id.in_(self.people))
                .group_by(PointsEntry.kind)
            ).all()
        )
        assert sums.get(EntryKind.MOVE, 0) == sums.get(EntryKind.REPAY, 0) == 0
        assert sums.get(EntryKind.RESTORE, 0) <= -sums.get(EntryKind.SPEND, 0)
        owed = self.session.scalar(
            select(func.coalesce(func.sum(PointsDebt.remaining), 0)).where(PointsDebt.customer_id.in_(self.people))
        )
        assert 0 <= (owed or 0) <= sum(order["earned"] for order in self.orders)
        self.session.rollback()


def test_it_holds_in_any_order(session: Session) -> None:
    run_state_machine_as_test(
        lambda: Programme(session),
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
