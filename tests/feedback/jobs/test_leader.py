"""One worker leads; when it goes, another does."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from feedback.db import db
from feedback.jobs.leader import LEADER_LOCK, Leadership


@pytest.fixture
def two(app_factory: Callable[..., Flask], app: Flask) -> Iterator[tuple[Leadership, Leadership]]:
    """Two workers of one PostgreSQL database."""
    with app_factory().app_context():
        other_engine = db.engine
    first, second = Leadership(db.engine), Leadership(other_engine)
    yield first, second
    first.give_up()
    second.give_up()
    other_engine.dispose()


def end_connection_of_leader() -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"
    with db.engine.connect() as connection:
        ended = connection.execute(text(query), {"key": LEADER_LOCK & 0xFFFFFFFF}).scalars().all()
    assert ended == [True]


@pytest.mark.only_on("postgresql")
def test_it_works(two: tuple[Leadership, Leadership]) -> None:
    first, second = two
    assert [first.is_held(), second.is_held(), first.is_held(), second.is_held()] == [True, False, True, False]


@pytest.mark.only_on("postgresql")
def test_the_next_leads_when_the_leader_gives_up(two: tuple[Leadership, Leadership]) -> None:
    first, second = two
    assert first.is_held()
    first.give_up()
    assert second.is_held()
    assert not first.is_held()


@pytest.mark.only_on("postgresql")
def test_a_lost_connection_is_a_lost_leadership(two: tuple[Leadership, Leadership]) -> None:
    first, second = two
    assert first.is_held()
    end_connection_of_leader()
    assert second.is_held()
    assert not first.is_held()
    assert not first.is_held()


@pytest.mark.only_on("postgresql")
def test_a_leader_that_was_cut_off_may_lead_again(two: tuple[Leadership, Leadership]) -> None:
    first, _ = two
    assert first.is_held()
    end_connection_of_leader()
    assert not first.is_held()
    assert first.is_held()


@pytest.mark.only_on("sqlite")
def test_the_only_worker_of_sqlite_leads(app: Flask) -> None:
    assert Leadership(db.engine).is_held()
