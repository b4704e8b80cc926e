"""`/s/<token>`: opening, sending, saving."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Consent
from feedback.db import db, transaction
from feedback.points.ledger import balance
from feedback.recovery.models import Case
from surveys.invitations.models import Invitation
from surveys.questionnaires.models import SurveyVersion
from surveys.responses.models import Answer
from tests.surveys.answering.links import counts, link, page, responses, send


def test_it_works(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    opened = page(client.get(asked.path))
    assert "Здравствуйте, Елена!" in opened
    assert "1 000 баллов" in opened
    answer = send(client, asked, score="9", why="Всё быстро", aspects__delivery="5", aspects__price="na")
    assert (answer.status_code, answer.location) == (303, f"{asked.path}/thanks")
    thanks = page(client.get(answer.location))
    assert "Спасибо, Елена. Ваш ответ получен." in thanks
    assert "баллов за ваш ответ" in thanks
    assert f"/m/{asked.own_token}" in thanks
    (stored,) = responses(session)
    assert (stored.score, stored.state, stored.language, stored.is_late) == (9, "complete", "ru", False)
    rows = session.execute(select(Answer.question, Answer.item, Answer.number, Answer.text).order_by(Answer.id)).all()
    assert rows == [
        ("score", "", 9, None),
        ("why", "", None, "Всё быстро"),
        ("aspects", "delivery", 5, None),
        ("aspects", "price", None, None),
    ]


def test_control_characters_break_no_page_and_are_not_kept(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked, typed = link(settings), "Плохо\x02own_token\x03 и\x00 \x1b[31mдолго\x07"
    again = send(client, asked, why=typed)
    assert again.status_code == 422
    assert asked.own_token not in page(again)
    assert send(client, asked, score="2", why=typed).status_code == 303
    assert session.scalars(select(Answer.text).where(Answer.question == "why")).one() == "Плохоown_token и [31mдолго"
    assert client.get(f"{asked.path}?change=1").status_code == 200


def test_opening_writes_nothing(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    before = counts(session)
    invitation = vars(session.get(Invitation, asked.invitation_id)).copy()
    for path in (
        asked.path,
        f"{asked.path}?score=3",
        f"{asked.path}?lang=en",
        f"/u/{asked.token}",
        f"/m/{asked.own_token}",
    ):
        assert client.get(path).status_code == 200
    assert client.get(f"{asked.path}/thanks").status_code == 302
    assert client.get(f"{asked.path}/saved").location == asked.path  # nothing was saved
    assert set(client.put(asked.path).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert counts(session) == before
    session.expire_all()
    after = vars(session.get(Invitation, asked.invitation_id, populate_existing=True))
    assert {k: v for k, v in after.items() if k != "_sa_instance_state"} == {
        k: v for k, v in invitation.items() if k != "_sa_instance_state"
    }


@pytest.mark.parametrize(
    ("asked_for", "checked"), [("0", "0"), ("10", "10"), ("11", None), ("-1", None), ("x", None), ("٣", None)]
)
def test_a_score_in_the_link_only_preselects(
    client: FlaskClient, session: Session, settings: Settings, asked_for: str, checked: str | None
) -> None:
    opened = page(client.get(f"{link(settings).path}?score={asked_for}"))
    found = re.findall(r'name="score" value="(\d+)"[^>]* checked', opened)
    assert found == ([checked] if checked else [])
    assert responses(session) == []


def test_a_page_is_light_has_no_script_and_sets_no_cookie(client: FlaskClient, settings: Settings) -> None:
    asked = link(settings)
    answer = client.get(asked.path)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page(answer))
    assets = [client.get(address, buffered=True) for address in styles]
    assert len(answer.data) + sum(len(asset.data) for asset in assets) < 60_000
    assert all("immutable" in asset.headers["Cache-Control"] for asset in assets)
    assert "<script" not in page(answer)
    assert " style=" not in page(answer)
    for response in (answer, send(client, asked, score="9"), client.get(f"{asked.path}/thanks")):
        assert "Set-Cookie" not in response.headers
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_without_a_score_everything_typed_stays(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings, person={"email": None, "phone": None})
    given = {"why": "Курьер <опоздал>", "aspects__quality": "2", "contact": "yes", "contact_when": "после 17"}
    answer = send(client, asked, **given)
    shown = page(answer)
    assert answer.status_code == 422
    assert "<title>Ошибка:" in shown
    assert shown.index('class="errors" tabindex="-1" autofocus') < shown.index("<h1>")
    assert shown.count("Выберите оценку от 0 до 10") == 2
    assert '<a href="#score-0">' in shown
    assert 'id="score-0"' in shown
    assert shown.count("Напишите телефон или адрес почты") == 2
    assert "Курьер &lt;опоздал&gt;</textarea>" in shown
    assert 'name="aspects-quality" value="2" checked' in shown
    assert 'value="после 17"' in shown
    assert responses(session) == []


def test_only_the_score_is_required(client: FlaskClient, session: Session, settings: Settings) -> None:
    assert send(client, link(settings), score="0").status_code == 303
    assert [r.score for r in responses(session)] == [0]


@pytest.mark.parametrize("score", ["11", "-1", "abc", "1.5", "²", "99999999999999999999"])
def test_a_score_off_the_scale_is_refused(
    client: FlaskClient, session: Session, settings: Settings, score: str
) -> None:
    assert send(client, link(settings), score=score).status_code == 422
    assert responses(session) == []


def test_saving_keeps_what_there_is_and_pays_nothing(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    answer = send(client, asked, act="save", why="Пока думаю", aspects__price="3")
    assert (answer.status_code, answer.location) == (303, f"{asked.path}/saved")
    assert "Написанное сохранено" in page(client.get(answer.location))
    (stored,) = responses(session)
    assert (stored.state, stored.score) == ("partial", None)
    assert balance(session, asked.customer_id, stored.started_at).total == 0
    again = page(client.get(asked.path))
    assert "Пока думаю</textarea>" in again
    assert 'name="aspects-price" value="3" id' not in again
    assert 'name="aspects-price" value="3" checked' in again
    assert send(client, asked, score="8", why="Пока думаю").status_code == 303
    assert [(r.id, r.state, r.score) for r in responses(session)] == [(stored.id, "complete", 8)]


def test_sending_twice_is_one_answer(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    pages = []
    for _ in range(2):
        answer = send(client, asked, score="9", why="Хорошо")
        pages.append(re.sub(r'name="made" value="[^"]*"', "", page(client.get(answer.location))))
    assert pages[0] == pages[1]
    assert len(responses(session)) == 1
    assert balance(session, asked.customer_id, responses(session)[0].started_at + timedelta(hours=1)).total == 1000


def test_two_devices_at_once_make_one_answer(app: Flask, session: Session, settings: Settings) -> None:
    asked = link(settings)
    db.session.remove()
    answers: list[int] = []
    gate = threading.Barrier(4)

    def one(score: int) -> None:
        client = app.test_client()
        gate.wait()
        answers.append(send(client, asked, score=str(score), why=f"Текст {score}").status_code)

    threads = [threading.Thread(target=one, args=(score,)) for score in (7, 8, 9, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    (stored,) = responses(session)
    assert balance(session, asked.customer_id, stored.started_at + timedelta(hours=1)).total == 1000
    assert session.scalar(select(Answer.text).where(Answer.question == "why")) == f"Текст {stored.score}"


def test_switching_the_language_keeps_what_was_typed(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    shown = page(send(client, asked, act="lang-bg", score="6", why="Полуготово"))
    assert '<html lang="bg">' in shown
    assert 'value="6" id="score-6" required checked' in shown
    assert "Полуготово</textarea>" in shown
    assert responses(session) == []
    send(client, asked, score="6", lang="bg")
    assert [r.language for r in responses(session)] == ["bg"]


@pytest.mark.parametrize(
    ("person", "header", "expected"),
    [({"language": "bg"}, "en", "bg"), ({"language": None}, "en", "ru"), ({"language": "en"}, "ru", "en")],
)
def test_the_language_is_the_customers_then_the_links(
    client: FlaskClient, settings: Settings, person: dict[str, str], header: str, expected: str
) -> None:
    asked = link(settings, person=person, language="ru")
    assert f'<html lang="{expected}">' in page(client.get(asked.path, headers={"Accept-Language": header}))


def test_a_low_score_opens_a_case_and_a_wish_is_urgent(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    send(client, link(settings), score="3", why="Сломано", contact="yes")
    case = session.scalars(select(Case)).one()
    assert (case.priority, case.headline) == ("urgent", "Сломано")


def test_consent_is_recorded_once_and_can_be_unticked(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    send(client, asked, score="9", publish="yes")
    send(client, asked, score="10", publish="yes")
    send(client, asked, score="10")
    given = session.execute(select(Consent.purpose, Consent.is_given, Consent.source).order_by(Consent.id)).all()
    assert given == [("publication", True, "survey"), ("publication", False, "survey")]
    assert balance(session, asked.customer_id, responses(session)[0].started_at + timedelta(hours=1)).total == 1000


def test_saving_records_no_consent(client: FlaskClient, session: Session, settings: Settings) -> None:
    send(client, link(settings), act="save", publish="yes")
    assert session.scalar(select(func.count()).select_from(Consent)) == 0


def test_a_branch_is_asked_only_of_its_band(
    client: FlaskClient, session: Session, settings: Settings, app_factory: Callable[..., Flask]
) -> None:
    texts = {"ru": "Вопрос", "bg": "Въпрос", "en": "Question"}
    definition = {
        "title": texts,
        "questions": [
            {"key": "score", "kind": "nps", "required": True, "text": texts},
            {"key": "sorry", "kind": "text", "required": True, "text": texts, "bands": ["detractor"]},
        ],
    }
    with transaction():
        first = session.scalars(select(SurveyVersion)).first()
        assert first is not None
        version = SurveyVersion(
            survey_id=first.survey_id, number=2, definition=definition, published_at=first.published_at
        )
        session.add(version)
        session.flush()
    happy, unhappy = (link(settings, survey_version_id=version.id) for _ in range(2))
    assert "banded for-det" in page(client.get(happy.path))
    assert send(client, happy, score="10", sorry="не спрошено").status_code == 303
    assert send(client, unhappy, score="1").status_code == 422
    assert send(client, unhappy, score="1", sorry="Извините и вы").status_code == 303
    assert session.scalars(select(Answer.text).where(Answer.question == "sorry")).all() == ["Извините и вы"]
