"""`feedback users`: accounts of the staff."""

import sys

import click
from sqlalchemy import select

from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.staff import accounts
from feedback.staff.audit import record
from feedback.staff.company import load_company
from feedback.staff.models import User
from feedback.staff.roles import RoleName

ROLE = click.Choice([str(role) for role in RoleName])


@click.group("users")
def group() -> None:
    """Accounts of the staff."""


@group.command("add")
@click.option("--email", required=True)
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="May be given several times.")
@click.option("--name", default="")
@click.option("--language", type=click.Choice(accounts.LANGUAGES), help="Default: the company's.")
@click.option("--timezone", help="Default: the company's.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@with_app
def add(
    email: str, roles: tuple[str, ...], name: str, language: str | None, timezone: str | None, password_stdin: bool
) -> None:
    """Add an account. Prints the made password alone, once, on standard output."""
    password = _given_password() if password_stdin else accounts.new_password()
    with transaction() as session:
        company = load_company(session)
        user = accounts.add_user(
            session, email, roles, password, utc_now(), name=name,
            language=language or company.language, timezone=timezone or company.timezone,
        )  # fmt: skip
        record(
            session, "add_user", now=utc_now(), object_kind="user", object_id=user.id, details={"roles": list(roles)}
        )
    if not password_stdin:
        click.echo("The password is shown only now:", err=True)
        click.echo(password)


@group.command("list")
@with_app
def show() -> None:
    """List accounts: e-mail, roles, whether they may log in, whether two-step login is on."""
    for user in db.session.scalars(select(User).order_by(User.email)):
        state = "active" if user.active else "disabled"
        second = "two-step" if user.tf_totp_secret else "password only"
        click.echo(f"{user.email}\t{','.join(role.name for role in user.roles)}\t{state}\t{second}\t{user.name}")


@group.command("disable")
@click.option("--email", required=True)
@with_app
def disable(email: str) -> None:
    """Keep somebody out; their sessions end at once."""
    _change_state(email, is_active=False)


@group.command("enable")
@click.option("--email", required=True)
@with_app
def enable(email: str) -> None:
    """Let somebody in again."""
    _change_state(email, is_active=True)


@group.command("reset-password")
@click.option("--email", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
@click.option("--second-factor-off", is_flag=True, help="Also forget the authenticator (a lost phone).")
@with_app
def reset_password(email: str, password_stdin: bool, second_factor_off: bool) -> None:
    """Give a new password, printed once; old sessions end."""
    password = _given_password() if password_stdin else accounts.new_password()
    with transaction() as session:
        user = accounts.get_user(session, email)
        accounts.set_password(session, user, password)
        if second_factor_off:
            accounts.turn_off_second_factor(session, user)
        details = {"second_factor_off": second_factor_off}
        record(session, "reset_password", now=utc_now(), object_kind="user", object_id=user.id, details=details)
    if not password_stdin:
        click.echo("The password is shown only now:", err=True)
        click.echo(password)


def _change_state(email: str, is_active: bool) -> None:
    with transaction() as session:
        user = accounts.get_user(session, email)
        accounts.set_active(session, user, is_active)
        act = "enable_user" if is_active else "disable_user"
        record(session, act, now=utc_now(), object_kind="user", object_id=user.id)
    click.echo(f"{user.email} is {'active' if is_active else 'disabled'}.", err=True)


def _given_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")
