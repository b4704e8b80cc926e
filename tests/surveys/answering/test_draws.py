"""The public pages of a draw and the winner's claim."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import transaction
from feedback.draws import check_draw
from feedback.draws.drawing import publish_draw, run_draw
from feedback.draws.models import Draw, DrawWinner
from feedback.draws.winners import lapse_due
from feedback.messages.models import Message, MessageState
from feedback.messages.sending import send_due
from feedback.secrets import link_token
from tests.builders import staff
from tests.feedback.draws.draws import AFTER, closed, opened, planned

CODES = ("AAA", "BBB", "CCC", "DDD", "EEE")
LATER = AFTER + timedelta(hours=2)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(LATER):
        yield


def publish(session: Session, settings: Settings, *codes: str) -> Draw:
    with transaction():
        draw = closed(session, *(codes or CODES))
        user_id = staff(session, "prize_manager").id
        run_draw(session, draw.id, user_id, AFTER)
        return publish_draw(session, draw.id, user_id, settings.secret_key, AFTER)


def winner(session: Session, position: int = 0) -> DrawWinner:
    session.rollback()
    query = select(DrawWinner).where(DrawWinner.position == position)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def link(session: Session, settings: Settings, position: int = 0) -> str:
    return f"/prize/{link_token(settings.secret_key, 'w', winner(session, position).nonce)}"


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_it_works(client: FlaskClient, session: Session, settings: Settings, language: str) -> None:
    draw = publish(session, settings)
    page = client.get(f"/draws/2026-03?lang={language}")
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    for shown in (draw.secret, draw.secret_hash, draw.list_hash, *CODES, "check_draw.py"):
        assert str(shown) in page.text
    assert {"ru": "Палатка, 3\xa0990\xa0₽", "bg": "Палатка, 3990\xa0₽", "en": "Tent, 3,990\xa0₽"}[language] in page.text
    assert "Елена" not in page.text
    assert "X-Robots-Tag" not in page.headers
    proof = json.loads(client.get("/draws/2026-03/proof.json").text)
    assert check_draw.faults(proof) == []
    assert client.get("/draws/2026-03/codes.txt").text == "AAA\nBBB\nCCC\nDDD\nEEE\n"
    assert "/draws/2026-03?lang=en" in client.get("/draws/results?lang=en").text


def test_the_script_is_given_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/draws/check_draw.py")
    assert answer.data == Path(check_draw.__file__).read_bytes()
    answer.close()


def test_nothing_is_public_before_its_time(client: FlaskClient, session: Session) -> None:
    with transaction():
        planned(session)
    for address in ("/draws/2026-03", "/draws/2026-03/proof.json", "/draws/2026-03/codes.txt", "/draws/1999-01"):
        assert client.get(address).status_code == 404, address
    assert "There has been none yet" in client.get("/draws/results?lang=en").text


def test_an_open_draw_shows_its_terms_and_the_hash_alone(client: FlaskClient, session: Session) -> None:
    with transaction():
        draw = opened(session)
    page = client.get("/draws/2026-03?lang=en").text
    assert draw.secret_hash in page
    assert "Rules" in page
    assert draw.secret not in page
    assert client.get("/draws/2026-03/codes.txt").status_code == 404
    assert "secret" not in json.loads(client.get("/draws/2026-03/proof.json").text)


def test_a_computed_result_is_told_to_nobody(client: FlaskClient, session: Session) -> None:
    with transaction():
        draw = closed(session, *CODES)
        run_draw(session, draw.id, staff(session, "prize_manager").id, AFTER)
    page = client.get("/draws/2026-03?lang=en").text
    assert draw.secret not in page
    assert "prize 1" not in page
    assert draw.secret not in client.get("/draws/2026-03/proof.json").text


def test_a_draw_without_entrants_has_a_page(client: FlaskClient, session: Session, settings: Settings) -> None:
    with transaction():
        draw = closed(session)
        user_id = staff(session, "prize_manager").id
        run_draw(session, draw.id, user_id, AFTER)
        publish_draw(session, draw.id, user_id, settings.secret_key, AFTER)
    assert "Nobody entered" in client.get("/draws/2026-03?lang=en").text


def test_the_winner_gets_one_letter_with_the_link(session: Session, settings: Settings) -> None:
    publish(session, settings)
    for _ in range(2):
        send_due(now=LATER, settings=settings, limit=100, is_stopping=lambda: False)
    session.rollback()
    assert set(session.scalars(select(Message.state))) == {MessageState.SENT}
    letters = list((settings.instance / "outbox").glob("*.eml"))
    assert len(letters) == 3

    texts = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in letters]
    bodies = [part.get_body(("plain",)).get_content() for part in texts]  # type: ignore[union-attr]
    mine = next(body for body in bodies if link(session, settings) in body)
    assert "Ваш отзыв выиграл приз: Палатка" in mine
    assert "15 апреля" in mine
    assert "/draws/2026-03" in mine


def test_claiming(client: FlaskClient, session: Session, settings: Settings) -> None:
    publish(session, settings)
    address = link(session, settings)
    page = client.get(f"{address}?lang=en")
    assert page.status_code == 200
    assert "Accept the prize" in page.text
    assert winner(session).state == "drawn"  # a GET writes nothing
    assert "Saved." in client.post(f"{address}?lang=en", data={"shown_name": "Ольга <К.>", "may_show": "1"}).text
    assert (winner(session).state, winner(session).shown_name) == ("claimed", "Ольга <К.>")
    assert "Ольга &lt;К.&gt;" in client.get("/draws/2026-03?lang=en").text
    assert client.post(address, data={"shown_name": "Ольга К."}).status_code == 200
    assert winner(session).shown_name is None
    assert "Ольга" not in client.get("/draws/2026-03").text


def test_a_long_name_is_refused_and_kept_in_the_form(client: FlaskClient, session: Session, settings: Settings) -> None:
    publish(session, settings)
    name = "О" * 81
    refused = client.post(f"{link(session, settings)}?lang=en", data={"shown_name": name, "may_show": "1"})
    assert refused.status_code == 422
    assert name in refused.text
    assert winner(session).state == "drawn"


def test_a_late_claim_is_told_so(client: FlaskClient, session: Session, settings: Settings) -> None:
    publish(session, settings)
    address, late = link(session, settings), AFTER + timedelta(days=14)
    with time_machine.travel(late):
        refused = client.post(f"{address}?lang=en", data={})
        assert refused.status_code == 410
        assert "has passed on" in refused.text
        with transaction():
            lapse_due(session, settings.secret_key, late)
        assert client.get(address).status_code == 200
        page = client.get("/draws/2026-03?lang=en").text
    assert "prize 1, passed on" in page
    assert len(re.findall(r'<span class="amount">', page)) == 2  # two were left in the order for three lapsed prizes


@pytest.mark.parametrize("token", ["x", "a" * 27, "%00"])
def test_unknown_links(client: FlaskClient, token: str) -> None:
    assert client.get(f"/prize/{token}").status_code == 404
    assert client.post(f"/prize/{token}").status_code == 404


def test_too_many_posts_are_refused(client: FlaskClient, session: Session, settings: Settings) -> None:
    publish(session, settings)
    address = link(session, settings)
    codes = [client.post(address).status_code for _ in range(41)]
    assert (set(codes[:40]), codes[40]) == ({200}, 429)
