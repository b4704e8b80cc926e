from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.staff.api_keys import create_key, revoke_key
from feedback.staff.models import ApiKey
from tests.feedback.api.conftest import Call

PROBLEM = "application/problem+json"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_every_view_of_the_api_asks_for_a_scope(app: Flask) -> None:
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules("api.show_openapi")}
    assert list(views) == ["api.show_openapi"]
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and rule.endpoint != "api.show_openapi":
            assert getattr(app.view_functions[rule.endpoint], "required_scope", None), rule.rule


def test_without_a_valid_key_nobody_is_let_in(client: FlaskClient) -> None:
    for headers in ({}, bearer("otk_unknown"), bearer("\x7f"), {"Authorization": "Basic YTpi"}, bearer("")):
        answer = client.get("/api/v1/cases", headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json["code"] == "unauthorized"


def test_a_key_without_the_scope_is_refused(client: FlaskClient) -> None:
    with transaction() as session:
        _, key = create_key(session, "narrow", ["metrics:read"], utc_now())
    assert client.get("/api/v1/metrics/nps", headers=bearer(key)).status_code == 200
    answer = client.get("/api/v1/cases", headers=bearer(key))
    assert (answer.status_code, answer.mimetype, answer.json["scope"]) == (403, PROBLEM, "cases:read")


def test_a_revoked_key_is_refused_at_once(client: FlaskClient, key: str) -> None:
    assert client.get("/api/v1/cases", headers=bearer(key)).status_code == 200
    with transaction() as session:
        revoke_key(session, key[:10], utc_now())
    assert client.get("/api/v1/cases", headers=bearer(key)).status_code == 401


def test_the_use_of_a_key_is_noted(call: Call, session: Session) -> None:
    call("GET", "/cases")
    session.rollback()
    assert session.scalar(select(ApiKey.last_used_at)) is not None


def test_a_key_that_calls_too_often_waits(app: Flask, call: Call) -> None:
    app.config["API_RATE_LIMIT"] = "2 per minute"
    answers = [call("GET", "/cases") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].mimetype == PROBLEM
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61


def test_errors_of_the_way_are_problem_details_too(call: Call) -> None:
    nowhere = call("GET", "/nowhere")
    wrong_method = call("DELETE", "/purchases")
    assert (nowhere.status_code, nowhere.mimetype) == (404, PROBLEM)
    assert (wrong_method.status_code, wrong_method.mimetype) == (405, PROBLEM)
    assert set(wrong_method.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_bodies_that_are_no_json_object_are_refused(call: Call) -> None:
    wrong = [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"amount": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b'"' + b"x" * (9 * 1024 * 1024) + b'"', "application/json", 413),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"external_id": NaN}', "application/json", 422),
    ]
    for data, content_type, status in wrong:
        answer = call("POST", "/purchases", data=data, content_type=content_type)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), data[:20]
        assert status != 400 or "JSON" in answer.json["detail"]


def test_a_body_is_not_read_for_callers_without_a_key(client: FlaskClient) -> None:
    answer = client.post("/api/v1/purchases", data=b"{", content_type="application/json")
    assert answer.status_code == 401
