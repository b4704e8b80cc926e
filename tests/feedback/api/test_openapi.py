"""The description of the API is true: whatever it allows or forbids, the answers are as it says, and never a 500."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from feedback.api.examples import CHAT, ORDER_EVENT, PURCHASE, RETURN
from tests.feedback.api.conftest import Call

EXAMPLES = 12  # of each operation, mode and database
CONFIG = {
    "generation": {"with-security-parameters": False},  # the key is always sent; what happens without has its own tests
    "checks": {
        # The description tells shapes; what is possible in a shop (days in the future, unknown purchases) answers 422.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
    },
}
BATCH = "/api/v1/purchases/batch"  # wrong rows are told one by one in a 200


def described(client: FlaskClient) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json


def test_the_description_is_open_and_names_every_call(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json["openapi"]) == (200, "3.1.0")
    assert set(answer.json["paths"]) == {
        f"/api/v1/{path}"
        for path in (
            "purchases", "purchases/batch", "returns", "order-events", "chats", "responses", "cases", "metrics/nps",
            "customers/{external_id}", "customers/{external_id}/points", "points/redemptions",
        )
    }  # fmt: skip


def test_every_call_tells_its_key_its_errors_and_its_body(client: FlaskClient) -> None:
    description = described(client)
    assert description["components"]["securitySchemes"] == {
        "key": {"type": "http", "scheme": "bearer", "description": "A key with scopes."}
    }
    for path, item in description["paths"].items():
        for method, operation in item.items():
            assert operation["security"][0]["key"], path
            assert {"400", "401", "403", "422", "429"} <= set(operation["responses"]), path
            for status, answer in operation["responses"].items():
                kind = "application/json" if status.startswith("2") else "application/problem+json"
                assert list(answer["content"]) == [kind], (path, status)
            if method == "post":
                assert operation["requestBody"]["required"] is True
                assert "example" in operation["requestBody"]["content"]["application/json"]


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_described(app: Flask, call: Call, key: str, mode: GenerationMode) -> None:
    for path, body in (
        ("/purchases", PURCHASE),
        ("/returns", RETURN),
        ("/order-events", ORDER_EVENT),
        ("/chats", CHAT),
    ):
        assert call("POST", path, body).status_code == 201
    app.config["API_RATE_LIMIT"] = "1000000 per minute"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and (operation.path == BATCH or not (operation.query or operation.body)):
            continue
        try_out(operation, mode, key)
        tried.append(operation.path)
    assert len(tried) >= 8


def try_out(operation: Any, mode: GenerationMode, key: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"})

    check()
