"""What each tier may pay in points: the worked example of the programme, gifts, lines without a maximum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.points.programme import Programme
from feedback.points.tiers import Product, cap

DAY = date(2026, 3, 11)
SHARES = {"silver": 25, "gold": 75, "platinum": 100}
TYRES = Product("tyre-205", 400_000, 1, 15)


@pytest.mark.parametrize(("tier", "points"), [("silver", 150), ("gold", 450), ("platinum", 600), (None, 0)])
def test_tyres_for_4000_with_a_maximum_discount_of_15_percent(tier: str | None, points: int) -> None:
    assert cap([TYRES], tier, SHARES, 0).points == points
    assert cap([TYRES], tier, SHARES, 0).discount == 600


@pytest.mark.parametrize(
    ("purchases", "tier"),
    [(0, None), (1, "silver"), (4, "silver"), (5, "gold"), (6, "gold"), (7, "platinum"), (99, "platinum")],
)
def test_tiers_go_by_purchases(purchases: int, tier: str | None) -> None:
    assert Programme().tier_of(purchases, DAY) == tier


def test_listed_gifts_may_be_paid_in_full_and_nothing_else() -> None:
    mug = Product("mug", 50_000, 2, 15)
    assert cap([TYRES, mug], "silver", SHARES, 0, {"mug"}).points == 150 + 1000
    assert cap([mug], None, SHARES, 0, {"mug"}).points == 1000
    assert cap([mug], "platinum", SHARES, 0).points == 150


def test_a_line_without_a_maximum_takes_the_companys_and_a_purchase_without_lines_is_one_line() -> None:
    plain = Product("oil", 100_000, 1, None)
    assert cap([plain], "platinum", SHARES, 0).points == 0
    assert cap([plain], "platinum", SHARES, 20).points == 200
    assert cap([], "platinum", SHARES, 20, amount=100_000).points == 200
    assert cap([], "platinum", SHARES, 20).points == 0


def test_never_more_than_is_to_be_paid() -> None:
    assert cap([TYRES], "platinum", SHARES, 0, {"tyre-205"}, amount=250_000).points == 2500


@given(
    st.lists(
        st.builds(
            Product, st.sampled_from(["a", "b", None]), st.integers(0, 10**8), st.integers(1, 9),
            st.none() | st.integers(0, 100),
        ),
        max_size=5,
    ),
    st.sampled_from(["silver", "gold", "platinum", None]),
)  # fmt: skip
def test_a_higher_tier_never_pays_less_and_none_more_than_the_maximum(lines: list[Product], tier: str | None) -> None:
    ladder = [cap(lines, each, SHARES, 10).points for each in (None, "silver", "gold", "platinum")]
    assert ladder == sorted(ladder)
    found = cap(lines, tier, SHARES, 10)
    assert found.points <= found.discount <= sum(line.price * line.quantity for line in lines) // 100
