"""The figures of a model's card, from (wanted, given) pairs; what they are counted over is the card's business."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.sentiment.protocol import Probabilities, TextResult
from analysis.sentiment.training.sources import Example
from analysis.vocabulary import SENTIMENTS

Judged = tuple[Example, TextResult]
Pair = tuple[str, str]
BINS = 10


@dataclass(frozen=True)
class Counts:
    """Hits, needless and missed ones of a label."""

    right: int
    needless: int
    missed: int

    @property
    def precision(self) -> float:
        """Of those given, how many were wanted; 0 where none was given."""
        return self.right / (self.right + self.needless) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Of those wanted, how many were given; 0 where none was wanted."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (2 * self.right + self.needless + self.missed) if self.right else 0.0


def macro_f1(pairs: Sequence[Pair], labels: Iterable[str] = SENTIMENTS) -> float:
    """Mean of the F1 of each label over (wanted, given) pairs; labels that occur on neither side are left out."""
    scores = [score for label in labels if (score := _f1(pairs, label)) is not None]
    return sum(scores) / len(scores)


def accuracy(pairs: Sequence[Pair]) -> float:
    """The share of pairs that agree."""
    return sum(wanted == given for wanted, given in pairs) / len(pairs)


def count_sets(pairs: Iterable[tuple[Iterable[str], Iterable[str]]], names: Iterable[str]) -> Counts:
    """Counts of the named labels together, over pairs of label sets (micro-averages come of them)."""
    chosen = frozenset(names)
    right = needless = missed = 0
    for wanted, given in pairs:
        wants, gives = chosen & set(wanted), chosen & set(given)
        right += len(wants & gives)
        needless += len(gives - wants)
        missed += len(wants - gives)
    return Counts(right, needless, missed)


def confusion(pairs: Iterable[Pair]) -> list[list[int]]:
    """A row a wanted sentiment, a column a given one."""
    counts = Counter(pairs)
    return [[counts[wanted, given] for given in SENTIMENTS] for wanted in SENTIMENTS]


def side_of(chances: Probabilities) -> str:
    """Positive or negative, for texts that are one of the two."""
    return "negative" if chances.negative > chances.positive else "positive"


def expected_calibration_error(judged: Sequence[Judged]) -> float:
    """Mean distance between how sure the model is and how often it is right, over ten bins (Naeini et al. 2015)."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for example, result in judged:
        sureness = getattr(result.probabilities, result.sentiment)
        bins[min(int(sureness * BINS), BINS - 1)].append((sureness, result.sentiment == example.label))
    gaps = (abs(sum(sure for sure, _ in some) - sum(right for _, right in some)) for some in bins)
    return sum(gaps) / len(judged)


def _f1(pairs: Sequence[Pair], label: str) -> float | None:
    right = sum(wanted == given == label for wanted, given in pairs)
    named = sum(wanted == label for wanted, _ in pairs) + sum(given == label for _, given in pairs)
    return 2 * right / named if named else None
