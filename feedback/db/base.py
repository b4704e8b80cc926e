"""`db`, the declarative base and the column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. Naive values are refused, so that no local time slips in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


LARGEST_ID = 2**63 - 1
BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json, list[str]: Json},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})

primary_id = Annotated[int, mapped_column(BigId, primary_key=True)]
word = Annotated[str, mapped_column(String(40))]
name_text = Annotated[str, mapped_column(String(200))]
long_text = Annotated[str, mapped_column(Text)]
money = Annotated[int, mapped_column(BigInteger)]


def refers(target: str, *, index: bool = False, **kwargs: Any) -> Any:
    """A foreign key column to `table.id`; deletion of the target is refused."""
    return mapped_column(BigId, ForeignKey(target, ondelete="RESTRICT"), index=index, **kwargs)


def belongs_to(target: str, *, index: bool = False, **kwargs: Any) -> Any:
    """A foreign key column to `table.id`, of a row that says nothing without its target and goes with it."""
    return mapped_column(BigId, ForeignKey(target, ondelete="CASCADE"), index=index, **kwargs)
