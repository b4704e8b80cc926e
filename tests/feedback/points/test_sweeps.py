"""What comes by the calendar comes once: days of membership, birthdays, holidays, the nightly proof."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.points import sweeps
from feedback.points.accruing import accrue_purchases
from feedback.points.ledger import award
from feedback.points.models import PointsEntry, PointsLot, PointsMember, PointsSweep
from feedback.points.programme import change_rule
from feedback.points.rules import Rule, gift_grant
from feedback.points.sweeps import birthdays_kept_on, sweep_due
from tests.builders import NOW, customer, purchase

DAY = timedelta(days=1)


def member(session: Session, joined: datetime = NOW, **values: object) -> Customer:
    owner = customer(session, **({"created_at": joined} | values))
    purchase(session, owner, amount=0, created_at=joined)
    accrue_purchases(session, joined)
    return owner


def sweep(session: Session, now: datetime) -> None:
    for _ in range(1000):
        with transaction():
            if not sweep_due(session, now):
                return
    raise AssertionError("the sweep does not end")


def granted(session: Session, rule: Rule) -> list[tuple[int, int]]:
    query = select(PointsEntry.customer_id, PointsEntry.points).where(PointsEntry.rule == rule).order_by(PointsEntry.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def test_each_day_of_membership_counts_once(session: Session) -> None:
    with transaction():
        owner = member(session)  # on the 11th
    for day in range(40):
        sweep(session, NOW + day * DAY)
        sweep(session, NOW + day * DAY)
    # 11-14 March, 15-31 March, 1-14 April
    assert granted(session, Rule.MEMBERSHIP) == [(owner.id, 4 * 5), (owner.id, 17 * 5), (owner.id, 14 * 5)]


def test_days_that_were_missed_are_made_up_for(session: Session) -> None:
    with transaction():
        member(session)
    sweep(session, NOW)
    sweep(session, NOW + 30 * DAY)  # 10 April: the 15th and the 1st are caught up with
    assert sum(points for _, points in granted(session, Rule.MEMBERSHIP)) == 21 * 5


def test_a_changed_rule_counts_from_its_day(session: Session) -> None:
    with transaction():
        member(session)
        change_rule(session, "membership", {"points": 7}, NOW.date() + 2 * DAY, None, NOW)
    sweep(session, NOW)
    sweep(session, NOW + 4 * DAY)
    assert [points for _, points in granted(session, Rule.MEMBERSHIP)] == [5 + 5 + 7 + 7]


def test_a_birthday_brings_its_points_once_a_year(session: Session) -> None:
    with transaction():
        owner = member(session, NOW - 40 * DAY, birthday=date(1990, 3, 11))
        member(session, NOW - 40 * DAY, birthday=date(1990, 3, 12))
    sweep(session, NOW)
    sweep(session, NOW)
    assert granted(session, Rule.BIRTHDAY) == [(owner.id, 3000)]
    sweep(session, NOW + 365 * DAY)
    assert [who for who, _ in granted(session, Rule.BIRTHDAY)].count(owner.id) == 2


def test_moving_the_birthday_does_not_bring_it_again(session: Session) -> None:
    with transaction():
        owner = member(session, NOW - 40 * DAY, birthday=date(1990, 3, 11))
    sweep(session, NOW)
    with transaction():
        session.get_one(Customer, owner.id).birthday = date(1990, 6, 1)
    for day in range(1, 90):
        sweep(session, NOW + day * DAY)
    assert len(granted(session, Rule.BIRTHDAY)) == 1


def test_a_birthday_told_shortly_before_waits_a_year(session: Session) -> None:
    with transaction():
        owner = member(session, NOW - 100 * DAY)
    sweep(session, NOW - 12 * DAY)
    with transaction():
        session.get_one(Customer, owner.id).birthday = date(1990, 3, 11)
    for day in range(-11, 3):
        sweep(session, NOW + day * DAY)
    assert granted(session, Rule.BIRTHDAY) == []


@pytest.mark.parametrize(
    ("day", "numbers"),
    [(date(2026, 2, 28), [228, 229]), (date(2028, 2, 28), [228]), (date(2028, 2, 29), [229])],
)
def test_a_birthday_on_29_february_is_kept_every_year(day: date, numbers: list[int]) -> None:
    assert birthdays_kept_on(day) == numbers


def test_holidays_go_by_country(session: Session) -> None:
    with transaction():
        russian = member(session, country="RU")
        bulgarian = member(session, country="BG")
        of_company = member(session, country=None)
        member(session, country="KZ")
    sweep(session, datetime.fromisoformat("2026-03-08T10:00:00+00:00"))
    assert sorted(granted(session, Rule.HOLIDAY)) == [(i, 2000) for i in (russian.id, bulgarian.id, of_company.id)]
    sweep(session, datetime.fromisoformat("2026-05-24T10:00:00+00:00"))
    assert len(granted(session, Rule.HOLIDAY)) == 4


def test_erased_people_staff_and_test_accounts_get_nothing(session: Session) -> None:
    with transaction():
        for column in ("is_test", "is_staff"):
            setattr(member(session), column, True)
        member(session).erased_at = NOW
    for day in (NOW, datetime.fromisoformat("2026-03-15T10:00:00+00:00")):
        sweep(session, day)
    assert session.scalar(select(func.count()).select_from(PointsEntry)) == 0


def test_a_sweep_goes_on_where_it_was_stopped(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps._Pass.members, "__kwdefaults__", {"limit": 2})
    day = datetime.fromisoformat("2026-03-15T10:00:00+00:00")
    with transaction():
        owners = [member(session).id for _ in range(5)]
    sweep(session, NOW)
    for _ in range(3):  # birthdays told take some of these; each is one committed batch
        with transaction():
            sweep_due(session, day)
    for _ in range(4):  # batches that are rolled back, as when the process is killed
        sweep_due(session, day)
        session.rollback()
    sweep(session, day)
    assert granted(session, Rule.MEMBERSHIP) == [(owner, 20) for owner in owners]
    assert session.scalar(select(func.count()).where(PointsMember.paid_until == day.date())) == 5


def test_the_proof_says_how_many_faults_it_found(session: Session) -> None:
    with transaction():
        award(session, customer(session).id, gift_grant(Rule.VISIT, 10, NOW), "k", NOW)
    sweep(session, NOW)
    with transaction():
        session.query(PointsLot).update({"remaining": 9})
    sweep(session, NOW + DAY)
    query = select(PointsSweep.done).where(PointsSweep.kind == "proof").order_by(PointsSweep.day)
    assert list(session.scalars(query)) == [0, 1]
