"""Where a demo lives, and what it must never overwrite: data that are not a demo, letters of a company."""

import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.demo.story import Size
from feedback.errors import ConfigurationError
from feedback.staff.models import Setting

MARK = "demo"  # key of the row in `settings`, and name of the file in the instance folder
REAL = ("users", "customers", "purchases", "responses")  # a row in one of these is somebody's data


def made_today(settings: Settings, size: Size, now: datetime) -> bool:
    """Whether this very demo was made today and is whole, so that it can be served again."""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return _mark(connection) == _value(settings, size, now, is_whole=True)
    finally:
        engine.dispose()


def clear(settings: Settings) -> None:
    """Remove an earlier demo. Raises ConfigurationError when what is there is not a demo."""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            _refuse_real_data(connection, settings)
        _refuse_real_letters(settings)
        _drop_everything(engine)
    finally:
        engine.dispose()
    for folder in (settings.outbox, settings.uploads):
        shutil.rmtree(folder, ignore_errors=True)
    (settings.instance / MARK).write_text("This folder holds an Otklik demo; `feedback demo` makes it anew.\n")


def mark(session: Session, settings: Settings, size: Size, now: datetime, *, is_whole: bool) -> None:
    """Write into the database that it is a demo, and whether it is whole yet."""
    row = session.get(Setting, MARK)
    value = _value(settings, size, now, is_whole=is_whole)
    if row is None:
        session.add(Setting(key=MARK, value=value, changed_at=now))
    else:
        row.value, row.changed_at = value, now
    session.flush()


def _value(settings: Settings, size: Size, now: datetime, *, is_whole: bool) -> dict[str, Any]:
    address = {"base_url": settings.base_url}  # the links in its letters begin with it
    return asdict(size) | address | {"made_on": now.date().isoformat(), "is_whole": is_whole}


def _mark(connection: Connection) -> dict[str, Any] | None:
    if not inspect(connection).has_table("settings"):
        return None
    value: dict[str, Any] | None = connection.scalar(select(Setting.value).where(Setting.key == MARK))
    return value


def _refuse_real_data(connection: Connection, settings: Settings) -> None:
    if _mark(connection) is not None:
        return
    tables = inspect(connection).get_table_names()
    has_data = any(connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1")) for name in REAL if name in tables)
    if has_data or (tables and "settings" not in tables):
        where = make_url(settings.database_url).render_as_string(hide_password=True)
        raise ConfigurationError(
            f"The database {where} holds data that is not a demo; it is left alone. "
            "Give the demo a place of its own: FEEDBACK_INSTANCE=another-folder feedback demo"
        )


def _refuse_real_letters(settings: Settings) -> None:
    is_used = any(folder.is_dir() and any(folder.iterdir()) for folder in (settings.outbox, settings.uploads))
    if is_used and not (settings.instance / MARK).exists():
        raise ConfigurationError(
            f"The folder {settings.instance} holds letters or photos that are not a demo's; they are left alone. "
            "Give the demo a place of its own: FEEDBACK_INSTANCE=another-folder feedback demo"
        )


def _drop_everything(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        engine.dispose()
        database = engine.url.database or ""
        for ending in ("", "-wal", "-shm"):
            Path(database + ending).unlink(missing_ok=True)
        return
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
        for signature in connection.scalars(text(OWN_FUNCTIONS)).all():
            connection.execute(text(f"DROP FUNCTION IF EXISTS {signature} CASCADE"))


OWN_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = current_schema() AND NOT EXISTS
        (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
