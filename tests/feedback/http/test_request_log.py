"""Logs tell what happened and to which rows, and never who, where to or what somebody wrote."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.jobs.once import run_due
from feedback.jobs.registry import JOBS
from feedback.logs import configure_logs, log, mask
from feedback.secrets import link_token
from surveys.invitations.models import Invitation
from tests.builders import NOW, customer, purchase

COMMENT = "Курьер опоздал на три дня и нахамил"
EMAIL, PHONE, NAME = "elena.petrova@shop.example", "+79161234567", "Елена Петрова"


@pytest.fixture
def clock() -> Iterator[Any]:
    """The clock of the views, to be moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, by us and by libraries, from DEBUG on."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("DEBUG", stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def events(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def answered(stream: io.StringIO) -> list[dict[str, object]]:
    return [event for event in events(stream) if event["event"] == "answered"]


def test_it_works(client: FlaskClient, lines: io.StringIO) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    (line,) = answered(lines)
    assert response.headers["X-Request-ID"] == line["request"] == "from-the-proxy-1"
    assert (line["endpoint"], line["method"], line["status"], line["level"]) == ("health.alive", "GET", 200, "debug")
    assert isinstance(line["milliseconds"], float)


def test_each_request_has_a_name_of_its_own(client: FlaskClient, lines: io.StringIO) -> None:
    client.get("/healthz")
    client.get("/healthz", headers={"X-Request-ID": "elena@shop.example"})
    names = [str(line["request"]) for line in answered(lines)]
    assert len(set(names)) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


def test_a_whole_flow_leaves_no_personal_data_in_the_logs(
    app: Flask, session: Session, client: FlaskClient, settings: Settings, lines: io.StringIO, clock: Any
) -> None:
    with transaction():
        to = customer(session, name=NAME, email=EMAIL, phone=PHONE)
        purchase(session, to, purchased_at=NOW - timedelta(days=7), delivered_at=NOW - timedelta(days=4))
    summary = run_due(app, JOBS, NOW, settings)
    assert summary.failures == {}
    assert summary.done["send_messages"] == 1
    asked = session.scalars(select(Invitation)).one()
    token = link_token(settings.secret_key, "s", asked.nonce)
    own = link_token(settings.secret_key, "m", to.link_nonce)
    assert client.get(f"/s/{token}?score=2").status_code == 200
    form = {"score": "2", "why": COMMENT, "contact": "1", "act": "send"}
    assert client.post(f"/s/{token}", data=form).status_code in (303, 422)
    assert client.post(f"/s/{token}", data={"score": "2", "why": COMMENT}).status_code == 303
    for path in (f"/s/{token}/thanks", f"/m/{own}", f"/u/{token}", "/s/unknown-token-123456", f"/s/{token}/nowhere"):
        client.get(path)
    session.rollback()
    assert run_due(app, JOBS, NOW + timedelta(days=365), settings).done["analyse_answers"] == 1
    told = lines.getvalue()
    assert len(answered(lines)) >= 8
    for secret in (EMAIL, "elena", PHONE, "9161234567", NAME, "Елена", "Петрова", COMMENT, "нахамил", token, own):
        assert secret not in told


def test_an_unexpected_error_is_told_by_place_and_not_by_message(
    app_factory: Callable[..., Flask], session: Session, lines: io.StringIO
) -> None:
    app, token = app_factory(), "a-token-of-a-link-12345"

    def view(token: str) -> str:
        raise ValueError(f"{EMAIL} wrote {COMMENT} on {token}")

    app.add_url_rule("/s/<token>/broken", "broken", view)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    response = app.test_client().get(f"/s/{token}/broken")
    assert response.status_code == 500
    told = lines.getvalue()
    assert "ValueError" in told
    assert "test_request_log.py" in told
    for secret in (EMAIL, COMMENT, token):
        assert secret not in told
        assert secret not in response.get_data(as_text=True)


def test_an_error_of_the_database_does_not_quote_the_row(session: Session, lines: io.StringIO) -> None:
    with transaction():
        customer(session, name=NAME, email=EMAIL, external_id=EMAIL)
    with pytest.raises(IntegrityError) as refused, transaction():
        customer(session, name=NAME, email=EMAIL, external_id=EMAIL)
    log().error("refused", exc_info=refused.value)
    assert NAME not in str(refused.value)
    told = lines.getvalue()
    assert "IntegrityError" in told
    assert EMAIL not in told
    assert NAME not in told
    assert session.scalars(select(Customer.email)).all() == [EMAIL]


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("Exception on /s/AbC_d-123 [POST]", "Exception on /s/[token] [POST]"),
        ("Exception on /prize/AbC_d-123 [POST]", "Exception on /prize/[token] [POST]"),
        ("to <elena@shop.example> refused", "to <[address]> refused"),
        ("call +7 (916) 123-45-67 now", "call [number] now"),
        ("call 0888123456", "call [number]"),
        ("at 2026-03-11 10:00:00 batch 1500", "at 2026-03-11 10:00:00 batch 1500"),
    ],
)
def test_lines_of_libraries_are_masked(lines: io.StringIO, line: str, masked: str) -> None:
    assert mask(line) == masked
    logging.getLogger("some.library").warning(line)
    assert events(lines)[-1]["event"] == masked
