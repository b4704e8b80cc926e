"""The order of a contest: the best mean mark first; among equal marks the order of the published secret. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from feedback.draws.picking import picked


def ranked(codes: Iterable[str], marks: Mapping[str, Sequence[int]], secret: str) -> list[str]:
    """All codes; `marks` gives for a code the sum of its numbers and how many they are."""
    lot = {code: place for place, code in enumerate(picked(codes, secret))}
    return sorted(lot, key=lambda code: (-mean(marks.get(code)), lot[code]))


def mean(mark: Sequence[int] | None) -> Fraction:
    """Exactly; 0 where nobody has judged."""
    total, numbers = mark or (0, 0)
    return Fraction(total, numbers) if numbers else Fraction(0)
