"""What earns how many points, from when and until when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.points.rules import Rule, purchase_grant, review_grant, review_key
from tests.builders import NOW


def test_thanks_for_an_answer_can_be_spent_at_once_and_live_a_year() -> None:
    grant = review_grant(1000, NOW, is_held=False)
    assert (grant.rule, grant.points, grant.active_from) == (Rule.REVIEW, 1000, NOW)
    assert grant.expires_at == NOW + timedelta(days=365)


def test_a_purchase_earns_its_percent_after_the_return_window() -> None:
    grant = purchase_grant(400_000, 5, NOW)  # 4000.00
    assert (grant.points, grant.active_from) == (200, NOW + timedelta(days=14))
    assert grant.expires_at == NOW + timedelta(days=14 + 365)


@given(st.integers(0, 10**13), st.integers(0, 100))
def test_a_purchase_never_earns_more_than_its_share(amount: int, percent: int) -> None:
    points = purchase_grant(amount, percent, NOW).points
    assert points * 10_000 <= amount * percent < (points + 1) * 10_000


def test_a_purchase_is_thanked_for_once_whoever_asked_about_it() -> None:
    assert review_key(7, 1) == review_key(7, 2) != review_key(8, 1)
    assert review_key(None, 1) != review_key(None, 2)
