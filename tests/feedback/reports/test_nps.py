"""NPS from the database against a slow recomputation, and the rules of who counts."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from analysis.nps import NpsCounts, band, estimate
from feedback.db import db, transaction
from feedback.errors import Invalid, NotFound
from feedback.reports.nps import nps_rows
from feedback.staff.company import change_company
from surveys.questionnaires.models import Survey, SurveyVersion
from surveys.responses.models import Response
from tests.builders import branch, customer, manager
from tests.feedback.reports.answers import answer

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)


def whole(session: Session, **values: Any) -> tuple[int, int, int]:
    rows = nps_rows(session, **({"start": START, "end": END} | values))
    return (rows[0].promoters, rows[0].passives, rows[0].detractors) if rows else (0, 0, 0)


def test_the_figure_is_that_of_the_contract(session: Session) -> None:
    with transaction():
        for n in range(100):
            answer(session, customer(session).id, 10 if n < 50 else 0 if n < 70 else 8, MARCH)
    [row] = nps_rows(session, start=START, end=END)
    assert (row.n, row.promoters, row.passives, row.detractors) == (100, 50, 30, 20)
    assert (round(row.nps, 1), round(row.nps - row.low, 1), round(row.high - row.nps, 1)) == (29.1, 15.1, 15.1)


def test_only_the_last_answer_of_a_person_counts(session: Session) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 0, MARCH)
        answer(session, person, 10, MARCH + timedelta(hours=1))
    assert whole(session) == (1, 0, 0)


def test_each_month_counts_its_own_last_answer(session: Session) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 0, MARCH - timedelta(days=40))
        answer(session, person, 10, MARCH)
    rows = nps_rows(session, start=START, end=END, group_by="month")
    assert [(r.group, r.promoters, r.detractors) for r in rows] == [("2026-01", 0, 1), ("2026-03", 1, 0)]


def test_an_answer_after_the_period_takes_nothing_from_it(session: Session) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 3, MARCH)
        answer(session, person, 10, END)
    assert whole(session) == (0, 0, 1)


def test_months_are_those_of_the_company(session: Session) -> None:
    with transaction():
        change_company(session, {"timezone": "Europe/Moscow"}, MARCH)
        answer(session, customer(session).id, 10, datetime(2026, 1, 31, 21, 30, tzinfo=UTC))
    assert [r.group for r in nps_rows(session, start=START, end=END, group_by="month")] == ["2026-02"]
    assert [r.group for r in nps_rows(session, start=START, end=END, group_by="week")] == ["2026-W05"]


@pytest.mark.parametrize("flag", [{"is_test": True}, {"is_staff": True}, {"suspected_bot": True}])
def test_answers_that_do_not_count_neither_show_nor_replace_others(session: Session, flag: dict[str, bool]) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 10, MARCH)
        answer(session, person, 0, MARCH + timedelta(days=1), **flag)
        answer(session, customer(session).id, 0, MARCH, **flag)
    assert whole(session) == (1, 0, 0)


def test_partial_answers_and_answers_without_a_score_do_not_count(session: Session) -> None:
    with transaction():
        answer(session, customer(session).id, 0, MARCH, state="partial", completed_at=None)
        answer(session, customer(session).id, None, MARCH)
    assert whole(session) == (0, 0, 0)


def test_answers_without_a_known_person_count_each(session: Session) -> None:
    with transaction():
        answer(session, None, 10, MARCH)
        answer(session, None, 9, MARCH)
    assert whole(session) == (2, 0, 0)


def test_a_late_change_of_a_flag_gives_the_earlier_answer_its_weight_back(session: Session) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 0, MARCH)
        later = answer(session, person, 10, MARCH + timedelta(days=1))
    assert whole(session) == (1, 0, 0)
    with transaction():
        session.execute(update(Response).where(Response.id == later).values(suspected_bot=True))
    assert whole(session) == (0, 0, 1)
    with transaction():
        session.execute(update(Response).where(Response.id == later).values(suspected_bot=False))
    assert whole(session) == (1, 0, 0)
    with transaction():
        session.execute(delete(Response).where(Response.id == later))
    assert whole(session) == (0, 0, 1)


def test_a_finished_partial_answer_takes_over(session: Session) -> None:
    with transaction():
        person = customer(session).id
        answer(session, person, 0, MARCH)
        draft = answer(session, person, 9, MARCH, state="partial", completed_at=None)
    assert whole(session) == (0, 0, 1)
    with transaction():
        done = {"state": "complete", "completed_at": MARCH + timedelta(minutes=5)}
        session.execute(update(Response).where(Response.id == draft).values(**done))
    assert whole(session) == (1, 0, 0)


def test_an_answer_moved_to_another_person_leaves_the_first_as_it_was(session: Session) -> None:
    with transaction():
        first, second = customer(session).id, customer(session).id
        answer(session, first, 0, MARCH)
        moved = answer(session, first, 10, MARCH + timedelta(days=1))
        session.execute(update(Response).where(Response.id == moved).values(customer_id=second))
    assert whole(session) == (1, 0, 1)


def test_recovery_checks_and_other_kinds_stay_out_of_the_headline(session: Session) -> None:
    with transaction():
        for kind in ("recovery_check", "relationship"):
            survey = Survey(slug=kind, state="active", kind=kind, created_at=START)
            session.add(survey)
            session.flush()
            version = SurveyVersion(survey_id=survey.id, number=1, definition={}, published_at=START)
            session.add(version)
            session.flush()
            person = customer(session).id
            answer(session, person, 0, MARCH, survey_id=survey.id, survey_version_id=version.id)
        answer(session, customer(session).id, 10, MARCH)
    assert whole(session) == (1, 0, 0)
    assert whole(session, survey="relationship") == (0, 0, 1)
    rows = nps_rows(session, start=START, end=END, group_by="survey")
    assert [r.group for r in rows] == ["after-purchase", "relationship"]


def test_groups_have_names_and_small_groups_of_named_staff_are_left_out(session: Session) -> None:
    with transaction():
        shop, person = branch(session, name="Парнас"), None
        seen = manager(session, name="О. Рябинин", branch_id=shop.id)
        rare = manager(session, name="Д. Кленова", branch_id=shop.id)
        for n in range(9):
            person = customer(session, tier="gold").id
            answer(
                session, person, 10, MARCH, branch_id=shop.id, manager_id=seen.id if n < 5 else rare.id, channel="sms"
            )
        answer(session, customer(session).id, 0, MARCH)
    by = lambda group: [(r.group, r.n) for r in nps_rows(session, start=START, end=END, group_by=group)]  # noqa: E731
    assert by("branch") == [("Парнас", 9), (None, 1)]
    assert by("manager") == [("О. Рябинин, Парнас", 5)]
    assert by("channel") == [("email", 1), ("sms", 9)]
    assert by("tier") == [("gold", 9), (None, 1)]


def test_wrong_questions_are_refused_and_empty_spans_are_empty(session: Session) -> None:
    with pytest.raises(Invalid):
        nps_rows(session, start=START, end=END, group_by="colour")
    with pytest.raises(NotFound):
        nps_rows(session, start=START, end=END, survey="nothing")
    assert nps_rows(session, start=END, end=START) == []
    assert nps_rows(session, start=START, end=END) == []


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from([None, 0, 1, 2, 3]),  # person
        st.integers(0, 10),
        st.integers(0, 150),  # days since START
        st.integers(0, 3),  # hours
        st.sampled_from(["counts"] * 4 + ["is_test", "is_staff", "suspected_bot", "partial"]),
        st.sampled_from(["email", "sms"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, changes=st.lists(st.tuples(st.integers(0, 24), st.booleans()), max_size=5))
def test_figures_equal_a_slow_recomputation(app: Flask, answers: list[Any], changes: list[tuple[int, bool]]) -> None:
    session = db.session()
    with transaction():
        session.execute(delete(Response))
        people = [customer(session).id for _ in range(4)]
        kept = []
        for person, score, day, hour, what, channel in answers:
            at = START + timedelta(days=day, hours=hour)
            values = {"state": "partial", "completed_at": None} if what == "partial" else {}
            values |= {what: True} if what in ("is_test", "is_staff", "suspected_bot") else {}
            who = None if person is None else people[person]
            row = answer(session, who, score, at, channel=channel, **values)
            kept.append([row, who, score, at, what == "counts", what == "partial", channel])
        for index, is_bot in changes:
            if index < len(kept) and kept[index][4] | (answers[index][4] == "suspected_bot"):
                session.execute(update(Response).where(Response.id == kept[index][0]).values(suspected_bot=is_bot))
                kept[index][4] = not is_bot
    assert whole(session) == slowly(kept, START, END)
    zone = ZoneInfo("Europe/Moscow")
    by_month = {
        r.group: (r.promoters, r.passives, r.detractors)
        for r in nps_rows(session, start=START, end=END, group_by="month")
    }
    for month in range(1, 5):
        opens = max(START, datetime(2026, month, 1, tzinfo=zone).astimezone(UTC))
        closes = min(END, datetime(2026, month + 1, 1, tzinfo=zone).astimezone(UTC))
        assert by_month.get(f"2026-{month:02d}", (0, 0, 0)) == slowly(kept, opens, closes)
    for row in nps_rows(session, start=START, end=END, group_by="channel"):
        expected = estimate(NpsCounts(row.promoters, row.passives, row.detractors))
        assert (row.nps, row.low, row.high) == (expected.nps, expected.low, expected.high)


def slowly(kept: list[Any], start: datetime, end: datetime) -> tuple[int, int, int]:
    last: dict[Any, Any] = {}
    for row, who, score, at, counts, _, _ in sorted(kept, key=lambda k: (k[3], k[0])):
        if counts and start <= at < end:
            last[("person", who) if who else ("answer", row)] = score
    bands = Counter(band(score) for score in last.values())
    return bands["promoter"], bands["passive"], bands["detractor"]
