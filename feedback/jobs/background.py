"""Background work that goes on: every job at its own pace, in a few threads of one process, until told to stop."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.engine import make_url

from feedback.clock import utc_now
from feedback.config import Settings
from feedback.db import db
from feedback.db.housekeeping import BACKGROUND
from feedback.jobs.leader import Leadership
from feedback.jobs.lock import ProcessLock
from feedback.jobs.running import Job, Outcome, Turn, record_run, run_job
from feedback.logs import log

HEARTBEAT = timedelta(seconds=15)
LOOK_FOR_LOCK = 1.0  # seconds
CLOCK_THREADS = 2


def background_lock(settings: Settings) -> ProcessLock:
    """Held by who does the background work: beside a SQLite database, which bears one; on PostgreSQL one a `serve`."""
    if settings.is_sqlite:
        return ProcessLock(Path(f"{make_url(settings.database_url).database}.worker"))
    return ProcessLock(settings.instance / "serve.lock")


class Background:
    """The scheduler with what it needs; it is started once."""

    def __init__(self, app: Flask, settings: Settings, jobs: Sequence[Job]) -> None:
        self._app, self._settings, self._jobs = app, settings, jobs
        self._stopping = Event()
        self._waiter: Thread | None = None
        self._ending: Thread | None = None
        self._scheduler: BackgroundScheduler | None = None
        self._leadership: Leadership | None = None

    def start(self) -> None:
        """Begin at once; the caller keeps the process alive."""
        with self._app.app_context():
            self._leadership = Leadership(db.engine)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        # A long queue of letters or texts must keep neither the clock nor the heartbeat waiting.
        shared = sum(job.is_shared for job in self._jobs)
        executors = {
            "default": ThreadPoolExecutor(CLOCK_THREADS),
            "shared": ThreadPoolExecutor(max(shared, 1)),
            "heart": ThreadPoolExecutor(1),
        }
        self._scheduler = BackgroundScheduler(executors=executors, job_defaults=defaults, timezone=UTC)
        self._add(self._beat, HEARTBEAT, "heartbeat", "heart")
        for job in self._jobs:
            self._add(self._work, job.every, job.name, "shared" if job.is_shared else "default", job)
        self._scheduler.start()
        log("feedback.jobs").info("background started", jobs=len(self._jobs))

    def start_when_free(self, lock: ProcessLock) -> None:
        """Begin as soon as the lock is ours: of several web processes one does the work, and another when it dies."""

        def wait() -> None:
            while not lock.acquire():
                if self._stopping.wait(LOOK_FOR_LOCK):
                    return
            self.start()

        self._waiter = Thread(target=wait, name="background-waiter", daemon=True)
        self._waiter.start()

    def stop(self, patience: float | None = None) -> bool:
        """Begin nothing more and let what runs come to the end of its batch; False when that takes longer (seconds)."""
        self._stopping.set()
        if self._ending is None:
            self._ending = Thread(target=self._end, name="background-end", daemon=True)
            self._ending.start()
        self._ending.join(patience)
        return not self._ending.is_alive()

    def _end(self) -> None:
        if self._waiter is not None:
            self._waiter.join()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
        if self._leadership is not None:
            self._leadership.give_up()

    def _add(self, function: object, every: timedelta, name: str, executor: str, *args: object) -> None:
        assert self._scheduler is not None
        trigger = IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)
        self._scheduler.add_job(
            function, trigger, args=args, id=name, name=name, executor=executor, next_run_time=datetime.now(UTC)
        )

    def _work(self, job: Job) -> None:
        """Run a job until it finds nothing more to do."""
        assert self._leadership is not None
        while not self._stopping.is_set() and (job.is_shared or self._leadership.is_held()):
            if not run_job(self._app, job, Turn(utc_now(), self._settings, self._stopping.is_set)).done:
                return

    def _beat(self) -> None:
        with self._app.app_context():
            record_run(BACKGROUND, utc_now(), Outcome(1))
