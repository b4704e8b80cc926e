"""People say what a text means: on the page of a case, on the page of an answer; and take it back."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.conversations.models import ConversationJudgement
from feedback.db import transaction
from feedback.recovery.models import Case
from feedback.staff.models import AuditEntry
from surveys.responses.models import Answer, AnswerAnalysis, AnswerJudgement
from tests.feedback.themes.themes import theme
from tests.feedback.web.browser import Browser
from tests.feedback.web.test_cases import case

AtWork = Callable[..., Browser]
__all__ = ["case"]


def place(session: Session, what: str = "") -> str:
    return f"/texts/answer/{session.scalars(select(AnswerAnalysis.answer_id)).one()}/judgement{what}"


def held(session: Session) -> AnswerJudgement | None:
    session.rollback()
    return session.scalar(select(AnswerJudgement).where(AnswerJudgement.undone_at.is_(None)))


def test_a_text_is_corrected_where_it_stands(case: Case, at_work: AtWork, session: Session) -> None:
    with transaction():
        late = theme(session, "Ждали дольше обещанного").id
    browser, back = at_work("agent"), f"/cases/{case.id}#answer-1"
    browser.get(f"/cases/{case.id}")
    done = browser.submit(
        place(session), sentiment="neutral", aspect_delivery="neutral", aspect_price="", themes=str(late), back=back
    )
    assert (done.status_code, done.location) == (303, back)
    page = browser.get(f"/cases/{case.id}").text
    assert "corrected by a person" in page
    assert "Theme: Ждали дольше обещанного" in page
    assert "The analysis had said: unhappy; Quality: good; Delivery: bad." in page
    row = held(session)
    assert row is not None
    assert (row.sentiment, row.aspects, row.themes) == ("neutral", {"delivery": "neutral"}, [late])
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "judge_text")).one()
    assert (entry.object_kind, entry.object_id, entry.details) == ("answer", row.answer_id, {"verdict": "corrected"})


def test_one_click_says_that_the_analysis_is_right(case: Case, at_work: AtWork, session: Session) -> None:
    browser = at_work("advocate")
    browser.get(f"/cases/{case.id}")
    browser.submit(place(session), verdict="confirmed", back=f"/cases/{case.id}")
    row = held(session)
    assert row is not None
    assert (row.verdict, row.sentiment, row.agrees) == ("confirmed", "negative", True)
    page = browser.get(f"/cases/{case.id}").text
    assert "confirmed by a person" in page
    assert "Undo; the analysis holds again" in page


def test_it_is_taken_back(case: Case, at_work: AtWork, session: Session) -> None:
    browser = at_work("advocate")
    browser.get(f"/cases/{case.id}")
    browser.submit(place(session), sentiment="positive", back="/queue")
    browser.get(f"/cases/{case.id}")
    assert browser.submit(place(session, "/undo"), back="https://elsewhere.example").location == "/account"
    assert held(session) is None
    assert "corrected by a person" not in browser.get(f"/cases/{case.id}").text
    assert session.scalars(select(AuditEntry.act).where(AuditEntry.act == "undo_judgement")).one()


def test_a_chat_is_judged_like_a_text(case: Case, at_work: AtWork, session: Session) -> None:
    browser = at_work("advocate")
    page = browser.get(f"/cases/{case.id}").text
    chat_id = session.scalars(select(ConversationJudgement.conversation_id)).first() or 1
    address = f"/texts/chat/{chat_id}/judgement"
    assert f'action="{address}"' in page
    browser.submit(address, sentiment="positive", aspect_support="positive", back=f"/cases/{case.id}")
    session.rollback()
    row = session.scalars(select(ConversationJudgement)).one()
    assert (row.sentiment, row.aspects, row.model_sentiment) == ("positive", {"support": "positive"}, "negative")


def test_the_page_of_an_answer_shows_its_words(case: Case, at_work: AtWork, session: Session) -> None:
    browser = at_work("analyst")
    response_id = session.scalars(select(Answer.response_id)).first()
    assert f'href="/responses/{response_id}"' in browser.get("/responses").text
    page = browser.get(f"/responses/{response_id}").text
    assert "привезли на девять дней позже" in page
    assert "unhappy, certainty 0.94" in page
    assert "Correct the analysis" not in page
    assert browser.get("/responses/999").status_code == 404


def test_who_may_not_correct_is_refused(case: Case, at_work: AtWork, session: Session) -> None:
    browser = at_work("analyst")
    browser.get("/responses")
    assert browser.submit(place(session), verdict="confirmed").status_code == 403
    assert held(session) is None


@pytest.mark.parametrize(
    ("fields", "status"), [({"sentiment": "angry"}, 422), ({}, 422), ({"sentiment": "neutral", "themes": "99"}, 422)]
)
def test_nonsense_is_refused(
    case: Case, at_work: AtWork, session: Session, fields: dict[str, str], status: int
) -> None:
    browser = at_work("advocate")
    browser.get(f"/cases/{case.id}")
    assert browser.submit(place(session), **fields).status_code == status
    assert held(session) is None


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_the_form_speaks_three_languages(case: Case, app: Flask, at_work: AtWork, language: str) -> None:
    page = at_work("advocate").get(f"/cases/{case.id}?lang={language}").text
    assert {"ru": "Исправить анализ", "bg": "Коригиране на анализа", "en": "Correct the analysis"}[language] in page
