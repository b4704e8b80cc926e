"""What `feedback import` says while it reads and when it is done."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from feedback.customers.given import Fate, Taken
from feedback.customers.importing.rejected import RejectedRows

REASONS_SHOWN = 10
SECONDS_BETWEEN_LINES = 5
NAMES = {Fate.NEW: "new", Fate.SEEN: "seen before", Fate.UPDATED: "updated", Fate.REJECTED: "rejected"}


class Report:
    """Counts of what became of the rows, and the first reasons of rejection."""

    def __init__(self) -> None:
        self.rows = 0
        self.fates: Counter[Fate] = Counter()
        self.kept_first = 0
        self.reasons: list[str] = []

    def note(self, number: int, answer: Taken) -> None:
        """Count one row."""
        self.rows += 1
        self.fates[answer.fate] += 1
        self.kept_first += bool(answer.differs)
        if answer.fate == Fate.REJECTED and len(self.reasons) < REASONS_SHOWN:
            self.reasons.append(f"  row {number}: {answer.reason}")

    def show(self, rejected: RejectedRows) -> None:
        """Print the report; ends the command with exit code 1 where rows were rejected."""
        for fate, name in NAMES.items():
            click.echo(f"{name}: {self.fates[fate]}")
        if self.kept_first:
            click.echo(f"seen before with other values, the first ones were kept: {self.kept_first}")
        if not rejected.count:
            return
        more = self.fates[Fate.REJECTED] - len(self.reasons)
        click.echo("\n".join([*self.reasons, *([f"  and {more} more"] if more else [])]))
        if rejected.trouble:
            click.echo(f"The rejected rows could not be written to {rejected.path}: {rejected.trouble}.", err=True)
        else:
            click.echo(f"rejected rows with their reasons: {rejected.path}")
        sys.exit(1)


@contextmanager
def progress(title: str, size: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, now and then a plain line elsewhere; both on standard error. Call with (done, rows)."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(title, size)
        return
    rows_so_far = TextColumn("{task.fields[rows]} rows")
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), rows_so_far, TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title.replace("[", r"\["), total=size, rows=0)
        yield lambda done, rows: bar.update(task, completed=done, rows=rows)


def _plain_lines(title: str, size: int) -> Callable[[int, int], None]:
    said_at = time.monotonic()

    def say(done: int, rows: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            click.echo(f"{title}: {min(100, 100 * done // max(size, 1))} %, {rows} rows", err=True)

    return say
