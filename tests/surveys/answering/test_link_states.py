"""`/s/<token>` after the first answer: changing, answered, expired, withdrawn and unknown links."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer
from feedback.db import transaction
from surveys.responses.models import Answer
from tests.surveys.answering.links import expire, let_time_pass, link, page, responses, send


def test_an_answer_may_be_changed_for_a_quarter_of_an_hour(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    send(client, asked, score="2", why="Плохо")
    assert client.get(asked.path).location == f"{asked.path}/thanks"
    form = page(client.get(f"{asked.path}?change=1"))
    assert "Плохо</textarea>" in form
    assert "Отправить изменённый ответ" in form
    assert 'value="save"' not in form
    assert send(client, asked, score="3", why="Плоховато").status_code == 303
    assert [r.score for r in responses(session)] == [3]


def test_a_changed_answer_still_needs_its_score(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    send(client, asked, score="2")
    assert send(client, asked, act="save", why="Без оценки").status_code == 422
    assert [r.score for r in responses(session)] == [2]


def test_later_it_is_answered_and_nothing_changes(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    send(client, asked, score="2", why="Плохо")
    let_time_pass(session, asked, 16)
    answer = send(client, asked, score="10", why="Передумал")
    assert (answer.status_code, answer.location) == (303, f"{asked.path}/thanks")
    for path in (asked.path, f"{asked.path}?change=1", f"{asked.path}/thanks", f"{asked.path}/saved"):
        shown = client.get(path)
        assert shown.status_code == 200
        assert "Вы уже ответили. Спасибо!" in page(shown)
        assert "1 000 баллов" in page(shown)
        assert "/m/" not in page(shown)
        assert "Елена" not in page(shown)
    assert [r.score for r in responses(session)] == [2]
    assert session.scalars(select(Answer.text).where(Answer.question == "why")).all() == ["Плохо"]


def test_an_expired_link_has_its_own_page(client: FlaskClient, settings: Settings) -> None:
    asked = link(settings, lives=timedelta(days=-1), person={"language": "bg"})
    shown = client.get(asked.path)
    assert shown.status_code == 410
    assert "Връзката изтече, но мнението Ви не е закъсняло" in page(shown)
    assert "/m/" not in page(shown)
    assert "Елена" not in page(shown)


def test_an_answer_typed_while_the_link_expired_is_kept(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    assert client.get(asked.path).status_code == 200
    expire(session, asked)
    answer = send(client, asked, score="4", why="Долго")
    assert answer.status_code == 303
    assert "Ваш ответ получен" in page(client.get(answer.location))
    assert [(r.score, r.is_late) for r in responses(session)] == [(4, True)]


def test_what_was_saved_while_the_link_expired_is_said_to_be_kept(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    assert "Уже ответили?" not in page(client.get(asked.path))
    expire(session, asked)
    assert "Уже ответили?" in page(client.get(asked.path))
    saved = send(client, asked, act="save", score="4", why="Долго")
    shown = page(client.get(saved.location))
    assert "Всё сохранилось так, как вы оставили" in shown
    assert "Уже ответили?" not in shown
    assert [(r.score, r.completed_at) for r in responses(session)] == [(4, None)]


@pytest.mark.parametrize(
    ("token", "words"), [("a" * 27, "We do not know this link"), ("short", "The link is not complete")]
)
@pytest.mark.parametrize("tail", ["", "/thanks", "/saved", "/skip"])
def test_unknown_and_broken_links(client: FlaskClient, session: Session, token: str, words: str, tail: str) -> None:
    shown = client.get(f"/s/{token}{tail}?lang=en")
    assert shown.status_code == 404
    assert words in page(shown)
    assert client.post(f"/s/{token}", data={"score": "9"}).status_code == 404
    assert responses(session) == []


@pytest.mark.parametrize("change", [{"state": "suppressed"}, {"erased": True}])
def test_a_withdrawn_question_takes_nothing(
    client: FlaskClient, session: Session, settings: Settings, change: dict[str, object]
) -> None:
    asked = link(settings, **({"state": "suppressed"} if "state" in change else {}))
    if "erased" in change:
        with transaction():
            session.execute(update(Customer).values(erased_at=Customer.created_at, name=None, email=None))
    for answer in (client.get(asked.path), send(client, asked, score="9"), client.get(f"{asked.path}/thanks")):
        assert answer.status_code == 410
        assert "Этот вопрос закрыт" in page(answer)
    assert responses(session) == []


@pytest.mark.parametrize("state", ["planned", "sent", "delivered", "opened", "started", "bounced", "failed"])
def test_every_other_state_shows_the_form(client: FlaskClient, settings: Settings, state: str) -> None:
    asked = link(settings, state=state)
    assert client.get(asked.path).status_code == 200
    assert send(client, asked, score="9").status_code == 303
