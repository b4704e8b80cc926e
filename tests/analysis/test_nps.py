from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from analysis.intervals import Z_95
from analysis.nps import NpsCounts, band, difference, estimate

counts = st.builds(NpsCounts, *[st.integers(0, 5000)] * 3)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "centre", "half_width"),
    [(50, 20, 100, 29.1, 15.1), (5, 0, 5, 62.5, 45.0), (500, 200, 1000, 29.9, 4.8)],
)
def test_the_worked_examples(promoters: int, detractors: int, n: int, centre: float, half_width: float) -> None:
    answer = estimate(NpsCounts(promoters, n - promoters - detractors, detractors))
    assert answer.n == n
    assert round(answer.nps, 1) == centre
    assert round(answer.nps - answer.low, 1) == half_width
    assert answer.high == pytest.approx(min(100.0, answer.nps + half_width), abs=0.05)
    assert answer.observed == 100 * (promoters - detractors) / n


@pytest.mark.parametrize(
    ("score", "name"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter"), (10, "promoter")],
)
def test_band(score: int, name: str) -> None:
    assert band(score) == name


@pytest.mark.parametrize("score", [-1, 11])
def test_no_band_off_the_scale(score: int) -> None:
    with pytest.raises(ValueError, match=r"0\.\.10"):
        band(score)


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        NpsCounts(1, -1, 0)


def test_without_answers_nothing_is_observed_and_all_is_open() -> None:
    answer = estimate(NpsCounts(0, 0, 0))
    assert answer.observed is None
    assert answer.nps == 0
    assert answer.low < -75
    assert answer.high > 75


@given(counts)
def test_the_interval_holds_the_estimate_and_stays_possible(some: NpsCounts) -> None:
    answer = estimate(some)
    assert -100 <= answer.low <= answer.nps <= answer.high <= 100


@given(counts)
def test_turned_round_it_is_its_mirror(some: NpsCounts) -> None:
    there, back = estimate(some), estimate(NpsCounts(some.detractors, some.passives, some.promoters))
    assert there.nps == pytest.approx(-back.nps)
    assert there.low == pytest.approx(-back.high)


@given(counts, counts)
def test_difference_is_the_difference_of_what_is_shown(earlier: NpsCounts, later: NpsCounts) -> None:
    change = difference(earlier, later)
    assert change.points == pytest.approx(estimate(later).nps - estimate(earlier).nps)
    assert change.is_changed == (abs(change.z) > Z_95)
    assert difference(later, earlier).z == pytest.approx(-change.z)


def test_a_clear_change_and_a_chance_one() -> None:
    assert difference(NpsCounts(500, 300, 200), NpsCounts(600, 250, 150)).is_changed
    assert not difference(NpsCounts(50, 30, 20), NpsCounts(55, 27, 18)).is_changed


def test_the_z_is_that_of_scipy() -> None:
    assert norm.ppf(0.975) == pytest.approx(Z_95, abs=1e-4)


@pytest.mark.parametrize("n", [10, 30, 100])
def test_the_interval_covers_the_truth_about_nineteen_times_in_twenty(n: int) -> None:
    """Simulated with a fixed seed: 1500 samples from a company with NPS 30."""
    random, hits = Random(7), 0
    for _ in range(1500):
        bands = random.choices(("promoters", "passives", "detractors"), weights=(50, 30, 20), k=n)
        answer = estimate(NpsCounts(*(bands.count(name) for name in ("promoters", "passives", "detractors"))))
        hits += answer.low <= 30 <= answer.high
    assert 0.935 <= hits / 1500 <= 0.985
