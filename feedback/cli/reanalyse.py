"""`feedback reanalyse`: old texts and chats are read again by the present model; results before and after."""

from collections.abc import Iterator

import click

from analysis.vocabulary import SENTIMENTS
from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.conversations.comparing import Comparison
from feedback.conversations.model import chosen_analyser, need_model
from feedback.conversations.models import Reanalysis
from feedback.conversations.reanalyses import last_reanalysis
from feedback.db import db, transaction
from surveys.responses.reanalysing import begin_reanalysis, report_on


@click.command("reanalyse")
@click.option("--all", "is_all", is_flag=True, help="Also what this very model has read.")
@click.option("--route", "may_route", is_flag=True, help="Let what is found in old texts open cases.")
@click.option("--report", "is_report", is_flag=True, help="Begin nothing; tell how far the last one is.")
@with_app
def command(is_all: bool, may_route: bool, is_report: bool) -> None:
    """Let the present model read again what another one read; the background work does it. Tells before and after."""
    if not is_report:
        _begin(is_all=is_all, may_route=may_route)
    last = last_reanalysis(db.session())
    if last is None:
        click.echo("Nothing was read by another model.")
        return
    for line in _lines(last, report_on(db.session(), last)):
        click.echo(line)


def _begin(*, is_all: bool, may_route: bool) -> None:
    analyser = chosen_analyser(current_settings())
    need_model(analyser)
    with transaction() as session:
        begin_reanalysis(session, analyser, utc_now(), may_route=may_route, is_all=is_all)


def _lines(reanalysis: Reanalysis, report: dict[str, Comparison]) -> Iterator[str]:
    ended = f"finished {reanalysis.finished_at:%Y-%m-%d %H:%M} UTC" if reanalysis.finished_at else "under way"
    routing = "opens cases" if reanalysis.may_route else "opens no cases"
    model = f"{reanalysis.model_name} {reanalysis.model_version}"
    yield f"To {model}, begun {reanalysis.begun_at:%Y-%m-%d %H:%M} UTC: {ended}; {routing}."
    for name, found in report.items():
        yield ""
        yield f"{name}: {found.read} read again, {found.stale} to go, {found.kept} kept as they were"
        if found.read:
            yield from _changes(name, found)


def _changes(name: str, found: Comparison) -> Iterator[str]:
    for model, count in sorted(found.models.items()):
        yield f"  before: {model} ({count})"
    share = found.other_mood / found.read
    yield f"  another sentiment: {found.other_mood} ({share:.1%}); rows before, columns after"
    yield "  " + " " * 10 + "".join(f"{mood:>10}" for mood in SENTIMENTS)
    for before in SENTIMENTS:
        yield f"  {before:<10}" + "".join(f"{found.moods[before, after]:>10}" for after in SENTIMENTS)
    yield f"  another language: {found.other_language}; other aspects: {found.other_aspects}"
    yield f"  unsure: {found.unsure[0]} before, {found.unsure[1]} after"
    if name == "chats":
        yield f"  ended badly: {found.ended_badly[0]} before, {found.ended_badly[1]} after"
    for flag, (before_count, after_count, both) in found.flags.items():
        yield f"  {flag}: {before_count} before, {after_count} after, {both} both times"
