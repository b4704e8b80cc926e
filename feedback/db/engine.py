"""What each database needs of its connections: pragmas and immediate writes on SQLite, time zone on PostgreSQL."""

import select
from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

BUSY_TIMEOUT_MS = 15_000
REST_SECONDS = 30.0


def engine_options(database_url: str) -> dict[str, Any]:
    """Options of the SQLAlchemy engine for this database."""
    if database_url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "pool_use_lifo": True,  # warm connections first: their statements are prepared, their pages cached
            "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False, "cached_statements": 512},
        }
    return {
        "hide_parameters": True,
        "pool_use_lifo": True,
        "pool_size": 10,
        "max_overflow": 10,
        "connect_args": {"options": "-c timezone=UTC"},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach the connection events this database needs."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "checkin", _remember_use)
        event.listen(engine, "checkout", _dead_refuser(engine.dialect.loaded_dbapi.Error))


def reading_options(engine: Engine) -> dict[str, Any]:
    """Execution options of connections on which nothing is written and no transaction is wanted."""
    if engine.dialect.name == "sqlite":
        return {"is_reading": True}
    return {"isolation_level": "AUTOCOMMIT"}


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_sqlite_begin` does
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a committed answer survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA mmap_size=268435456")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("is_reading"):
        return  # single statements need no BEGIN
    begin: Any = connection.connection.dbapi_connection
    begin.execute("BEGIN IMMEDIATE" if options.get("is_writing") else "BEGIN")


def _remember_use(_connection: object, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _dead_refuser(error_kind: type[Exception]) -> Callable[[Any, Any, object], None]:
    """Lets the pool replace a connection that the server has ended.

    A server that stops or cuts a connection says so, which makes an idle socket readable: looking costs nothing, where
    a ping of each checkout would cost a round trip. After a longer rest a ping finds what a firewall dropped silently.
    """

    def refuse_dead(connection: Any, record: Any, _proxy: object) -> None:
        used_at = record.info.get("used_at")
        if used_at is None:
            return
        try:
            if _is_readable(connection.fileno()):
                raise DisconnectionError("the server ended the connection")
            if monotonic() - used_at > REST_SECONDS:
                connection.execute("SELECT 1")
                connection.rollback()
        except (error_kind, OSError) as error:
            raise DisconnectionError("the connection is dead") from error

    return refuse_dead


def _is_readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
