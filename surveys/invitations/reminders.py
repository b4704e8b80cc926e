"""Reminders: one at day 4 (two at most), stopped by an answer, an unsubscription, an open case or a return."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Purchase
from feedback.db.base import UtcDateTime
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_messages
from feedback.messages.people import Recipient, load_recipients
from feedback.messages.policy import Candidate, Decision, Outcome, decide
from feedback.staff.company import load_company
from surveys.invitations.facts import LIVE, with_open_case
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.triggers import read_trigger
from surveys.questionnaires.models import Survey

STEP = "reminder"


def remind_due(session: Session, now: datetime, limit: int = 500) -> int:
    """Decide about reminders that are due and queue those that may go; returns how many were decided about."""
    rows = _due(session, now, limit)
    if not rows:
        return 0
    ids = {row.customer_id for row in rows}
    people = load_recipients(session, ids, "email", load_company(session))
    troubled = with_open_case(session, ids)
    decided = [(row, _decide(row, people[row.customer_id], row.customer_id in troubled, now)) for row in rows]
    going = [row for row, decision in decided if decision.outcome == Outcome.SENT]
    queue_messages(session, [_message(row, people[row.customer_id], now) for row in going])
    session.connection().execute(_CHANGE, [_change(row, decision, now) for row, decision in decided])
    record_decisions(session, [_entry(row, decision) for row, decision in decided], now)
    return len(rows)


def _due(session: Session, now: datetime, limit: int) -> Sequence[Row[Any]]:
    query = (
        select(
            Invitation.id, Invitation.customer_id, Invitation.survey_id, Invitation.purchase_id, Invitation.state,
            Invitation.channel, Invitation.language, Invitation.reminders, Invitation.expires_at, Survey.trigger,
            Purchase.returned_amount,
        )
        .join(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Purchase, Purchase.id == Invitation.purchase_id)
        .where(Invitation.next_reminder_at <= now)
        .order_by(Invitation.next_reminder_at)
        .limit(limit)
        .with_for_update(of=Invitation, skip_locked=True, key_share=True)
    )  # fmt: skip
    return session.execute(query).all()


def _decide(row: Row[Any], to: Recipient, has_open_case: bool, now: datetime) -> Decision:
    if row.expires_at <= now or row.state not in (*LIVE, InvitationState.COMPLETED):
        return Decision(Outcome.EXPIRED)
    candidate = Candidate(
        MessageKind.REMINDER, row.channel, survey_id=row.survey_id, purchase_id=row.purchase_id,
        is_returned=bool(row.returned_amount), has_open_case=has_open_case,
        is_answered=row.state == InvitationState.COMPLETED,
    )  # fmt: skip
    return decide(candidate, to.person, now)


_CHANGE = (
    update(Invitation)
    .where(Invitation.id == bindparam("row"))
    .values(next_reminder_at=bindparam("next", type_=UtcDateTime), reminders=bindparam("count"))
)


def _change(row: Row[Any], decision: Decision, now: datetime) -> dict[str, Any]:
    if decision.outcome == Outcome.SENT:
        count = row.reminders + 1
        return {"row": row.id, "next": read_trigger(row.trigger).next_reminder(count, now), "count": count}
    return {"row": row.id, "next": decision.until, "count": row.reminders}


def _key(row: Row[Any]) -> str:
    return f"reminder:{row.id}:{row.reminders + 1}"


def _message(row: Row[Any], to: Recipient, now: datetime) -> dict[str, Any]:
    return {
        "idempotency_key": _key(row), "kind": MessageKind.REMINDER, "channel": row.channel, "send_at": now,
        "customer_id": row.customer_id, "invitation_id": row.id, "address": to.address, "language": row.language,
        "created_at": now,
    }  # fmt: skip


def _entry(row: Row[Any], decision: Decision) -> Entry:
    outcome = Outcome.QUEUED if decision.outcome == Outcome.SENT else decision.outcome
    details = dict(decision.details) | ({"until": decision.until.isoformat()} if decision.until else {})
    return Entry(
        _key(row), row.customer_id, STEP, outcome, channel=row.channel, survey_id=row.survey_id,
        purchase_id=row.purchase_id, invitation_id=row.id, details=details,
    )  # fmt: skip
