"""Open cases by clock and first contacts in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.intervals import wilson
from feedback.db import transaction
from feedback.recovery.working_time import WorkingCalendar, working_time_between
from feedback.reports.clocks import _median, first_contact, open_cases_by_clock
from feedback.reports.periods import Span
from tests.feedback.reports.cases import case

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)  # Wednesday, 13:00 in Moscow
HOUR = timedelta(hours=1)


def test_open_cases_stand_by_their_next_deadline(session: Session) -> None:
    with transaction():
        opened = NOW - 5 * HOUR
        case(session, opened, next_due_at=NOW - HOUR)
        case(session, opened, next_due_at=NOW - 3 * HOUR)
        case(session, opened, next_due_at=NOW + 2 * HOUR)
        case(session, opened, next_due_at=NOW + 3 * HOUR)
        case(session, opened, next_due_at=None, waiting_since=NOW)
        case(session, opened, closed_at=NOW - HOUR)
    found = open_cases_by_clock(session, NOW)
    assert (found.late, found.soon, found.in_time, found.waiting) == (2, 1, 1, 1)
    assert (found.total, found.unclaimed, found.worst_due_at) == (5, 5, NOW - 3 * HOUR)


def test_nothing_open_is_all_zeros(session: Session) -> None:
    found = open_cases_by_clock(session, NOW)
    assert (found.total, found.worst_due_at) == (0, None)


def test_first_contact_counts_those_whose_clock_has_spoken(session: Session) -> None:
    monday = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
    with transaction():
        case(session, NOW - 4 * HOUR, first_contacted_at=NOW - 3 * HOUR)
        case(session, NOW - 4 * HOUR, first_contacted_at=NOW - HOUR, first_contact_due_at=NOW - 2 * HOUR)
        case(session, NOW - 4 * HOUR, first_contact_due_at=NOW - HOUR)
        case(session, NOW - 4 * HOUR, first_contact_due_at=NOW + HOUR)
        case(session, NOW - 4 * HOUR, first_contact_due_at=NOW - HOUR, closed_at=NOW - 2 * HOUR)
    found = first_contact(session, Span("", monday, NOW), NOW)
    assert (found.n, found.in_time, found.interval) == (3, 1, wilson(1, 3))
    assert found.median == 2 * HOUR


def test_without_cases_there_is_no_median(session: Session) -> None:
    found = first_contact(session, Span("", NOW - HOUR, NOW), NOW)
    assert (found.n, found.interval, found.median) == (0, None, None)


MOMENTS = st.integers(0, 14 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(opened=MOMENTS, minutes=st.integers(0, 10_000), zone=st.sampled_from(["Europe/Sofia", "UTC"]))
def test_the_quick_meter_agrees_with_the_slow_one(opened: datetime, minutes: int, zone: str) -> None:
    calendar = WorkingCalendar(timezone=zone, holidays=frozenset({date(2026, 3, 25)}))
    reached = opened + timedelta(minutes=minutes)
    measured = _median(calendar, [(opened, reached)])
    assert measured is not None
    assert measured.total_seconds() == pytest.approx(working_time_between(calendar, opened, reached).total_seconds())
