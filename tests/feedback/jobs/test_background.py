"""Background work goes on until it is stopped, in one process of those that could do it."""

from datetime import timedelta
from pathlib import Path
from threading import Event

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.config import Settings
from feedback.db.housekeeping import BACKGROUND, JobRun
from feedback.jobs.background import Background, background_lock
from feedback.jobs.lock import ProcessLock
from feedback.jobs.running import Job, Turn

PATIENCE = 120  # seconds that a busy machine may take


class Bell:
    """A job that rings."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.rung = Event()
        self.turns: list[Turn] = []
        self.is_broken = is_broken
        self.job = Job("bell", self.ring, timedelta(seconds=0.2))

    def ring(self, turn: Turn) -> int:
        self.turns.append(turn)
        if self.is_broken:
            raise OSError("broken")
        self.rung.set()
        return 0


def test_it_works(app: Flask, session: Session, settings: Settings) -> None:
    bell, broken = Bell(), Bell(is_broken=True)
    background = Background(app, settings, [Job("broken", broken.ring, timedelta(seconds=0.2)), bell.job])
    background.start()
    assert bell.rung.wait(PATIENCE)
    bell.rung.clear()
    assert bell.rung.wait(PATIENCE)  # again and again, beside a job that fails
    background.stop()
    bell.rung.clear()
    assert not bell.rung.wait(0.5)
    assert abs(bell.turns[0].now - utc_now()) < timedelta(minutes=1)
    assert bell.turns[0].is_stopping()
    beat = session.scalar(select(JobRun.finished_at).where(JobRun.name == BACKGROUND))
    assert beat is not None
    assert abs(beat - utc_now()) < timedelta(minutes=1)


def test_long_work_keeps_neither_the_clock_nor_the_heartbeat_waiting(
    app: Flask, session: Session, settings: Settings
) -> None:
    at_work, done, bell = Event(), Event(), Bell()

    def long(_turn: Turn) -> int:
        at_work.set()
        done.wait(PATIENCE)
        return 0

    jobs = [Job(f"long {n}", long, timedelta(seconds=0.2), is_shared=True) for n in range(4)]
    background = Background(app, settings, [*jobs, bell.job])
    background.start()
    assert at_work.wait(PATIENCE)
    for _ in range(3):
        assert bell.rung.wait(PATIENCE)
        bell.rung.clear()
    assert background.stop(patience=0.1) is False
    done.set()
    assert background.stop(PATIENCE)
    assert session.scalar(select(JobRun.done).where(JobRun.name == BACKGROUND)) == 1


def test_the_second_waits_for_the_first(app: Flask, settings: Settings) -> None:
    lock, bell = background_lock(settings), Bell()
    assert lock.acquire()
    background = Background(app, settings, [bell.job])
    background.start_when_free(background_lock(settings))
    assert not bell.rung.wait(1.5)
    lock.release()
    assert bell.rung.wait(PATIENCE)
    background.stop()


def test_one_that_waits_can_be_stopped(app: Flask, settings: Settings) -> None:
    lock, bell = background_lock(settings), Bell()
    assert lock.acquire()
    background = Background(app, settings, [bell.job])
    background.start_when_free(background_lock(settings))
    background.stop()
    lock.release()
    assert not bell.turns


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path / "lock"), ProcessLock(tmp_path / "lock")
    assert [first.acquire(), first.acquire(), second.acquire()] == [True, True, False]
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_of_sqlite_stands_beside_the_database(settings: Settings) -> None:
    path = background_lock(settings).path
    assert path.name == ("feedback.db.worker" if settings.is_sqlite else "serve.lock")
    assert path.parent == settings.instance
