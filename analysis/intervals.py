"""Intervals for proportions."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.96


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of a share, both ends in 0..1."""

    low: float
    high: float


def wilson(successes: int, n: int) -> Interval | None:
    """Wilson score interval (Wilson 1927) of ``successes`` out of ``n``; None where nobody was asked."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes out of {n}")
    if n == 0:
        return None
    share = successes / n
    spread = Z_95**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half_width = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At 0 and n the interval touches the end exactly; rounding must not push the share out of it.
    return Interval(low=min(share, max(0.0, centre - half_width)), high=max(share, min(1.0, centre + half_width)))
