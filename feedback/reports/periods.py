"""Spans of time that figures are computed for, cut in the company's time zone. Pure: `now` is handed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From `start` up to but without `end`; `label` is stable and in no language (2026-03, 2026-W11)."""

    label: str
    start: datetime
    end: datetime


class PeriodKey(StrEnum):
    """The periods a reader can switch between."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """A period up to now, the one before it, and the same one half a year (month) or a year ago, where it has one."""

    key: PeriodKey
    current: Span
    previous: Span
    long_ago: Span | None


def period_of(key: str | None, now: datetime, timezone: str) -> Period:
    """The period of this name as it stands at `now`; an unknown name gives the month."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    tomorrow = today + DAY
    if key == PeriodKey.WEEK:
        spans = [(tomorrow - timedelta(days=7 + back), tomorrow - timedelta(days=back)) for back in (0, 7, 364)]
        return _period(PeriodKey.WEEK, spans, timezone)
    if key == PeriodKey.QUARTER:
        first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        spans = [(first, tomorrow), (add_months(first, -3), first), (add_months(first, -12), add_months(first, -9))]
        return _period(PeriodKey.QUARTER, spans, timezone)
    first = today.replace(day=1)
    if key == PeriodKey.YEAR:
        begin = add_months(first, -11)
        return _period(PeriodKey.YEAR, [(begin, tomorrow), (add_months(begin, -12), begin)], timezone)
    spans = [(first, tomorrow), (add_months(first, -1), first), (add_months(first, -6), add_months(first, -5))]
    return _period(PeriodKey.MONTH, spans, timezone)


def months(start: datetime, end: datetime, timezone: str) -> list[Span]:
    """The calendar months that touch the span, the first and the last cut to it."""
    first = start.astimezone(ZoneInfo(timezone)).date().replace(day=1)
    return _cut(start, end, first, lambda day: add_months(day, 1), lambda day: f"{day:%Y-%m}", timezone)


def weeks(start: datetime, end: datetime, timezone: str) -> list[Span]:
    """The ISO weeks (from Monday) that touch the span, the first and the last cut to it."""
    day = start.astimezone(ZoneInfo(timezone)).date()
    monday = day - timedelta(days=day.weekday())
    return _cut(start, end, monday, lambda day: day + timedelta(days=7), lambda day: f"{day:%G-W%V}", timezone)


def last_months(now: datetime, count: int, timezone: str) -> list[Span]:
    """The last `count` calendar months, the current one whole."""
    first = now.astimezone(ZoneInfo(timezone)).date().replace(day=1)
    begin = midnight(add_months(first, 1 - count), timezone)
    return months(begin, midnight(add_months(first, 1), timezone), timezone)


def add_months(day: date, count: int) -> date:
    """The first of the month `count` months from that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)


def midnight(day: date, timezone: str) -> datetime:
    """The start of the day in this zone, as a UTC moment."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def _period(key: PeriodKey, spans: list[tuple[date, date]], timezone: str) -> Period:
    made = [Span(f"{first}", midnight(first, timezone), midnight(last, timezone)) for first, last in spans]
    return Period(key, made[0], made[1], made[2] if len(made) > 2 else None)


def _cut(
    start: datetime, end: datetime, day: date, step: Callable[[date], date], label: Callable[[date], str], timezone: str
) -> list[Span]:
    spans = []
    while (opens := midnight(day, timezone)) < end:
        closes = midnight(step(day), timezone)
        if closes > start:
            spans.append(Span(label(day), max(opens, start), min(closes, end)))
        day = step(day)
    return spans
