"""The working calendar: adding working time to a moment and measuring it. Pure; safe across daylight-saving changes.

Within a working span time runs as real elapsed time, so an hour is an hour on the nights when clocks change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
NINE_TO_SIX: tuple[Span, ...] = ((time(9), time(18)),)
LONGEST_SEARCH = 3660  # days without a single working span before giving up


@dataclass(frozen=True)
class WorkingCalendar:
    """Working spans by weekday (0 = Monday) in one time zone; days in `holidays` have none."""

    timezone: str = "UTC"
    spans: dict[int, tuple[Span, ...]] = field(default_factory=lambda: dict.fromkeys(range(5), NINE_TO_SIX))
    holidays: frozenset[date] = frozenset()

    def day_spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The working spans of a day as UTC moments, in order."""
        if day in self.holidays:
            return
        zone = ZoneInfo(self.timezone)
        for start, end in self.spans.get(day.weekday(), ()):
            yield (
                datetime.combine(day, start, zone).astimezone(UTC),
                datetime.combine(day, end, zone).astimezone(UTC),
            )


def add_working_time(calendar: WorkingCalendar, start: datetime, amount: timedelta) -> datetime:
    """The moment when `amount` of working time after `start` is used up. ValueError for a calendar without work."""
    left = amount
    day = start.astimezone(ZoneInfo(calendar.timezone)).date()
    for _ in range(LONGEST_SEARCH):
        for opens, closes in calendar.day_spans(day):
            begin = max(opens, start)
            if begin >= closes:
                continue
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        day += timedelta(days=1)
    raise ValueError("the calendar has no working time")


def working_time_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; zero when `end` is not after `start`."""
    total = timedelta()
    zone = ZoneInfo(calendar.timezone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for opens, closes in calendar.day_spans(day):
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


def working_days(calendar: WorkingCalendar, start: datetime, days: int) -> datetime:
    """The moment `days` working days after `start`: each day is as long as the calendar's usual working day."""
    return add_working_time(calendar, start, usual_day(calendar) * days)


def usual_day(calendar: WorkingCalendar) -> timedelta:
    """The working time of the calendar's longest day of the week."""
    return max((_length(spans) for spans in calendar.spans.values()), default=timedelta())


def _length(spans: tuple[Span, ...]) -> timedelta:
    day = date(2001, 1, 1)
    return sum((datetime.combine(day, end) - datetime.combine(day, start) for start, end in spans), timedelta())
