from datetime import timedelta

import pytest

from feedback.customers.models import LifecycleStatus as S
from feedback.customers.status import longest_silence, status_of
from tests.feedback.customers.given import NOW


def bought(*days_ago: int) -> list:
    return [NOW - timedelta(days=days) for days in days_ago]


@pytest.mark.parametrize(
    ("current", "days_ago", "scores", "expected"),
    [
        (S.POTENTIAL, (), (), S.POTENTIAL),
        (S.PROSPECTIVE, (), (9,), S.PROSPECTIVE),
        (S.POTENTIAL, (3,), (), S.CUSTOMER),
        (S.CUSTOMER, (60, 30, 3), (9,), S.REGULAR),
        (S.CUSTOMER, (60, 30, 3), (7,), S.REGULAR),
        (S.CUSTOMER, (60, 30, 3), (9, 6), S.CUSTOMER),  # the rhythm without the judgement
        (S.CUSTOMER, (60, 30, 3), (), S.CUSTOMER),  # nobody asked yet
        (S.CUSTOMER, (30, 3), (10,), S.CUSTOMER),  # the judgement without a rhythm
        (S.CUSTOMER, (300, 270, 240), (10,), S.CUSTOMER),  # a rhythm of long ago
        (S.REGULAR, (160, 130, 91), (10,), S.SLEEPING),
        (S.REGULAR, (160, 130, 90), (10,), S.REGULAR),
        (S.REGULAR, (340, 220, 100), (10,), S.REGULAR),  # buys every 120 days
        (S.REGULAR, (60, 30, 3), (2,), S.CUSTOMER),
        (S.SLEEPING, (400, 370, 340), (10,), S.SLEEPING),
        (S.SLEEPING, (400, 370, 340, 1), (10,), S.REGULAR),
        (S.LOST, (60, 30, 3), (10,), S.LOST),
    ],
)
def test_the_status_follows_purchases_and_judgement(
    current: S, days_ago: tuple[int, ...], scores: tuple[int, ...], expected: S
) -> None:
    assert status_of(current, bought(*days_ago), scores, NOW) == expected


def test_silence_is_measured_by_the_customers_own_rhythm() -> None:
    assert longest_silence(bought(5)) == timedelta(days=90)
    assert longest_silence(bought(40, 20, 10)) == timedelta(days=90)
    assert longest_silence(bought(200, 100, 0)) == timedelta(days=200)
