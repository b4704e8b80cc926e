"""`/s/<token>` when programs answer, somebody hurries, or the database is away."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import db
from feedback.points.models import LotState, PointsLot
from surveys.answering import survey
from surveys.answering.limits import Counter
from tests.surveys.answering.links import counts, link, page, responses, send


def test_a_filled_trap_marks_a_program_and_holds_its_points(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    answer = send(client, asked, score="9", address2="http://spam.example")
    assert answer.status_code == 303
    assert [r.suspected_bot for r in responses(session)] == [True]
    assert session.scalars(select(PointsLot.state)).all() == [LotState.HELD]
    assert "Прежде чем начислить баллы" in page(client.get(answer.location))


def test_the_hidden_link_marks_the_next_answer(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    hidden = re.search(r'<a href="(/s/[^"]+/skip)" rel="nofollow" tabindex="-1"', page(client.get(asked.path)))
    assert hidden is not None
    before = counts(session)
    assert client.get(hidden[1]).status_code == 200
    assert counts(session) == before
    send(client, asked, score="9")
    assert [r.suspected_bot for r in responses(session)] == [True]


def test_a_person_who_answers_at_once_is_no_program(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    made = re.search(r'name="made" value="([^"]+)"', page(client.get(f"{asked.path}?score=9")))
    assert made is not None
    send(client, asked, score="9", made=made[1])
    assert [r.suspected_bot for r in responses(session)] == [False]


def test_when_the_database_cannot_take_it_everything_stays(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO responses"):
            raise OperationalError(statement, {}, Exception("database is locked"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    answer = send(client, asked, score="5", why="Не потеряйте")
    event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.status_code == 503
    assert "Ответ ещё не отправлен" in page(answer)
    assert "Не потеряйте</textarea>" in page(answer)
    assert 'value="5" id="score-5" required checked' in page(answer)
    assert send(client, asked, score="5", why="Не потеряйте").status_code == 303
    assert [r.score for r in responses(session)] == [5]


def test_when_the_database_is_away_the_page_carries_the_answer(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)

    def refuse(*_given: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    answer = send(client, asked, score="5", why="Не <потеряйте>", lang="ru")
    event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "15"
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page(answer)))
    assert carried == {"score": "5", "why": "Не &lt;потеряйте&gt;", "lang": "ru"}


def test_too_many_posts_to_one_link_wait_and_lose_nothing(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "_posts", Counter(1))
    asked = link(settings)
    assert send(client, asked, score="9").status_code == 303
    answer = send(client, asked, score="8", why="Ещё раз")
    assert answer.status_code == 429
    assert 'name="why" value="Ещё раз"' in page(answer)


def test_guessing_links_is_limited(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_guesses", Counter(2))
    assert [client.post(f"/s/{n}", data={"score": "1"}).status_code for n in range(4)] == [404, 404, 429, 429]
