"""How workers share due rows: one statement claims a batch under a lease; a dead worker's rows come back when it ends.

The same statement runs on both databases; PostgreSQL adds SKIP LOCKED so that workers never wait for each other, SQLite
has one writer at a time. A claimable table has `lease_until`, `lease_key` and `attempts`.

A worker stores its result only where the row still bears its key (`lease_key`), so that a slow worker whose lease ended
changes nothing that another has taken over.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.db.base import UtcDateTime


class Claimable:
    """Columns of a table whose rows are work to do."""

    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    lease_key: Mapped[str | None] = mapped_column(String(32), default=None)
    attempts: Mapped[int] = mapped_column(default=0)


def claim_due(
    session: Session,
    table: type[Any],
    *,
    is_due: ColumnElement[bool],
    order_by: Any,
    now: datetime,
    limit: int,
    lease: timedelta,
    values: dict[str, Any] | None = None,
) -> tuple[str, Sequence[int]]:
    """Claim up to `limit` due rows whose lease is free or over; returns the lease's key and the claimed ids, ascending.

    `order_by` says which rows are claimed first.
    """
    key = secrets.token_hex(16)
    due = select(table.id).where(is_due, is_free(table, now, lease)).order_by(order_by, table.id).limit(limit)
    # MATERIALIZED: as a plain subquery PostgreSQL may run it again for each row and lock more rows than `limit`.
    due_ids = due.with_for_update(skip_locked=True).cte("due").prefix_with("MATERIALIZED", dialect="postgresql")
    statement = (
        update(table)
        .where(table.id.in_(select(due_ids.c.id)))
        .values(lease_until=now + lease, lease_key=key, attempts=table.attempts + 1, **(values or {}))
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    return key, sorted(session.scalars(statement))


def is_free(table: type[Any], now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Whether nobody works on the row.

    A lease that ends later than one taken now could (twice its length allows for clocks that differ) was taken under
    another clock, such as that of `run-due --now`, and holds nobody back.
    """
    return or_(table.lease_until.is_(None), table.lease_until <= now, table.lease_until > now + 2 * lease)
