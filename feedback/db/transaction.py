"""The edge's unit of work: acts add and flush, the edge commits by leaving one `transaction()`."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from feedback.db.base import db

_WRITING = "is_writing"


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit what the block did, or nothing of it.

    Inside another `transaction()` it joins that one. On SQLite the write lock is taken at the start (BEGIN IMMEDIATE),
    so two writers wait for each other instead of failing half-way.
    """
    session = db.session()
    if session.info.get(_WRITING):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of transaction()")
    if session.in_transaction():
        session.commit()  # ends the read snapshot; nothing is expired
    session.info[_WRITING] = True
    try:
        session.connection(execution_options={"is_writing": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False
