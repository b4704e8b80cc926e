"""`/s/<token>`: opening, sending, saving, failing, changing."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Consent, Customer
from feedback.db import Base, db, transaction
from feedback.points.ledger import balance
from feedback.points.models import LotState, PointsLot
from feedback.recovery.models import Case
from surveys.answering import survey
from surveys.answering.limits import Counter
from surveys.invitations.models import Invitation
from surveys.questionnaires.models import SurveyVersion
from surveys.responses.models import Answer, Response
from tests.surveys.answering.links import Link, expire, link, page, send


def responses(session: Session) -> list[Response]:
    return list(session.scalars(select(Response).order_by(Response.id).execution_options(populate_existing=True)))


def counts(session: Session) -> dict[str, int]:
    session.rollback()
    return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def let_time_pass(session: Session, asked: Link, minutes: int) -> None:
    """Shift the answer into the past."""
    with transaction():
        row = session.scalars(select(Response).where(Response.invitation_id == asked.invitation_id)).one()
        assert row.completed_at is not None
        row.completed_at = row.completed_at - timedelta(minutes=minutes)


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
