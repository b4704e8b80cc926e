import pytest

from analysis.sentences import Span
from analysis.sentiment.protocol import Probabilities, TextResult
from analysis.sentiment.training.measuring import expected_calibration_error, macro_f1
from analysis.sentiment.training.sources import Example


def test_macro_f1() -> None:
    pairs = [("negative", "negative"), ("negative", "positive"), ("positive", "positive"), ("neutral", "neutral")]
    assert macro_f1(pairs) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_expected_calibration_error() -> None:
    result = TextResult("en", "negative", Probabilities(0.8, 0.1, 0.1), Span(0, 1), {}, (), False)
    right, wrong = Example("x", "negative", "en", "own"), Example("x", "positive", "en", "own")
    assert expected_calibration_error([(right, result)] * 8 + [(wrong, result)] * 2) == pytest.approx(0)
    assert expected_calibration_error([(wrong, result)]) == pytest.approx(0.8)
