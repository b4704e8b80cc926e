"""Flags of a text: any sentence raises them. What must not raise one stands in the lexicons beside what does."""

from collections.abc import Iterable

from analysis.sentiment.reading import Reading
from analysis.vocabulary import FLAGS


def find_flags(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Flags in the order of ``FLAGS``."""
    raised = {hit.label for reading in readings for hit in reading.flags}
    return tuple(flag for flag in FLAGS if flag in raised)
