"""`feedback db`: the schema."""

import click

from feedback.cli.context import with_app


@click.group("db")
def group() -> None:
    """The database's schema."""


@group.command("upgrade")
@with_app
def upgrade() -> None:
    """Bring the database to the newest schema (data are kept)."""
    click.echo("The database is up to date.")
