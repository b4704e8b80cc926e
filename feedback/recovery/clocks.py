"""A case's clocks: which deadline breaks next, what a pause does to them, how a deadline stands at a moment. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from feedback.recovery.models import Case, Priority
from feedback.recovery.priority import CLOCK_HOURS, RESOLUTION_DAYS
from feedback.recovery.working_time import (
    WorkingCalendar,
    add_working_time,
    usual_day,
    working_days,
    working_time_between,
)

SOON = timedelta(hours=2)  # of working time


@dataclass(frozen=True)
class Clocks:
    """The moments of a case that its deadlines are made of."""

    first_contact_due_at: datetime
    first_contacted_at: datetime | None
    next_answer_due_at: datetime | None
    resolution_due_at: datetime
    waiting_since: datetime | None = None

    @property
    def next_due_at(self) -> datetime | None:
        """The deadline that breaks first; None while everything waits for the customer."""
        if self.waiting_since is not None:
            return None
        running = [self.resolution_due_at, self.next_answer_due_at]
        if self.first_contacted_at is None:
            running.append(self.first_contact_due_at)
        return min(due for due in running if due is not None)


class Standing(StrEnum):
    """How a deadline stands."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"
    PAUSED = "paused"
    DONE = "done"
    DONE_LATE = "done_late"
    NOT_STARTED = "not_started"


@dataclass(frozen=True)
class Deadline:
    """A deadline seen at one moment. `left` is working time (past the deadline when late); `share` used, 0 to 1."""

    standing: Standing
    due_at: datetime | None
    left: timedelta = timedelta()
    share: float = 0.0
    since: datetime | None = None  # when it was paused or done


def clocks_of(case: Case) -> Clocks:
    """The clocks stored in a case."""
    return Clocks(
        case.first_contact_due_at,
        case.first_contacted_at,
        case.next_answer_due_at,
        case.resolution_due_at,
        case.waiting_since,
    )


def contacted(clocks: Clocks, calendar: WorkingCalendar, priority: Priority, now: datetime) -> Clocks:
    """After we reached the customer: the first-contact clock stops, the clock of the next answer starts anew."""
    due = add_working_time(calendar, now, timedelta(hours=CLOCK_HOURS[priority]))
    return replace(clocks, first_contacted_at=clocks.first_contacted_at or now, next_answer_due_at=due)


def paused(clocks: Clocks, now: datetime) -> Clocks:
    """All clocks stand still while we wait for the customer."""
    return replace(clocks, waiting_since=clocks.waiting_since or now)


def resumed(clocks: Clocks, calendar: WorkingCalendar, now: datetime) -> Clocks:
    """The clocks run on: each running deadline moves by the working time of the pause."""
    if clocks.waiting_since is None:
        return clocks
    pause = working_time_between(calendar, clocks.waiting_since, now)

    def moved(due: datetime) -> datetime:
        return add_working_time(calendar, due, pause) if pause else due

    first = clocks.first_contact_due_at
    return Clocks(
        first_contact_due_at=moved(first) if clocks.first_contacted_at is None else first,
        first_contacted_at=clocks.first_contacted_at,
        next_answer_due_at=moved(clocks.next_answer_due_at) if clocks.next_answer_due_at else None,
        resolution_due_at=moved(clocks.resolution_due_at),
    )


def raised(clocks: Clocks, calendar: WorkingCalendar, priority: Priority, opened_at: datetime, now: datetime) -> Clocks:
    """The clocks of a higher priority; a deadline only ever comes nearer."""
    hours = timedelta(hours=CLOCK_HOURS[priority])
    first = min(clocks.first_contact_due_at, add_working_time(calendar, opened_at, hours))
    answer = clocks.next_answer_due_at
    if answer is not None:
        answer = min(answer, add_working_time(calendar, now, hours))
    return replace(clocks, first_contact_due_at=first, next_answer_due_at=answer)


def restarted(clocks: Clocks, calendar: WorkingCalendar, priority: Priority, now: datetime) -> Clocks:
    """Fresh clocks for a reopened case."""
    due = add_working_time(calendar, now, timedelta(hours=CLOCK_HOURS[priority]))
    was_contacted = clocks.first_contacted_at is not None
    return Clocks(
        first_contact_due_at=clocks.first_contact_due_at if was_contacted else due,
        first_contacted_at=clocks.first_contacted_at,
        next_answer_due_at=due if was_contacted else None,
        resolution_due_at=working_days(calendar, now, RESOLUTION_DAYS),
    )


def deadline(
    calendar: WorkingCalendar,
    due: datetime | None,
    now: datetime,
    whole: timedelta,
    *,
    done_at: datetime | None = None,
    waiting_since: datetime | None = None,
) -> Deadline:
    """How a deadline stands now. `whole` is the length of its clock in working time."""
    if due is None:
        return Deadline(Standing.NOT_STARTED, None)
    if done_at is not None:
        late_by = working_time_between(calendar, due, done_at)
        return Deadline(Standing.DONE_LATE if done_at > due else Standing.DONE, due, late_by, 1.0, done_at)
    left = working_time_between(calendar, waiting_since or now, due)
    share = min(1.0, max(0.0, 1 - left / whole))
    if waiting_since is not None:
        return Deadline(Standing.PAUSED, due, left, share, waiting_since)
    if now > due:
        return Deadline(Standing.LATE, due, working_time_between(calendar, due, now), 1.0)
    return Deadline(Standing.SOON if left <= SOON else Standing.LATER, due, left, share)


def next_deadline(calendar: WorkingCalendar, clocks: Clocks, priority: Priority, now: datetime) -> Deadline:
    """The deadline that a line of the queue shows: the one that breaks next, or the pause."""
    due = clocks.next_due_at
    if due is None:
        return Deadline(Standing.PAUSED, None, since=clocks.waiting_since)
    return deadline(calendar, due, now, clock_length(calendar, clocks, priority, due))


def clock_length(calendar: WorkingCalendar, clocks: Clocks, priority: Priority, due: datetime) -> timedelta:
    """How long the clock that ends at `due` is, in working time."""
    if due == clocks.resolution_due_at:
        return resolution_length(calendar)
    return timedelta(hours=CLOCK_HOURS[priority])


def resolution_length(calendar: WorkingCalendar) -> timedelta:
    """The working time of the days within which a case shall be resolved."""
    return usual_day(calendar) * RESOLUTION_DAYS
