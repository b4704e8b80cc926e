"""Whether a link may be answered now, and if not, why. Pure."""

from datetime import datetime
from enum import StrEnum

from surveys.answering.links import Visit
from surveys.invitations.models import InvitationState
from surveys.responses.models import ResponseState
from surveys.responses.submit import CHANGE_WINDOW


class Door(StrEnum):
    """How a link is met."""

    OPEN = "open"
    THANKED = "thanked"  # answered, and the 15 minutes for changes run
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the person was erased, or the company took the question back


def door(visit: Visit, now: datetime) -> Door:
    """How this link is met at `now`. An answer outlives the link's time; erasure outlives everything."""
    if visit.erased_at is not None or visit.state == InvitationState.SUPPRESSED:
        return Door.WITHDRAWN
    if visit.response_state == ResponseState.COMPLETE and visit.completed_at is not None:
        return Door.THANKED if now <= visit.completed_at + CHANGE_WINDOW else Door.ANSWERED
    if now > visit.expires_at or visit.state == InvitationState.EXPIRED:
        return Door.EXPIRED
    return Door.OPEN
