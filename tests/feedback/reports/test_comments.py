"""The worst words: never filtered, the lowest scores first."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.reports.comments import worst_words
from surveys.responses.models import Answer, AnswerAnalysis
from tests.builders import branch, customer
from tests.feedback.reports.answers import answer

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(session: Session, text: str, score: int, at: datetime, mood: str | None = None, **values: Any) -> int:
    response = answer(session, customer(session, name="Елена Петрова").id, score, at, **values)
    words = {"response_id": response, "question": "why", "kind": "text", "text": text}
    answer_id = session.execute(insert(Answer).values(**words).returning(Answer.id)).scalar_one()
    if mood:
        result = {
            "sentiment": mood,
            "language": "bg",
            "aspects": {"delivery": mood, "price": "positive"},
            "flags": ["safety"],
        }
        done = {"answer_id": answer_id, "response_id": response, "state": "done", "created_at": at}
        session.execute(insert(AnswerAnalysis).values(**done, **result, deciding_start=0, deciding_end=3))
    return response


def test_low_scores_first_and_bad_words_beside_high_scores_too(session: Session) -> None:
    with transaction():
        shop = branch(session, name="Парнас").id
        said(session, "смърди на изгоряло", 9, NOW - HOUR, "negative", branch_id=shop)
        said(session, "поздно", 4, NOW - HOUR)
        said(session, "никто не позвонил", 0, NOW - 2 * HOUR)
        said(session, "всё хорошо", 10, NOW - HOUR, "positive")
        said(session, "робот", 0, NOW - HOUR, suspected_bot=True)
    found = worst_words(session, NOW)
    assert [c.text for c in found.comments] == ["никто не позвонил", "поздно", "смърди на изгоряло"]
    assert found.total == 3
    last = found.comments[-1]
    assert (last.branch, last.language, last.aspects, last.flags, last.deciding) == (
        "Парнас", "bg", ("delivery",), ("safety",), (0, 3),
    )  # fmt: skip


def test_a_quiet_day_shows_the_week(session: Session) -> None:
    with transaction():
        said(session, "поздно", 4, NOW - timedelta(days=3))
        said(session, "давно", 4, NOW - timedelta(days=8))
    found = worst_words(session, NOW)
    assert ([c.text for c in found.comments], found.since) == (["поздно"], NOW - timedelta(days=7))


def test_no_bad_words_are_an_empty_list(session: Session) -> None:
    assert worst_words(session, NOW).comments == ()
