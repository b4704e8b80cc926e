"""The baseline at run time: numpy and a file of small integers, read on the first passage scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.baseline.cues import count_cues
from analysis.sentiment.baseline.features import HashedTexts, hash_texts
from analysis.sentiment.passages import Passage
from analysis.sentiment.protocol import Probabilities
from analysis.vocabulary import LANGUAGES

MODEL_FILE = "model.npz"
# Bounds the memory one step needs; a text this long is many passages.
CHARACTERS_AT_ONCE = 60_000


@dataclass(frozen=True)
class Weights:
    """``buckets`` times ``scale`` are n-gram weights; ``temperatures`` follow the order of ``LANGUAGES``."""

    buckets: NDArray[np.int8]
    scale: NDArray[np.float32]
    cues: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperatures: NDArray[np.float32]


class BaselineScorer:
    """Implements ``Scorer``."""

    def score(self, passages: Sequence[Passage]) -> list[Probabilities]:
        results: list[Probabilities] = []
        start = size = 0
        for position, passage in enumerate(passages):
            size += len(passage.text)
            if size > CHARACTERS_AT_ONCE:
                results += self._score_together(passages[start : position + 1])
                start, size = position + 1, 0
        return results + self._score_together(passages[start:])

    @cached_property
    def _weights(self) -> Weights:
        with resources.files(__package__).joinpath(MODEL_FILE).open("rb") as file, np.load(file) as arrays:
            return Weights(**{name: arrays[name] for name in Weights.__dataclass_fields__})

    def _score_together(self, passages: Sequence[Passage]) -> list[Probabilities]:
        if not passages:
            return []
        languages = [passage.language for passage in passages]
        hashed = hash_texts([passage.text for passage in passages], languages)
        cues = np.array([count_cues(passage) for passage in passages], dtype=np.float32)
        temperature = self._weights.temperatures[[LANGUAGES.index(language) for language in languages]]
        rows = softmax(logits(self._weights, hashed, cues) / temperature[:, None])
        return [Probabilities(*row) for row in rows.tolist()]


def logits(weights: Weights, hashed: HashedTexts, cues: NDArray[np.float32]) -> NDArray[np.float32]:
    """Negative, neutral, positive for each text; a text's n-grams weigh by the square root of their number."""
    sums = np.add.reduceat(weights.buckets[hashed.buckets], hashed.starts[:-1], axis=0, dtype=np.int32)
    norms = np.sqrt(np.diff(hashed.starts).astype(np.float32))[:, None]
    scores: NDArray[np.float32] = sums * weights.scale / norms + cues @ weights.cues + weights.bias
    return scores


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows that add up to one."""
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
