"""The staff: they claim cases, write, call, note and close, in working hours and not always in time.

They see what the queue shows them (reason, quote, language, branch) and act through the same acts as the queue's page.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from feedback.customers.models import Branch, Customer, Purchase
from feedback.db import db, transaction
from feedback.demo.agenda import Agenda
from feedback.demo.chance import dice, one_of
from feedback.demo.opinions import Opinions
from feedback.demo.staffing import Colleague, case_workers, casework_texts
from feedback.demo.troubles import trouble_heard, trouble_of
from feedback.recovery import queue
from feedback.recovery.calendars import company_calendar
from feedback.recovery.closing import Closing, close
from feedback.recovery.contact import Letter, log_call, resume, send_message
from feedback.recovery.models import Case, Cause, Outcome, Priority
from feedback.recovery.priority import CLOCK_HOURS
from feedback.recovery.working_time import WorkingCalendar, add_working_time
from feedback.staff.company import load_company

OUTCOMES = {
    Outcome.RECOVERED: 0.5, Outcome.COMPENSATED: 0.27, Outcome.NOT_REACHABLE: 0.1, Outcome.LOST_WARMLY: 0.08,
    Outcome.UNFOUNDED: 0.05,
}  # fmt: skip
BUSY_DAYS = 14  # before the end: one colleague is away, and work piles up
FORGOTTEN, LATE = 0.2, 0.10


@dataclass(frozen=True)
class Seen:
    """A case as the queue shows it."""

    case_id: int
    story: str
    purchase: str | None
    opened_at: datetime
    priority: Priority
    reason: Mapping[str, Any]
    reopened: int
    is_for_advocate: bool
    language: str
    has_email: bool
    country: str


def _seen(case: Case, customer: Customer, purchase: str | None, country: str | None) -> Seen:
    return Seen(
        case_id=case.id,
        purchase=purchase,
        story=f"{customer.external_id}:{purchase}:{case.opened_at:%Y%m%d}",
        opened_at=case.opened_at,
        priority=Priority(case.priority),
        reason=case.reason,
        reopened=case.reopened_count,
        is_for_advocate=case.assigned_role is not None,
        language=customer.language or "ru",
        has_email=bool(customer.email),
        country=country or customer.country or "RU",
    )


class Staff:
    """The people who work cases."""

    def __init__(self, agenda: Agenda, opinions: Opinions, seed: int, end: datetime) -> None:
        self._opinions = opinions
        self._agenda = agenda
        self._seed = seed
        self._end = end
        self._texts = casework_texts()
        self._people = case_workers(db.session())
        self._causes = dict(db.session.execute(select(Cause.code, Cause.id)).all())
        self._taken: set[tuple[int, int]] = set()

    def look_into_queue(self, countries: Mapping[str, str]) -> None:
        """Decide about each case that is new in the queue; `countries` are those of the branches by name."""
        for case in self._new_cases(countries):
            self._taken.add((case.case_id, case.reopened))
            self._plan(case)

    def _new_cases(self, countries: Mapping[str, str]) -> list[Seen]:
        query = (
            select(Case, Customer, Purchase.external_id, Branch.name)
            .join(Customer, Customer.id == Case.customer_id)
            .outerjoin(Purchase, Purchase.id == Case.purchase_id)
            .outerjoin(Branch, Branch.id == Case.branch_id)
            .where(Case.closed_at.is_(None))
            .order_by(Case.id)
        )
        return [
            _seen(case, customer, purchase, countries.get(branch or ""))
            for case, customer, purchase, branch in db.session.execute(query)
            if (case.id, case.reopened_count) not in self._taken
        ]

    def _plan(self, case: Seen) -> None:
        rng = dice(self._seed, "case", case.story, case.reopened)
        worker = self._worker(case, rng)
        work = _Work(case, worker, self._texts, self._causes, rng, self._opinions)
        is_busy = self._end - case.opened_at < timedelta(days=BUSY_DAYS)
        share = rng.uniform(3.0, 4.0) if is_busy and rng.random() < FORGOTTEN else rng.uniform(0.15, 0.8)
        share = rng.uniform(1.05, 1.5) if rng.random() < LATE else share
        hours = CLOCK_HOURS[case.priority] * share * (2.0 if is_busy else 1)
        calendar = company_calendar(load_company(db.session()), case.opened_at.year)
        self._put_down(work, calendar, case.opened_at, hours, rng, 2.6 if is_busy else 1.0)

    def _put_down(
        self,
        work: "_Work",
        calendar: WorkingCalendar,
        start: datetime,
        hours: float,
        rng: random.Random,
        slowness: float,
    ) -> None:
        """The steps of one case with their moments, each in working time."""

        def later(moment: datetime, hours: float) -> datetime:
            return add_working_time(calendar, moment, timedelta(hours=hours))

        claimed = later(start, hours)
        written = later(claimed, rng.uniform(0.1, 0.9))
        answered = later(written + timedelta(hours=rng.uniform(3, 40)), rng.uniform(0.1, 3))
        closed = later(answered, rng.uniform(1, 16) * slowness)
        self._agenda.put(claimed, _in_transaction(work.claim))
        self._agenda.put(written, _in_transaction(work.contact))
        if rng.random() < 0.3:
            self._agenda.put(later(written, rng.uniform(0.2, 4)), _in_transaction(work.note))
        self._agenda.put(answered, _in_transaction(work.hear))
        self._agenda.put(closed, _in_transaction(work.close))

    def _worker(self, case: Seen, rng: random.Random) -> Colleague:
        lead, others = self._people[0], self._people[1:]
        if case.is_for_advocate or case.reopened or not others or rng.random() < 0.18:
            return lead
        home = "ru" if case.country == "RU" else "bg"
        return next((colleague for colleague in others if colleague.language == home), others[0])


class _Work:
    """One case in one person's hands."""

    def __init__(
        self, case: Seen, by: Colleague, texts: Mapping[str, Any], causes: Mapping[str, int], rng: random.Random,
        opinions: Opinions,
    ) -> None:  # fmt: skip
        self.case = case
        self.by = by
        self.texts = texts
        self.causes = causes
        self.rng = rng
        first_thought = trouble_of(case.reason)
        heard = trouble_heard(opinions.told_about(case.purchase), first_thought, rng)
        self.is_praise = heard is None
        self.first_thought = texts["troubles"][first_thought]
        self.trouble = texts["troubles"][heard or first_thought]
        self.outcome = Outcome.UNFOUNDED if self.is_praise else one_of(rng, OUTCOMES)

    def claim(self, session: Any, now: datetime) -> None:
        queue.claim(session, self.case.case_id, self.by.worker, now)

    def contact(self, session: Any, now: datetime) -> None:
        if self.is_praise:
            queue.add_note(session, self.case.case_id, self.texts["praise"][self.by.language], self.by.worker, now)
            return
        if not self.case.has_email or self.rng.random() < 0.2:
            is_reached = self.outcome != Outcome.NOT_REACHABLE
            self._call(session, now, is_reached)
            return
        language = self.case.language
        body = f"{self.first_thought['letter'][language]}\n\n{self.by.name}\n{self.texts['signature'][language]}"
        letter = Letter(self.first_thought["subject"][language], body, language, f"demo-{self.case.reopened}")
        send_message(session, self.case.case_id, letter, self.by.worker, now, then_wait=self.rng.random() < 0.7)

    def note(self, session: Any, now: datetime) -> None:
        queue.add_note(session, self.case.case_id, self._say(self.texts["notes"]), self.by.worker, now)

    def hear(self, session: Any, now: datetime) -> None:
        """The customer answered, or it is time to call them."""
        if self.is_praise:
            return
        resume(session, self.case.case_id, self.by.worker, now)
        self._call(session, now, self.outcome != Outcome.NOT_REACHABLE)

    def close(self, session: Any, now: datetime) -> None:
        code = "unfounded.misunderstanding" if self.outcome == Outcome.UNFOUNDED else self.trouble["cause"]
        ending = (self.texts["praise"] if self.is_praise else self.texts["outcomes"][self.outcome])[self.by.language]
        is_solved = self.outcome in (Outcome.RECOVERED, Outcome.COMPENSATED)
        action = f"{self.trouble['action'][self.by.language]} {ending}" if is_solved else ending
        close(session, self.case.case_id, Closing(self.causes[code], action, self.outcome), self.by.worker, now)

    def _call(self, session: Any, now: datetime, is_reached: bool) -> None:
        said = self._say(self.texts["calls"]["reached" if is_reached else "missed"])
        log_call(session, self.case.case_id, said, self.by.worker, now, was_reached=is_reached)

    def _say(self, by_language: Mapping[str, list[str]]) -> str:
        return self.rng.choice(by_language[self.by.language])


def _in_transaction(step: Callable[[Any, datetime], None]) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        with transaction() as session:
            step(session, now)

    return act
