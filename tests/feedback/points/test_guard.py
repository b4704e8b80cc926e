"""Signs of farming hold the thanks until a human looks; a sign is never the score or the text."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.points.accruing import accrue_purchases
from feedback.points.guard import HOLDS_FROM, Facts, Sign, guard_new, score, signs
from feedback.points.ledger import award
from feedback.points.mailboxes import mailbox
from feedback.points.models import LotState, PointsLot
from feedback.points.rules import review_grant
from feedback.points.spending import spend
from tests.builders import NOW, customer, purchase, staff

DAY = timedelta(days=1)
LATER = NOW + timedelta(minutes=5)


def answered(session: Session, *people: Customer, times: int = 1) -> None:
    for person in people:
        for n in range(times):
            purchase(session, person, is_accrued=False)
            award(session, person.id, review_grant(1000, NOW, is_held=False), f"{person.id}:{n}", NOW)
    accrue_purchases(session, NOW)


def held(session: Session) -> dict[int, list[str]]:
    query = select(PointsLot.customer_id, PointsLot.held_for).where(PointsLot.state == LotState.HELD)
    return {row[0]: row[1] for row in session.execute(query)}


def test_an_ordinary_answer_is_not_held(session: Session) -> None:
    with transaction():
        answered(session, customer(session, phone="+79110000001"), customer(session, email=None))
        assert guard_new(session, NOW + timedelta(seconds=30)) == 0  # an earlier lot may still be written
        assert guard_new(session, LATER) == 2 + 2  # two thanks, two purchases
        assert guard_new(session, LATER) == 0
    assert held(session) == {}


def test_doubles_by_phone_and_by_mailbox_are_held(session: Session) -> None:
    with transaction():
        one, two = (customer(session, phone="+79110000001") for _ in range(2))
        three, four = (
            customer(session, email="anna.petrova@gmail.com"),
            customer(session, email="annapetrova+x@gmail.com"),
        )
        answered(session, one, two, three, four)
        guard_new(session, LATER)
    assert held(session) == {
        one.id: ["same_phone"],
        two.id: ["same_phone"],
        three.id: ["same_mailbox"],
        four.id: ["same_mailbox"],
    }


def test_staff_and_those_who_answer_all_day_are_held(session: Session) -> None:
    with transaction():
        staff(session, "agent", email="igor@company.example")
        igor, busy = customer(session, email="igor+1@company.example"), customer(session)
        colleague = customer(session, email="anna@company.example")
        answered(session, igor, colleague)
        answered(session, busy, times=4)
        guard_new(session, LATER)
    assert held(session) == {igor.id: ["staff"], busy.id: ["velocity"]}


def test_what_is_spent_or_older_than_the_guard_is_left_alone(session: Session) -> None:
    with transaction():
        one, two = (customer(session, phone="+79110000001") for _ in range(2))
        award(session, one.id, review_grant(1000, NOW - 2 * DAY, is_held=False), "old", NOW - 2 * DAY)
        answered(session, one, two)
        spend(session, two.id, 1, "k", NOW)
        guard_new(session, LATER)
    assert list(held(session)) == [one.id]
    states = select(PointsLot.state).where(PointsLot.rule == "review").order_by(PointsLot.id)
    assert list(session.scalars(states)) == ["active", "held", "active"]


@pytest.mark.parametrize(
    ("facts", "found", "is_held"),
    [
        (Facts(None, None), [], False),
        (Facts("x@gmail.com", None), [], False),
        (Facts("x@firm.example", None), [Sign.STAFF_DOMAIN], False),
        (Facts("x@firm.example", None, whole_returns=3), [Sign.STAFF_DOMAIN, Sign.RETURNS], True),
        (Facts("boss+tag@firm.example", None), [Sign.STAFF], True),
        (Facts(None, "1", same_phone=1), [Sign.SAME_PHONE], True),
        (Facts(None, None, answers_a_day=3), [], False),
        (Facts(None, None, answers_a_day=4), [Sign.VELOCITY], True),
    ],
)
def test_signs_add_up(facts: Facts, found: list[Sign], is_held: bool) -> None:
    assert signs(facts, {"boss@firm.example"}, {"firm.example"}) == found
    assert (score(found) >= HOLDS_FROM) is is_held


@pytest.mark.parametrize(
    ("email", "box"),
    [
        ("A.B+c@Gmail.com", "ab@gmail.com"),
        ("a.b+c@mail.ru", "a.b@mail.ru"),
        ("nothing", None),
        (None, None),
        ("", None),
    ],
)
def test_addresses_of_one_mailbox(email: str | None, box: str | None) -> None:
    assert mailbox(email) == box
