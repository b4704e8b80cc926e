"""Alembic's entry: runs the migrations over the application's own engine."""

from alembic import context
from flask import current_app

from feedback.db.base import UtcDateTime

config = context.config
migrate = current_app.extensions["migrate"]
engine = migrate.db.engine
metadata = migrate.db.metadata


def render_item(kind, item, autogen_context):
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from feedback.db.base import UtcDateTime")
        return "UtcDateTime()"
    return False


def run() -> None:
    options = dict(migrate.configure_args, render_item=render_item)
    if context.is_offline_mode():
        context.configure(url=str(engine.url), target_metadata=metadata, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with engine.connect().execution_options(is_writing=True) as connection:
        if engine.dialect.name == "sqlite":  # tables are rebuilt by copying: references are checked at the end instead
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True, **options)
        with context.begin_transaction():
            context.run_migrations()
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration broke references between tables; nothing was changed")
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


run()
