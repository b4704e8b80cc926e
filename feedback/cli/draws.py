"""`feedback draws`: the monthly contest and draw from the command line, and the check of a public file."""

import json
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db import db, transaction
from feedback.draws import check_draw
from feedback.draws.drawing import freeze_shortlist, publish_draw, run_draw
from feedback.draws.models import Draw
from feedback.draws.opening import open_draw
from feedback.errors import DomainError, Forbidden, Invalid, NotFound
from feedback.staff.accounts import get_user
from feedback.staff.audit import record
from feedback.staff.models import User
from feedback.staff.permissions import Act, may

by = click.option("--by", "email", required=True, help="E-mail of the member of staff who does it.")


@click.group("draws")
def group() -> None:
    """The monthly contest and draw."""


@group.command("list")
@with_app
def show() -> None:
    """List draws: month, mode, state."""
    for draw in db.session().scalars(select(Draw).order_by(Draw.month)):
        click.echo(f"{draw.slug}\t{draw.mode}\t{draw.state}")


@group.command("open")
@click.argument("month")
@by
@with_app
def open_(month: str, email: str) -> None:
    """Open the draw of MONTH (2026-11); its terms must be whole."""
    with transaction() as session:
        draw, user = _draw(session, month), _staff(session, email, Act.EDIT_DRAW_RULES)
        try:
            open_draw(session, draw.id, utc_now())
        except Invalid as error:
            raise DomainError(f"{error.message} Missing: {', '.join(error.errors)}.") from error
        _note(session, "open_draw", draw, user)
    click.echo(f"{month} is open; SHA-256 of its secret: {draw.secret_hash}")


@group.command("shortlist")
@click.argument("month")
@by
@with_app
def shortlist(month: str, email: str) -> None:
    """Freeze the jury's shortlist of MONTH."""
    with transaction() as session:
        draw, user = _draw(session, month), _staff(session, email, Act.RUN_DRAW)
        freeze_shortlist(session, draw.id, user.id)
        _note(session, "freeze_shortlist", draw, user)
    click.echo(f"SHA-256 of the list: {draw.list_hash}")


@group.command("run")
@click.argument("month")
@by
@with_app
def run(month: str, email: str) -> None:
    """Compute the result of MONTH; cannot be undone."""
    with transaction() as session:
        draw, user = _draw(session, month), _staff(session, email, Act.RUN_DRAW)
        run_draw(session, draw.id, user.id, utc_now())
        _note(session, "run_draw", draw, user)
    click.echo(f"{month} is drawn. Publish it with: feedback draws publish {month}")


@group.command("publish")
@click.argument("month")
@by
@with_app
def publish(month: str, email: str) -> None:
    """Publish the result of MONTH and write to the winners; cannot be undone."""
    with transaction() as session:
        draw, user = _draw(session, month), _staff(session, email, Act.RUN_DRAW)
        publish_draw(session, draw.id, user.id, current_settings().secret_key, utc_now())
        _note(session, "publish_draw", draw, user)
    click.echo(f"{month} is published: {current_settings().base_url}/draws/{month}")


@group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check the public FILE of a draw (proof.json): hashes, secret and winners."""
    try:
        proof = json.loads(file.read_text(encoding="utf-8"))
        faults = check_draw.faults(proof)
        order = [] if faults else check_draw.order(proof, len(proof["winners"]))
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise DomainError(f"{file.name} is not the public file of a published draw.") from error
    if faults:
        raise DomainError(f"{file.name} does not agree: {'; '.join(faults)}.")
    for place, code in enumerate(order, start=1):
        click.echo(f"{place}\t{code}")
    click.echo("All agrees.", err=True)


def _draw(session: Session, month: str) -> Draw:
    draw = session.scalar(select(Draw).where(Draw.slug == month))
    if draw is None:
        raise NotFound(f"There is no draw of {month}.")
    return draw


def _staff(session: Session, email: str, act: Act) -> User:
    user = get_user(session, email)
    if not user.active or not may([role.name for role in user.roles], act):
        raise Forbidden("The role of this account does not allow this.")
    return user


def _note(session: Session, act: str, draw: Draw, user: User) -> None:
    record(session, act, now=utc_now(), user_id=user.id, object_kind="draw", object_id=draw.id, details={"by": "cli"})
