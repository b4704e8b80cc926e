"""Aspects and flags from n-grams alone: one logistic regression a label, learnt on the project's own comments."""

from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.baseline.features import HashedTexts
from analysis.vocabulary import ASPECTS, FLAGS

LABELS_FILE = "labels.npz"
LABELS = (*ASPECTS, *FLAGS)
LABEL_BITS = 17  # fewer buckets than moods have: eighteen labels share them, and their texts are few


@dataclass(frozen=True)
class LabelWeights:
    """``buckets`` times ``scale`` are the weights of n-grams, a column a label."""

    buckets: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]


class LabelScorer:
    """The weights are read on the first text scored."""

    def score(self, hashed: HashedTexts) -> NDArray[np.float32]:
        """Logits, a row a text, in the order of ``LABELS``."""
        return label_logits(self._weights, hashed)

    @cached_property
    def _weights(self) -> LabelWeights:
        with resources.files(__package__).joinpath(LABELS_FILE).open("rb") as file, np.load(file) as arrays:
            return LabelWeights(**{name: arrays[name] for name in LabelWeights.__dataclass_fields__})


def label_logits(weights: LabelWeights, hashed: HashedTexts) -> NDArray[np.float32]:
    """A text's n-grams weigh by the square root of their number."""
    rows = weights.buckets[hashed.buckets % 2**LABEL_BITS]
    sums = np.add.reduceat(rows, hashed.starts[:-1], axis=0, dtype=np.int32)
    norms = np.sqrt(np.diff(hashed.starts).astype(np.float32))[:, None]
    return (sums * weights.scale / norms + weights.bias).astype(np.float32)
