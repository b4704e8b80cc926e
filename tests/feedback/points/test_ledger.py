"""The ledger pays once per key, and the balance is always the sum of its entries."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.points.ledger import Balance, award, balance, ledger_sum
from feedback.points.models import PointsEntry, PointsLot
from feedback.points.rules import Grant, Rule, review_grant
from tests.builders import NOW, customer

THANKS = review_grant(1000, NOW, is_held=False)
AWARDS = st.lists(
    st.tuples(
        st.integers(0, 2),  # whose
        st.integers(0, 5),  # which key
        st.integers(-5, 5000),  # how many points
        st.integers(-3, 3),  # active from this day on
        st.booleans(),  # held
    ),
    max_size=25,
)


def test_it_works(session: Session) -> None:
    with transaction():
        owner = customer(session).id
        assert award(session, owner, THANKS, "key", NOW) == 1000
    assert balance(session, owner, NOW) == Balance(active=1000, locked=0, held=0)


def test_a_used_key_grants_nothing_and_leaves_no_lot(session: Session) -> None:
    with transaction():
        owner, other = customer(session).id, customer(session).id
        granted = [award(session, who, THANKS, "key", NOW) for who in (owner, owner, other)]
    assert granted == [1000, 0, 0]
    assert session.scalar(select(func.count()).select_from(PointsLot)) == 1


def test_an_empty_grant_writes_nothing(session: Session) -> None:
    with transaction():
        assert award(session, customer(session).id, review_grant(0, NOW, is_held=False), "key", NOW) == 0
    assert session.scalar(select(func.count()).select_from(PointsEntry)) == 0


def test_points_become_active_with_time_and_held_ones_do_not(session: Session) -> None:
    later = NOW + timedelta(days=14)
    with transaction():
        owner = customer(session).id
        award(session, owner, Grant(Rule.PURCHASE, 200, later, later + timedelta(days=365)), "locked", NOW)
        award(session, owner, review_grant(1000, NOW, is_held=True), "held", NOW)
    assert balance(session, owner, NOW) == Balance(active=0, locked=200, held=1000)
    assert balance(session, owner, later) == Balance(active=200, locked=0, held=1000)


def test_a_lot_cannot_hold_less_than_nothing(session: Session) -> None:
    with transaction():
        award(session, customer(session).id, THANKS, "key", NOW)
    with pytest.raises(IntegrityError), transaction():
        session.query(PointsLot).update({"remaining": -1})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AWARDS)
def test_the_balance_is_the_sum_of_the_ledger(session: Session, awards: list[tuple[int, int, int, int, bool]]) -> None:
    with transaction():
        owners = [customer(session).id for _ in range(3)]
        mark = owners[0]  # keys of an earlier example are not these
        expected: dict[int, int] = dict.fromkeys(owners, 0)
        used = set()
        for whose, number, points, day, is_held in awards:
            key, owner, start = f"{mark}:{number}", owners[whose], NOW + timedelta(days=day)
            granted = award(session, owner, Grant(Rule.MANUAL, points, start, start, is_held), key, NOW)
            assert granted == (points if points > 0 and key not in used else 0)
            expected[owner] += granted
            used |= {key} if points > 0 else set()
    for owner, points in expected.items():
        assert balance(session, owner, NOW).total == ledger_sum(session, owner) == points


def test_one_key_used_by_many_at_once_pays_once(app: Flask, session: Session) -> None:
    with transaction():
        owner = customer(session).id
    start = Barrier(6)

    def one() -> int:
        start.wait()
        with app.app_context():
            with transaction() as own:
                granted = award(own, owner, THANKS, "key", NOW)
            db.session.remove()
        return granted

    granted = _all_at_once(one)
    assert sorted(granted) == [0] * 5 + [1000]
    session.rollback()
    assert balance(session, owner, NOW).total == ledger_sum(session, owner) == 1000
    assert session.scalar(select(func.count()).select_from(PointsLot)) == 1


def _all_at_once(work: Callable[[], int]) -> list[int]:
    with ThreadPoolExecutor(6) as pool:
        return [future.result(120) for future in [pool.submit(work) for _ in range(6)]]
