"""`feedback doctor`: what is set up wrongly or went wrong, in plain words."""

import sys

import click

from feedback.cli.checks import find_problems
from feedback.cli.context import make_app
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.logs import configure_logs


@click.command("doctor")
def command() -> None:
    """Say what is set up wrongly; exit code 1 if anything is."""
    with make_app().app_context():
        settings = current_settings()
        configure_logs("ERROR")
        problems = list(find_problems(settings, utc_now()))
    for number, problem in enumerate(problems, start=1):
        click.echo(f"{number}. {problem}")
    click.echo("No problems found." if not problems else f"{len(problems)} problems found.")
    sys.exit(1 if problems else 0)
