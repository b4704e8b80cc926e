"""`feedback serve`: web pages and background work in one process."""

from collections.abc import Iterator

import click
from flask import Flask
from sqlalchemy import select

from feedback.cli.context import prepare_database
from feedback.cli.serving import address_of, listen, serve
from feedback.config import Settings, load_settings
from feedback.db import db
from feedback.http.health import expect_background
from feedback.logs import configure_logs
from feedback.staff.models import User


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 for any free port.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.pass_context
def command(context: click.Context, host: str, port: int, workers: int) -> None:
    """Serve the pages and do the background work, in one process."""
    serve_forever(context, host, port, workers)


def serve_forever(context: click.Context, host: str, port: int, workers: int = 1) -> None:
    """Prepare the database, say where the pages are and what is missing, and serve until told to stop."""
    settings = load_settings()
    configure_logs(settings.log_level)
    listener = listen(host, port)
    address = address_of(listener)
    if "base_url" not in settings.model_fields_set:  # links must lead here, whatever the port
        settings = settings.model_copy(update={"base_url": address})
    app: Flask = context.find_root().obj(settings)
    with app.app_context():
        prepare_database()
        click.echo(f"Otklik is at {address}  (stop with Ctrl+C)")
        for line in _missing(settings, address):
            click.echo(f"  {line}")
        db.session.remove()
    expect_background(app)
    serve(app, settings, listener, workers)


def _missing(settings: Settings, address: str) -> Iterator[str]:
    if db.session.scalar(select(User.id).limit(1)) is None:
        yield "Nobody can log in yet. Add the first person: feedback users add --email you@example.com --role admin"
    if settings.smtp_url is None:
        yield f"No mail server is set (FEEDBACK_SMTP_URL): messages are written as files to {settings.outbox}"
    if settings.base_url != address:
        yield f"Links in messages begin with {settings.base_url}"
