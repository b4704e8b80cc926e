"""One at a time: acts that find or create rows which no unique constraint could protect."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, act: str) -> None:
    """Wait until no other transaction does `act`, and keep it to ourselves until ours ends.

    PostgreSQL takes an advisory lock; on SQLite `transaction()` has the only write lock already.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(act.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
