"""`feedback export ...` as somebody types it."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cli.main import feedback
from feedback.conversations.judging import Labels
from feedback.db import transaction
from feedback.staff.models import AuditEntry
from tests.builders import NOW, staff
from tests.feedback.reports.judging import judged

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: CliRunner().invoke(feedback, list(words), obj=lambda: app)


def test_corrections_are_json_lines_and_the_export_is_audited(run: Run, session: Session) -> None:
    with transaction():
        user_id = staff(session).id
        judged(session, user_id, NOW, Labels("positive"), text="Спасибо 🎁\nи до встречи")
        judged(session, user_id, NOW)
    result = run("export", "corrections", "--format", "jsonl")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["text"], line["sentiment"], line["verdict"]) for line in lines] == [
        ("Спасибо 🎁\nи до встречи", "positive", "corrected"), ("Поздно", "negative", "confirmed"),
    ]  # fmt: skip
    assert "2 judgements written" in result.stderr
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "export_corrections")).one()
    assert (entry.details, entry.user_id) == ({"rows": 2, "format": "jsonl"}, None)


def test_nothing_judged_is_no_line(run: Run) -> None:
    result = run("export", "corrections")
    assert (result.exit_code, result.stdout) == (0, "")


def test_an_unknown_format_is_refused(run: Run) -> None:
    assert run("export", "corrections", "--format", "xml").exit_code == 2
