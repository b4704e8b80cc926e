"""The application for commands, on a database that is up to date and has what every new one starts with."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.db.schema import upgrade_schema
from feedback.recovery.causes import ensure_causes
from feedback.staff.roles import ensure_roles
from surveys.questionnaires.library import ensure_default_survey


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command inside the application, database prepared."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = make_app()
        with app.app_context():
            prepare_database()
            return command(*args, **kwargs)

    return run


def make_app() -> Flask:
    """The application, made by the factory that the entry point handed in."""
    factory: Callable[[], Flask] = click.get_current_context().find_root().obj
    return factory()


def prepare_database() -> None:
    """Upgrade the schema and add what is missing of a new database's first rows. Safe to call at every start."""
    upgrade_schema()
    with transaction() as session:
        ensure_roles(session)
        ensure_causes(session)
        ensure_default_survey(session, utc_now())
