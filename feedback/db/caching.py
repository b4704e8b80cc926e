"""What a process may remember of a database: one dictionary per subject, which goes when its connections go."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool
from sqlalchemy.orm import Session

_kept: WeakKeyDictionary[Pool, dict[str, dict[Any, Any]]] = WeakKeyDictionary()


def cache_of(source: Session | Connection, subject: str) -> dict[Any, Any]:
    """The process's own memory of this subject for the database that `source` talks to."""
    engine = source.engine if isinstance(source, Connection) else source.get_bind().engine
    return _kept.setdefault(engine.pool, {}).setdefault(subject, {})
