"""Reminders at day 4, and what stops them; the end of a link."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import OrderEvent, Purchase
from feedback.db import transaction
from feedback.messages.models import Message, MessageKind, SendDecision
from feedback.messages.suppression import unsubscribe
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import Scores, from_scores
from surveys.invitations.models import Invitation, InvitationState
from surveys.questionnaires.models import Survey
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, purchase
from tests.surveys.invitations.asking import ask

DAY = timedelta(days=1)
DAY_4 = NOW + 4 * DAY + timedelta(minutes=1)


@pytest.fixture
def asked(session: Session, settings: Settings) -> Invitation:
    """A customer who was asked at NOW."""
    with transaction():
        purchase(session, customer(session))
    ask(NOW, settings)
    return session.scalars(select(Invitation)).one()


def reminders(session: Session) -> list[str]:
    query = select(Message.idempotency_key).where(Message.kind == MessageKind.REMINDER).order_by(Message.id)
    return list(session.scalars(query))


def decisions(session: Session) -> dict[str, str]:
    query = select(SendDecision).where(SendDecision.step == "reminder")
    return {row.candidate_key: row.outcome for row in session.scalars(query)}


def answer(session: Session, asked: Invitation, score: int = 9) -> None:
    with transaction():
        submit_response(session, asked.id, Submission((GivenAnswer("score", "nps", number=score),), "ru", True), NOW)


def test_it_works(session: Session, settings: Settings, asked: Invitation) -> None:
    assert ask(NOW + 4 * DAY - timedelta(hours=1), settings) == 0
    assert ask(DAY_4, settings) == 1
    assert reminders(session) == [f"reminder:{asked.id}:1"]
    assert decisions(session) == {f"reminder:{asked.id}:1": "sent"}
    assert ask(NOW + 12 * DAY, settings) == 0


def test_two_at_most_even_if_a_survey_wants_more(session: Session, settings: Settings, asked: Invitation) -> None:
    with transaction():
        session.execute(update(Survey).values(trigger={"after": "delivery", "delay_days": 3, "reminders": 5}))
    for days in range(4, 29):
        ask(NOW + days * DAY + timedelta(minutes=days), settings)
    assert reminders(session) == [f"reminder:{asked.id}:1", f"reminder:{asked.id}:2"]


def test_an_answer_stops_it(session: Session, settings: Settings, asked: Invitation) -> None:
    answer(session, asked)
    assert ask(DAY_4, settings) == 0
    assert reminders(session) == []


def test_a_return_stops_it(session: Session, settings: Settings, asked: Invitation) -> None:
    with transaction():
        session.execute(update(Purchase).values(returned_amount=5))
    assert ask(DAY_4, settings) == 0
    assert decisions(session) == {f"reminder:{asked.id}:1": "returned_purchase"}


def test_an_open_case_stops_it(session: Session, settings: Settings, asked: Invitation) -> None:
    open_case(session, asked)
    assert ask(DAY_4, settings) == 0
    assert decisions(session) == {f"reminder:{asked.id}:1": "open_case"}
    assert ask(DAY_4 + 5 * DAY, settings) == 0


def test_a_case_opened_while_the_reminder_waits_stops_it(
    session: Session, settings: Settings, asked: Invitation
) -> None:
    ask(DAY_4, settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    open_case(session, asked)
    assert ask(DAY_4, settings) == 0
    assert decisions(session) == {f"reminder:{asked.id}:1": "open_case"}


def open_case(session: Session, asked: Invitation) -> None:
    with transaction():
        story = Story(asked.customer_id, asked.purchase_id, order_event_id=harm(session, asked))
        assert open_case_if_needed(session, story, from_scores(Scores(nps=1), asks_contact=False), NOW) is not None


def harm(session: Session, asked: Invitation) -> int:
    event = OrderEvent(
        external_id="e1", purchase_id=asked.purchase_id, kind="delay", occurred_at=NOW, details=None, created_at=NOW
    )
    session.add(event)
    session.flush()
    return event.id


def test_leaving_stops_it(session: Session, settings: Settings, asked: Invitation) -> None:
    with transaction():
        unsubscribe(session, asked.customer_id, "email", NOW, "link")
    assert ask(DAY_4, settings) == 0
    assert reminders(session) == []


def test_at_night_it_waits(session: Session, settings: Settings, asked: Invitation) -> None:
    assert ask(DAY_4.replace(hour=19), settings) == 0
    assert decisions(session) == {f"reminder:{asked.id}:1": "quiet_hours"}
    assert ask(DAY_4.replace(hour=6) + DAY, settings) == 1
    assert decisions(session) == {f"reminder:{asked.id}:1": "sent"}


def state_of(session: Session, asked: Invitation) -> str:
    return session.scalars(select(Invitation.state).where(Invitation.id == asked.id)).one()


@pytest.mark.parametrize(("days", "state"), [(29, "sent"), (30, "expired")])
def test_a_link_ends_after_30_days(
    session: Session, settings: Settings, asked: Invitation, days: int, state: str
) -> None:
    ask(NOW + days * DAY, settings)
    assert state_of(session, asked) == state


def test_an_answered_invitation_does_not_expire(session: Session, settings: Settings, asked: Invitation) -> None:
    answer(session, asked)
    ask(NOW + 31 * DAY, settings)
    assert state_of(session, asked) == InvitationState.COMPLETED


def test_an_invitation_that_never_left_ends_with_its_reason(session: Session, settings: Settings) -> None:
    down: dict[str, Any] = {"smtp_url": "smtp://127.0.0.1:9"}
    with transaction():
        purchase(session)
    ask(NOW, settings.model_copy(update=down))
    assert ask(NOW + 31 * DAY, settings) == 0
    assert session.scalars(select(SendDecision.outcome)).one() == "expired"
