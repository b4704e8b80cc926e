"""The outbox as a mailbox: who may read it, and that a letter can run nothing."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from flask import Flask

from feedback.config import Settings
from feedback.db import transaction
from feedback.staff.company import change_company
from tests.builders import NOW
from tests.feedback.web.browser import Browser

NAME = "20260311.1.eml"


@pytest.fixture
def letter(settings: Settings) -> str:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["To"], mail["Date"] = (
        "Как прошла покупка?",
        "Елена Петрова <elena@shop.example>",
        "Wed, 11 Mar 2026 10:00:00 +0000",
    )
    mail.set_content("Расскажите: https://shop.example/s/abc")
    mail.add_alternative("<p style='color:red'>Расскажите</p><script>alert(1)</script>", subtype="html")
    mail["Content-Language"] = "ru"
    settings.outbox.mkdir(parents=True, exist_ok=True)
    Path(settings.outbox, NAME).write_bytes(mail.as_bytes())
    return NAME


def test_an_admin_reads_a_letter_with_its_links(letter: str, at_work: Callable[..., Browser]) -> None:
    staff = at_work("admin")
    text = staff.get("/mailbox").text
    assert '<a href="/mailbox/20260311.1.eml" lang="ru">Как прошла покупка?</a>' in text
    page = staff.get(f"/mailbox/{letter}")
    assert 'href="https://shop.example/s/abc"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_letters_html_is_shown_where_nothing_can_run(letter: str, at_work: Callable[..., Browser]) -> None:
    page = at_work("admin").get(f"/mailbox/{letter}/html")
    policy = page.headers["Content-Security-Policy"]
    assert page.text.startswith('<!doctype html><base target="_blank">')
    assert "style='color:red'" in page.text
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("name", ["../secret_key", "..%2Fsecret_key", "nothing.eml", "x.txt"])
def test_only_letters_are_read(letter: str, at_work: Callable[..., Browser], name: str) -> None:
    assert at_work("admin").get(f"/mailbox/{name}").status_code == 404


def test_in_a_demo_anybody_reads_it(letter: str, app_factory: Callable[..., Flask]) -> None:
    client = app_factory(demo=True).test_client()
    assert "Как прошла покупка?" in client.get("/mailbox").text
    assert client.get(f"/mailbox/{letter}").status_code == 200
    assert client.get(f"/mailbox/{letter}/html").status_code == 200


def test_a_stranger_reads_the_companys_time(letter: str, app_factory: Callable[..., Flask]) -> None:
    app = app_factory(demo=True)
    with app.app_context(), transaction() as session:
        change_company(session, {"timezone": "Asia/Vladivostok"}, NOW)
    assert "20:00" in app.test_client().get("/mailbox").text


def test_with_a_mail_server_there_is_no_mailbox(letter: str, app_factory: Callable[..., Flask]) -> None:
    client = app_factory(demo=True, smtp_url="smtp://localhost:25").test_client()
    assert client.get("/mailbox").status_code == 404
    assert client.get(f"/mailbox/{letter}").status_code == 404
