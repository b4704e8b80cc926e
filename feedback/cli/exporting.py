"""`feedback export ...`: data for other programs on standard output; how much was written on standard error."""

import json
import sys

import click

from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.reports.corrections import as_json
from feedback.reports.corrections import corrections as all_corrections
from feedback.staff.audit import record


@click.group("export")
def group() -> None:
    """Write data for other programs to standard output."""


@group.command("corrections")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", help="JSON lines.")
@with_app
def corrections(form: str) -> None:
    """What people said of the analysis of texts and chats, as training data: one judgement a line.

    The texts are personal data as customers wrote them; nothing else of a person is written.
    """
    out, count = sys.stdout.buffer, 0
    for found in all_corrections(db.session()):
        out.write(json.dumps(as_json(found), ensure_ascii=False).encode() + b"\n")
        count += 1
    out.flush()
    with transaction() as session:
        record(session, "export_corrections", now=utc_now(), details={"rows": count, "format": form})
    click.echo(f"{count} judgements written", err=True)
