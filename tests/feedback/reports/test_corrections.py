"""Judgements as training data: labels of both sides, the text and nothing else of a person."""

import json
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.judging import CHATS, Labels, judge, undo
from feedback.db import transaction
from feedback.reports import corrections as module
from feedback.reports.corrections import as_json, corrections
from surveys.responses.judging import ANSWERS
from surveys.responses.models import Answer
from tests.builders import NOW, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import BAD, chat
from tests.feedback.reports.judging import judged
from tests.feedback.themes.themes import theme


@pytest.fixture
def user_id(session: Session) -> int:
    with transaction():
        return staff(session).id


def exported(session: Session) -> list[dict[str, Any]]:
    return [as_json(found) for found in corrections(session)]


def test_it_works(session: Session, user_id: int) -> None:
    with transaction():
        late = theme(session, "Долго").id
        judged(session, user_id, NOW, Labels("neutral", {"price": "neutral"}, (late,)), text="Ждали долго")
    assert exported(session) == [
        {
            "kind": "answer", "text": "Ждали долго", "lang": "ru", "sentiment": "neutral",
            "aspects": {"price": "neutral"}, "flags": ["refund"],
            "themes": [{"aspect": "delivery", "names": {"ru": "Долго"}}], "verdict": "corrected",
            "model": {
                "name": "scripted", "version": "7", "sentiment": "negative", "aspects": {"delivery": "negative"},
                "themes": [],
            },
            "corrected_at": NOW.isoformat(),
        }
    ]  # fmt: skip


def test_a_chat_goes_with_all_its_lines(session: Session, user_id: int) -> None:
    with transaction():
        chat_id = chat(session, *BAD)
    analyse_chats(NOW, ScriptedAnalyser())
    with transaction():
        judge(session, CHATS, chat_id, None, user_id, NOW)
    (line,) = exported(session)
    assert line["messages"] == [{"author": author, "text": text} for author, text in BAD]
    assert (line["kind"], line["verdict"], "text" in line) == ("chat", "confirmed", False)


def test_what_is_undone_or_erased_is_left_out(session: Session, user_id: int) -> None:
    with transaction():
        undone, erased = judged(session, user_id, NOW), judged(session, user_id, NOW)
        undo(session, ANSWERS, undone, user_id, NOW)
        session.execute(update(Answer).where(Answer.id == erased).values(text=None))
    assert exported(session) == []


def test_many_are_read_in_parts(session: Session, user_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    with transaction():
        for n in range(5):
            judged(session, user_id, NOW, text=f"Текст {n}")
    assert [line["text"] for line in exported(session)] == [f"Текст {n}" for n in range(5)]


def test_nothing_of_a_person_goes_along(session: Session, user_id: int) -> None:
    with transaction():
        judged(session, user_id, NOW)
    written = json.dumps(exported(session), ensure_ascii=False)
    assert not [word for word in ("Петрова", "@", "Сотрудник", "user", "customer_id") if word in written]
