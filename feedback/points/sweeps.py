"""What is due by the calendar: days of membership, birthdays, holidays, letters, and the nightly proof of the ledger.

A sweep passes over the members in batches, each in its own transaction that moves the cursor with the points: killed at
any moment it goes on where it was. Days that were missed are made up for, up to `CATCH_UP`.
"""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.logs import log
from feedback.points.bookkeeping import check_ledger
from feedback.points.granting import Award, award_many
from feedback.points.mailboxes import mailbox_hash
from feedback.points.members import birthday_number, company_day
from feedback.points.models import LotState, PointsEntry, PointsLot, PointsMember, PointsSweep
from feedback.points.programme import Programme, load_programme
from feedback.points.rules import Rule, gift_grant
from feedback.points.statements import WARNED_BEFORE, queue_statements, queue_warnings
from feedback.staff.company import load_company

BATCH = 5000
CATCH_UP = timedelta(days=31)
MEMBERSHIP_DAYS = (1, 15)  # days of the month on which the days since the last one are credited as one lot
TOLD_BEFORE = timedelta(days=30)  # a birthday told later than this before the day waits for the next year
BETWEEN_BIRTHDAYS = timedelta(days=330)  # a birthday moved by an edit does not come twice


@dataclass(frozen=True)
class _Pass:
    """One batch of one sweep."""

    session: Session
    sweep: PointsSweep
    programme: Programme
    country: str
    now: datetime

    @property
    def day(self) -> date:
        return self.sweep.day

    def members(self, *columns: Any, limit: int = BATCH) -> Select[Any]:
        """The next members in the order of their ids; not staff, test accounts and erased people."""
        return (
            select(PointsMember.customer_id, *columns)
            .join(Customer, Customer.id == PointsMember.customer_id)
            .where(
                PointsMember.customer_id > self.sweep.cursor, ~Customer.is_test, ~Customer.is_staff,
                Customer.erased_at.is_(None),
            )
            .order_by(PointsMember.customer_id)
            .limit(limit)
        )  # fmt: skip


def sweep_due(session: Session, now: datetime) -> int:
    """Do one batch of what is due; returns 1 while there is more to do, 0 when nothing is due."""
    today = company_day(session, now)
    for kind, act in _KINDS.items():
        sweep = _open_sweep(session, kind, today, now)
        if sweep is None:
            continue
        one = _Pass(session, sweep, load_programme(session), load_company(session).country, now)
        if act(one) == 0:
            sweep.finished_at = now
        session.flush()
        return 1
    return 0


def _open_sweep(session: Session, kind: str, today: date, now: datetime) -> PointsSweep | None:
    last = session.scalars(
        select(PointsSweep).where(PointsSweep.kind == kind).order_by(PointsSweep.day.desc()).limit(1)
    ).first()
    if last is not None and last.finished_at is None:
        return last
    day = today if last is None else max(last.day + timedelta(days=1), today - CATCH_UP)
    if day > today:
        return None
    sweep = PointsSweep(kind=kind, day=day, begun_at=now, cursor=0, done=0)
    session.add(sweep)
    session.flush()
    return sweep


def _learn_facts(one: _Pass) -> int:
    """Birthdays and addresses told or changed since yesterday; a changed birthday has to wait like a new one."""
    columns = (Customer.birthday, Customer.email, PointsMember.birthday_number, PointsMember.mailbox_hash)
    rows = one.session.execute(one.members(*columns)).all()
    births = [
        {"customer_id": row.customer_id, "birthday_number": birthday_number(row.birthday), "birthday_told_on": one.day}
        for row in rows
        if birthday_number(row.birthday) != row.birthday_number
    ]
    boxes = [
        {"customer_id": row.customer_id, "mailbox_hash": told}
        for row in rows
        if (told := mailbox_hash(row.email)) != row.mailbox_hash
    ]
    for changed in (births, boxes):
        if changed:
            one.session.execute(update(PointsMember), changed)
    return _moved(one, rows, len(births) + len(boxes))


def _credit_membership(one: _Pass) -> int:
    if one.day.day not in MEMBERSHIP_DAYS:
        return 0
    rows = one.session.execute(one.members(PointsMember.paid_until)).all()
    each = {day: one.programme.points("membership", day) for day in _days_between(rows, one.day)}
    awards = [
        Award(
            row.customer_id,
            gift_grant(Rule.MEMBERSHIP, sum(points for day, points in each.items() if day >= row.paid_until), one.now),
            f"membership:{row.customer_id}:{one.day}",
        )
        for row in rows
        if row.paid_until < one.day
    ]
    granted = award_many(one.session, awards, one.now)
    if rows:
        one.session.execute(
            update(PointsMember)
            .where(PointsMember.customer_id > one.sweep.cursor, PointsMember.customer_id <= rows[-1].customer_id)
            .where(PointsMember.paid_until < one.day)
            .values(paid_until=one.day),
            execution_options={"synchronize_session": False},
        )
    return _moved(one, rows, granted)


