"""Due invitations: asked, dropped with a reason, or waiting; and whole lives of customers without a cap exceeded."""

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.customers.models import Customer, Purchase
from feedback.db import transaction
from feedback.messages.models import Message, MessageKind, MessageState, SendDecision
from feedback.messages.policy import WAITING, SuppressionReason
from feedback.messages.suppression import suppress
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.sending import queue_due_invitations
from surveys.questionnaires.models import Survey
from tests.builders import NOW, customer, default_version, invitation, purchase
from tests.surveys.invitations.asking import ask

DAY = timedelta(days=1)
NIGHT = NOW.replace(hour=19)  # 22:00 in Moscow


def states(session: Session) -> list[str]:
    return list(session.scalars(select(Invitation.state).order_by(Invitation.id)))


def outcomes(session: Session) -> list[str]:
    return list(session.scalars(select(SendDecision.outcome).order_by(SendDecision.id)))


def test_it_works(session: Session, settings: Settings) -> None:
    with transaction():
        bought = purchase(session)
    assert ask(NOW, settings) == 1
    asked = session.scalars(select(Invitation)).one()
    assert asked.state == InvitationState.SENT
    assert asked.sent_at is not None
    assert asked.next_reminder_at == asked.sent_at + 4 * DAY
    message = session.scalars(select(Message)).one()
    assert (message.idempotency_key, message.kind) == (f"invitation:{asked.id}", MessageKind.INVITATION)
    assert outcomes(session) == ["sent"]
    assert session.scalars(select(SendDecision.purchase_id)).one() == bought.id


def test_doing_it_again_asks_nobody_again(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session)
    assert [ask(NOW, settings) for _ in range(3)] == [1, 0, 0]


def test_of_two_due_purchases_the_newer_is_asked_about(session: Session, settings: Settings) -> None:
    with transaction():
        someone = customer(session)
        newer = purchase(session, someone)
        purchase(session, someone, delivered_at=NOW - 20 * DAY)
    assert ask(NOW, settings) == 1
    assert dict(Counter(states(session))) == {"sent": 1, "suppressed": 1}
    assert session.scalars(select(Invitation.purchase_id).where(Invitation.state == "sent")).one() == newer.id
    assert sorted(outcomes(session)) == ["sent", "throttled"]


def test_what_was_dropped_is_not_sent_when_the_clock_allows_it_again(session: Session, settings: Settings) -> None:
    with transaction():
        someone = customer(session)
        purchase(session, someone)
        purchase(session, someone)
    ask(NOW, settings)
    assert ask(NOW + 40 * DAY, settings) == 0


def test_at_night_it_waits_and_is_checked_again_in_the_morning(session: Session, settings: Settings) -> None:
    with transaction():
        waiting = purchase(session)
        leaving = purchase(session)
    assert ask(NIGHT, settings) == 0
    assert outcomes(session) == ["quiet_hours", "quiet_hours"]
    with transaction():
        address = session.get(Customer, leaving.customer_id)
        suppress(session, "email", address.email, SuppressionReason.UNSUBSCRIBED, NIGHT, "link")  # type: ignore
    assert ask(NOW + timedelta(hours=19, minutes=59), settings) == 0
    assert ask(NOW + timedelta(hours=20), settings) == 1
    by_purchase = {d.purchase_id: d.outcome for d in session.scalars(select(SendDecision))}
    assert by_purchase == {waiting.id: "sent", leaving.id: "suppressed"}


def test_a_return_before_the_moment_stops_it(session: Session, settings: Settings) -> None:
    with transaction():
        bought = purchase(session, delivered_at=NOW)
    ask(NOW, settings)
    with transaction():
        session.get(Purchase, bought.id).returned_amount = 1000  # type: ignore[union-attr]
    assert ask(NOW + 3 * DAY, settings) == 0
    assert (states(session), outcomes(session)) == (["suppressed"], ["returned_purchase"])


