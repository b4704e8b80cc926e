"""The end of links: after 30 days an invitation that was not answered expires. Answers that came stay what they are."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.policy import Outcome
from surveys.invitations.facts import LIVE
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.planning import STEP


def expire_due(session: Session, now: datetime, limit: int = 1000) -> int:
    """Expire up to `limit` invitations whose links have come to their end; returns how many."""
    due = (
        select(Invitation.id)
        .where(Invitation.state.in_(LIVE), Invitation.expires_at <= now)
        .order_by(Invitation.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    expired = session.execute(
        update(Invitation)
        .where(Invitation.id.in_(select(due.c.id)))
        .values(state=InvitationState.EXPIRED, next_reminder_at=None)
        .returning(Invitation.id, Invitation.customer_id, Invitation.queued_at, Invitation.channel),
        execution_options={"synchronize_session": False},
    ).all()
    unsent = [row for row in expired if row.queued_at is None]
    entries = [
        Entry(f"invitation:{r.id}", r.customer_id, STEP, Outcome.EXPIRED, r.channel, invitation_id=r.id) for r in unsent
    ]
    record_decisions(session, entries, now)
    return len(expired)
