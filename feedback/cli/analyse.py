"""`feedback analyse`: texts in, JSON lines out; no database."""

import json
import os
import sys
import time
from collections.abc import Iterator

import click

from analysis.lines import Json, analyse_lines, read_lines
from feedback.config import read_settings
from feedback.conversations.model import chosen_analyser, model_needed

PROGRESS_EVERY = 1.0  # seconds


@click.command("analyse")
def command() -> None:
    """Analyse texts from standard input (one a line, or JSON lines); writes one JSON line for each, in order."""
    if sys.stdin is None or sys.stdout is None:
        raise click.ClickException("standard input and output must be open")
    analyser = chosen_analyser(read_settings())
    try:
        with model_needed():
            _write(analyse_lines(read_lines(sys.stdin.buffer), analyser))
    except BrokenPipeError:  # whoever read our lines, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(results: Iterator[Json]) -> None:
    started = told = time.monotonic()
    count = failed = 0
    out = sys.stdout.buffer
    for result in results:
        out.write(json.dumps(result, ensure_ascii=False).encode() + b"\n")
        out.flush()
        count += 1
        failed += "error" in result
        if time.monotonic() - told >= PROGRESS_EVERY:
            told = time.monotonic()
            click.echo(f"{count} analysed", err=True)
    rate = count / max(time.monotonic() - started, 0.001)
    click.echo(f"{count} analysed, {failed} of them not readable, {rate:.0f} a second", err=True)
