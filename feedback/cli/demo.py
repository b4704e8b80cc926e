"""`feedback demo`: a believable company made through the real pipeline, then served."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from feedback.cli.context import prepare_database
from feedback.cli.serving import address_of, listen, serve
from feedback.clock import utc_now
from feedback.config import ENV_PREFIX, Settings, instance_folder, load_settings
from feedback.db import db, transaction
from feedback.db.schema import upgrade_schema
from feedback.demo.home import clear, made_today, mark
from feedback.demo.hurry import in_haste
from feedback.demo.showing import guide
from feedback.demo.story import Size, Story, make_story
from feedback.demo.timeline import Told, run_story
from feedback.errors import ConfigurationError
from feedback.http.health import expect_background
from feedback.jobs.background import background_lock
from feedback.jobs.once import run_due
from feedback.jobs.registry import JOBS
from feedback.logs import configure_logs
from surveys.questionnaires.library import ensure_default_survey

DEFAULT = Size()


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--no-serve", is_flag=True, help="Only make the data.")
@click.option("--fresh", is_flag=True, help="Make the data anew even if they were made today.")
@click.option("--seed", default=DEFAULT.seed, show_default=True, help="The same seed makes the same company.")
@click.option("--customers", default=DEFAULT.customers, show_default=True, type=click.IntRange(5, 5000))
@click.option("--purchases", default=DEFAULT.purchases, show_default=True, type=click.IntRange(5, 100_000))
@click.option("--months", default=DEFAULT.months, show_default=True, type=click.IntRange(1, 60))
@click.pass_context
def command(
    context: click.Context, host: str, port: int, no_serve: bool, fresh: bool, seed: int, customers: int,
    purchases: int, months: int,
) -> None:  # fmt: skip
    """Make an invented company, live through its last months in the real pipeline, and serve it.

    It lives in `instance/demo`, or where FEEDBACK_INSTANCE and FEEDBACK_DATABASE_URL say; data that are not a demo
    are never touched. A demo that was made today is served again as it is.
    """
    listener = None if no_serve else listen(host, port)
    settings = demo_settings(address_of(listener) if listener else f"http://127.0.0.1:{port}")
    configure_logs("WARNING")
    size = Size(customers, purchases, months, seed)
    factory: Callable[[Settings], Flask] = context.find_root().obj
    if fresh or not made_today(settings, size, utc_now()):
        _make(factory, settings, size)
    app = factory(settings)
    with app.app_context():
        prepare_database()
        click.echo("\n".join(guide(db.session(), settings, utc_now())))
        db.session.remove()
    if listener is not None:
        click.echo("Stop with Ctrl+C.")
        expect_background(app)
        serve(app, settings, listener, workers=1)


def demo_settings(address: str) -> Settings:
    """Settings of the demo: a place of its own, no mail server, links that lead to `address`."""
    own: dict[str, Any] = {} if os.environ.get(f"{ENV_PREFIX}INSTANCE") else {"instance": instance_folder() / "demo"}
    if own and not os.environ.get(f"{ENV_PREFIX}DATABASE_URL"):
        own["database_url"] = ""  # that of config.toml is the company's
    linked = {} if os.environ.get(f"{ENV_PREFIX}BASE_URL") else {"base_url": address}
    return load_settings(demo=True, smtp_url=None, **own, **linked)


def _make(factory: Callable[[Settings], Flask], settings: Settings, size: Size) -> None:
    lock = background_lock(settings)
    if not lock.acquire():
        raise ConfigurationError(
            "Another process serves this demo; stop it first, or give FEEDBACK_INSTANCE another folder."
        )
    try:
        clear(settings)
        app = factory(settings)
        with app.app_context(), in_haste(), _progress() as told:
            _live(app, settings, make_story(size, utc_now().replace(microsecond=0)), told)
    finally:
        lock.release()


def _live(app: Flask, settings: Settings, story: Story, told: Told) -> None:
    upgrade_schema()
    with transaction() as session:
        mark(session, settings, story.size, story.year.now, is_whole=False)
        ensure_default_survey(session, story.year.start)
    prepare_database()
    run_story(story, settings, told)
    summary = run_due(app, JOBS, utc_now(), settings)  # the minute that the making took; also notes that the jobs ran
    for name, reason in summary.failures.items():
        click.echo(f"feedback: {name} failed: {reason}", err=True)
    with transaction() as session:
        mark(session, settings, story.size, story.year.now, is_whole=True)


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar on a terminal, else a plain line at every tenth."""
    if sys.stderr.isatty():
        columns = (TextColumn("Living through the year"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("")
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    shown = [0]

    def tell(done: int, total: int) -> None:
        tenth = done * 10 // total
        if tenth > shown[0]:
            shown[0] = tenth
            click.echo(f"demo: {tenth * 10} %", err=True)

    yield tell
