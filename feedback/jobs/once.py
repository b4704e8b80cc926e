"""`run-due`: everything that is due, until no job finds anything more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask

from feedback.config import Settings
from feedback.jobs.running import Job, Turn, run_job

MOST_ROUNDS = 2000  # a job that never finds an end must not run for ever


@dataclass
class Summary:
    """How much each job did, and why those that failed did."""

    done: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    is_finished: bool = True

    @property
    def total(self) -> int:
        return sum(self.done.values())


def run_due(
    app: Flask,
    jobs: Sequence[Job],
    now: datetime,
    settings: Settings,
    told: Callable[[str, int], None] = lambda _name, _count: None,
    rounds: int = MOST_ROUNDS,
) -> Summary:
    """Do all work due at `now`; a job that fails is not tried again and does not stop the others.

    `told` hears of each job's progress.
    """
    summary = Summary(done={job.name: 0 for job in jobs})
    for _ in range(rounds):
        progress = 0
        for job in jobs:
            if job.name in summary.failures:
                continue
            outcome = run_job(app, job, Turn(now, settings))
            summary.done[job.name] += outcome.done
            progress += outcome.done
            if outcome.reason is not None:
                summary.failures[job.name] = outcome.reason
            if outcome.done:
                told(job.name, summary.done[job.name])
        if not progress:
            return summary
    summary.is_finished = False
    return summary
