"""`feedback reanalyse`, as somebody types it, with the background work between."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.cli.main import feedback
from feedback.db import transaction
from feedback.errors import ConfigurationError
from surveys.responses.models import AnswerAnalysis
from tests.builders import NOW
from tests.feedback.cli.test_work import answer

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs the command line in this application."""
    return lambda *words: CliRunner().invoke(feedback, list(words), obj=lambda: app)


def read_by_another(session: Session) -> None:
    with transaction():
        answer(session)
        answer(session)
        old = {
            "sentiment": "positive",
            "model_name": "older",
            "model_version": "1",
            "language": "ru",
            "is_unsure": True,
        }
        session.execute(update(AnswerAnalysis).values(state="done", analysed_at=NOW, attempts=1, **old))


def test_it_works(run: Run, session: Session) -> None:
    read_by_another(session)
    begun = run("reanalyse")
    assert begun.exit_code == 0, begun.output
    assert "under way; opens no cases." in begun.stdout
    assert "answers: 0 read again, 2 to go, 0 kept as they were" in begun.stdout
    assert run("run-due").exit_code == 0
    done = run("reanalyse", "--report").stdout
    for line in (
        ": finished 20", "answers: 2 read again, 0 to go", "  before: older 1 (2)", "  another sentiment: 2 (100.0%)",
        "  positive           2         0         0", "  unsure: 2 before, 0 after",
        "  refund: 0 before, 2 after, 0 both times", "chats: 0 read again",
    ):  # fmt: skip
        assert line in done
    assert run("reanalyse").stdout == done
    session.rollback()
    assert session.scalars(select(AnswerAnalysis.sentiment)).all() == ["negative", "negative"]


def test_nothing_to_do(run: Run) -> None:
    assert run("reanalyse").stdout == run("reanalyse", "--report").stdout == "Nothing was read by another model.\n"


def test_a_model_that_is_nowhere_begins_nothing(app_factory: Callable[..., Flask], session: Session) -> None:
    read_by_another(session)
    app = app_factory(sentiment_model="/no/such/folder")
    result = CliRunner().invoke(feedback, ["reanalyse"], obj=lambda: app)
    assert isinstance(result.exception, ConfigurationError)
    session.rollback()
    assert set(session.scalars(select(AnswerAnalysis.is_stale))) == {False}
