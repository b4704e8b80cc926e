"""Who must not be written to, and the act of leaving."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.consents import has_consent
from feedback.customers.models import Purpose
from feedback.db import transaction
from feedback.messages.addresses import hash_address
from feedback.messages.models import Message, MessageKind, MessageState, SendDecision, Suppression
from feedback.messages.outbox import queue_message
from feedback.messages.policy import Outcome, SuppressionReason
from feedback.messages.sending import send_due
from feedback.messages.suppression import is_suppressed, suppress, unsubscribe
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import plan_due
from surveys.invitations.reminders import remind_due
from surveys.invitations.sending import queue_due_invitations
from tests.builders import NOW, customer, invitation, purchase


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("email", "Anna@Shop.example", " anna@shop.EXAMPLE "),
        ("email", "ÅSA@shop.example", "Åsa@shop.example"),
        ("sms", "+7 (900) 000-00-00", "79000000000"),
    ],
)
def test_one_address_is_one_however_it_is_written(channel: str, one: str, other: str) -> None:
    assert hash_address(channel, one) == hash_address(channel, other)


def test_an_address_is_listed_once_and_not_readable(session: Session) -> None:
    with transaction():
        assert suppress(session, "email", "anna@shop.example", SuppressionReason.UNSUBSCRIBED, NOW, "link")
        assert not suppress(session, "email", "ANNA@shop.example", SuppressionReason.UNSUBSCRIBED, NOW, "header")
    [row] = session.scalars(select(Suppression))
    assert "anna" not in row.address_hash
    assert is_suppressed(session, "email", "Anna@shop.example")
    assert not is_suppressed(session, "sms", "anna@shop.example")
    assert not is_suppressed(session, "email", "boris@shop.example")


def test_a_dead_address_outweighs_an_unsubscription_and_not_the_other_way(session: Session) -> None:
    with transaction():
        for reason in (SuppressionReason.UNSUBSCRIBED, SuppressionReason.BOUNCED, SuppressionReason.UNSUBSCRIBED):
            suppress(session, "email", "anna@shop.example", reason, NOW, "test")
    assert session.scalars(select(Suppression.reason)).one() == SuppressionReason.BOUNCED


def test_leaving_stops_what_is_planned_queued_and_to_come(session: Session, settings: Settings) -> None:
    with transaction():
        someone = customer(session)
        purchase(session, someone)
        later = purchase(session, someone, delivered_at=NOW + timedelta(days=60))
        asked = invitation(session, purchase(session, someone, is_planned=True), sent_at=NOW - timedelta(days=100))
        asked.next_reminder_at = NOW
        session.flush()
        plan_due(session, NOW, settings.secret_key)
        queue_due_invitations(session, NOW)
    with transaction():
        unsubscribe(session, someone.id, "email", NOW, "header")
        unsubscribe(session, someone.id, "email", NOW, "link")
        assert remind_due(session, NOW) == 0
    assert send_due(now=NOW + timedelta(days=1), settings=settings) == 0
    states = {r.purchase_id: r.state for r in session.execute(select(Invitation.purchase_id, Invitation.state))}
    assert states.pop(asked.purchase_id) == InvitationState.SENT
    assert states[later.id] == InvitationState.SUPPRESSED
    assert set(states.values()) == {InvitationState.SUPPRESSED}
    assert set(session.scalars(select(SendDecision.outcome))) == {Outcome.SUPPRESSED}
    assert set(session.scalars(select(Message.state))) == {MessageState.STOPPED}
    assert has_consent(session, someone.id, Purpose.ADVERTISING, "email") is False
    assert has_consent(session, someone.id, Purpose.PROCESSING, "email") is None


def test_who_left_still_gets_an_answer_to_a_request(session: Session, settings: Settings) -> None:
    with transaction():
        someone = customer(session)
        unsubscribe(session, someone.id, "email", NOW, "link")
        queue_message(
            session, key="case:1", kind=MessageKind.RECOVERY, customer_id=someone.id, channel="email",
            address=someone.email, language="ru", send_at=NOW, now=NOW, subject="Ваше обращение", body="Простите нас.",
        )  # fmt: skip
    assert send_due(now=NOW, settings=settings) == 1
