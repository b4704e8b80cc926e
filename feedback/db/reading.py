"""A connection for pages that only read: no transaction is opened, each statement sees the newest committed state."""

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from feedback.db.base import db
from feedback.db.engine import reading_options

_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection of the pool for as long as the block runs; cheaper than a session."""
    engine = db.engine
    reader = _readers.get(engine)
    if reader is None:
        reader = _readers[engine] = engine.execution_options(**reading_options(engine))
    with reader.connect() as connection:
        yield connection
