"""`/u/<token>`: GET shows, POST acts."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer
from feedback.messages.people import GAP_DAYS
from feedback.messages.suppression import is_suppressed
from tests.surveys.answering.links import Link, link, page


def is_stopped(session: Session, asked: Link) -> bool:
    session.rollback()
    person = session.get_one(Customer, asked.customer_id, populate_existing=True)
    return is_suppressed(session, "email", person.email or "")


@pytest.mark.parametrize("kind", ["token", "own_token"])
def test_it_works(client: FlaskClient, session: Session, settings: Settings, kind: str) -> None:
    asked = link(settings)
    path = f"/u/{getattr(asked, kind)}"
    shown = page(client.get(path))
    assert "Больше вам не писать?" in shown
    assert "e•••@shop.example" in shown
    assert not is_stopped(session, asked)
    answer = client.post(path, data={"act": "stop"})
    assert answer.status_code == 200
    assert "Готово. Больше не пишем." in page(answer)
    assert is_stopped(session, asked)
    assert client.post(path, data={"act": "stop"}).status_code == 200


def test_who_has_left_is_told_so(client: FlaskClient, session: Session, settings: Settings) -> None:
    path = f"/u/{link(settings).token}"
    client.post(path, data={"act": "stop"})
    shown = page(client.get(path))
    assert "Мы вам больше не пишем." in shown
    assert "Пока ничего не изменилось" not in shown
    assert "Будем писать реже" not in page(client.post(path, data={"act": "less", "every_days": "90"}))


def test_the_button_of_a_mail_program(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    answer = client.post(f"/u/{asked.token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert is_stopped(session, asked)


@pytest.mark.parametrize("data", [{}, {"act": "less"}, {"act": "less", "every_days": "1"}, {"act": "other"}])
def test_a_post_that_asks_for_nothing_changes_nothing(
    client: FlaskClient, session: Session, settings: Settings, data: dict[str, str]
) -> None:
    asked = link(settings)
    assert "Больше вам не писать?" in page(client.post(f"/u/{asked.token}", data=data))
    assert not is_stopped(session, asked)


def test_less_often(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    answer = client.post(f"/u/{asked.token}", data={"act": "less", "every_days": "180"})
    assert "Не чаще двух раз в год." in page(answer)
    assert session.get_one(Customer, asked.customer_id, populate_existing=True).attributes[GAP_DAYS] == 180
    assert re.search(r'value="180" checked', client.get(f"/u/{asked.token}").text)
    assert not is_stopped(session, asked)


def test_only_the_own_link_leads_to_the_own_page(client: FlaskClient, settings: Settings) -> None:
    asked = link(settings)
    assert "/m/" not in page(client.get(f"/u/{asked.token}"))
    assert f"/m/{asked.own_token}" in page(client.get(f"/u/{asked.own_token}"))


def test_unknown_links(client: FlaskClient) -> None:
    assert client.get("/u/unknown").status_code == 404
    assert client.post("/u/unknown", data={"act": "stop"}).status_code == 404
