"""A small demo on each database, lived through once for all tests of this folder."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.config import Settings, load_settings
from feedback.db import db
from feedback.demo.hurry import in_haste
from feedback.demo.story import Size, Story, make_story
from feedback.demo.timeline import run_story
from tests.conftest import DATABASES
from tests.postgres import with_database

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)  # a Wednesday
SIZE = Size(customers=60, purchases=100, months=2, seed=7)


@dataclass(frozen=True)
class Lived:
    """A demo whose days have passed."""

    app: Flask
    story: Story
    settings: Settings


@pytest.fixture(scope="session")
def demos(postgres_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lived]]:
    """The same demo on each kind of database."""
    name = f"demo_{uuid4().hex}"
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    addresses = {"sqlite": "", "postgresql": with_database(postgres_address, name)}
    with ExitStack() as stack:
        lived = {kind: _live(tmp_path_factory.mktemp(f"demo-{kind}"), addresses[kind]) for kind in DATABASES}
        for demo in lived.values():
            stack.callback(_dispose, demo.app)
        yield lived
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
def demo(request: pytest.FixtureRequest, demos: dict[str, Lived]) -> Iterator[Lived]:
    """The demo on one of the databases, its context pushed."""
    lived = demos[request.param]
    with lived.app.app_context():
        yield lived
        db.session.remove()


def _live(folder, database_url: str) -> Lived:  # type: ignore[no-untyped-def]
    settings = load_settings(instance=folder, database_url=database_url, base_url="http://localhost", demo=True)
    app = create_app(settings)
    app.testing = True
    story = make_story(SIZE, NOW)
    with app.app_context():
        prepare_database()
        with in_haste():
            run_story(story, settings)
    return Lived(app, story, settings)


def _dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
