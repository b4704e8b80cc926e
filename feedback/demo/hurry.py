"""Haste while a demo is being made: no waiting for the disk, less tidying of memory. A power cut costs a new run."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from feedback.db import db

SELDOM = (100_000, 20, 50)  # objects, generations: an eighth of the time would go into looking for garbage
HASTE = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit TO off"}


@contextmanager
def in_haste() -> Iterator[None]:
    """This process hurries until the block ends; then everything is brought to the disk."""
    engine = db.engine
    statement = HASTE[engine.dialect.name]

    def hurry(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if engine.dialect.name == "postgresql":
            connection.commit()

    db.session.remove()
    engine.dispose()
    event.listen(engine, "connect", hurry)
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        db.session.remove()
        event.remove(engine, "connect", hurry)
        engine.dispose()
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
