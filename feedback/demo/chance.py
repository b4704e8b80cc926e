"""Chance that depends on a seed and on what it decides, not on the order: the same seed makes the same company."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


def dice(seed: int, *subject: object) -> random.Random:
    """The dice for one decision about one subject."""
    return random.Random(":".join(str(part) for part in (seed, *subject)))


def one_of(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


class EvenDice:
    """Dice that fall evenly: few throws already show the shares that many would; the story is told in small numbers."""

    STEP = (5**0.5 - 1) / 2  # of the golden ratio: any stretch of throws is spread evenly over [0, 1)

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._last: dict[object, float] = {}

    def throw(self, subject: object) -> float:
        """The next throw about this subject, in [0, 1)."""
        before = self._last.get(subject)
        self._last[subject] = dice(self._seed, "even", subject).random() if before is None else (before + self.STEP) % 1
        return self._last[subject]

    def one_of(self, subject: object, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        at = self.throw(subject) * sum(weights.values())
        for key, weight in weights.items():
            at -= weight
            if at < 0:
                return key
        return key


def moment_between(rng: random.Random, start: datetime, end: datetime) -> datetime:
    """Some moment of the span, to the second."""
    return start + timedelta(seconds=rng.randrange(max(1, int((end - start).total_seconds()))))
