"""Recent texts: a rule tried on them, themes found in them, themes counted over them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.themes.matching import ThemeRule
from feedback.conversations.analysing import analyse_chats
from feedback.conversations.judging import Labels
from feedback.db import transaction
from feedback.reports.theme_texts import found_themes, recent_texts, texts_by_theme, try_rule
from surveys.responses.analysing import analyse_answers
from surveys.responses.judging import judge_answer
from surveys.responses.models import Answer
from tests.builders import NOW, customer, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import chat
from tests.feedback.themes.themes import theme
from tests.surveys.responses.test_analysing import answer

LATE = ThemeRule(0, ("опозда*",))


@pytest.fixture
def told(session: Session) -> None:
    with transaction():
        theme(session, "Опоздали", "опозда*")
        for text in ("neutral Курьер опоздал", "neutral Коробка порвана"):
            answer(session, text)
        answer(session, "neutral Тест опоздал", by=customer(session, is_test=True))
        chat(session, ("customer", "neutral вы опоздали"), ("staff", "Коробка цела"))
        chat(session, ("customer", "neutral опоздали"), by=customer(session, is_staff=True))
    analyse_answers(NOW, ScriptedAnalyser())
    analyse_chats(NOW, ScriptedAnalyser())


def test_a_rule_is_tried_on_answers_and_chats(told: None, session: Session) -> None:
    trial = try_rule(session, LATE, NOW)
    assert (trial.texts, trial.matched, trial.is_cut) == (3, 2, False)
    assert {(text.kind, text.text) for text in trial.examples} == {
        ("answer", "neutral Курьер опоздал"), ("chat", "neutral вы опоздали"),
    }  # fmt: skip
    assert try_rule(session, ThemeRule(0, ("коробка",)), NOW).matched == 1  # not the one that we wrote in the chat


def test_older_texts_are_left_out(told: None, session: Session) -> None:
    assert try_rule(session, LATE, NOW + timedelta(days=91)).texts == 0
    cut = try_rule(session, LATE, NOW, limit=2)
    assert (cut.texts, cut.is_cut) == (2, True)


def test_a_text_has_the_aspects_that_hold(told: None, session: Session) -> None:
    first = session.scalars(select(Answer.id).where(Answer.kind == "text")).first()
    assert first is not None
    with transaction():
        judge_answer(session, first, Labels("neutral", {"staff": "neutral"}), staff(session).id, NOW)
    aspects = {text.text_id: text.aspects for text in recent_texts(session, NOW, 10) if text.kind == "answer"}
    assert aspects[first] == ("staff",)


def test_themes_are_counted_by_what_holds(told: None, session: Session) -> None:
    (late,) = texts_by_theme(session, NOW).items()
    assert late[1] == 2  # an answer and a chat, as a trial says: nothing of tests and staff
    first = session.scalars(select(Answer.id).where(Answer.kind == "text")).first()
    assert first is not None
    with transaction():
        box = theme(session, "Коробка", "коробка").id
        judge_answer(session, first, Labels("neutral", {}, (box,)), staff(session).id, NOW)
    assert texts_by_theme(session, NOW) == {late[0]: 1, box: 1}
    assert not texts_by_theme(session, NOW + timedelta(days=91))


def test_themes_are_found_with_their_texts(session: Session) -> None:
    with transaction():
        for n in range(6):
            answer(session, f"neutral Курьер опоздал {'снова ' * n}")
    analyse_answers(NOW, ScriptedAnalyser())
    found = found_themes(session, NOW)
    (aspect,) = found.aspects
    assert (aspect.aspect, aspect.texts) == ("delivery", 6)
    assert "опоздал" in found.texts[aspect.themes[0].examples[0]].text
