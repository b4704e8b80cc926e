"""`/m/<token>`: the customer's own page."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Consent, Customer
from feedback.db import transaction
from feedback.points.ledger import award
from feedback.points.rules import review_grant
from tests.builders import NOW
from tests.surveys.answering.links import link, page, send


def test_it_works(client: FlaskClient, settings: Settings) -> None:
    asked = link(settings)
    send(client, asked, score="9", why="Всё <быстро>")
    shown = page(client.get(f"/m/{asked.own_token}"))
    assert "Здравствуйте, Елена!" in shown
    assert "Ответ на опрос, заказ №" in shown
    assert re.search(r"заказ №.<bdi>[\w-]+</bdi>", shown)
    assert "+1 000" in shown
    assert "Оценка: 9." in shown
    assert "Всё &lt;быстро&gt;" in shown
    assert f'href="/u/{asked.own_token}"' in shown
    assert "elena" not in shown


def test_without_answers_it_says_so(client: FlaskClient, settings: Settings) -> None:
    shown = page(client.get(f"/m/{link(settings).own_token}"))
    assert "Пока ничего." in shown
    assert "Пока нет." in shown


def test_the_history_runs_backwards_from_the_balance(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    with transaction():
        for n in range(1, 26):
            award(session, asked.customer_id, review_grant(n, NOW, is_held=False), f"k{n}", NOW)
    short, whole = (page(client.get(f"/m/{asked.own_token}{more}")) for more in ("", "?all=1"))
    assert "20 из 25 записей" in short
    assert "25 из 25 записей" in whole
    assert short.count("<tr><td>") == 20
    assert whole.count("<tr><td>") == 25
    assert whole.index('<td class="n">+25</td><td class="n">325</td>') < whole.index(
        '<td class="n">+1</td><td class="n">1</td>'
    )


@pytest.mark.parametrize("token", ["x", "a" * 27])
@pytest.mark.parametrize("act", ["", "/language", "/consents"])
def test_unknown_pages(client: FlaskClient, token: str, act: str) -> None:
    answer = client.post(f"/m/{token}{act}") if act else client.get(f"/m/{token}")
    assert answer.status_code == 404


def test_a_survey_link_opens_no_own_page(client: FlaskClient, settings: Settings) -> None:
    assert client.get(f"/m/{link(settings).token}").status_code == 404


def test_an_erased_person_has_no_page(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    with transaction():
        person = session.get_one(Customer, asked.customer_id)
        person.erased_at = person.created_at
    assert client.get(f"/m/{asked.own_token}").status_code == 404
    assert client.get(f"/u/{asked.token}").status_code == 404


def test_the_language_can_be_changed(client: FlaskClient, session: Session, settings: Settings) -> None:
    asked = link(settings)
    answer = client.post(f"/m/{asked.own_token}/language", data={"language": "bg"})
    assert answer.status_code == 303
    assert '<html lang="bg">' in page(client.get(f"/m/{asked.own_token}"))
    client.post(f"/m/{asked.own_token}/language", data={"language": "xx"})
    assert session.scalar(select(Customer.language).where(Customer.id == asked.customer_id)) == "bg"


def test_consents_are_given_and_taken_back_one_by_one(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    asked = link(settings)
    path = f"/m/{asked.own_token}/consents"
    for data in ({"give": "advertising"}, {"give": "advertising"}, {"revoke": "advertising"}, {"give": "everything"}):
        assert client.post(path, data=data).status_code == 303
    acts = session.execute(select(Consent.purpose, Consent.is_given, Consent.source).order_by(Consent.id)).all()
    assert acts == [("advertising", True, "own_page"), ("advertising", False, "own_page")]
    shown = page(client.get(f"/m/{asked.own_token}"))
    assert "Отозвано на этой странице" in shown
    assert 'name="give" value="advertising"' in shown
    assert 'name="revoke" value="processing"' in shown
