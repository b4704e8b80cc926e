"""`feedback import`: files of customers, purchases, returns and chats."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from feedback.api.chats import ChatIn
from feedback.api.wire import faults_of
from feedback.cli.context import with_app
from feedback.cli.import_report import Report, progress
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.conversations.given import GivenChat
from feedback.conversations.registering import register_chats
from feedback.customers.given import Taken
from feedback.customers.importing.layouts import CUSTOMERS, PURCHASES, RETURNS, Layout
from feedback.customers.importing.lines import open_lines, read_objects
from feedback.customers.importing.reading import ReadRow, read_batches
from feedback.customers.importing.rejected import RejectedRows
from feedback.customers.importing.tables import open_table
from feedback.customers.registering import register_customers, register_purchases
from feedback.customers.returns import register_returns
from feedback.db import db, transaction
from feedback.errors import Invalid
from feedback.staff.company import Company, load_company

BATCH, CHATS_BATCH = 1000, 200
FILE = click.argument("file", type=click.Path(path_type=Path))
Row = TypeVar("Row")
Register = Callable[[Session, list[Any], Company], list[Taken]]


@click.group("import")
def group() -> None:
    """Take in files; the same file again changes nothing.

    Exit code: 0 all in, 1 some rows were rejected, 2 the file is of no use.
    """


@group.command("purchases")
@FILE
@with_app
def purchases(file: Path) -> None:
    """Purchases with their customers (CSV or XLSX)."""
    secret = current_settings().secret_key
    _import_table(file, PURCHASES, lambda session, rows, company: register_purchases(
        session, rows, utc_now(), secret, home=company.country, source="import"))  # fmt: skip


@group.command("customers")
@FILE
@with_app
def customers(file: Path) -> None:
    """Customers who may have bought nothing yet (CSV or XLSX)."""
    secret = current_settings().secret_key
    _import_table(file, CUSTOMERS, lambda session, rows, company: register_customers(
        session, rows, utc_now(), secret, home=company.country, source="import"))  # fmt: skip


@group.command("returns")
@FILE
@with_app
def returns(file: Path) -> None:
    """Returns of known purchases (CSV or XLSX); an empty amount means the whole purchase."""
    _import_table(file, RETURNS, lambda session, rows, company: register_returns(session, rows, utc_now()))


@group.command("chats")
@FILE
@with_app
def chats(file: Path) -> None:
    """Transcripts of chats (JSON lines, each a chat as POST /api/v1/chats takes it)."""
    secret, company, report = current_settings().secret_key, _company(), Report()
    with (
        open_lines(file) as lines,
        RejectedRows(file, ["chat"]) as rejected,
        progress(file.name, lines.size) as advance,
    ):
        for batch in read_objects(lines, _chat, CHATS_BATCH):
            _take(batch, lambda session, rows, company: register_chats(
                session, rows, utc_now(), secret, home=company.country, source="import"),
                company, report, rejected)  # fmt: skip
            advance(lines.done, report.rows)
    report.show(rejected)


def _chat(line: object) -> GivenChat:
    try:
        return ChatIn.model_validate(line).to_given()
    except ValidationError as error:
        raise Invalid("This is no chat.", faults_of(error)) from None


def _import_table(file: Path, layout: Layout[Row], register: Register) -> None:
    company = _company()
    with open_table(file) as table:
        header = layout.header(table.header, file.name)
        with RejectedRows(file, table.header) as rejected, progress(file.name, table.size) as advance:
            report = Report()
            for batch in read_batches(layout, header, table.rows, ZoneInfo(company.timezone), BATCH):
                _take(batch, register, company, report, rejected)
                advance(table.done, report.rows)
    report.show(rejected)


def _company() -> Company:
    company = load_company(db.session())
    db.session.rollback()
    return company


def _take(
    batch: list[ReadRow[Row]], register: Register, company: Company, report: Report, rejected: RejectedRows
) -> None:
    good = [row for row in batch if row.given is not None]
    with transaction() as session:
        taken = register(session, [row.given for row in good], company)
    answers = {row.number: answer for row, answer in zip(good, taken, strict=True)}
    for row in batch:
        answer = answers.get(row.number) or Taken.rejected(row.errors)
        report.note(row.number, answer)
        if answer.errors:
            rejected.add(row.number, answer.reason, row.cells)
