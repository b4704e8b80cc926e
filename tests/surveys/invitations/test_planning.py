"""Purchases become invitations for their moment, or decisions that say why not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.messages.models import SendDecision
from feedback.secrets import hash_token, link_token
from feedback.staff.company import change_company
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import plan_due
from surveys.questionnaires.models import Survey
from tests.builders import NOW, customer, invitation, purchase

DAY = timedelta(days=1)


def plan(settings: Settings, now: datetime = NOW, limit: int = 500) -> int:
    with transaction() as session:
        return plan_due(session, now, settings.secret_key, limit)


def only_decision(session: Session) -> SendDecision:
    return session.scalars(select(SendDecision).order_by(SendDecision.id.desc())).first()  # type: ignore[return-value]


def test_it_works(session: Session, settings: Settings) -> None:
    with transaction():
        bought = purchase(session, customer(session, language="bg"), delivered_at=NOW - 2 * DAY)
    assert plan(settings) == 1
    made = session.scalars(select(Invitation)).one()
    assert (made.state, made.language, made.purchase_id) == (InvitationState.PLANNED, "bg", bought.id)
    assert made.due_at == NOW + DAY
    assert made.expires_at == NOW + 31 * DAY
    assert made.token_hash == hash_token(link_token(settings.secret_key, "s", made.nonce))
    decision = only_decision(session)
    assert (decision.outcome, decision.candidate_key) == ("planned", f"invitation:{made.id}")
    assert decision.purchase_id == bought.id


def test_without_a_delivery_date_the_purchase_counts(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session, delivered_at=None, purchased_at=NOW - DAY)
    plan(settings)
    assert session.scalars(select(Invitation.due_at)).one() == NOW + 2 * DAY


def test_a_moment_at_night_moves_to_the_morning(session: Session, settings: Settings) -> None:
    night = NOW.replace(hour=20)  # 23:00 in Moscow
    with transaction():
        purchase(session, delivered_at=night - 2 * DAY)
    plan(settings)
    assert session.scalars(select(Invitation.due_at)).one() == (NOW + 2 * DAY).replace(hour=6)


def test_a_purchase_is_planned_once(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session)
    assert plan(settings) == 1
    assert plan(settings) == 0
    assert session.scalar(select(func.count()).select_from(Invitation)) == 1
    assert session.scalar(select(func.count()).select_from(SendDecision)) == 1


@pytest.mark.parametrize(
    ("of_purchase", "of_customer", "outcome"),
    [
        ({"delivered_at": NOW - 34 * DAY, "purchased_at": NOW - 34 * DAY}, {}, "too_old"),
        ({"returned_amount": 100}, {}, "returned_purchase"),
        ({}, {"email": None}, "no_address"),
        ({}, {"erased_at": NOW}, "erased"),
    ],
)
def test_who_is_not_asked_and_why(
    session: Session, settings: Settings, of_purchase: dict[str, Any], of_customer: dict[str, Any], outcome: str
) -> None:
    with transaction():
        bought = purchase(session, customer(session, **of_customer), **of_purchase)
    plan(settings)
    assert session.scalars(select(Invitation)).all() == []
    decision = only_decision(session)
    assert (decision.outcome, decision.purchase_id) == (outcome, bought.id)


def test_where_consent_is_not_assumed_it_must_have_been_given(session: Session, settings: Settings) -> None:
    with transaction():
        change_company(session, {"assumes_processing_consent": False}, NOW)
        purchase(session)
    plan(settings)
    assert only_decision(session).outcome == "no_consent"


def test_what_may_change_until_the_moment_is_decided_then(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session, customer(session, email=None), delivered_at=NOW)
    plan(settings)
    assert only_decision(session).outcome == "planned"


@pytest.mark.parametrize(("days_ago", "outcome"), [(29, "throttled"), (91, "planned")])
def test_a_customer_asked_lately_is_not_asked_again(
    session: Session, settings: Settings, days_ago: int, outcome: str
) -> None:
    with transaction():
        someone = customer(session)
        invitation(session, purchase(session, someone, is_planned=True), sent_at=NOW - days_ago * DAY)
        purchase(session, someone)
    plan(settings)
    assert only_decision(session).outcome == outcome


def test_nothing_is_planned_while_no_survey_asks(session: Session, settings: Settings) -> None:
    with transaction():
        purchase(session)
        session.scalars(select(Survey)).one().state = "paused"
    assert plan(settings) == 0
    with transaction():
        session.scalars(select(Survey)).one().state = "active"
    assert plan(settings) == 1


def test_statements_do_not_grow_with_the_purchases(session: Session, settings: Settings) -> None:
    statements: list[str] = []
    counts = []
    note = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    for size in (2, 40):
        with transaction():
            for _ in range(size):
                purchase(session)
        statements.clear()
        assert plan(settings) == size
        counts.append(len(statements))
    event.remove(db.engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]


def test_purchases_are_planned_in_batches(session: Session, settings: Settings) -> None:
    with transaction():
        for _ in range(5):
            purchase(session)
    assert [plan(settings, limit=2) for _ in range(4)] == [2, 2, 1, 0]
