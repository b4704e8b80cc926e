"""Invitations as a subject of messages: whether a letter is still wanted, and what follows when it went or did not."""

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Purchase
from feedback.db.base import UtcDateTime
from feedback.db.conditions import one_of
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.kinds import Fate, Letter, Outgoing, Sender, register
from feedback.messages.models import Message, MessageKind, MessageState
from feedback.messages.policy import WAITING, Outcome
from surveys.invitations.facts import LIVE, with_open_case
from surveys.invitations.letter import survey_letters
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import STEP
from surveys.invitations.triggers import read_trigger
from surveys.questionnaires.models import Survey

UNSENT = {Outcome.BOUNCED: InvitationState.BOUNCED, Outcome.FAILED: InvitationState.FAILED}
MAY_HAVE_LEFT = (MessageState.HANDING_OVER, MessageState.SENT, MessageState.UNCERTAIN)


def register_invitations(app: Flask) -> None:
    """Let invitations answer for their kinds of messages."""
    register(app, InvitationMessages(), MessageKind.INVITATION, MessageKind.REMINDER, MessageKind.RECOVERY_CHECK)


class InvitationMessages:
    """See `feedback.messages.kinds.Subject`."""

    def unwanted(self, session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Outcome]:
        query = (
            select(Invitation.id, Invitation.state, Invitation.expires_at, Purchase.returned_amount)
            .outerjoin(Purchase, Purchase.id == Invitation.purchase_id)
            .where(Invitation.id.in_([m.invitation_id for m in messages]))
        )
        rows = {row.id: row for row in session.execute(query)}
        troubled = with_open_case(session, [m.customer_id for m in messages if m.kind == MessageKind.REMINDER])
        found = {}
        for message in messages:
            row = rows[message.invitation_id]
            reason = _reason(message.kind, row.state, row.expires_at <= now, bool(row.returned_amount))
            if reason is None and message.kind == MessageKind.REMINDER and message.customer_id in troubled:
                reason = Outcome.OPEN_CASE
            if reason is not None:
                found[message.id] = reason
        return found

    def letters(self, session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
        return survey_letters(session, messages, sender)

    def settle(self, session: Session, fates: Sequence[Fate], now: datetime) -> None:
        first = [f for f in fates if f.message.kind != MessageKind.REMINDER and f.message.invitation_id is not None]
        left = [f for f in first if f.outcome in (Outcome.SENT, Outcome.UNCERTAIN)]
        _mark_left(session, left, now)
        for outcome in {f.outcome for f in first} - WAITING - {Outcome.SENT, Outcome.UNCERTAIN}:
            state = UNSENT.get(outcome, InvitationState.SUPPRESSED)
            _mark_unsent(session, [f for f in first if f.outcome == outcome], state)

    def withdraw(self, session: Session, customer_id: int, channel: str, now: datetime) -> None:
        mine = (Invitation.customer_id == customer_id) & (Invitation.channel == channel)
        has_left = select(Message.id).where(Message.invitation_id == Invitation.id, Message.state.in_(MAY_HAVE_LEFT))
        stopped = session.execute(
            update(Invitation)
            .where(mine, Invitation.state == InvitationState.PLANNED, ~has_left.exists())
            .values(state=InvitationState.SUPPRESSED, next_reminder_at=None)
            .returning(Invitation.id),
            execution_options={"synchronize_session": False},
        ).all()
        entries = [
            Entry(f"invitation:{row.id}", customer_id, STEP, Outcome.SUPPRESSED, channel, invitation_id=row.id)
            for row in stopped
        ]
        record_decisions(session, entries, now)
        session.execute(
            update(Invitation).where(mine, Invitation.next_reminder_at.is_not(None)).values(next_reminder_at=None),
            execution_options={"synchronize_session": False},
        )


def _reason(kind: MessageKind, state: str, is_over: bool, is_returned: bool) -> Outcome | None:
    if state == InvitationState.COMPLETED:
        return Outcome.ANSWERED
    if is_over or state == InvitationState.EXPIRED:
        return Outcome.EXPIRED
    if state == InvitationState.SUPPRESSED:
        return Outcome.SUPPRESSED
    return Outcome.RETURNED_PURCHASE if is_returned and kind != MessageKind.RECOVERY_CHECK else None


_LEFT = (
    update(Invitation)
    .where(Invitation.id == bindparam("row"), one_of(Invitation.state, LIVE))
    .values(
        state=case(
            (or_(Invitation.state != InvitationState.PLANNED, bindparam("sent", type_=UtcDateTime).is_(None)),
             Invitation.state),
            else_=InvitationState.SENT,
        ),
        sent_at=func.coalesce(Invitation.sent_at, bindparam("sent", type_=UtcDateTime)),
        next_reminder_at=case(
            (Invitation.reminders > 0, Invitation.next_reminder_at),
            else_=func.coalesce(Invitation.next_reminder_at, bindparam("remind", type_=UtcDateTime)),
        ),
    )
)  # fmt: skip


def _mark_left(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    """Sent, or perhaps sent: the state moves on only where it is sure; a reminder is due in both cases."""
    if not fates:
        return
    ids = [f.message.invitation_id for f in fates]
    query = select(Invitation.id, Survey.kind, Survey.trigger).join(Survey, Survey.id == Invitation.survey_id)
    triggers = {row.id: read_trigger(row.trigger) for row in session.execute(query.where(Invitation.id.in_(ids)))}
    rows = [
        {
            "row": fate.message.invitation_id,
            "sent": now if fate.outcome == Outcome.SENT else None,
            "remind": None
            if fate.message.kind == MessageKind.RECOVERY_CHECK
            else triggers[fate.message.invitation_id or 0].next_reminder(0, now),
        }
        for fate in fates
    ]
    session.connection().execute(_LEFT, rows)


def _mark_unsent(session: Session, fates: Sequence[Fate], state: InvitationState) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.id.in_([f.message.invitation_id for f in fates]), Invitation.state == InvitationState.PLANNED)
        .values(state=state, next_reminder_at=None),
        execution_options={"synchronize_session": False},
    )
