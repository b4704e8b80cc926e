import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.intervals import wilson


def test_the_worked_example() -> None:
    interval = wilson(8, 10)
    assert interval is not None
    assert (round(interval.low * 100, 1), round(interval.high * 100, 1)) == (49.0, 94.3)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_agrees_with_scipy(drawn: tuple[int, int]) -> None:
    successes, n = drawn
    interval, theirs = wilson(successes, n), binomtest(successes, n).proportion_ci(method="wilson")
    assert interval is not None
    assert interval.low == pytest.approx(theirs.low, abs=1e-4)
    assert interval.high == pytest.approx(theirs.high, abs=1e-4)
    assert 0 <= interval.low <= successes / n <= interval.high <= 1


def test_nobody_asked() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="out of"):
        wilson(successes, n)
