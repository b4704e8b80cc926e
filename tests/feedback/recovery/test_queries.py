from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.recovery.models import Case, Cause
from feedback.recovery.queries import Counts, Filters, View, count_views, queue_page
from tests import builders
from tests.builders import NOW

HOUR = timedelta(hours=1)


def open_case(session: Session, due_in: int | None, **values: Any) -> int:
    times = {"next_due_at": NOW + due_in * HOUR} if due_in is not None else {"next_due_at": None, "waiting_since": NOW}
    case: Case = builders.case(session, **(times | values))
    return case.id


def ids(session: Session, view: View, user_id: int = 0, filters: Filters = Filters()) -> list[int]:  # noqa: B008
    return [row.id for row in queue_page(session, view, user_id, NOW, filters).rows]


def test_what_breaks_next_stands_first_and_waiting_cases_last(session: Session) -> None:
    later, waiting, late, soon = (open_case(session, due) for due in (9, None, -2, 1))
    assert ids(session, View.ALL) == [late, soon, later, waiting]


def test_each_view_holds_its_cases(session: Session) -> None:
    me = builders.staff(session).id
    mine = open_case(session, 2, owner_id=me)
    overdue = open_case(session, -1)
    waiting = open_case(session, None, owner_id=me)
    assert ids(session, View.MINE, me) == [mine, waiting]
    assert ids(session, View.UNASSIGNED, me) == [overdue]
    assert ids(session, View.OVERDUE, me) == [overdue]
    assert ids(session, View.WAITING, me) == [waiting]
    assert count_views(session, me, NOW) == Counts(mine=2, unassigned=1, all=3, overdue=1, waiting=1)


def test_closed_cases_have_a_view_of_their_own(session: Session) -> None:
    cause = session.scalars(select(Cause.id)).first()
    closing = {"next_due_at": None, "cause_id": cause, "outcome": "recovered"}
    first = builders.case(session, closed_at=NOW - HOUR, **closing).id
    second = builders.case(session, closed_at=NOW, **closing).id
    still_open = open_case(session, 1)
    assert ids(session, View.CLOSED) == [second, first]
    assert ids(session, View.ALL) == [still_open]


def test_pages_follow_each_other_without_gap_or_repeat(session: Session) -> None:
    made = [open_case(session, due) for due in (3, 3, 3, 1, 5, None, None, None)]
    seen, after = [], None
    for _ in range(10):
        page = queue_page(session, View.ALL, 0, NOW, after=after, limit=3)
        seen += [row.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))
    assert seen[0] == made[3]


def test_pages_of_closed_cases_follow_each_other(session: Session) -> None:
    cause = session.scalars(select(Cause.id)).first()
    for _ in range(3):
        builders.case(session, closed_at=NOW, next_due_at=None, cause_id=cause, outcome="recovered")
    first = queue_page(session, View.CLOSED, 0, NOW, limit=2)
    second = queue_page(session, View.CLOSED, 0, NOW, after=first.after, limit=2)
    assert [len(first.rows), len(second.rows)] == [2, 1]
    assert {r.id for r in first.rows}.isdisjoint(r.id for r in second.rows)


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "WyJkdWUiLCJ4IiwxXQ"])
def test_a_broken_cursor_begins_at_the_beginning(session: Session, cursor: str) -> None:
    case_id = open_case(session, 1)
    assert [row.id for row in queue_page(session, View.ALL, 0, NOW, after=cursor).rows] == [case_id]


def test_filters_narrow(session: Session) -> None:
    branch = builders.branch(session)
    bulgarian = builders.purchase(session, builders.customer(session, name="Десислава Колева", language="bg"))
    wanted = open_case(session, 1, about=bulgarian, priority="urgent", branch_id=branch.id)
    open_case(session, 2, priority="normal")
    for filters in (
        Filters(priority="urgent"),
        Filters(language="bg"),
        Filters(branch_id=branch.id),
        Filters(search="колева"),
        Filters(search=str(wanted)),
    ):
        assert ids(session, View.ALL, filters=filters) == [wanted], filters
    assert ids(session, View.ALL, filters=Filters(search="100%")) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(session: Session) -> None:
    def queries(rows: int) -> int:
        for _ in range(rows):
            open_case(session, 1, owner_id=builders.staff(session).id)
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", counted)
        try:
            queue_page(session, View.ALL, 0, NOW)
        finally:
            event.remove(db.engine, "before_cursor_execute", counted)
        return count

    assert queries(2) == queries(20) <= 2
