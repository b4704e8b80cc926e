import pytest

from analysis.base_size import BaseSizeRules, is_named_staff_allowed, is_rankable, visibility


@pytest.mark.parametrize(
    ("n", "shown"),
    [(0, "hidden"), (9, "hidden"), (10, "indicative"), (29, "indicative"), (30, "shown"), (5000, "shown")],
)
def test_visibility(n: int, shown: str) -> None:
    assert visibility(n) == shown


def test_ranking_needs_a_hundred() -> None:
    assert not is_rankable(99)
    assert is_rankable(100)


def test_named_staff_need_five() -> None:
    assert not is_named_staff_allowed(4)
    assert is_named_staff_allowed(5)


def test_thresholds_can_be_edited() -> None:
    assert visibility(12, BaseSizeRules(indicative_from=15)) == "hidden"


def test_the_floor_for_named_staff_cannot() -> None:
    with pytest.raises(ValueError, match="never shown below 5"):
        BaseSizeRules(named_staff_from=4)


def test_thresholds_must_rise() -> None:
    with pytest.raises(ValueError, match="must rise"):
        BaseSizeRules(indicative_from=40)
