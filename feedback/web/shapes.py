"""Geometry of small pictures: the filling clock of a deadline chip, the course of a mood. Numbers only, no colours."""

import math

MOOD_HEIGHT = {"positive": 12, "neutral": 32, "negative": 56}


def clock_path(share: float) -> str:
    """The path of a clock filled to this share, in a box of 16 x 16."""
    turn = 2 * math.pi * min(0.999, max(0.04, share))
    x, y = 8 + 2.7 * math.sin(turn), 8 - 2.7 * math.cos(turn)
    return f"M8 5.3A2.7 2.7 0 {int(turn > math.pi)} 1 {x:.2f} {y:.2f}"


def mood_points(start: str | None, worst: str | None, end: str | None) -> list[tuple[int, int]]:
    """Three points of a line in a box of 300 x 64: how a chat began, its worst, how it ended."""
    return [(x, MOOD_HEIGHT.get(mood or "neutral", 32)) for x, mood in ((6, start), (150, worst), (294, end))]
