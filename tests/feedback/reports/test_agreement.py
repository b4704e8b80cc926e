"""Agreement by month: what counts, in whose months, and from how many on it is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.judging import CHATS, Labels, judge, undo
from feedback.db import transaction
from feedback.reports.agreement import agreement_by_month
from surveys.responses.judging import ANSWERS, judge_answer
from tests.builders import NOW, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import BAD, chat
from tests.feedback.reports.judging import judged
from tests.feedback.themes.themes import theme

SOFIA = "Europe/Sofia"
SAME = {"delivery": "negative"}


@pytest.fixture
def user_id(session: Session) -> int:
    with transaction():
        return staff(session).id


def test_it_works(session: Session, user_id: int) -> None:
    with transaction():
        late = theme(session, "Долго").id
        for _ in range(8):
            judged(session, user_id, NOW)
        judged(session, user_id, NOW, Labels("negative", SAME, (late,)))  # a theme alone
        judged(session, user_id, NOW, Labels("negative", {"price": "negative"}))
        judged(session, user_id, NOW, Labels("neutral", SAME))
    month = agreement_by_month(session, NOW, SOFIA)[-1]
    assert (month.span.label, month.n, month.confirmed, month.corrected) == ("2026-03", 11, 8, 3)
    assert (month.agreed, month.same_sentiment, month.visibility) == (9, 10, "indicative")
    assert month.interval is not None
    assert (round(month.interval.low, 3), round(month.interval.high, 3)) == (0.523, 0.949)


def test_months_are_those_of_the_company(session: Session, user_id: int) -> None:
    with transaction():
        judged(session, user_id, datetime(2026, 2, 28, 21, 59, tzinfo=UTC))
        judged(session, user_id, datetime(2026, 2, 28, 22, 0, tzinfo=UTC))  # March in Sofia
        judged(session, user_id, NOW - timedelta(days=400))
    months = agreement_by_month(session, NOW, SOFIA)
    assert len(months) == 12
    assert [month.n for month in months] == [0] * 10 + [1, 1]
    assert months[-1].visibility == "hidden"
    assert months[0].interval is None


def test_chats_count_and_what_is_undone_does_not(session: Session, user_id: int) -> None:
    with transaction():
        chat_id = chat(session, *BAD)
        undone = judged(session, user_id, NOW)
        again = judged(session, user_id, NOW)
    analyse_chats(NOW, ScriptedAnalyser())
    with transaction():
        judge(session, CHATS, chat_id, Labels("positive"), user_id, NOW)
        undo(session, ANSWERS, undone, user_id, NOW)
        judge_answer(session, again, Labels("neutral", SAME), user_id, NOW)
    month = agreement_by_month(session, NOW, SOFIA)[-1]
    assert (month.n, month.corrected, month.agreed, month.same_sentiment) == (2, 2, 0, 0)
