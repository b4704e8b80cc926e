"""Spans cut in the company's zone."""

from datetime import UTC, datetime
from itertools import pairwise

from feedback.reports.periods import PeriodKey, last_months, months, period_of, weeks

NOW = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # already 1 April in Moscow
MOSCOW = "Europe/Moscow"


def day(month: int, number: int, year: int = 2026, hour: int = 21) -> datetime:
    """The start of a Moscow day is 21:00 UTC of the day before."""
    return datetime(year, month, number, hour, tzinfo=UTC)


def test_a_month_begins_at_the_companys_midnight() -> None:
    period = period_of("month", NOW, MOSCOW)
    assert (period.current.start, period.current.end) == (day(3, 31), day(4, 1))
    assert (period.previous.start, period.previous.end) == (day(2, 28), day(3, 31))
    assert period.long_ago is not None
    assert (period.long_ago.start, period.long_ago.end) == (day(9, 30, 2025), day(10, 31, 2025))


def test_seven_days_end_with_today_and_follow_each_other() -> None:
    period = period_of("week", NOW, MOSCOW)
    assert (period.current.start, period.current.end) == (day(3, 25), day(4, 1))
    assert period.previous.end == period.current.start
    assert period.long_ago is not None
    assert period.long_ago.start == day(3, 26, 2025)


def test_quarters_and_years() -> None:
    quarter = period_of("quarter", NOW, MOSCOW)
    assert (quarter.current.start, quarter.previous.start) == (day(3, 31), day(12, 31, 2025))
    assert quarter.long_ago is not None
    assert (quarter.long_ago.start, quarter.long_ago.end) == (day(3, 31, 2025), day(6, 30, 2025))
    year = period_of("year", NOW, MOSCOW)
    assert (year.current.start, year.previous.start) == (day(4, 30, 2025), day(4, 30, 2024))
    assert year.long_ago is None


def test_an_unknown_name_is_the_month() -> None:
    assert period_of("nonsense", NOW, MOSCOW).key == PeriodKey.MONTH
    assert period_of(None, NOW, MOSCOW).key == PeriodKey.MONTH


def test_months_and_weeks_are_cut_to_the_span() -> None:
    start, end = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    cut = months(start, end, "UTC")
    assert [span.label for span in cut] == ["2026-01", "2026-02", "2026-03"]
    assert (cut[0].start, cut[-1].end) == (start, end)
    assert cut[0].end == cut[1].start == datetime(2026, 2, 1, tzinfo=UTC)
    labels = [span.label for span in weeks(datetime(2026, 12, 28, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC), "UTC")]
    assert labels == ["2026-W53", "2027-W01"]


def test_twelve_months_across_a_change_of_clocks_leave_no_hole() -> None:
    spans = last_months(NOW, 12, "Europe/Sofia")
    assert [span.label for span in spans][0::11] == ["2025-05", "2026-04"]
    assert all(one.end == next_one.start for one, next_one in pairwise(spans))
