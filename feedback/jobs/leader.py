"""Which worker runs the clock-like jobs: the one that holds an advisory lock of PostgreSQL, or the only one on SQLite.

The lock lives on a connection of its own in autocommit, outside of the pool: when the process or the connection dies,
the server frees the lock and another worker leads. Between the application and PostgreSQL no pooler may share
connections between transactions (PgBouncer: session mode), or the lock means nothing.
"""

from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from feedback.logs import log

LEADER_LOCK = 0x07_71_6B_02  # any number, the same in every process; its neighbour guards upgrades


class Leadership:
    """Asked before each run of a leader's job. Safe to ask from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._asking = Lock()

    def is_held(self) -> bool:
        """Whether this process leads now; tries to become the leader where there is none."""
        if self._engine.dialect.name != "postgresql":
            return True
        with self._asking:
            try:
                return self._still_holds() if self._connection is not None else self._try_to_lead()
            except SQLAlchemyError as error:
                log("feedback.jobs").warning("leadership lost", exc_info=error)
                self._drop()
                return False

    def give_up(self) -> None:
        """Let another worker lead."""
        with self._asking:
            self._drop()

    def _still_holds(self) -> bool:
        assert self._connection is not None
        self._connection.execute(text("SELECT 1"))  # the lock lasts exactly as long as its connection
        return True

    def _try_to_lead(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        self._connection = connection
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER_LOCK}):
            log("feedback.jobs").info("leading")
            return True
        self._drop()
        return False

    def _drop(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except SQLAlchemyError:  # it was already broken
                self._connection.invalidate()
            self._connection = None
