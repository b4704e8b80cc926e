"""Invitations whose moment has come: decided by the policy one customer at a time, then put into the outbox.

The rows of the customers are locked first, so that two processes never decide about one customer at once; of several
due invitations of a customer the one about the newest purchase is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase
from feedback.db.base import UtcDateTime
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_messages
from feedback.messages.people import Recipient, load_recipients
from feedback.messages.policy import Candidate, Contact, Content, Decision, Outcome, decide
from feedback.staff.company import load_company
from surveys.invitations.facts import RECOVERY_CHECK, contacts_of
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import STEP
from surveys.invitations.triggers import read_trigger
from surveys.questionnaires.models import Survey


@dataclass(frozen=True)
class Asking:
    """One due invitation with what was decided about it."""

    row: Row[Any]
    to: Recipient
    decision: Decision

    @property
    def key(self) -> str:
        """The key of its message and of its decision."""
        return f"invitation:{self.row.id}"


def queue_due_invitations(session: Session, now: datetime, limit: int = 500) -> int:
    """Decide about invitations that are due and queue those that may go; returns how many were decided about."""
    due = (Invitation.state == InvitationState.PLANNED) & Invitation.queued_at.is_(None) & (Invitation.due_at <= now)
    due &= Invitation.expires_at > now
    customer_ids = _lock_customers(session, set(session.scalars(_first(due, limit))))
    if not customer_ids:
        return 0
    rows = session.execute(_rows().where(due, Invitation.customer_id.in_(customer_ids))).all()
    people = load_recipients(session, customer_ids, "email", load_company(session))
    contacts = contacts_of(session, customer_ids)
    askings = [_decide(row, people[row.customer_id], contacts.setdefault(row.customer_id, []), now) for row in rows]
    _store(session, askings, now)
    return len(askings)


def _first(due: Any, limit: int) -> Any:
    return select(Invitation.customer_id).where(due).order_by(Invitation.due_at).limit(limit)


def _lock_customers(session: Session, ids: set[int]) -> list[int]:
    query = select(Customer.id).where(Customer.id.in_(ids)).order_by(Customer.id)
    return list(session.scalars(query.with_for_update(skip_locked=True, key_share=True))) if ids else []


def _rows() -> Any:
    return (
        select(
            Invitation.id, Invitation.customer_id, Invitation.survey_id, Invitation.purchase_id, Invitation.case_id,
            Invitation.channel, Invitation.language, Survey.kind, Survey.trigger,
            Purchase.purchased_at, Purchase.delivered_at, Purchase.returned_amount,
        )
        .join(Survey, Survey.id == Invitation.survey_id)
        .outerjoin(Purchase, Purchase.id == Invitation.purchase_id)
        .order_by(Invitation.customer_id, Invitation.due_at.desc(), Invitation.id.desc())
    )  # fmt: skip


def _decide(row: Row[Any], to: Recipient, contacts: list[Contact], now: datetime) -> Asking:
    """Decide about one invitation; one that goes counts at once for the customer's other invitations."""
    is_check = row.kind == RECOVERY_CHECK
    moment = now if is_check or row.purchase_id is None else _moment(row)
    if moment > now:  # the delivery date became known, or moved, after planning
        return Asking(row, to, Decision(Outcome.PLANNED, until=moment))
    candidate = Candidate(
        MessageKind.RECOVERY_CHECK if is_check else MessageKind.INVITATION, row.channel, survey_id=row.survey_id,
        purchase_id=row.purchase_id, is_returned=bool(row.returned_amount),
    )  # fmt: skip
    decision = decide(candidate, to.with_history(contacts), now)
    if decision.outcome == Outcome.SENT and not is_check:
        contacts.append(Contact(now, row.channel, Content.SURVEY, row.survey_id, row.purchase_id))
    return Asking(row, to, decision)


def _moment(row: Row[Any]) -> datetime:
    return read_trigger(row.trigger).moment(row.purchased_at, row.delivered_at)


def _store(session: Session, askings: Sequence[Asking], now: datetime) -> None:
    going = [a for a in askings if a.decision.outcome == Outcome.SENT]
    queue_messages(session, [_message(asking, now) for asking in going])
    changes = [_change(asking, now) for asking in askings]
    if changes:
        session.connection().execute(_CHANGE, changes)
    record_decisions(session, [_entry(asking) for asking in askings], now)


_CHANGE = (
    update(Invitation)
    .where(Invitation.id == bindparam("row"), Invitation.state == InvitationState.PLANNED)
    .values(
        state=bindparam("new_state"),
        queued_at=bindparam("queued", type_=UtcDateTime),
        due_at=bindparam("due", type_=UtcDateTime),
    )
)


def _change(asking: Asking, now: datetime) -> dict[str, Any]:
    outcome, until = asking.decision.outcome, asking.decision.until
    stays = outcome == Outcome.SENT or until is not None
    return {
        "row": asking.row.id,
        "new_state": InvitationState.PLANNED if stays else InvitationState.SUPPRESSED,
        "queued": now if outcome == Outcome.SENT else None,
        "due": until or now,
    }


def _message(asking: Asking, now: datetime) -> dict[str, Any]:
    row = asking.row
    kind = MessageKind.RECOVERY_CHECK if row.kind == RECOVERY_CHECK else MessageKind.INVITATION
    return {
        "idempotency_key": asking.key, "kind": kind, "channel": row.channel, "customer_id": row.customer_id,
        "invitation_id": row.id, "case_id": row.case_id, "address": asking.to.address, "language": row.language,
        "send_at": now, "created_at": now,
    }  # fmt: skip


def _entry(asking: Asking) -> Entry:
    row, decision = asking.row, asking.decision
    outcome = Outcome.QUEUED if decision.outcome == Outcome.SENT else decision.outcome
    details = dict(decision.details) | ({"until": decision.until.isoformat()} if decision.until else {})
    return Entry(
        asking.key, row.customer_id, STEP, outcome, channel=row.channel, survey_id=row.survey_id,
        purchase_id=row.purchase_id, invitation_id=row.id, details=details,
    )  # fmt: skip
