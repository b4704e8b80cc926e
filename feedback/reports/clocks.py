"""Open cases by their clocks, and how often the first contact came in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from analysis.intervals import Interval, wilson
from feedback.recovery.calendars import company_calendar
from feedback.recovery.clocks import SOON
from feedback.recovery.models import Case
from feedback.recovery.working_time import WorkingCalendar, add_working_time
from feedback.reports.periods import Span
from feedback.staff.company import load_company


@dataclass(frozen=True)
class OpenCases:
    """Open cases by how their next deadline stands; `worst_due_at` is the oldest deadline that has passed."""

    late: int
    soon: int
    in_time: int
    waiting: int
    unclaimed: int
    worst_due_at: datetime | None

    @property
    def total(self) -> int:
        return self.late + self.soon + self.in_time + self.waiting


@dataclass(frozen=True)
class FirstContact:
    """Cases opened in a span whose first-contact clock has run out or was stopped by a contact."""

    n: int
    in_time: int
    interval: Interval | None
    median: timedelta | None  # working time until the first contact, of those contacted


def open_cases_by_clock(session: Session, now: datetime) -> OpenCases:
    """How the open cases stand at `now`; "soon" means within two hours of working time, as in the queue."""
    calendar = company_calendar(load_company(session), now.year)
    edge = add_working_time(calendar, now, SOON)
    due, is_open = Case.next_due_at, Case.closed_at.is_(None)
    counted = select(
        func.coalesce(func.sum(case((due < now, 1), else_=0)), 0),
        func.coalesce(func.sum(case((and_(due >= now, due <= edge), 1), else_=0)), 0),
        func.coalesce(func.sum(case((due > edge, 1), else_=0)), 0),
        func.coalesce(func.sum(case((due.is_(None), 1), else_=0)), 0),
        func.coalesce(func.sum(case((Case.owner_id.is_(None), 1), else_=0)), 0),
        func.min(due),
    ).where(is_open)
    late, soon, in_time, waiting, unclaimed, first_due = session.execute(counted).one()
    worst = first_due if first_due is not None and first_due < now else None
    return OpenCases(int(late), int(soon), int(in_time), int(waiting), int(unclaimed), worst)


def first_contact(session: Session, span: Span, now: datetime) -> FirstContact:
    """How often, and how soon, the customer was reached for the first time."""
    contacted, due = Case.first_contacted_at, Case.first_contact_due_at
    in_span = (Case.opened_at >= span.start, Case.opened_at < span.end)
    counted = select(func.count(), func.coalesce(func.sum(case((contacted <= due, 1), else_=0)), 0)).where(
        *in_span, or_(contacted.is_not(None), and_(due <= now, or_(Case.closed_at.is_(None), Case.closed_at >= due)))
    )
    n, in_time = (int(value) for value in session.execute(counted).one())
    pairs = session.execute(select(Case.opened_at, contacted).where(*in_span, contacted.is_not(None))).all()
    calendar = company_calendar(load_company(session), span.start.year)
    return FirstContact(n, in_time, wilson(in_time, n), _median(calendar, [(a, b) for a, b in pairs if b is not None]))


def _median(calendar: WorkingCalendar, pairs: Sequence[tuple[datetime, datetime]]) -> timedelta | None:
    """The median working time of the pairs; the days between are walked once for all of them, not once for each."""
    if not pairs:
        return None
    meter = _Meter(calendar, min(opened for opened, _ in pairs))
    passed = (meter.worked_until(reached) - meter.worked_until(opened) for opened, reached in pairs)
    return timedelta(seconds=median(worked.total_seconds() for worked in passed))


class _Meter:
    """Working time passed since the start of a day, with what each earlier day added kept."""

    def __init__(self, calendar: WorkingCalendar, since: datetime) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.timezone)
        self.last = since.astimezone(self.zone).date()
        self.before = {self.last: timedelta()}
        self.spans = {self.last: list(calendar.day_spans(self.last))}

    def worked_until(self, moment: datetime) -> timedelta:
        day = moment.astimezone(self.zone).date()
        while self.last < day:
            total = self.before[self.last] + sum((b - a for a, b in self.spans[self.last]), timedelta())
            self.last += timedelta(days=1)
            self.before[self.last] = total
            self.spans[self.last] = list(self.calendar.day_spans(self.last))
        return self.before[day] + sum((min(b, moment) - a for a, b in self.spans[day] if moment > a), timedelta())
