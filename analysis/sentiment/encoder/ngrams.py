"""What n-grams make of a block: a second opinion, which knows rare words and misspellings by their letters.

It is much less right than the encoder, but wrong on other texts: the two together are better than either. Its share is
found with the calibration, for sentiment language by language (stacking, Wolpert 1992).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.sentiment.baseline.features import hash_texts
from analysis.sentiment.baseline.labels import LabelScorer
from analysis.sentiment.baseline.scorer import BaselineScorer
from analysis.sentiment.encoder.blocks import Block
from analysis.sentiment.encoder.model import Floats
from analysis.sentiment.passages import Passage

LEAST_CHANCE = 1e-4


@dataclass(frozen=True)
class Opinion:
    """``moods`` are logarithms of the chances of negative, neutral, positive; ``labels`` logits of labels."""

    moods: Floats
    labels: Floats


class SecondOpinion:
    """Safe to share between threads: its weights are only read."""

    def __init__(self) -> None:
        self._moods, self._labels = BaselineScorer(), LabelScorer()

    def of(self, blocks: Sequence[tuple[Block, str]]) -> list[Opinion]:
        """The opinion on each block, in its language."""
        if not blocks:
            return []
        scores = self._moods.score([Passage(block.text, language, block.cues) for block, language in blocks])
        chances = np.array([(each.negative, each.neutral, each.positive) for each in scores], dtype=np.float32)
        labels = self._labels.score(hash_texts([block.text for block, _ in blocks], [code for _, code in blocks]))
        moods = np.log(np.maximum(chances, LEAST_CHANCE))
        return [Opinion(mood, label) for mood, label in zip(moods, labels, strict=True)]
