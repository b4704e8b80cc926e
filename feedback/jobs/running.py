"""Running one job: in its own application context, with a record of its last run, and without harm to the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.db.housekeeping import JobRun
from feedback.errors import DomainError
from feedback.logs import error_place, log

RECORD_EVERY = timedelta(seconds=60)  # how often a job that found nothing to do says so


@dataclass(frozen=True)
class Turn:
    """What a job is handed. Long ones ask `is_stopping` between their batches."""

    now: datetime
    settings: Settings
    is_stopping: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Job:
    """Something to be done again and again. `run` returns how much it did; it is called outside of any transaction.

    Work of which each worker claims its own part `is_shared`; the rest runs on one worker at a time, the leader.
    """

    name: str
    run: Callable[[Turn], int]
    every: timedelta
    is_shared: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run of a job came to: how much was done, and the kind and place of the error that ended it."""

    done: int
    error: str | None = None
    reason: str | None = None


def run_job(app: Flask, job: Job, turn: Turn) -> Outcome:
    """Run a job once and record it; an error is logged and returned, never raised."""
    with app.app_context():
        try:
            outcome = Outcome(job.run(turn))
        except Exception as error:  # whatever it is, the other jobs must go on
            db.session.rollback()
            log("feedback.jobs").error("job failed", job=job.name, exc_info=error)
            outcome = Outcome(0, error_place(error), _reason(error))
        if outcome.done:
            log("feedback.jobs").info("job done", job=job.name, count=outcome.done)
        record_run(job.name, turn.now, outcome)
    return outcome


def record_run(name: str, now: datetime, outcome: Outcome) -> None:
    """Keep the last run of a job; one that found nothing to do, after one that went well, only once a minute."""
    session = db.session()
    last = session.execute(select(JobRun.finished_at, JobRun.error).where(JobRun.name == name)).one_or_none()
    is_recent = (
        last is not None and last.finished_at is not None and timedelta(0) <= now - last.finished_at < RECORD_EVERY
    )
    if is_recent and last is not None and last.error == outcome.error and not outcome.done:
        return
    with transaction() as writing:
        _upsert(writing, name=name, started_at=now, finished_at=now, done=outcome.done, error=outcome.error)


def _upsert(session: Session, **values: Any) -> None:
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(JobRun).values(**values)
    changes = {key: value for key, value in values.items() if key != "name"}
    session.execute(statement.on_conflict_do_update(index_elements=[JobRun.name], set_=changes))


def _reason(error: BaseException) -> str:
    if isinstance(error, DomainError):
        return error.message
    return f"{type(error).__name__} in {error_place(error).splitlines()[-1].strip()}"
