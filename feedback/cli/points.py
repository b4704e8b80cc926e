"""`feedback points`: proof of the ledger, what customers hold, one customer's statement, rules tried on the past."""

import json
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from feedback.cli.context import with_app
from feedback.clock import utc_now
from feedback.customers.models import Customer
from feedback.db import db
from feedback.errors import DomainError, Invalid, NotFound
from feedback.points.bookkeeping import check_ledger, liability, statement
from feedback.points.programme import load_programme
from feedback.points.simulating import simulate, with_terms
from feedback.staff.company import load_company

day = click.DateTime(formats=["%Y-%m-%d"])


@click.group("points")
def group() -> None:
    """The points programme."""


@group.command("check")
@with_app
def check() -> None:
    """Prove the ledger: every lot and every debt is the sum of its entries. Exit code 1 where one is not."""
    faults = check_ledger(db.session())
    if faults.count:
        lots, debts = (", ".join(map(str, ids)) or "none" for ids in (faults.lots, faults.debts))
        raise click.ClickException(f"the ledger does not add up; lots: {lots}; debts: {debts}")
    click.echo("The ledger adds up.")


@group.command("liability")
@with_app
def show_liability() -> None:
    """What customers hold now: active, locked, held, owed."""
    held = liability(db.session(), utc_now())
    for name in ("active", "locked", "held", "total", "owed", "customers"):
        click.echo(f"{name}\t{getattr(held, name)}")


@group.command("statement")
@click.argument("customer")
@click.option("--since", type=day, required=True, help="First day.")
@click.option("--until", type=day, required=True, help="Last day.")
@with_app
def show_statement(customer: str, since: datetime, until: datetime) -> None:
    """Opening balance, points earned, used and lost, closing balance of CUSTOMER (external id)."""
    session = db.session()
    row_id = session.scalar(select(Customer.id).where(Customer.external_id == customer))
    if row_id is None:
        raise NotFound("There is no customer with this external id.")
    zone = ZoneInfo(load_company(session).timezone)
    end = date.fromordinal(until.date().toordinal() + 1)
    start, stop = (datetime.combine(d, time.min, zone) for d in (since.date(), end))
    told = statement(session, row_id, start, stop)
    for name in ("opening", "earned", "used", "lost", "closing"):
        click.echo(f"{name}\t{getattr(told, name)}")


@group.command("simulate")
@click.option("--since", type=day, required=True, help="First day.")
@click.option("--until", type=day, required=True, help="Last day.")
@click.option(
    "--rule", "changes", multiple=True, metavar="CODE=JSON", help='Such as purchase={"percent": 7, "late_days": 30}.'
)
@with_app
def simulate_rules(since: datetime, until: datetime, changes: tuple[str, ...]) -> None:
    """Replay a period under changed rules: points granted in truth beside those the rules would have granted."""
    session = db.session()
    programme = load_programme(session)
    for change in changes:
        code, _, text = change.partition("=")
        try:
            programme = with_terms(programme, code, json.loads(text))
        except json.JSONDecodeError as error:
            raise DomainError(f"The terms of {code} are not JSON: {error}.") from error
        except KeyError:
            known = ", ".join(dict.fromkeys(rule.code for rule in programme.versions))
            raise DomainError(f"There is no rule {code}. Rules: {known}.") from None
        except Invalid as error:
            wrong = "; ".join(f"{field}: {what}" for field, what in error.errors.items())
            raise DomainError(f"Terms of {code}: {wrong}.") from error
        except (TypeError, AttributeError):
            raise DomainError(f"The terms of {code} are not a JSON object.") from None
    click.echo("rule\tgranted\tsimulated")
    for row in simulate(session, since.date(), until.date(), programme):
        click.echo(f"{row.rule}\t{row.granted}\t{row.simulated}")
