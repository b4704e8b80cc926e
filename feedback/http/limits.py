"""Limits on how often something may be tried, counted in the database and so shared by all processes.

Nothing is checked unless a view asks, so static files and public pages pay nothing. A view asks either with
`@limiter.limit("10 per minute")` or, where the key is not the address, with `use_up("login", "5 per 15 minutes", ...)`.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from feedback.clock import utc_now
from feedback.db import db
from feedback.db.housekeeping import RateCounter


class SqlStorage(Storage):
    """Fixed windows in the table `rate_counters`, each count in a short transaction of its own."""

    STORAGE_SCHEME = ["otklik"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a window's count, starting the window anew when it is over; returns the count."""
        now = utc_now()
        make: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        is_over = RateCounter.expires_at <= now
        ends = now + timedelta(seconds=expiry)
        statement = make(RateCounter).values(key=_stored(key), count=amount, expires_at=ends)
        statement = statement.on_conflict_do_update(
            index_elements=[RateCounter.key],
            set_={
                "count": case((is_over, amount), else_=RateCounter.count + amount),
                "expires_at": case((is_over, ends), else_=RateCounter.expires_at),
            },
        ).returning(RateCounter.count)
        with db.engine.connect().execution_options(is_writing=True) as connection, connection.begin():
            return int(connection.execute(statement).scalar_one())

    def get(self, key: str) -> int:
        """The count of a window; 0 when it is over."""
        query = select(RateCounter.count).where(RateCounter.key == _stored(key), RateCounter.expires_at > utc_now())
        with db.engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def get_expiry(self, key: str) -> float:
        """When a window ends, as seconds since 1970; now when there is none."""
        query = select(RateCounter.expires_at).where(RateCounter.key == _stored(key))
        with db.engine.connect() as connection:
            ends: datetime | None = connection.execute(query).scalar()
        return ends.timestamp() if ends else time.time()

    def check(self) -> bool:
        """Whether the table can be read."""
        with db.engine.connect() as connection:
            connection.execute(select(RateCounter.key).limit(1))
        return True

    def reset(self) -> int:
        """Forget every count."""
        return self._delete(delete(RateCounter))

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._delete(delete(RateCounter).where(RateCounter.key == _stored(key)))

    def _delete(self, statement: Any) -> int:
        with db.engine.connect().execution_options(is_writing=True) as connection, connection.begin():
            return int(connection.execute(statement).rowcount)


def address() -> str:
    """The client's address, as far as the trusted proxies tell."""
    return request.remote_addr or "unknown"


limiter = Limiter(key_func=address, storage_uri="otklik://", strategy="fixed-window", headers_enabled=False)


def install(app: Flask) -> None:
    """Attach the limiter without its check on every request: only views that ask are counted."""
    limiter.init_app(app)
    app.before_request_funcs[None] = [
        f for f in app.before_request_funcs[None] if getattr(f, "__self__", None) is not limiter
    ]


def use_up(name: str, limit: str, *key: str) -> int | None:
    """Count one try; None while it is within the limit, else the seconds until the window ends."""
    item = parse(limit)
    if limiter.limiter.hit(item, name, *key):
        return None
    ends = limiter.limiter.get_window_stats(item, name, *key).reset_time
    return max(1, int(ends - datetime.now(UTC).timestamp()) + 1)


def forget(name: str, limit: str, *key: str) -> None:
    """Forget the tries counted so far."""
    limiter.limiter.clear(parse(limit), name, *key)


def sweep_counters(now: datetime) -> int:
    """Delete windows that are over; for the clock's housekeeping."""
    with db.engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        return int(connection.execute(delete(RateCounter).where(RateCounter.expires_at <= now)).rowcount)


def _stored(key: str) -> str:
    """Keys carry addresses and accounts, so the table keeps only their hash."""
    return hashlib.sha256(f"{current_app.config['SECRET_KEY']}:{key}".encode()).hexdigest()
