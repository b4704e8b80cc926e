"""A changed theme reaches the texts and chats of the last 90 days, and no human's word is touched."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.models import ConversationTheme
from feedback.db import transaction
from feedback.themes.models import Theme
from feedback.themes.rules import GivenTheme, change_theme, delete_theme, set_active
from surveys.responses.analysing import analyse_answers
from surveys.responses.models import AnswerTheme
from surveys.responses.theming import match_again
from tests.builders import NOW
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import chat
from tests.feedback.themes.themes import theme
from tests.surveys.responses.test_analysing import answer

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def told(session: Session) -> None:
    with transaction():
        for text in ("neutral Курьер опоздал", "neutral Коробка порвана", "neutral Снова опоздали"):
            answer(session, text)
        chat(session, ("customer", "neutral вы опоздали"), ("staff", "Коробка цела"))
    analyse_answers(NOW, ScriptedAnalyser())
    analyse_chats(NOW, ScriptedAnalyser())


def matched() -> int:
    rounds = 0
    while match_again(LATER, limit=2):
        rounds += 1
    return rounds


def held(session: Session) -> tuple[int, int]:
    session.rollback()
    return len(session.scalars(select(AnswerTheme.answer_id)).all()), len(
        session.scalars(select(ConversationTheme.conversation_id)).all()
    )


def test_a_new_theme_reaches_what_is_already_analysed(told: None, session: Session) -> None:
    with transaction():
        theme(session, "Опоздали", "опозда*")
    assert held(session) == (0, 0)
    assert matched() == 3  # two batches of answers, one of chats
    assert held(session) == (2, 1)
    assert match_again(LATER) == 0


def test_a_changed_a_disabled_and_a_deleted_theme(told: None, session: Session) -> None:
    with transaction():
        late = theme(session, "Опоздали", "опозда*")
    matched()
    with transaction():
        change_theme(session, late.id, GivenTheme({"ru": "Коробка"}, "packaging", ("коробка",)), LATER)
    matched()
    assert held(session) == (1, 0)  # what we said in the chat is no theme of the customer's
    for act in (set_active, None):
        with transaction():
            change_theme(session, late.id, GivenTheme({"ru": "Коробка"}, "packaging", ("коробка",)), _next(session))
        matched()
        assert held(session) == (1, 0)
        with transaction():
            if act:
                act(session, late.id, False, _next(session))
            else:
                delete_theme(session, late.id, _next(session))
        matched()
        assert held(session) == (0, 0)


def test_a_change_half_way_begins_anew(told: None, session: Session) -> None:
    with transaction():
        theme(session, "Опоздали", "опозда*")
    match_again(LATER, limit=2)
    with transaction():
        box = theme(session, "Коробка", "коробка")
        box.changed_at = _next(session)
    matched()
    assert held(session) == (3, 1)


def test_older_texts_keep_their_themes(told: None, session: Session) -> None:
    with transaction():
        theme(session, "Опоздали", "опозда*")
    assert match_again(NOW + timedelta(days=91)) == 0
    assert held(session) == (0, 0)


def test_without_themes_nothing_is_done(told: None) -> None:
    assert match_again(NOW) == 0


def _next(session: Session) -> datetime:
    return max(session.scalars(select(Theme.changed_at))) + timedelta(seconds=1)
