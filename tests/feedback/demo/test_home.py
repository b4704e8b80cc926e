"""A demo makes itself a place and never takes another's."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import inspect

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.db.schema import upgrade_schema
from feedback.demo.home import clear, made_today, mark
from feedback.demo.story import Size
from feedback.errors import ConfigurationError
from tests import builders

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)


def test_an_empty_database_is_free_to_take(app: Flask, settings: Settings) -> None:
    clear(settings)
    upgrade_schema()
    assert inspect(db.engine).has_table("customers")


def test_a_company_s_data_are_left_alone(app: Flask, settings: Settings) -> None:
    with transaction() as session:
        builders.customer(session)
    with pytest.raises(ConfigurationError, match="not a demo"):
        clear(settings)
    assert inspect(db.engine).has_table("customers")


def test_a_company_s_letters_are_left_alone(app: Flask, settings: Settings) -> None:
    settings.outbox.mkdir(parents=True)
    letter = settings.outbox / "1.eml"
    letter.write_text("kept")
    with pytest.raises(ConfigurationError, match="letters"):
        clear(settings)
    assert letter.read_text() == "kept"


def test_an_earlier_demo_goes_with_its_letters(app: Flask, settings: Settings) -> None:
    clear(settings)
    upgrade_schema()
    with transaction() as session:
        mark(session, settings, Size(), NOW, is_whole=True)
        builders.customer(session)
    settings.outbox.mkdir()
    (settings.outbox / "1.eml").write_text("gone")
    db.session.remove()
    db.engine.dispose()
    clear(settings)
    assert not settings.outbox.exists()
    upgrade_schema()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM customers").scalar() == 0


def test_only_a_whole_demo_of_today_is_served_again(app: Flask, settings: Settings) -> None:
    assert not made_today(settings, Size(), NOW)
    with transaction() as session:
        mark(session, settings, Size(), NOW, is_whole=False)
    assert not made_today(settings, Size(), NOW)
    with transaction() as session:
        mark(session, settings, Size(), NOW, is_whole=True)
    assert made_today(settings, Size(), NOW)
    assert not made_today(settings, Size(seed=8), NOW)
    assert not made_today(settings, Size(), NOW.replace(day=19))
