"""Staff at browsers, with cheap hashing so that tests are quick."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.staff.accounts import add_user
from feedback.staff.models import User
from tests.builders import NOW
from tests.feedback.web.browser import PASSWORD, Browser


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    security = app.extensions["security"]
    quick = security.pwd_context.using(argon2__time_cost=1, argon2__memory_cost=64)
    monkeypatch.setattr(security, "pwd_context", quick)
    return app


@pytest.fixture
def staff(app: Flask, session: Session) -> Callable[..., User]:
    """Makes accounts with a password."""

    def make(*roles: str, email: str = "irina@company.example", **values: Any) -> User:
        with transaction() as own:
            given = {"name": "Ирина Лаптева", "language": "en", "timezone": "Europe/Moscow"}
            return add_user(own, email, roles or ("advocate",), PASSWORD, NOW, **(given | values))

    return make


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def at_work(app: Flask, staff: Callable[..., User]) -> Callable[..., Browser]:
    """A browser in which somebody with these roles is logged in."""

    def make(*roles: str, **values: Any) -> Browser:
        user, browser = staff(*roles, **values), Browser(app)
        assert browser.log_in(user.email).status_code == 303
        return browser

    return make
