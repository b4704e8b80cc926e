"""`feedback points`: the proof, the liability, a statement, rules tried on the past."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.cli.main import feedback as command
from feedback.db import transaction
from feedback.points.accruing import accrue_purchases
from feedback.points.ledger import award
from feedback.points.models import PointsEntry, PointsLot
from feedback.points.rules import Rule, gift_grant
from tests.builders import NOW, customer, purchase

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *args: CliRunner().invoke(command, ["points", *args], obj=lambda: app)


@pytest.fixture
def shop(session: Session) -> None:
    with transaction():
        owner = customer(session, external_id="C-1")
        purchase(session, owner, amount=400_000)
        accrue_purchases(session, NOW)
        award(session, owner.id, gift_grant(Rule.VISIT, 500, NOW), "v", NOW)


@pytest.mark.usefixtures("shop")
def test_the_ledger_is_proved(run: Run, session: Session) -> None:
    assert (run("check").exit_code, run("check").output) == (0, "The ledger adds up.\n")
    with transaction():
        session.query(PointsLot).filter_by(rule="visit").update({"remaining": 1})
        lot_id = session.scalar(select(PointsLot.id).where(PointsLot.rule == "visit"))
    told = run("check")
    assert told.exit_code == 1
    assert f"lots: {lot_id}; debts: none" in told.output


@pytest.mark.usefixtures("shop")
def test_what_customers_hold(run: Run) -> None:
    with time_machine.travel(NOW):
        told = dict(line.split("\t") for line in run("liability").output.splitlines())
    assert told == {"active": "500", "locked": "200", "held": "0", "total": "700", "owed": "0", "customers": "1"}


@pytest.mark.usefixtures("shop")
def test_a_statement(run: Run) -> None:
    day = f"{NOW:%Y-%m-%d}"
    told = run("statement", "C-1", "--since", day, "--until", day).output.splitlines()
    assert told == ["opening\t0", "earned\t700", "used\t0", "lost\t0", "closing\t700"]
    assert str(run("statement", "X", "--since", day, "--until", day).exception).startswith("There is no customer")


@pytest.mark.usefixtures("shop")
def test_rules_are_tried_on_the_past_and_nothing_is_written(run: Run, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(PointsEntry))
    days = ("--since", f"{NOW - timedelta(days=9):%Y-%m-%d}", "--until", f"{NOW:%Y-%m-%d}")
    told = run(
        "simulate", *days, "--rule", 'purchase={"percent": 10, "late_days": 30}', "--rule", 'visit={"points": 50}'
    )
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in told.output.splitlines()[1:]}
    assert (rows["purchase"], rows["visit"], rows["membership"]) == (["200", "400"], ["500", "50"], ["0", "5"])
    assert session.scalar(select(func.count()).select_from(PointsEntry)) == before


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("purchase=7", "not a JSON object"),
        ("purchase={", "not JSON"),
        ("x={}", "no rule x"),
        ("visit={}", "points: 0..1000000"),
    ],
)
def test_wrong_rules_are_told(run: Run, rule: str, words: str) -> None:
    told = run("simulate", "--since", "2026-01-01", "--until", "2026-01-02", "--rule", rule)
    assert words in str(told.exception)
