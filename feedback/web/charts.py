"""Geometry of charts drawn on the server as SVG: numbers become attributes, colours stay in the style sheet. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from analysis.base_size import visibility
from analysis.nps import NpsEstimate

WIDTH, HEIGHT = 1200, 200
STEPS = (5, 10, 20, 25, 50)
MOST_LINES = 6
LEAST_SPAN = 30


@dataclass(frozen=True)
class ChartPoint:
    """One span of a chart: its short name under the axis, its full one in the table, and its figure."""

    label: str
    title: str
    estimate: NpsEstimate

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few answers to show anything."""
        return visibility(self.estimate.n) == "hidden"

    @property
    def is_indicative(self) -> bool:
        return visibility(self.estimate.n) == "indicative"


@dataclass(frozen=True)
class LineChart:
    """A line with its band; a span without enough answers breaks both."""

    points: tuple[ChartPoint, ...]
    axis: tuple[int, ...]  # from the top down
    rules: str
    bands: tuple[str, ...]
    lines: tuple[str, ...]
    dots: str


def nps_chart(points: Sequence[ChartPoint]) -> LineChart:
    """The chart of NPS by spans, with the 95 % interval as its band."""
    shown = [p.estimate for p in points if not p.is_hidden]
    low, high, step = _axis(min((e.low for e in shown), default=0), max((e.high for e in shown), default=100))
    axis = tuple(range(high, low - 1, -step))

    def y(value: float) -> str:
        return f"{HEIGHT * (high - value) / (high - low):.1f}"

    def x(place: int) -> str:
        return f"{WIDTH * (place + 0.5) / max(len(points), 1):.1f}"

    bands, lines, dots = [], [], []
    for run in _runs(points):
        upper = [f"{x(i)},{y(points[i].estimate.high)}" for i in run]
        lower = [f"{x(i)},{y(points[i].estimate.low)}" for i in reversed(run)]
        bands.append(" ".join(upper + lower))
        lines.append(" ".join(f"{x(i)},{y(points[i].estimate.nps)}" for i in run))
        dots += [f"M{x(i)} {y(points[i].estimate.nps)}h0" for i in run if len(run) == 1 or i == len(points) - 1]
    rules = "".join(f"M0 {y(value)}H{WIDTH}" for value in axis)
    return LineChart(tuple(points), axis, rules, tuple(bands), tuple(lines), "".join(dots))


@dataclass(frozen=True)
class Ranges:
    """One scale for the intervals of many rows, 200 wide."""

    low: int
    high: int

    def place(self, value: float) -> str:
        """Where a value stands on the scale."""
        return f"{200 * (value - self.low) / (self.high - self.low):.1f}"

    def width(self, estimate: NpsEstimate) -> str:
        """How wide an interval is on it."""
        return f"{200 * (estimate.high - estimate.low) / (self.high - self.low):.1f}"


def ranges(estimates: Sequence[NpsEstimate]) -> Ranges:
    """The scale that holds all these intervals, ending in tens."""
    low = min((e.low for e in estimates), default=-100)
    high = max((e.high for e in estimates), default=100)
    bottom, top = floor(low / 10) * 10, ceil(high / 10) * 10
    return Ranges(bottom, top if top > bottom else bottom + 10)


def _axis(low: float, high: float) -> tuple[int, int, int]:
    """The ends and the step of an axis; a narrow one is widened, or noise would look like news."""
    missing = max(0.0, LEAST_SPAN - (high - low)) / 2
    low, high = max(-100, low - missing), min(100, high + missing)
    for step in STEPS:
        bottom, top = floor(low / step) * step, ceil(high / step) * step
        if (top - bottom) / step < MOST_LINES:
            return (bottom, top, step) if top > bottom else (bottom, bottom + step, step)
    return -100, 100, 50


def _runs(points: Sequence[ChartPoint]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for place, point in enumerate(points):
        if point.is_hidden:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]
