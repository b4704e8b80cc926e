"""`feedback run-due`, `feedback retry-analyses` and `feedback doctor`, as somebody types them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from feedback.cli.main import feedback
from feedback.clock import utc_now
from feedback.config import Settings
from feedback.db import transaction
from feedback.db.housekeeping import BACKGROUND, JobRun
from feedback.jobs.registry import JOBS
from feedback.messages.models import Message
from feedback.staff.models import Role, User
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import AnswerAnalysis
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, invitation, purchase
from tests.feedback.messages.smtp_sink import SinkController, SmtpSink

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs the command line in this application."""
    return lambda *words, **given: CliRunner().invoke(feedback, list(words), obj=lambda: app, **given)


@pytest.fixture
def mail_server() -> Iterator[str]:
    """The address of a mail server that takes everything."""
    controller = SinkController(SmtpSink())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def answer(session: Session) -> None:
    answers = (GivenAnswer("score", "nps", number=9), GivenAnswer("why", "text", text="Ужасно, верните деньги!"))
    submit_response(session, invitation(session).id, Submission(answers, "ru", is_complete=True), NOW)


def counts(result: Result) -> dict[str, str]:
    return {line.split(None, 1)[0]: line.split(None, 1)[1] for line in result.stdout.splitlines()}


def test_run_due(run: Run, session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session, delivered_at=NOW - timedelta(days=4))
        answer(session)
    result = run("run-due", "--now", NOW.isoformat())
    assert result.exit_code == 0, result.output
    done = counts(result)
    assert list(done) == [job.name for job in JOBS]
    assert done["send_messages"] == "1"
    assert done["analyse_answers"] == "1"
    assert len(list(settings.outbox.glob("**/*.eml"))) == 1
    session.rollback()
    assert session.scalars(select(Message.sent_at)).one() == pytest.approx(NOW, abs=timedelta(minutes=1))
    assert session.scalars(select(AnswerAnalysis.analysed_at)).one() == NOW
    again = counts(run("run-due", "--now", NOW.isoformat()))
    assert set(again.values()) == {"0"}


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", ""])
def test_a_moment_that_is_none_is_refused(run: Run, moment: str) -> None:
    result = run("run-due", "--now", moment)
    assert result.exit_code == 2
    assert "2026-03-31T09:00" in result.output


def test_a_failing_job_gives_exit_code_1_and_the_reason(run: Run, session: Session) -> None:
    with transaction():
        purchase(session, delivered_at=NOW - timedelta(days=4))
        session.execute(text("ALTER TABLE draw_entries RENAME TO draw_entries_gone"))
    result = run("run-due", "--now", NOW.isoformat())
    assert result.exit_code == 1
    assert "enter_draws failed" in result.stderr
    assert "Error in " in result.stderr
    assert counts(result)["send_messages"] == "1"


def test_retry_analyses(run: Run, session: Session) -> None:
    with transaction():
        answer(session)
        session.execute(update(AnswerAnalysis).values(state="failed", attempts=5))
    assert run("retry-analyses").stdout == "1 will be tried again.\n"
    assert counts(run("run-due", "--now", NOW.isoformat()))["analyse_answers"] == "1"
    session.rollback()
    assert session.scalars(select(AnswerAnalysis.state)).all() == ["done"]


def healthy(app_factory: Callable[..., Flask], session: Session, url: str) -> Flask:
    with transaction():
        admin = session.scalars(select(Role).where(Role.name == "admin")).one()
        session.add(User(email="a@shop.example", fs_uniquifier="x", created_at=NOW, roles=[admin]))
        session.merge(JobRun(name=BACKGROUND, started_at=utc_now(), finished_at=utc_now(), done=1))
    return app_factory(base_url="https://feedback.shop.example", smtp_url=url, mail_from="Shop <a@shop.example>")


def test_a_healthy_installation(
    app_factory: Callable[..., Flask], session: Session, settings: Settings, mail_server: str
) -> None:
    settings.instance.chmod(0o700)
    app = healthy(app_factory, session, mail_server)
    result = CliRunner().invoke(feedback, ["doctor"], obj=lambda: app)
    assert (result.exit_code, result.stdout) == (0, "No problems found.\n")


def test_doctor_says_what_is_wrong(app_factory: Callable[..., Flask], session: Session, settings: Settings) -> None:
    with transaction():
        answer(session)
        session.execute(update(AnswerAnalysis).values(state="failed"))
        to = customer(session)
        values = {"kind": "recovery", "channel": "email", "customer_id": to.id, "language": "ru", "created_at": NOW}
        session.add(Message(idempotency_key="1", state="uncertain", send_at=NOW, **values))
        session.add(Message(idempotency_key="2", state="queued", send_at=NOW, **values))
        error = "KeyError\n  a.py:1 f"
        session.add(JobRun(name="plan_invitations", started_at=NOW, finished_at=NOW, done=0, error=error))
    settings.instance.chmod(0o755)
    (settings.instance / "secret_key").chmod(0o644)
    app = app_factory(base_url="http://localhost:8000", smtp_url="smtp://127.0.0.1:1")
    result = CliRunner().invoke(feedback, ["doctor"], obj=lambda: app)
    assert result.exit_code == 1
    for words in (
        "FEEDBACK_BASE_URL is http://localhost:8000", "the mail server cannot be used", "mail servers refuse mail",
        "chmod 600", "Nobody can log in as admin", "1 messages are uncertain", "more than an hour late",
        "1 answers could not be analysed", "plan_invitations failed at 2026-03-11 10:00 UTC: KeyError",
        "No background work is running",
    ):  # fmt: skip
        assert words in result.stdout


def test_a_model_that_is_not_there_is_told_and_texts_wait(app_factory: Callable[..., Flask], session: Session) -> None:
    with transaction():
        answer(session)
    app = app_factory(sentiment_model="/no/such/model")
    result = CliRunner().invoke(feedback, ["doctor"], obj=lambda: app)
    reason = "FEEDBACK_SENTIMENT_MODEL: "
    assert reason in result.stdout
    assert "none is lost" in result.stdout
    done = CliRunner().invoke(feedback, ["run-due", "--now", NOW.isoformat()], obj=lambda: app)
    assert done.exit_code == 1
    assert f"analyse_answers failed: {reason}" in done.stderr
    session.rollback()
    assert session.execute(select(AnswerAnalysis.state, AnswerAnalysis.attempts)).all() == [("waiting", 0)]


def test_doctor_changes_nothing_of_an_old_database(app: Flask, session: Session) -> None:
    with transaction():
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    result = CliRunner().invoke(feedback, ["doctor"], obj=lambda: app)
    assert "feedback db upgrade" in result.stdout
    session.rollback()
    assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


def test_doctor_without_a_database(app_factory: Callable[..., Flask]) -> None:
    app = app_factory(database_url="postgresql://nobody@127.0.0.1:1/nothing")
    result = CliRunner().invoke(feedback, ["doctor"], obj=lambda: app)
    assert result.exit_code == 1
    assert "The database cannot be used (OperationalError): check FEEDBACK_DATABASE_URL." in result.stdout
