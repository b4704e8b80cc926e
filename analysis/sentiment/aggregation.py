"""From the moods of sentences to the mood of a text, so that one real complaint beside praise is not averaged away."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentiment.protocol import Probabilities

# A sentence at least this surely negative pulls the whole text towards itself by this share.
COMPLAINT_FROM = 0.7
COMPLAINT_PULL = 0.4
# Below this the likeliest label is a guess a human should see.
UNSURE_BELOW = 0.55

NOTHING_SAID = Probabilities(negative=0.0, neutral=1.0, positive=0.0)


@dataclass(frozen=True)
class Mood:
    """Probabilities of the whole and the position of the part that contributes most to its label."""

    probabilities: Probabilities
    deciding: int

    @property
    def is_unsure(self) -> bool:
        chances = self.probabilities
        return max(chances.negative, chances.neutral, chances.positive) < UNSURE_BELOW


def aggregate(
    parts: Sequence[Probabilities],
    weights: Sequence[float],
    together: Probabilities | None = None,
    complaints: Sequence[Probabilities] = (),
) -> Mood:
    """The mood of one or more parts, each weighed by how much it says.

    ``together`` is their mood read as one; ``complaints`` are the clauses that complain in sentences that also praise.
    """
    overall = together or mean_of(parts, weights)
    worst = max((*parts, *complaints), key=lambda part: part.negative)
    if worst.negative >= COMPLAINT_FROM:
        overall = mean_of([overall, worst], [1 - COMPLAINT_PULL, COMPLAINT_PULL])
    shares = [getattr(part, overall.label) * weight for part, weight in zip(parts, weights, strict=True)]
    return Mood(overall, max(range(len(parts)), key=shares.__getitem__))


def mean_of(parts: Sequence[Probabilities], weights: Sequence[float]) -> Probabilities:
    """The weighted mean."""
    total = sum(weights)
    return Probabilities(
        negative=sum(part.negative * weight for part, weight in zip(parts, weights, strict=True)) / total,
        neutral=sum(part.neutral * weight for part, weight in zip(parts, weights, strict=True)) / total,
        positive=sum(part.positive * weight for part, weight in zip(parts, weights, strict=True)) / total,
    )
