"""Connections that the server ended are replaced before anybody notices."""

from flask import Flask
from sqlalchemy import text

from feedback.db import db
from feedback.db.engine import REST_SECONDS
from feedback.db.reading import reading


def test_reading_goes_on_after_the_server_cut_the_connections(app: Flask) -> None:
    with reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as first, db.engine.connect() as second:
            pids = [c.scalar(text("SELECT pg_backend_pid()")) for c in (first, second)]
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as killer:
            own = killer.scalar(text("SELECT pg_backend_pid()"))
            (other,) = (pid for pid in pids if pid != own)
            assert killer.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": other})
    with reading() as first, reading() as second:
        assert [c.scalar(text("SELECT 2")) for c in (first, second)] == [2, 2]


def test_a_connection_that_rested_long_is_looked_at(app: Flask) -> None:
    with reading() as connection:
        record = connection.connection
        connection.scalar(text("SELECT 1"))
        info = record.info
    if db.engine.dialect.name == "postgresql":
        info["used_at"] -= 2 * REST_SECONDS
    with reading() as connection:
        assert connection.scalar(text("SELECT 3")) == 3
