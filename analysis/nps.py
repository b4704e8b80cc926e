"""NPS in points, -100..100, with its interval (adjusted Wald, Rocks 2016) and the test of two periods."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from analysis.intervals import Z_95

Band = Literal["promoter", "passive", "detractor"]

# Rocks' adjustment: three imaginary answers, a quarter of them to each end and the rest in the middle.
ADDED_ANSWERS = 3.0
ADDED_TO_EACH_END = 0.75


@dataclass(frozen=True)
class NpsCounts:
    """How many people of a group fall into each band."""

    promoters: int
    passives: int
    detractors: int

    def __post_init__(self) -> None:
        if min(self.promoters, self.passives, self.detractors) < 0:
            raise ValueError(f"a count below zero: {self}")

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True)
class NpsEstimate:
    """``nps`` is the adjusted estimate, ``observed`` the plain one (None without answers); all in points."""

    n: int
    nps: float
    low: float
    high: float
    observed: float | None


@dataclass(frozen=True)
class Difference:
    """``points`` is the later minus the earlier; ``is_changed`` where |z| > 1.96."""

    points: float
    z: float
    is_changed: bool


def band(score: int) -> Band:
    """The band of a 0-10 answer."""
    if not 0 <= score <= 10:
        raise ValueError(f"an NPS score is 0..10, not {score}")
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def estimate(counts: NpsCounts) -> NpsEstimate:
    """NPS with its 95 % interval, clipped to what is possible."""
    centre, error = _adjusted(counts)
    half_width = Z_95 * error
    return NpsEstimate(
        n=counts.n,
        nps=100 * centre,
        low=100 * max(-1.0, centre - half_width),
        high=100 * min(1.0, centre + half_width),
        observed=100 * (counts.promoters - counts.detractors) / counts.n if counts.n else None,
    )


def difference(earlier: NpsCounts, later: NpsCounts) -> Difference:
    """Whether NPS changed between two separate groups of answers, by their adjusted estimates."""
    centre_before, error_before = _adjusted(earlier)
    centre_after, error_after = _adjusted(later)
    z = (centre_after - centre_before) / sqrt(error_before**2 + error_after**2)
    return Difference(points=100 * (centre_after - centre_before), z=z, is_changed=abs(z) > Z_95)


def _adjusted(counts: NpsCounts) -> tuple[float, float]:
    """Adjusted estimate and its standard error, both as shares."""
    n = counts.n + ADDED_ANSWERS
    promoters = (counts.promoters + ADDED_TO_EACH_END) / n
    detractors = (counts.detractors + ADDED_TO_EACH_END) / n
    centre = promoters - detractors
    return centre, sqrt((promoters + detractors - centre**2) / n)
