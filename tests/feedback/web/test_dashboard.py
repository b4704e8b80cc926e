"""The overview: figures with n, interval and words, low bases, links into rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.reports.periods import period_of
from tests.builders import branch, customer
from tests.feedback.reports.answers import answer
from tests.feedback.reports.cases import case
from tests.feedback.reports.test_comments import said
from tests.feedback.web.browser import Browser


def answers(session: Session, promoters: int, detractors: int, at: datetime, branch_id: int | None = None) -> None:
    for n in range(promoters + detractors):
        answer(session, customer(session).id, 10 if n < promoters else 0, at, branch_id=branch_id)


def test_the_number_says_its_n_its_interval_and_whether_it_changed(
    session: Session, at_work: Callable[..., Browser]
) -> None:
    now = utc_now()
    period = period_of("week", now, "Europe/Moscow")
    with transaction():
        answers(session, 35, 5, now)
        answers(session, 10, 30, period.previous.start + timedelta(hours=1))
    text = at_work("analyst").get("/?period=week").text
    assert "<b>70</b>" in text  # (35.75 - 5.75) / 43
    assert "between 49 and 90, at 95% certainty" in text
    assert "40 answers" in text
    assert '<span class="tag good">Changed, up</span>' in text
    assert "Too few answers to compare" in text  # a year ago nobody answered
    today = now.astimezone(ZoneInfo("Europe/Moscow")).date()
    assert f"since={today - timedelta(days=6)}&amp;until={today}" in text


def test_few_answers_are_hidden_or_grey(session: Session, at_work: Callable[..., Browser]) -> None:
    staff = at_work("analyst")
    with transaction():
        answers(session, 9, 0, utc_now())
    text = staff.get("/?period=week").text
    assert "Shown from 10 answers on" in text
    assert "between" not in text.split("<h2", 2)[1]
    with transaction():
        answers(session, 1, 0, utc_now())
    assert "indicative" in staff.get("/?period=week").text


def test_open_cases_stand_by_clock_and_open_into_the_queue(session: Session, at_work: Callable[..., Browser]) -> None:
    now = utc_now()
    with transaction():
        answer(session, customer(session).id, 0, now)
        case(session, now - timedelta(days=20), next_due_at=now - timedelta(days=19))
        case(session, now - timedelta(days=20), next_due_at=None, waiting_since=now)
    text = at_work("advocate").get("/").text
    assert "1 case is late" in text
    assert "2 are nobody’s" in text
    assert 'href="/queue?view=overdue"' in text


def test_the_worst_words_stand_unfiltered_with_their_language(
    session: Session, at_work: Callable[..., Browser]
) -> None:
    with transaction():
        said(session, "<b>никто не позвонил</b>", 0, utc_now(), "negative")
    text = at_work("advocate").get("/").text
    assert '<span lang="bg">&lt;b&gt;никто не позвонил&lt;/b&gt;</span>' in text
    assert "Danger to people" in text
    assert "Елена Петрова" in text
    assert "Елена Петрова" not in at_work("analyst", email="a@company.example").get("/").text


def test_a_branch_with_trouble_stands_out(session: Session, at_work: Callable[..., Browser]) -> None:
    now = utc_now()
    with transaction():
        good, bad = branch(session, name="Варна").id, branch(session, name="Парнас").id
        answers(session, 60, 0, now, good)
        answers(session, 0, 40, now, bad)
    text = at_work("analyst").get("/?period=week").text.split('id="h-branches"')[1]
    assert text.index("Парнас") < text.index("Варна")
    assert "worse than the rest" in text
    assert f"branch={bad}" in text
