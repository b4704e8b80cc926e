"""The command `feedback` and its groups."""

import sys
from collections.abc import Callable

import click
from flask import Flask

from feedback.cli import (
    analyse,
    api_keys,
    database,
    demo,
    doctor,
    draws,
    exporting,
    importing,
    points,
    reanalyse,
    serve,
    users,
    work,
)
from feedback.errors import DomainError


@click.group()
def feedback() -> None:
    """Otklik: surveys by link, a recovery queue, a points ledger and a prize draw."""


feedback.add_command(api_keys.group)
feedback.add_command(database.group)
feedback.add_command(draws.group)
feedback.add_command(points.group)
feedback.add_command(exporting.group)
feedback.add_command(importing.group)
feedback.add_command(users.group)
feedback.add_command(analyse.command)
feedback.add_command(demo.command)
feedback.add_command(serve.command)
feedback.add_command(doctor.command)
feedback.add_command(reanalyse.command)
feedback.add_command(work.retry_analyses)
feedback.add_command(work.run_due_command)
feedback.add_command(work.worker)


def run(factory: Callable[[], Flask]) -> None:
    """Run the command line; domain errors become one line on standard error and exit code 2."""
    try:
        feedback(obj=factory)
    except DomainError as error:
        click.echo(f"feedback: {error.message}", err=True)
        sys.exit(2)
