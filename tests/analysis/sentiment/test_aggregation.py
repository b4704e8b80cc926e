import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentiment.aggregation import aggregate
from analysis.sentiment.protocol import Probabilities

GOOD, BAD, PLAIN = Probabilities(0.05, 0.1, 0.85), Probabilities(0.9, 0.05, 0.05), Probabilities(0.2, 0.7, 0.1)
parts = st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=30)


def test_one_sentence_is_the_text() -> None:
    mood = aggregate([PLAIN], [3])
    assert mood.probabilities.label == "neutral"
    assert mood.deciding == 0


def test_a_complaint_beside_praise_is_not_lost() -> None:
    mood = aggregate([GOOD, BAD], [5, 5])
    assert mood.probabilities.label == "negative"
    assert mood.deciding == 1


def test_the_deciding_part_is_the_weightiest_of_its_label() -> None:
    assert aggregate([GOOD, PLAIN, GOOD], [2, 1, 9]).deciding == 2


def test_a_close_call_is_unsure() -> None:
    assert aggregate([Probabilities(0.36, 0.33, 0.31)], [1]).is_unsure
    assert not aggregate([GOOD], [1]).is_unsure


def test_of_equals_the_worse() -> None:
    assert Probabilities(0.4, 0.2, 0.4).label == "negative"


@given(parts)
def test_probabilities_stay_probabilities(drawn: list[tuple[float, float, float]]) -> None:
    some = [Probabilities(*(share / sum(shares) for share in shares)) for shares in drawn]
    mood = aggregate(some, [1.0] * len(some))
    chances = mood.probabilities
    assert chances.negative + chances.neutral + chances.positive == pytest.approx(1)
    assert 0 <= mood.deciding < len(some)
