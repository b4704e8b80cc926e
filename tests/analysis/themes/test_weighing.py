from math import log

import pytest

from analysis.themes.weighing import weigh_terms


def test_the_formula() -> None:
    weights = weigh_terms({"delivery": {"late": 3, "box": 1}, "price": {"box": 2, "dear": 2}})
    mean = 8 / 2
    assert weights["delivery"]["late"] == pytest.approx(3 / 4 * log(1 + mean / 3))
    assert weights["delivery"]["box"] == pytest.approx(1 / 4 * log(1 + mean / 3))
    assert weights["price"]["box"] == pytest.approx(2 / 4 * log(1 + mean / 3))


def test_what_stands_in_one_group_alone_weighs_more() -> None:
    weights = weigh_terms({"a": {"own": 2, "shared": 2}, "b": {"shared": 2, "other": 2}})
    assert weights["a"]["own"] > weights["a"]["shared"]


def test_nothing_weighs_nothing() -> None:
    assert weigh_terms({}) == {}
    assert weigh_terms({"a": {}}) == {"a": {}}
