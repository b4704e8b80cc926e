"""What earns how many points, from when and until when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.points.rules import (
    Line,
    Rule,
    kept_after_return,
    purchase_grant,
    purchase_points,
    review_grant,
    review_key,
)
from tests.builders import NOW


def test_thanks_for_an_answer_can_be_spent_at_once_and_live_a_year() -> None:
    grant = review_grant(1000, NOW, is_held=False)
    assert (grant.rule, grant.points, grant.active_from) == (Rule.REVIEW, 1000, NOW)
    assert grant.expires_at == NOW + timedelta(days=365)


def test_a_purchase_earns_its_percent_after_the_return_window() -> None:
    points = purchase_points(400_000, 5, {}, ())  # 4000.00
    grant = purchase_grant(points, NOW)
    assert (grant.points, grant.active_from) == (200, NOW + timedelta(days=14))
    assert grant.expires_at == NOW + timedelta(days=14 + 365)


@given(st.integers(0, 10**11), st.integers(0, 100))
def test_a_purchase_never_earns_more_than_its_share(amount: int, percent: int) -> None:
    points = purchase_points(amount, percent, {}, ())
    assert points * 10_000 <= amount * percent < (points + 1) * 10_000


def test_categories_have_their_own_percent_and_the_sum_goes_by_what_was_paid() -> None:
    lines = (Line("tyres", 300_000, 1), Line("service", 50_000, 2))
    assert purchase_points(400_000, 5, {"service": 10}, lines) == 150 + 100
    assert purchase_points(200_000, 5, {"service": 10}, lines) == 75 + 50  # half off at the till
    assert purchase_points(400_000, 5, {"tyres": 0}, (Line("tyres", 400_000, 1),)) == 0
    assert purchase_points(400_000, 5, {"tyres": 0}, ()) == 200  # no lines: the general percent


@given(st.integers(0, 10**6), st.integers(0, 10**9), st.lists(st.integers(0, 10**9), max_size=3))
def test_returns_take_their_share_and_all_of_it_in_the_end(points: int, amount: int, returns: list[int]) -> None:
    kept = [kept_after_return(points, amount, returned) for returned in sorted(returns)]
    assert kept == sorted(kept, reverse=True)
    assert all(0 <= k <= points for k in kept)
    assert kept_after_return(points, amount, 0) == points
    assert kept_after_return(points, max(amount, 1), max(amount, 1)) == 0


def test_a_purchase_is_thanked_for_once_whoever_asked_about_it() -> None:
    assert review_key(7, 1) == review_key(7, 2) != review_key(8, 1)
    assert review_key(None, 1) != review_key(None, 2)
