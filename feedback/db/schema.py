"""Migrations: where they are, how they run, and one process at a time when several start together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import Engine, text

from feedback.db.base import db

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 0x07_71_6B_01  # any number, the same in every process


def init_migrations(app: Flask) -> None:
    """Attach Flask-Migrate to the application."""
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)


def upgrade_schema() -> None:
    """Bring the database to the newest schema; safe when several processes call it at once."""
    with _one_at_a_time(db.engine):
        upgrade(directory=str(MIGRATIONS))


def is_schema_current() -> bool:
    """Whether the database has the schema this code expects."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory(str(MIGRATIONS)).get_current_head()


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
        return
    database = engine.url.database
    if not database or database == ":memory:":
        yield
        return
    with _file_lock(Path(f"{database}.upgrade")):
        yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(ImportError):  # Windows has no fcntl; it serves from one process there
            import fcntl  # here because the module does not exist on every platform

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
