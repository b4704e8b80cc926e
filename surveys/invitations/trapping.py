"""Marking an invitation whose hidden link was followed: people do not see that link, programs follow it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from surveys.invitations.models import Invitation


def mark_trapped(session: Session, invitation_id: int, now: datetime) -> None:
    """Remember the newest time the hidden link was followed. No answer and no state changes."""
    session.execute(
        update(Invitation).where(Invitation.id == invitation_id).values(trapped_at=now),
        execution_options={"synchronize_session": False},
    )
