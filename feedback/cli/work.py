"""`feedback worker`, `feedback run-due`, `feedback retry-analyses`: background work without web pages."""

import signal
import sys
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any

import click
from flask import current_app

from feedback.cli.context import with_app
from feedback.clock import parse_moment, utc_now
from feedback.config import current_settings
from feedback.conversations.batches import retry_failed
from feedback.conversations.models import ConversationAnalysis
from feedback.db import transaction
from feedback.errors import ConfigurationError
from feedback.jobs.background import Background, background_lock
from feedback.jobs.once import Summary, run_due
from feedback.jobs.registry import JOBS
from feedback.logs import configure_logs
from surveys.responses.models import AnswerAnalysis


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return parse_moment(value)
        except ValueError:
            self.fail(f"{value!r} is not a moment such as 2026-03-31T09:00 or 2026-03-31T09:00+03:00", param, ctx)


@click.command("run-due")
@click.option("--now", type=Moment(), help="Work as if this were the present moment (UTC unless it says its zone).")
@with_app
def run_due_command(now: datetime | None) -> None:
    """Do all work that is due (plan, send, analyse, ...) and exit."""
    settings = current_settings()
    configure_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    summary = run_due(current_app._get_current_object(), JOBS, now or utc_now(), settings)  # type: ignore[attr-defined]
    _report(summary)
    if summary.failures or not summary.is_finished:
        sys.exit(1)


@click.command("worker")
@with_app
def worker() -> None:
    """Do background work until told to stop; any number of workers on PostgreSQL, one on SQLite."""
    settings = current_settings()
    configure_logs(settings.log_level)
    lock = background_lock(settings)
    if settings.is_sqlite and not lock.acquire():
        raise ConfigurationError(
            "Background work is already done by another process (`feedback serve` or `feedback worker`). A SQLite "
            "database bears one worker, because it has one writer at a time; several need PostgreSQL."
        )
    background = Background(current_app._get_current_object(), settings, JOBS)  # type: ignore[attr-defined]
    signals: SimpleQueue[int] = SimpleQueue()  # safe to put into while this thread waits on it
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: signals.put(received))
    background.start()
    click.echo("Working. Stop with Ctrl+C.")
    while not _was_told(signals):
        pass
    click.echo("Finishing what has begun.")
    background.stop()


def _was_told(signals: "SimpleQueue[int]") -> bool:
    """Whether a signal came within a second: one that another thread of ours receives does not wake this one."""
    try:
        return bool(signals.get(timeout=1))
    except Empty:
        return False


@click.command("retry-analyses")
@with_app
def retry_analyses() -> None:
    """Let texts and chats that could not be analysed be tried again."""
    with transaction() as session:
        count = sum(retry_failed(session, table) for table in (AnswerAnalysis, ConversationAnalysis))
    click.echo(f"{count} will be tried again.")


def _report(summary: Summary) -> None:
    width = max(len(name) for name in summary.done)
    for name, count in summary.done.items():
        reason = summary.failures.get(name)
        click.echo(f"{name:<{width}}  {count}" + (f"  failed: {reason}" if reason else ""))
    for name, reason in summary.failures.items():
        click.echo(f"feedback: {name} failed: {reason}", err=True)
    if not summary.is_finished:
        click.echo("feedback: there is still work due; run it again", err=True)
