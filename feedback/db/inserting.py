"""Insert that a unique constraint may refuse quietly: how the same thing done twice stays done once."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.db.base import Base


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows without the objects' overhead; every column must be given.

    Where the new ids are needed, look them up afterwards: for a thousand rows that is faster than RETURNING.
    """
    session.execute(insert(cast(Table, table.__table__)), rows)


def insert_once(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row; returns its id, or None when a unique constraint says it is already there."""
    connection = session.connection()
    found = connection.execute(_once(connection.dialect.name, table), values).scalar_one_or_none()
    return None if found is None else int(found)


@cache
def _once(dialect: str, model: type[Base]) -> Any:
    """The statement, built once for each table."""
    table = cast(Table, model.__table__)
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing().returning(table.c.id)
