"""`feedback api-keys`: keys of other systems."""

import click

from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.staff.api_keys import Scope, all_keys, create_key, revoke_key
from feedback.staff.audit import record


@click.group("api-keys")
def group() -> None:
    """Keys by which other systems use the API."""


@group.command("create")
@click.option("--name", required=True, help="Which system will use it.")
@click.option("--scopes", required=True, help=f"One or more, separated by commas: {', '.join(Scope)}.")
@with_app
def create(name: str, scopes: str) -> None:
    """Make a key. Prints it alone, once, on standard output."""
    with transaction() as session:
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        row, key = create_key(session, name, wanted, utc_now())
        record(
            session,
            "create_api_key",
            now=utc_now(),
            object_kind="api_key",
            object_id=row.id,
            details={"scopes": wanted},
        )
    click.echo("The key is shown only now:", err=True)
    click.echo(key)


@group.command("list")
@with_app
def show() -> None:
    """List keys: prefix, name, scopes, when made, when last used, whether revoked."""
    for key in all_keys(db.session()):
        used = key.last_used_at.isoformat(timespec="minutes") if key.last_used_at else "never used"
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "active"
        click.echo(f"{key.prefix}…\t{key.name}\t{','.join(key.scopes)}\t{key.created_at:%Y-%m-%d}\t{used}\t{state}")


@group.command("revoke")
@click.argument("prefix")
@with_app
def revoke(prefix: str) -> None:
    """Make the key with this prefix void at once."""
    with transaction() as session:
        row = revoke_key(session, prefix.rstrip("…"), utc_now())
        record(session, "revoke_api_key", now=utc_now(), object_kind="api_key", object_id=row.id)
    click.echo(f"{row.prefix}… ({row.name}) is revoked.", err=True)
