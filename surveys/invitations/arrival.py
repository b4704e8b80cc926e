"""Proof of arrival: a link that was followed came out of a letter that arrived, whatever is known of its sending."""

from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.models import Message, MessageState
from feedback.messages.policy import Outcome
from surveys.invitations.models import Invitation, InvitationState


def confirm_arrivals(session: Session, now: datetime, limit: int = 500) -> int:
    """Move uncertain messages whose invitation was opened or answered to `sent`; returns how many."""
    is_proved = or_(
        Invitation.opened_at.is_not(None),
        Invitation.started_at.is_not(None),
        Invitation.completed_at.is_not(None),
        Invitation.trapped_at.is_not(None),
    )
    proved = session.execute(
        select(Message.id, Message.idempotency_key, Message.customer_id, Message.kind, Message.channel, Invitation.id)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .where(Message.state == MessageState.UNCERTAIN, is_proved)
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True, key_share=True)
    ).all()
    if not proved:
        return 0
    quietly = {"synchronize_session": False}
    message_ids, invitation_ids = [row[0] for row in proved], {row[5] for row in proved}
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state == MessageState.UNCERTAIN)
        .values(state=MessageState.SENT, sent_at=Message.handed_over_at, failure=None),
        execution_options=quietly,
    )
    left_at = select(func.min(Message.handed_over_at)).where(Message.invitation_id == Invitation.id).scalar_subquery()
    session.execute(
        update(Invitation)
        .where(Invitation.id.in_(invitation_ids), Invitation.sent_at.is_(None))
        .values(sent_at=left_at),
        execution_options=quietly,
    )
    session.execute(
        update(Invitation)
        .where(Invitation.id.in_(invitation_ids), Invitation.state == InvitationState.PLANNED)
        .values(state=InvitationState.OPENED),
        execution_options=quietly,
    )
    entries = [
        Entry(key, customer, kind, Outcome.SENT, channel, invitation_id=i)
        for _, key, customer, kind, channel, i in proved
    ]
    record_decisions(session, entries, now)
    return len(proved)


def mark_opened(session: Session, invitation_id: int, now: datetime) -> None:
    """Remember when the link was followed first; a state that is behind moves on, none ever moves back."""
    is_behind = Invitation.state.in_((InvitationState.SENT, InvitationState.DELIVERED))
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.opened_at.is_(None))
        .values(opened_at=now, state=case((is_behind, InvitationState.OPENED), else_=Invitation.state)),
        execution_options={"synchronize_session": False},
    )
