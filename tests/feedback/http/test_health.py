"""Is it alive, can it work, and how much is there to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.db.housekeeping import BACKGROUND, JobRun
from feedback.http.health import HEARTBEAT_LIMIT, expect_background
from feedback.messages.models import Message
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, invitation


def beat(session: Session, ago: timedelta) -> None:
    at = utc_now() - ago
    with transaction():
        session.merge(JobRun(name=BACKGROUND, started_at=at, finished_at=at, done=1))


def test_it_works(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert (response.status_code, response.get_data(as_text=True)) == (200, "ok\n")


def test_an_old_schema_is_not_ready(client: FlaskClient, session: Session) -> None:
    with transaction():
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    response = client.get("/readyz")
    assert (response.status_code, response.get_data(as_text=True)) == (
        503,
        "the database needs `feedback db upgrade`\n",
    )
    assert client.get("/healthz").status_code == 200


def test_without_a_database_it_is_alive_and_not_ready(app_factory: Callable[..., Flask], settings: object) -> None:
    app = app_factory(database_url="postgresql://nobody@127.0.0.1:1/nothing")
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.get_data(as_text=True)) == (503, "the database cannot be reached\n")
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("ago", "status"), [(timedelta(0), 200), (HEARTBEAT_LIMIT - timedelta(seconds=20), 200), (HEARTBEAT_LIMIT, 503)]
)
def test_serve_is_ready_while_the_background_beats(
    app: Flask, client: FlaskClient, session: Session, ago: timedelta, status: int
) -> None:
    expect_background(app)
    assert client.get("/readyz").status_code == 503
    beat(session, ago)
    assert client.get("/readyz").status_code == status


def gauges(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_metrics(client: FlaskClient, session: Session) -> None:
    with transaction():
        asked = invitation(session)
        answers = (GivenAnswer("score", "nps", number=1), GivenAnswer("why", "text", text="Плохо"))
        submit_response(session, asked.id, Submission(answers, "ru", is_complete=True), NOW)
        to = customer(session)
        session.add(
            Message(
                idempotency_key="k", kind="recovery", channel="email", customer_id=to.id, language="ru",
                state="uncertain", send_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
        session.add(JobRun(name="send_messages", started_at=NOW, finished_at=NOW, done=0, error="broken"))
    client.get("/healthz")
    figures = gauges(client)
    assert figures['otklik_messages{state="uncertain"}'] == 1
    assert figures['otklik_responses{state="complete"}'] == 1
    assert figures['otklik_answer_analyses{state="waiting"}'] == 1
    assert figures['otklik_open_cases{clock="late"}'] == 1
    assert figures['otklik_job_failing{job="send_messages"}'] == 1
    assert figures['otklik_requests_total{endpoint="health.alive",method="GET",status="200"}'] >= 1


def test_methods_that_strangers_invent_are_one_label(client: FlaskClient) -> None:
    client.open("/healthz", method="BREW")
    client.open("/healthz", method="STIR")
    counted = [key for key in gauges(client) if key.startswith("otklik_requests_total")]
    assert any('method="other"' in key for key in counted)
    assert not any("BREW" in key or "STIR" in key for key in counted)


def test_paths_with_tokens_are_no_labels(client: FlaskClient) -> None:
    client.get("/s/a-token-that-must-not-show")
    client.get("/no-such-page/elena@shop.example")
    told = client.get("/metrics").get_data(as_text=True)
    assert "a-token-that-must-not-show" not in told
    assert "elena" not in told


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "::1", 200),
        ({}, "203.0.113.5", 403),
        ({"X-Forwarded-For": "203.0.113.5"}, "127.0.0.1", 403),
    ],
)
def test_metrics_are_for_this_machine(client: FlaskClient, headers: dict[str, str], address: str, status: int) -> None:
    assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == status


@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), (None, 403)])
def test_metrics_with_a_token(app_factory: Callable[..., Flask], app: Flask, token: str | None, status: int) -> None:
    other = app_factory(metrics_token="right")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    assert other.test_client().get("/metrics", headers=headers).status_code == status
    with other.app_context():
        db.engine.dispose()
