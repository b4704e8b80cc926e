"""Passages through a stand-in of the exact shape of a pipeline of transformers."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentiment.huggingface.scorer import (
    CHARACTERS_AT_ONCE,
    TEXTS_AT_ONCE,
    PipelineScorer,
    batches_by_length,
)
from analysis.sentiment.passages import Passage
from tests.analysis.sentiment.huggingface.pipelines import FakePipeline

STARS = {
    "1 star": "negative",
    "2 stars": "negative",
    "3 stars": "neutral",
    "4 stars": "positive",
    "5 stars": "positive",
}


def passages(*texts: str) -> list[Passage]:
    return [Passage(text, "en", []) for text in texts]


def test_results_stand_in_the_order_of_the_passages() -> None:
    texts = [f"{'good' if n % 3 else 'bad'} {'x' * (n * 7 % 50)}" for n in range(100)]
    pipeline = FakePipeline()
    scores = PipelineScorer(pipeline, pipeline.mapping).score(passages(*texts))
    assert [score.label for score in scores] == ["positive" if n % 3 else "negative" for n in range(100)]
    assert sum(map(len, pipeline.calls)) == 100
    assert max(map(len, pipeline.calls)) <= TEXTS_AT_ONCE


def test_labels_of_one_sentiment_add_up() -> None:
    def classify(texts: Sequence[str]) -> Any:
        shares = dict(zip(STARS, (0.1, 0.2, 0.3, 0.25, 0.15), strict=True))
        best_first = sorted(shares.items(), key=lambda share: -share[1])
        return [[{"label": label, "score": share} for label, share in best_first] for _ in texts]

    (score,) = PipelineScorer(classify, STARS).score(passages("so-so"))
    assert (score.negative, score.neutral, score.positive) == pytest.approx((0.3, 0.3, 0.4))


def test_a_model_of_two_classes_never_says_neutral() -> None:
    def classify(texts: Sequence[str]) -> Any:
        return [[{"label": "POS", "score": 0.6}, {"label": "NEG", "score": 0.4}] for _ in texts]

    (score,) = PipelineScorer(classify, {"POS": "positive", "NEG": "negative"}).score(passages("hm"))
    assert (score.negative, score.neutral, score.positive) == pytest.approx((0.4, 0, 0.6))


@pytest.mark.parametrize("share", [math.nan, 0.0, math.inf])
def test_no_probabilities_are_no_result(share: float) -> None:
    with pytest.raises(ValueError, match="no probabilities"):
        PipelineScorer(lambda texts: [[{"label": "P", "score": share}]], {"P": "positive"}).score(passages("hm"))


def test_half_characters_are_not_shown_to_the_model() -> None:
    pipeline = FakePipeline()
    PipelineScorer(pipeline, pipeline.mapping).score(passages("bad \ud800 😡"))
    assert pipeline.calls == [["bad ? 😡"]]


def test_nothing_to_score_asks_nothing() -> None:
    pipeline = FakePipeline()
    assert PipelineScorer(pipeline, pipeline.mapping).score([]) == []
    assert pipeline.calls == []


@given(st.lists(st.integers(1, 5000), max_size=200))
def test_batches_hold_each_text_once_and_stay_small(lengths: list[int]) -> None:
    batches = list(batches_by_length(lengths))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        assert 1 <= len(batch) <= TEXTS_AT_ONCE
        assert len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= CHARACTERS_AT_ONCE
    ordered = [lengths[at] for batch in batches for at in batch]
    assert ordered == sorted(lengths, reverse=True)
