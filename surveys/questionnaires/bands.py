"""Bands of a score: who is unhappy, who is content, who would recommend. Pure."""

from enum import StrEnum

LOWER = {"nps": (6, 8), "csat": (2, 3), "ces": (2, 5), "stars": (2, 3)}
LIMITS = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "stars": (1, 5)}


class Band(StrEnum):
    """The part of a scale a score lies in. On scales other than 0-10 the words are used by likeness."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


def band_of(kind: str, score: int) -> Band:
    """The band of `score` on the scale of `kind`."""
    low, middle = LOWER[kind]
    return Band.DETRACTOR if score <= low else Band.PASSIVE if score <= middle else Band.PROMOTER
