"""Passages through a classifier of the shape of ``transformers.pipeline``, in batches of similar length."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analysis.sentiment.passages import Passage
from analysis.sentiment.protocol import Probabilities
from analysis.vocabulary import SENTIMENTS

# For each text all of its labels with their scores: [{"label": "POSITIVE", "score": 0.98}, ...].
Classify = Callable[[Sequence[str]], Sequence[Sequence[Mapping[str, Any]]]]

TEXTS_AT_ONCE = 32
CHARACTERS_AT_ONCE = 16_000  # of the batch as the model sees it, short texts filled up to the longest


class PipelineScorer:
    """Implements ``Scorer``. ``labels`` map each label of the model to a sentiment."""

    def __init__(self, classify: Classify, labels: Mapping[str, str]) -> None:
        self._classify = classify
        self._labels = labels

    def score(self, passages: Sequence[Passage]) -> list[Probabilities]:
        found: dict[int, Probabilities] = {}
        for places in batches_by_length([len(passage.text) for passage in passages]):
            texts = [_whole_characters(passages[at].text) for at in places]
            for at, scores in zip(places, self._classify(texts), strict=True):
                found[at] = self._probabilities(scores)
        return [found[at] for at in range(len(passages))]

    def _probabilities(self, scores: Sequence[Mapping[str, Any]]) -> Probabilities:
        """Labels of one sentiment add up. A sentiment that no label speaks of has probability 0."""
        sums = dict.fromkeys(SENTIMENTS, 0.0)
        for score in scores:
            sums[self._labels[score["label"]]] += float(score["score"])
        total = sum(sums.values())
        if not math.isfinite(total) or total <= 0:
            raise ValueError("the model gives no probabilities")
        return Probabilities(**{sentiment: share / total for sentiment, share in sums.items()})


def _whole_characters(text: str) -> str:
    """Tokenizers refuse half characters, which JSON and databases can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def batches_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions, longest first, so that little is filled up and memory runs out at once or never."""
    batch: list[int] = []
    longest = 0
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) == TEXTS_AT_ONCE or longest * (len(batch) + 1) > CHARACTERS_AT_ONCE):
            yield batch
            batch = []
        if not batch:
            longest = lengths[at]
        batch.append(at)
    if batch:
        yield batch