def test_a_return_while_the_letter_waits_in_the_outbox_stops_it(session: Session, settings: Settings) -> None:
    with transaction():
        bought = purchase(session)
    down = settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    ask(NOW, down)
    assert (states(session), outcomes(session)) == (["planned"], ["queued"])
    with transaction():
        session.get(Purchase, bought.id).returned_amount = 1000  # type: ignore[union-attr]
    assert ask(NOW, settings) == 0
    assert (states(session), outcomes(session)) == (["suppressed"], ["returned_purchase"])


def test_a_later_delivery_moves_the_question(session: Session, settings: Settings) -> None:
    with transaction():
        bought = purchase(session, delivered_at=None, purchased_at=NOW)
    ask(NOW, settings)
    with transaction():
        session.get(Purchase, bought.id).delivered_at = NOW + 5 * DAY  # type: ignore[union-attr]
    assert ask(NOW + 3 * DAY, settings) == 0
    assert ask(NOW + 8 * DAY, settings) == 1


@pytest.mark.parametrize("hour", [10, 19])
def test_a_recovery_check_is_not_throttled(session: Session, settings: Settings, hour: int) -> None:
    with transaction():
        someone = customer(session)
        invitation(session, purchase(session, someone, is_planned=True), sent_at=NOW - DAY)
        version = default_version(session)
        survey = Survey(slug="check", state="active", kind="recovery_check", created_at=NOW)
        session.add(survey)
        session.flush()
        invitation(
            session, purchase(session, someone, is_planned=True), survey_id=survey.id, survey_version_id=version.id,
            state=InvitationState.PLANNED, sent_at=None,
        )  # fmt: skip
    assert ask(NOW.replace(hour=hour), settings) == (1 if hour == 10 else 0)
    assert session.scalars(select(SendDecision.outcome)).one() == ("sent" if hour == 10 else "quiet_hours")
    assert session.scalar(select(Invitation.next_reminder_at).where(Invitation.survey_id == survey.id)) is None


def test_a_dead_address_bounces_the_invitation(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session, customer(session, email="no address"))
    ask(NOW, settings)
    assert (states(session), outcomes(session)) == (["bounced"], ["bounced"])


def test_due_invitations_are_decided_in_batches(session: Session, settings: Settings) -> None:
    with transaction():
        for _ in range(5):
            invitation(session, state=InvitationState.PLANNED, sent_at=None)
    done = []
    for _ in range(4):
        with transaction():
            done.append(queue_due_invitations(session, NOW, limit=2))
    assert done == [2, 2, 1, 0]


def test_whole_lives_exceed_no_cap_and_leave_one_decision_a_purchase(session: Session, settings: Settings) -> None:
    chance = random.Random(7)
    with transaction():
        people = [
            customer(session, timezone=chance.choice(["Europe/Moscow", "Asia/Vladivostok", "Europe/Sofia", None]))
            for _ in range(8)
        ]
    for day in range(0, 240, 2):
        now = NOW + timedelta(days=day, hours=chance.randrange(24))
        with transaction():
            for someone in people:
                if chance.random() < 0.15:
                    bought = now - timedelta(days=chance.randrange(40))
                    delivered = chance.choice([None, bought, bought + 2 * DAY])
                    purchase(session, someone, purchased_at=bought, delivered_at=delivered)
        ask(now, settings)
    ask(NOW + 260 * DAY, settings)
    sent = session.execute(
        select(Invitation.customer_id, Invitation.survey_id, Invitation.sent_at)
        .where(Invitation.sent_at.is_not(None))
        .order_by(Invitation.customer_id, Invitation.sent_at)
    ).all()
    gaps = [b.sent_at - a.sent_at for a, b in pairwise(sent) if a.customer_id == b.customer_id]
    assert len(gaps) > 5
    assert min(gaps) >= 90 * DAY - timedelta(minutes=1)
    decisions = Counter(session.scalars(select(SendDecision.purchase_id).where(SendDecision.step == "invitation")))
    assert set(decisions.values()) == {1}
    assert len(decisions) == session.scalar(select(func.count()).select_from(Purchase))
    assert WAITING.isdisjoint(outcomes(session))
    assert session.scalars(select(Message.state).distinct()).all() == [MessageState.SENT]
