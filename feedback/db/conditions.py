"""Conditions that fit statements run for many rows at once, where SQLAlchemy cannot expand an IN."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_


def one_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column IN (values)` written out."""
    return or_(*(column == value for value in values))