def _days_between(rows: Sequence[Any], day: date) -> list[date]:
    first = min((row.paid_until for row in rows), default=day)
    return [first + timedelta(days=n) for n in range((day - first).days)]


def _greet_birthdays(one: _Pass) -> int:
    points = one.programme.points("birthday", one.day)
    if not points:
        return 0
    due = one.members().where(
        PointsMember.birthday_number.in_(birthdays_kept_on(one.day)),
        PointsMember.birthday_told_on <= one.day - TOLD_BEFORE,
        or_(PointsMember.birthday_paid_on.is_(None), PointsMember.birthday_paid_on <= one.day - BETWEEN_BIRTHDAYS),
    )
    rows = one.session.execute(due).all()
    ids = [row.customer_id for row in rows]
    grant = gift_grant(Rule.BIRTHDAY, points, one.now)
    granted = award_many(one.session, [Award(i, grant, f"birthday:{i}:{one.day.year}") for i in ids], one.now)
    if ids:
        one.session.execute(
            update(PointsMember).where(PointsMember.customer_id.in_(ids)).values(birthday_paid_on=one.day),
            execution_options={"synchronize_session": False},
        )
    return _moved(one, rows, granted)


def birthdays_kept_on(day: date) -> list[int]:
    """The birthdays (month x 100 + day) kept on this day: those of 29 February on the 28th in a common year."""
    number = day.month * 100 + day.day
    return [228, 229] if number == 228 and not calendar.isleap(day.year) else [number]


def _greet_holidays(one: _Pass) -> int:
    greetings = {rule.terms["country"]: rule for rule in one.programme.holidays(one.day)}
    if not greetings:
        return 0
    country = func.coalesce(Customer.country, one.country)
    rows = one.session.execute(one.members(country.label("country")).where(country.in_(list(greetings)))).all()
    awards = [
        Award(
            row.customer_id, gift_grant(Rule.HOLIDAY, greetings[row.country].terms["points"], one.now),
            f"{greetings[row.country].code}:{one.day.year}:{row.customer_id}",
        )
        for row in rows
    ]  # fmt: skip
    return _moved(one, rows, award_many(one.session, awards, one.now))


def _send_statements(one: _Pass) -> int:
    """The statement goes to whom anything can be told: points on the account or something that moved."""
    if one.day.day not in MEMBERSHIP_DAYS:
        return 0
    since = _last_of(one.day)
    start = datetime.combine(since, datetime.min.time(), UTC)
    has_points = select(PointsLot.id).where(PointsLot.customer_id == PointsMember.customer_id, PointsLot.remaining > 0)
    has_moved = select(PointsEntry.id).where(
        PointsEntry.customer_id == PointsMember.customer_id, PointsEntry.at >= start
    )
    due = one.members().where(Customer.email.is_not(None), or_(has_points.exists(), has_moved.exists()))
    rows = one.session.execute(due).all()
    return _moved(one, rows, queue_statements(one.session, [row.customer_id for row in rows], since, one.day, one.now))


def _last_of(day: date) -> date:
    """The day of the statement before."""
    return day.replace(day=1) if day.day > 1 else (day - timedelta(days=1)).replace(day=15)


def _warn_of_expiry(one: _Pass) -> int:
    """30 and 7 days before points expire; on a day with a statement the statement says it."""
    if one.day.day in MEMBERSHIP_DAYS:
        return 0
    zone = ZoneInfo(load_company(one.session).timezone)
    days = [datetime.combine(one.day + timedelta(days=n), datetime.min.time(), zone) for n in WARNED_BEFORE]
    soon = or_(*(and_(PointsLot.expires_at >= day, PointsLot.expires_at < day + timedelta(days=1)) for day in days))
    due = (
        select(PointsLot.customer_id)
        .where(
            PointsLot.remaining > 0, PointsLot.state != LotState.HELD, soon, PointsLot.customer_id > one.sweep.cursor
        )
        .distinct()
        .order_by(PointsLot.customer_id)
        .limit(BATCH)
    )
    rows = one.session.execute(due).all()
    return _moved(one, rows, queue_warnings(one.session, [row.customer_id for row in rows], one.day, one.now))


def _prove(one: _Pass) -> int:
    """The nightly proof; `done` keeps how many faults it found, and the log cries when there is one."""
    faults = check_ledger(one.session)
    one.sweep.done = faults.count
    if faults.count:
        log("feedback.points").error("the ledger does not add up", lots=list(faults.lots), debts=list(faults.debts))
    return 0


def _moved(one: _Pass, rows: Sequence[Any], done: int) -> int:
    if rows:
        one.sweep.cursor = rows[-1].customer_id
    one.sweep.done += done
    return len(rows)


_KINDS: dict[str, Callable[[_Pass], int]] = {
    "facts_told": _learn_facts,
    "membership": _credit_membership,
    "birthday": _greet_birthdays,
    "holiday": _greet_holidays,
    "statement": _send_statements,
    "expiry_warning": _warn_of_expiry,
    "proof": _prove,
}
