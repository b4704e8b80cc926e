from datetime import datetime, timedelta

import pytest

from feedback.recovery.clocks import (
    Clocks,
    Standing,
    contacted,
    deadline,
    next_deadline,
    paused,
    raised,
    restarted,
    resumed,
)  # fmt: skip
from feedback.recovery.models import Priority
from feedback.recovery.working_time import WorkingCalendar

CALENDAR = WorkingCalendar("UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}:00+00:00")


OPENED = at("11T10:00")  # a Wednesday
CLOCKS = Clocks(at("11T14:00"), None, None, at("18T10:00"))


def test_the_first_contact_breaks_first() -> None:
    assert CLOCKS.next_due_at == at("11T14:00")


def test_contact_stops_its_clock_and_starts_the_next_answer() -> None:
    clocks = contacted(CLOCKS, CALENDAR, Priority.URGENT, at("11T12:00"))
    assert clocks.first_contacted_at == at("11T12:00")
    assert clocks.next_due_at == at("11T16:00")


def test_the_first_contact_is_remembered_at_later_ones() -> None:
    first = contacted(CLOCKS, CALENDAR, Priority.URGENT, at("11T12:00"))
    second = contacted(first, CALENDAR, Priority.URGENT, at("11T13:00"))
    assert second.first_contacted_at == at("11T12:00")
    assert second.next_answer_due_at == at("11T17:00")


def test_nothing_breaks_while_we_wait_for_the_customer() -> None:
    assert paused(CLOCKS, at("11T12:00")).next_due_at is None


def test_a_pause_moves_deadlines_by_its_working_time_only() -> None:
    clocks = resumed(paused(CLOCKS, at("11T12:00")), CALENDAR, at("12T10:00"))  # 6 h on Wednesday, 1 h on Thursday
    assert clocks.waiting_since is None
    assert clocks.first_contact_due_at == at("12T12:00")  # two working hours were left
    assert clocks.resolution_due_at == at("18T17:00")


def test_a_pause_within_a_night_moves_nothing() -> None:
    night = resumed(paused(CLOCKS, at("11T19:00")), CALENDAR, at("12T08:00"))
    assert (night.first_contact_due_at, night.resolution_due_at) == (at("11T14:00"), at("18T10:00"))


def test_a_higher_priority_only_brings_deadlines_nearer() -> None:
    slow = Clocks(at("13T10:00"), None, None, at("18T10:00"))
    assert raised(slow, CALENDAR, Priority.URGENT, OPENED, at("11T11:00")).first_contact_due_at == at("11T14:00")
    assert raised(CLOCKS, CALENDAR, Priority.NORMAL, OPENED, at("11T11:00")).first_contact_due_at == at("11T14:00")


def test_a_reopened_case_gets_fresh_clocks() -> None:
    done = contacted(CLOCKS, CALENDAR, Priority.URGENT, at("11T12:00"))
    clocks = restarted(done, CALENDAR, Priority.URGENT, at("20T10:00"))
    assert clocks.next_answer_due_at == at("20T14:00")
    assert clocks.resolution_due_at == at("27T10:00")


@pytest.mark.parametrize(
    ("now", "standing", "left"),
    [
        (at("11T10:00"), Standing.LATER, timedelta(hours=4)),
        (at("11T12:00"), Standing.SOON, timedelta(hours=2)),
        (at("11T14:00"), Standing.SOON, timedelta()),
        (at("11T14:42"), Standing.LATE, timedelta(minutes=42)),
        (at("12T09:10"), Standing.LATE, timedelta(hours=4, minutes=10)),
    ],
)
def test_a_deadline_says_how_it_stands(now: datetime, standing: Standing, left: timedelta) -> None:
    seen = deadline(CALENDAR, at("11T14:00"), now, timedelta(hours=4))
    assert (seen.standing, seen.left) == (standing, left)


def test_the_clock_shows_the_share_of_working_time_used() -> None:
    assert deadline(CALENDAR, at("11T14:00"), at("11T13:00"), timedelta(hours=4)).share == 0.75
    overnight = deadline(CALENDAR, at("12T11:00"), at("12T08:00"), timedelta(hours=4))
    assert overnight.share == 0.5


def test_done_in_time_and_done_late() -> None:
    in_time = deadline(CALENDAR, at("11T14:00"), at("13T10:00"), timedelta(hours=4), done_at=at("11T13:00"))
    late = deadline(CALENDAR, at("11T14:00"), at("13T10:00"), timedelta(hours=4), done_at=at("11T14:46"))
    assert in_time.standing == Standing.DONE
    assert (late.standing, late.left) == (Standing.DONE_LATE, timedelta(minutes=46))


def test_a_line_of_the_queue_shows_the_pause() -> None:
    seen = next_deadline(CALENDAR, paused(CLOCKS, at("11T12:00")), Priority.URGENT, at("13T12:00"))
    assert (seen.standing, seen.since) == (Standing.PAUSED, at("11T12:00"))
