import json
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cli.main import feedback as command
from feedback.db import transaction
from feedback.draws.models import Draw
from feedback.draws.proof import proof_of
from feedback.errors import DomainError
from feedback.staff.models import AuditEntry
from tests.builders import staff
from tests.feedback.draws.draws import AFTER, IN_MARCH, closed, planned

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *args: CliRunner().invoke(command, ["draws", *args], obj=lambda: app)


def test_it_works(run: Run, session: Session, tmp_path: Path) -> None:
    with transaction():
        closed(session, "AAA", "BBB", "CCC", "DDD")
        staff(session, "prize_manager", email="prizes@company.example")
    by = ("2026-03", "--by", "prizes@company.example")
    with time_machine.travel(AFTER):
        assert run("run", *by).exit_code == 0
        assert "/draws/2026-03" in run("publish", *by).output
        assert run("list").output == "2026-03\tdraw\tpublished\n"
        again = run("publish", *by)
    assert (again.exit_code, str(again.exception)) == (1, "The result is published already.")
    session.rollback()
    draw = session.scalars(select(Draw)).one()
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof_of(session, draw)))
    verified = run("verify", str(path))
    assert verified.exit_code == 0
    assert [line.split("\t")[0] for line in verified.stdout.splitlines()] == ["1", "2", "3"]
    assert session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all() == ["run_draw", "publish_draw"]


def test_opening_says_what_is_missing_and_who_may(run: Run, session: Session) -> None:
    with transaction():
        planned(session, organiser="")
        staff(session, "advocate", email="advocate@company.example")
        staff(session, "admin", email="admin@company.example")
    with time_machine.travel(IN_MARCH):
        for email, words in (
            ("advocate@company.example", "role of this account"), ("nobody@company.example", "no account"),
            ("admin@company.example", "Missing: organiser"),
        ):  # fmt: skip
            refused = run("open", "2026-03", "--by", email)
            assert isinstance(refused.exception, DomainError)
            assert words in refused.exception.message
        assert isinstance(run("open", "2030-01", "--by", "admin@company.example").exception, DomainError)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"codes": [1]}', '{"codes": [], "secret": "x"}'])
def test_what_is_no_public_file_is_told_in_a_line(run: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(content)
    refused = run("verify", str(path))
    assert isinstance(refused.exception, DomainError)
    assert "not the public file" in refused.exception.message
