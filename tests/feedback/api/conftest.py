"""A client with a key, and what other systems send."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.staff.api_keys import create_key

Call = Callable[..., TestResponse]


@pytest.fixture
def key(app: Flask) -> str:
    with transaction() as session:
        return create_key(session, "test", ["all"], utc_now())[1]


@pytest.fixture
def call(client: FlaskClient, key: str) -> Call:
    """Calls an address below /api/v1 with the key: call("POST", "/purchases", {...})."""

    def call(method: str, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"} | kwargs.pop("headers", {})
        if body is not None:
            kwargs["json"] = body
        return client.open(f"/api/v1{path}", method=method, headers=headers, **kwargs)

    return call
