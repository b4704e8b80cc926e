"""Which terms belong together: those that the same texts hold (average linkage over the cosine of their texts)."""

from collections.abc import Iterable, Sequence
from math import sqrt

ALIKE = 0.2  # the least cosine of two groups that become one


def bits_of(positions: Iterable[int], size: int) -> int:
    """A set of positions below ``size`` as one whole number: sets of thousands are compared in a microsecond."""
    field = bytearray(size // 8 + 1)
    for position in positions:
        field[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(field, "little")


def group_terms(holders: Sequence[int], least: float = ALIKE) -> list[list[int]]:
    """Groups of terms by position, given the set of texts that hold each; of equals the earlier are joined first."""
    groups = [[position] for position in range(len(holders))]
    likeness = [[_cosine(one, other) for other in holders] for one in holders]
    while (pair := _most_alike(likeness, least)) is not None:
        first, second = pair
        _join(likeness, [len(group) for group in groups], first, second)
        groups[first] += groups.pop(second)
    return groups


def _cosine(one: int, other: int) -> float:
    both = (one & other).bit_count()
    return both / sqrt(one.bit_count() * other.bit_count()) if both else 0.0


def _most_alike(likeness: Sequence[Sequence[float]], least: float) -> tuple[int, int] | None:
    best, found = least, None
    for first, row in enumerate(likeness):
        for second in range(first + 1, len(row)):
            if row[second] > best:
                best, found = row[second], (first, second)
    return found


def _join(likeness: list[list[float]], sizes: Sequence[int], first: int, second: int) -> None:
    """Average linkage: the joined group is as like another as its members are on average."""
    one, other = sizes[first], sizes[second]
    for row_number, row in enumerate(likeness):
        joined = (row[first] * one + row[second] * other) / (one + other)
        row[first] = likeness[first][row_number] = joined
    for row in likeness:
        del row[second]
    del likeness[second]
