"""The migrations make exactly the tables that the code describes, and undo themselves."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from feedback.db import Base, db
from feedback.db.schema import MIGRATIONS, is_schema_current


def test_migrations_and_models_agree(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_schema_current()


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    downgrade(directory=str(MIGRATIONS), revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade(directory=str(MIGRATIONS))
    assert is_schema_current()


def test_migrations_stand_in_one_line() -> None:
    names = sorted(p.name for p in Path(MIGRATIONS, "versions").glob("*.py"))
    assert [n[:4] for n in names] == [f"{i:04}" for i in range(1, len(names) + 1)]
