"""Branches beside each other."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.reports.branches import branch_rows, branch_table
from feedback.reports.periods import Span
from tests.builders import branch, customer, default_version
from tests.feedback.reports.answers import answer
from tests.feedback.reports.test_comments import said

AT = datetime(2026, 3, 10, tzinfo=UTC)
SPAN = Span("", AT - timedelta(days=5), AT + timedelta(days=5))
BEFORE = Span("", AT - timedelta(days=15), AT - timedelta(days=5))


def test_a_branch_that_is_worse_than_the_rest_stands_first_with_its_trouble(session: Session) -> None:
    with transaction():
        good, bad, small = (branch(session, name=name).id for name in ("А", "Парнас", "Новый"))
        for n in range(40):
            answer(session, customer(session).id, 10, AT, branch_id=good)
            if n % 2:
                answer(session, customer(session).id, 1, AT, branch_id=bad)
            else:
                said(session, "поздно", 1, AT, "negative", branch_id=bad)
        for _ in range(9):
            answer(session, customer(session).id, 10, AT, branch_id=small)
    rows = branch_rows(session, SPAN, BEFORE, [default_version(session).survey_id])
    assert [(row.name, row.visibility, row.stands_out) for row in rows] == [
        ("Парнас", "shown", True), ("А", "shown", False), ("Новый", "hidden", False),
    ]  # fmt: skip
    worst = rows[0]
    assert worst.trouble is not None
    assert (worst.trouble.aspect, worst.trouble.negative, worst.trouble.texts) == ("delivery", 20, 20)
    assert (worst.is_rankable, worst.change, rows[2].against_rest) == (False, None, None)


def test_a_change_is_told_only_where_both_periods_may_be_shown(session: Session) -> None:
    with transaction():
        shop = branch(session).id
        for _ in range(30):
            answer(session, customer(session).id, 10, AT, branch_id=shop)
            answer(session, customer(session).id, 0, AT - timedelta(days=10), branch_id=shop)
    [row] = branch_rows(session, SPAN, BEFORE, [default_version(session).survey_id])
    assert row.change is not None
    assert row.change.is_changed
    assert row.change.points > 100


def test_a_span_with_too_few_answers_is_widened(session: Session) -> None:
    surveys = [default_version(session).survey_id]
    with transaction():
        shop = branch(session).id
        for n in range(40):
            answer(session, customer(session).id, 10, AT - timedelta(days=3 * n), branch_id=shop)
    table = branch_table(session, SPAN, BEFORE, surveys)
    assert (table.is_widened, table.span.start, table.span.end) == (True, SPAN.end - timedelta(days=180), SPAN.end)
    assert [row.counts.n for row in table.rows] == [40]
    with transaction():
        for _ in range(30):
            answer(session, customer(session).id, 10, AT, branch_id=shop)
    table = branch_table(session, SPAN, BEFORE, surveys)
    assert (table.is_widened, table.span) == (False, SPAN)


def test_without_answers_the_table_is_empty(session: Session) -> None:
    assert branch_table(session, SPAN, BEFORE, [default_version(session).survey_id]).rows == ()
