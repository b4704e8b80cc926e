"""A sender killed at any moment never writes twice, loses nothing silently, and leaves nothing stuck."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import transaction
from feedback.messages.handover import HANDOVER_LEASE
from feedback.messages.models import Message, MessageState, SendDecision
from feedback.messages.sending import send_due
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import plan_due
from surveys.invitations.sending import queue_due_invitations
from tests.builders import NOW, purchase
from tests.feedback.messages.smtp_sink import SmtpSink
from tests.surveys.invitations.asking import ask

ROUNDS = 12
SLOWNESS = 0.02
PEOPLE = 50
LEASES_OVER = HANDOVER_LEASE + timedelta(minutes=2)  # leases run from when a slow machine got there


class Senders:
    """Starts senders one after the other and kills them."""

    def __init__(self, settings: Settings) -> None:
        environment = {f"FEEDBACK_{k.upper()}": str(v) for k, v in settings.model_dump().items() if v not in (None, "")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.feedback.messages.killable_sender"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environment,
        )  # fmt: skip
        self._expect("ready")

    def run(self, now: datetime, until: Callable[[], None] | None = None) -> None:
        """Run a sender to its end, or kill it when `until` returns."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{now.isoformat()}\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        if until is not None:
            until()
            with suppress(ProcessLookupError):  # on a slow machine it may have ended before death came
                os.kill(child, signal.SIGKILL)
        self._expect("ended")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=120)
        self.process.stdout.close()

    def _expect(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word


def appear(outbox: Path, count: int) -> None:
    """Wait until so many letters are in the folder."""
    deadline = time.monotonic() + 180
    while len(list(outbox.glob("*.eml"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def senders(mailing: Settings, sink: SmtpSink) -> Iterator[Senders]:
    sink.slowness = SLOWNESS  # so that death often comes between the letter and its answer
    with closing(Senders(mailing)) as senders:
        yield senders


def die(sink: SmtpSink, steps: int, delay: float) -> None:
    """Wait for the moment of death: so many commands, and a little longer."""
    sink.wait_for(steps)
    time.sleep(delay)


def invite(settings: Settings, people: int) -> None:
    with transaction() as session:
        for _ in range(people):
            purchase(session)
        plan_due(session, NOW, settings.secret_key)
        queue_due_invitations(session, NOW)


def test_killed_senders_never_write_twice_and_leave_nothing_stuck(
    session: Session, mailing: Settings, sink: SmtpSink, senders: Senders
) -> None:
    invite(mailing, PEOPLE)
    chance = random.Random(20260311)
    now = NOW
    for _ in range(ROUNDS):
        steps, delay = sink.steps + chance.randint(1, 9), chance.uniform(0, SLOWNESS * 2)
        senders.run(now, until=lambda steps=steps, delay=delay: die(sink, steps, delay))  # type: ignore[misc]
        now += LEASES_OVER
    senders.run(now)
    states = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())  # type: ignore
    assert set(states) <= {MessageState.SENT, MessageState.UNCERTAIN}
    assert sum(states.values()) == PEOPLE
    assert set(sink.copies.values()) == {1}
    # every message that did not arrive is one that is shown as uncertain; no message is both sent and missing
    uncertain = states.get(MessageState.UNCERTAIN, 0)
    assert states[MessageState.SENT] <= len(sink.received) <= states[MessageState.SENT] + uncertain
    assert uncertain <= ROUNDS
    named = set(session.scalars(select(Message.message_id).where(Message.state == MessageState.SENT)))
    assert named <= set(sink.copies)
    shown = select(func.count()).select_from(SendDecision).where(SendDecision.outcome == "uncertain")
    assert session.scalar(shown) == uncertain


def test_killed_writers_of_files_end_with_one_file_each(session: Session, settings: Settings) -> None:
    invite(settings, PEOPLE)
    now = NOW
    with closing(Senders(settings)) as senders:
        for count in (1, 15, PEOPLE - 1):
            senders.run(now, until=lambda count=count: appear(settings.outbox, count))  # type: ignore[misc]
            now += LEASES_OVER
        senders.run(now)
    assert session.scalars(select(Message.state).distinct()).all() == [MessageState.SENT]
    assert len(list(settings.outbox.glob("*.eml"))) == PEOPLE


def test_following_the_link_proves_that_an_uncertain_letter_arrived(
    session: Session, mailing: Settings, sink: SmtpSink, client: FlaskClient
) -> None:
    sink.data.append("take and drop")
    invite(mailing, 1)
    send_due(now=NOW, settings=mailing)
    [link] = re.findall(r"(/s/[\w-]{27})\s", str(sink.received[0].get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert client.get(link).status_code == 200
    ask(NOW + timedelta(hours=2), mailing)
    asked = session.scalars(select(Invitation).execution_options(populate_existing=True)).one()
    assert (asked.state, asked.sent_at is not None) == (InvitationState.OPENED, True)
    assert session.scalars(select(Message.state)).one() == MessageState.SENT


def test_an_answer_proves_that_an_uncertain_letter_arrived(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    sink.data.append("take and drop")
    invite(mailing, 1)
    send_due(now=NOW, settings=mailing)
    asked = session.scalars(select(Invitation)).one()
    assert (asked.state, asked.sent_at) == (InvitationState.PLANNED, None)
    with transaction():
        asked.started_at = NOW + timedelta(hours=1)
    ask(NOW + timedelta(hours=2), mailing)
    session.expire_all()
    assert session.scalars(select(Message.state)).one() == MessageState.SENT
    assert asked.state == InvitationState.OPENED
    assert asked.sent_at is not None
    assert session.scalars(select(SendDecision.outcome)).one() == "sent"


def test_a_reminder_follows_an_uncertain_invitation(session: Session, mailing: Settings, sink: SmtpSink) -> None:
    sink.data.append("drop")
    invite(mailing, 1)
    send_due(now=NOW, settings=mailing)
    assert ask(NOW + timedelta(days=4, minutes=1), mailing) == 1
    assert "Напоминаем" in str(sink.received[0]["Subject"])
