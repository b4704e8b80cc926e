"""The quick arithmetic against a slow walk, minute by minute, along the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.recovery.working_time import (
    WorkingCalendar,
    add_working_time,
    usual_day,
    working_days,
    working_time_between,
)  # fmt: skip

MINUTE = timedelta(minutes=1)
ZONES = ("UTC", "Europe/Moscow", "Europe/Sofia", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
# Edges stay out of the hours in which clocks change; spans may contain those hours.
EDGES = [time(h, m) for h in (0, 1, *range(5, 24)) for m in (0, 15, 30, 45) if (h, m) <= (1, 0) or h >= 5]


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """One span or a split shift."""
    edges = sorted(draw(st.lists(st.sampled_from(EDGES), min_size=4, max_size=4, unique=True)))
    return ((edges[0], edges[1]), (edges[2], edges[3])) if draw(st.booleans()) else ((edges[0], edges[3]),)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    weekdays = draw(st.sets(st.integers(0, 6), min_size=3))
    free = draw(st.sets(st.dates(date(2026, 3, 1), date(2026, 4, 10)), max_size=5))
    return WorkingCalendar(draw(st.sampled_from(ZONES)), {day: draw(days()) for day in weekdays}, frozenset(free))


# Late March and early April: the clocks change in Sofia, New York has just changed, Lord Howe changes back.
STARTS = st.integers(0, 40 * 24 * 60).map(lambda n: datetime(2026, 3, 1, tzinfo=UTC) + n * MINUTE)


def is_working(calendar: WorkingCalendar, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    if local.date() in calendar.holidays:
        return False
    return any(start <= local.time() < end for start, end in calendar.spans.get(local.weekday(), ()))


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, st.integers(1, 300))
def test_adding_agrees_with_walking_minute_by_minute(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    now, left = start, minutes
    while left:
        left -= is_working(calendar, now)
        now += MINUTE
    assert add_working_time(calendar, start, minutes * MINUTE) == now


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, st.integers(0, 6 * 24 * 60))
def test_measuring_agrees_with_walking_minute_by_minute(
    calendar: WorkingCalendar, start: datetime, minutes: int
) -> None:
    walked = sum(is_working(calendar, start + n * MINUTE) for n in range(minutes))
    assert working_time_between(calendar, start, start + minutes * MINUTE) == walked * MINUTE


@settings(max_examples=100, deadline=None)
@given(calendars(), STARTS, st.integers(1, 3000))
def test_what_was_added_is_what_is_measured(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    assert (
        working_time_between(calendar, start, add_working_time(calendar, start, minutes * MINUTE)) == minutes * MINUTE
    )


def test_an_hour_late_on_friday_ends_on_monday_morning() -> None:
    calendar = WorkingCalendar("Europe/Sofia", dict.fromkeys(range(5), ((time(9), time(17)),)))
    sofia = ZoneInfo("Europe/Sofia")
    friday = datetime(2026, 3, 27, 16, 30, tzinfo=sofia)  # the clocks change in the night to Sunday
    due = add_working_time(calendar, friday, timedelta(hours=1))
    assert due.astimezone(sofia).isoformat() == "2026-03-30T09:30:00+03:00"


def test_a_night_shift_is_an_hour_shorter_when_clocks_jump() -> None:
    calendar = WorkingCalendar("Europe/Sofia", {6: ((time(0), time(6)),)})
    assert working_time_between(calendar, _utc("2026-03-28T00:00"), _utc("2026-03-30T00:00")) == timedelta(hours=5)
    assert working_time_between(calendar, _utc("2026-10-24T00:00"), _utc("2026-10-26T00:00")) == timedelta(hours=7)


def test_holidays_do_not_count() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 3, 3)}))
    assert add_working_time(calendar, _utc("2026-03-02T17:00"), timedelta(hours=2)) == _utc("2026-03-04T10:00")


def test_five_working_days_are_a_week() -> None:
    assert working_days(WorkingCalendar(), _utc("2026-03-11T12:00"), 5) == _utc("2026-03-18T12:00")
    assert usual_day(WorkingCalendar()) == timedelta(hours=9)


def test_a_calendar_without_work_is_refused() -> None:
    with pytest.raises(ValueError, match="no working time"):
        add_working_time(WorkingCalendar(spans={}), _utc("2026-03-02T17:00"), MINUTE)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
