"""All that is due is done, whatever one of the jobs meets."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer
from feedback.db import db, transaction
from feedback.db.housekeeping import JobRun
from feedback.errors import Conflict
from feedback.jobs.once import run_due
from feedback.jobs.running import Job, Turn, run_job
from tests.builders import NOW, customer

MINUTE = timedelta(minutes=1)


def counting_down(amounts: list[int], seen: list[datetime] | None = None) -> Callable[[Turn], int]:
    """A job's work that does the given amounts in turn, and then nothing."""
    left = list(amounts)

    def run(turn: Turn) -> int:
        if seen is not None:
            seen.append(turn.now)
        return left.pop(0) if left else 0

    return run


def failing(_turn: Turn) -> int:
    with transaction() as session:
        session.execute(update(Customer).values(name="Мария"))
        raise ValueError("elena@shop.example said: ужас")


def run_of(session: Session, name: str) -> JobRun:
    session.rollback()
    return session.scalars(select(JobRun).where(JobRun.name == name).execution_options(populate_existing=True)).one()


def test_it_works(app: Flask, settings: Settings) -> None:
    seen: list[datetime] = []
    jobs = [Job("first", counting_down([3, 2], seen), MINUTE), Job("second", counting_down([0, 0, 0, 7]), MINUTE)]
    summary = run_due(app, jobs, NOW, settings)
    assert summary.done == {"first": 5, "second": 0}  # the third round found nothing to do in either, and was the last
    assert (summary.total, summary.failures, summary.is_finished) == (5, {}, True)
    assert set(seen) == {NOW}


def test_work_that_another_job_made_is_done_too(app: Flask, settings: Settings) -> None:
    jobs = [Job("later", counting_down([0, 4]), MINUTE), Job("first", counting_down([1]), MINUTE)]
    assert run_due(app, jobs, NOW, settings).done == {"later": 4, "first": 1}


def test_a_job_that_fails_does_not_stop_the_others(app: Flask, session: Session, settings: Settings) -> None:
    with transaction():
        customer(session, name="Елена")
    jobs = [Job("bad", failing, MINUTE), Job("good", counting_down([1, 1, 1]), MINUTE)]
    summary = run_due(app, jobs, NOW, settings)
    assert summary.done == {"bad": 0, "good": 3}
    assert summary.failures["bad"].startswith("ValueError in ")
    session.rollback()
    assert session.scalars(select(Customer.name)).all() == ["Елена"]


def test_the_reason_of_a_failure_is_kept_without_what_customers_wrote(
    app: Flask, session: Session, settings: Settings
) -> None:
    outcome = run_job(app, Job("bad", failing, MINUTE), Turn(NOW, settings))
    kept = run_of(session, "bad")
    assert outcome.error == kept.error
    assert "ValueError" in str(kept.error)
    assert "test_once.py" in str(kept.error)
    assert "ужас" not in str(kept.error)
    assert "elena" not in str(kept.error)


def test_our_own_errors_say_what_they_say(app: Flask, settings: Settings) -> None:
    def refuse(_turn: Turn) -> int:
        raise Conflict("The draw is closed.")

    assert run_due(app, [Job("draw", refuse, MINUTE)], NOW, settings).failures == {"draw": "The draw is closed."}


def test_a_job_without_an_end_is_stopped(app: Flask, settings: Settings) -> None:
    summary = run_due(app, [Job("endless", lambda _turn: 1, MINUTE)], NOW, settings, rounds=5)
    assert (summary.done, summary.is_finished) == ({"endless": 5}, False)


@pytest.mark.parametrize("later", [timedelta(seconds=5), timedelta(minutes=2)])
def test_an_idle_job_is_recorded_once_a_minute(
    app: Flask, session: Session, settings: Settings, later: timedelta
) -> None:
    idle = Job("idle", counting_down([]), MINUTE)
    run_job(app, idle, Turn(NOW, settings))
    run_job(app, idle, Turn(NOW + later, settings))
    assert run_of(session, "idle").finished_at == (NOW if later < MINUTE else NOW + later)


def test_a_recovered_job_is_recorded_at_once(app: Flask, session: Session, settings: Settings) -> None:
    run_job(app, Job("job", failing, MINUTE), Turn(NOW, settings))
    run_job(app, Job("job", counting_down([]), MINUTE), Turn(NOW + timedelta(seconds=1), settings))
    assert run_of(session, "job").error is None


def test_a_job_leaves_no_transaction_open(app: Flask, session: Session, settings: Settings) -> None:
    run_job(app, Job("bad", failing, MINUTE), Turn(NOW, settings))
    with transaction():  # would wait for ever, or fail, if the job still held the write lock
        customer(session)
    assert db.session.scalar(select(Customer.id)) is not None
