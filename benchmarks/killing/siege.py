"""The siege: work flows all the time, and again and again a process dies in the middle of it."""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from benchmarks.killing.customers import Crowd, add_purchases
from benchmarks.killing.postbox import Postbox
from benchmarks.killing.proving import Finding, prove
from benchmarks.killing.victims import Victims, free_port
from feedback.app import create_app
from feedback.cli.context import prepare_database
from feedback.clock import utc_now
from feedback.config import load_settings
from feedback.conversations.batches import LEASE
from feedback.db import db
from feedback.messages.models import Message, MessageState
from surveys.responses.models import AnswerAnalysis

AHEAD = 250  # purchases that are always waiting to be asked about
SLOWNESS = 0.03  # seconds that the mail server takes for a letter
CROWD = 4  # customers who answer at once
AIMS = ("sending", "submitting", "analysing")
AIM_PATIENCE = 30.0
QUIET_PATIENCE = 240.0  # seconds for the leases of the dead to end and the rest to be done
AFTER_ALL_LEASES = timedelta(minutes=15)


@dataclass
class Report:
    """What was killed, in the middle of what, and what held."""

    kills: Counter[str] = field(default_factory=Counter)
    amid: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    interrupted: int = 0  # answers on their way when the server died
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        return all(finding.is_true for finding in self.findings) and not any(self.exit_codes)


def besiege(database_url: str, instance: Path, kills: int, seed: int, ahead: int = AHEAD) -> Report:
    """Kill `kills` times and compare in the end. The database must be a fresh one."""
    started = time.monotonic()
    chance, report, postbox = random.Random(seed), Report(), Postbox(free_port(), SLOWNESS)
    postbox.open()
    port = free_port()
    settings = load_settings(
        instance=instance, database_url=database_url, smtp_url=f"{postbox.url}?tls=off",
        base_url=f"http://127.0.0.1:{port}", mail_from="Shop <shop@shop.example>",
    )  # fmt: skip
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("FEEDBACK_")},
        "FEEDBACK_INSTANCE": str(instance), "FEEDBACK_DATABASE_URL": database_url,
        "FEEDBACK_BASE_URL": settings.base_url, "FEEDBACK_SMTP_URL": settings.smtp_url or "",
        "FEEDBACK_MAIL_FROM": settings.mail_from, "FEEDBACK_SECRET_KEY": settings.secret_key,
    }  # fmt: skip
    victims = Victims(environment, port, instance / "processes.log", is_sqlite=settings.is_sqlite)
    people = Crowd(postbox, port, CROWD, seed)
    with create_app(settings).app_context(), victims:
        prepare_database()
        add_purchases(2 * ahead, utc_now())
        victims.start()
        people.begin()
        for _ in range(kills):
            amid = _wait_for(chance.choice(AIMS), people, postbox, ahead)
            report.kills[victims.kill_one(chance)] += 1
            report.amid.update(amid or ["nothing"])
            victims.start()
        _wait_until_quiet()
        people.leave()
        report.exit_codes, report.interrupted = victims.stop(), people.memory.broken
        victims.run_once("run-due", "--now", (utc_now() + AFTER_ALL_LEASES).isoformat())
        db.session.rollback()
        report.findings = prove(db.session(), people.memory, postbox)
        db.session.remove()
        db.engine.dispose()
    postbox.close()
    report.seconds = time.monotonic() - started
    return report


def _wait_for(aim: str, people: Crowd, postbox: Postbox, ahead: int) -> list[str]:
    """Wait until a living process is in the middle of `aim`; everything that is being done at that moment."""
    began = utc_now()
    if _free() < ahead:
        add_purchases(ahead, began)
    deadline = time.monotonic() + AIM_PATIENCE
    while aim not in (amid := _in_the_middle_of(people, postbox, began)) and time.monotonic() < deadline:
        time.sleep(0.002)
    return amid


def _in_the_middle_of(people: Crowd, postbox: Postbox, began: datetime) -> list[str]:
    """What goes on: a letter the mail server is taking, an answer on its way, texts claimed since the last kill."""
    db.session.rollback()
    claimed = select(AnswerAnalysis.id).where(
        AnswerAnalysis.lease_key.is_not(None), AnswerAnalysis.lease_until > began + LEASE
    )
    analysing = db.session.scalar(claimed.limit(1))
    db.session.rollback()
    found = {"sending": postbox.taking, "submitting": people.memory.in_flight, "analysing": analysing}
    return [name for name, is_so in found.items() if is_so]


def _free() -> int:
    """Messages that may be claimed at once; those of the dead wait for the end of their lease."""
    free = (Message.state == MessageState.QUEUED) & (Message.lease_until.is_(None) | (Message.lease_until <= utc_now()))
    return _count(free)


def _count(condition: ColumnElement[bool]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message).where(condition)) or 0


def _wait_until_quiet() -> None:
    """Until nothing waits any more: the leases of the dead end within two minutes."""
    waiting = Message.state.in_((MessageState.QUEUED, MessageState.HANDING_OVER))
    deadline = time.monotonic() + QUIET_PATIENCE
    while _count(waiting) and time.monotonic() < deadline:
        time.sleep(1)
