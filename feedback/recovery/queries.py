"""What the queue shows: the views with their counts, and a page of rows sorted by what breaks next.

A view with its filters and the place in it stand in the address of the page. One query for the counts; one for a page,
two where running cases end and waiting ones begin; none per row.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from feedback.clock import parse_moment
from feedback.customers.models import Customer
from feedback.db.base import LARGEST_ID
from feedback.recovery.models import Case
from feedback.staff.models import User

PAGE = 50


class View(StrEnum):
    """The saved views of the queue."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Filters:
    """What narrows a view; empty fields narrow nothing."""

    priority: str = ""
    owner_id: int | None = None
    branch_id: int | None = None
    language: str = ""
    search: str = ""

    @property
    def are_set(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filters()


@dataclass(frozen=True)
class Counts:
    """How many open cases each view holds, filters aside."""

    mine: int
    unassigned: int
    all: int
    overdue: int
    waiting: int


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    id: int
    customer_id: int
    customer_name: str | None
    language: str | None
    tier: str | None
    is_erased: bool
    priority: str
    reason: dict[str, Any]
    headline: str | None
    owner_id: int | None
    owner_name: str | None
    opened_at: datetime
    first_contact_due_at: datetime
    first_contacted_at: datetime | None
    next_answer_due_at: datetime | None
    resolution_due_at: datetime
    waiting_since: datetime | None
    next_due_at: datetime | None
    outcome: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Rows and the cursor of the next page, None on the last one."""

    rows: Sequence[QueueRow]
    after: str | None


def count_views(session: Session, user_id: int, now: datetime) -> Counts:
    """How many open cases each view holds: one statement, each count over the index of its view."""

    def how_many(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
        return select(func.count()).select_from(Case).where(Case.closed_at.is_(None), *conditions).scalar_subquery()

    query = select(
        how_many(Case.owner_id == user_id),
        how_many(Case.owner_id.is_(None)),
        how_many(),
        how_many(Case.next_due_at < now),
        how_many(Case.waiting_since.is_not(None)),
    )
    return Counts(*session.execute(query).one())


def queue_page(
    session: Session, view: View, user_id: int, now: datetime, filters: Filters = Filters(), after: str | None = None,
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """A page of a view: running cases by the deadline that breaks next, then waiting ones; closed ones newest first."""
    query = _narrowed(_rows(), view, filters, user_id, now)
    place = _read_cursor(after)
    if view == View.CLOSED:
        return _closed_page(session, query, place, limit)
    rows: list[QueueRow] = []
    if view != View.WAITING and (place is None or place[0] == "due"):
        rows = _fetch(session, _after_due(query, place), limit + 1)
    if view != View.OVERDUE and len(rows) <= limit:
        waiting_place = place if place is not None and place[0] == "wait" else None
        rows += _fetch(session, _after_waiting(query, waiting_place), limit + 1 - len(rows))
    return _page(
        rows, limit, lambda row: ["due" if row.next_due_at else "wait", row.next_due_at or row.waiting_since, row.id]
    )


def _rows() -> Select[Any]:
    return (
        select(
            Case.id, Case.customer_id, Customer.name, Customer.language, Customer.tier, Customer.erased_at.is_not(None),
            Case.priority, Case.reason, Case.headline, Case.owner_id, User.name, Case.opened_at,
            Case.first_contact_due_at, Case.first_contacted_at, Case.next_answer_due_at, Case.resolution_due_at,
            Case.waiting_since, Case.next_due_at, Case.outcome, Case.closed_at,
        )
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(User, User.id == Case.owner_id)
    )  # fmt: skip


def _narrowed(query: Select[Any], view: View, filters: Filters, user_id: int, now: datetime) -> Select[Any]:
    conditions: dict[View, ColumnElement[bool]] = {
        View.MINE: Case.owner_id == user_id,
        View.UNASSIGNED: Case.owner_id.is_(None),
        View.OVERDUE: Case.next_due_at < now,
        View.WAITING: Case.waiting_since.is_not(None),
    }
    query = query.where(Case.closed_at.is_not(None) if view == View.CLOSED else Case.closed_at.is_(None))
    query = query.where(conditions.get(view, true()))
    if filters.priority:
        query = query.where(Case.priority == filters.priority)
    if filters.owner_id is not None:
        query = query.where(Case.owner_id == filters.owner_id)
    if filters.branch_id is not None:
        query = query.where(Case.branch_id == filters.branch_id)
    if filters.language:
        query = query.where(Customer.language == filters.language)
    if filters.search.strip():
        query = query.where(_found(filters.search.strip()))
    return query


def _found(words: str) -> ColumnElement[bool]:
    """By the case's number, or by a part of the customer's name as typed, in small letters or with capitals."""
    if words.isascii() and words.isdigit() and len(words) < 18:
        return Case.id == int(words)
    spellings = {words, words.lower(), words.capitalize(), words.title()}
    return or_(*(Customer.name.contains(spelling, autoescape=True) for spelling in sorted(spellings)))


def _after_due(query: Select[Any], place: list[Any] | None) -> Select[Any]:
    query = query.where(Case.next_due_at.is_not(None)).order_by(Case.next_due_at, Case.id)
    if place is None:
        return query
    at, case_id = place[1], place[2]
    return query.where(or_(Case.next_due_at > at, and_(Case.next_due_at == at, Case.id > case_id)))


def _after_waiting(query: Select[Any], place: list[Any] | None) -> Select[Any]:
    query = query.where(Case.waiting_since.is_not(None)).order_by(Case.waiting_since, Case.id)
    if place is None:
        return query
    at, case_id = place[1], place[2]
    return query.where(or_(Case.waiting_since > at, and_(Case.waiting_since == at, Case.id > case_id)))


def _closed_page(session: Session, query: Select[Any], place: list[Any] | None, limit: int) -> Page:
    query = query.order_by(Case.closed_at.desc(), Case.id.desc())
    if place is not None:
        at, case_id = place[1], place[2]
        query = query.where(or_(Case.closed_at < at, and_(Case.closed_at == at, Case.id < case_id)))
    return _page(_fetch(session, query, limit + 1), limit, lambda row: ["closed", row.closed_at, row.id])


def _fetch(session: Session, query: Select[Any], limit: int) -> list[QueueRow]:
    return [QueueRow(*row) for row in session.execute(query.limit(limit))]


def _page(rows: list[QueueRow], limit: int, place_of: Any) -> Page:
    after = _cursor(place_of(rows[limit - 1])) if len(rows) > limit else None
    return Page(rows[:limit], after)


def _cursor(place: list[Any]) -> str:
    kind, at, case_id = place
    return base64.urlsafe_b64encode(json.dumps([kind, at.isoformat(), case_id]).encode()).decode().rstrip("=")


def _read_cursor(text: str | None) -> list[Any] | None:
    """The place a cursor names; a broken one names the beginning."""
    if not text:
        return None
    try:
        kind, at, case_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        row = int(case_id)
        place = [str(kind), parse_moment(at), row]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return place if 0 <= row <= LARGEST_ID else None
