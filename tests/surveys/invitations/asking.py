"""The work of the clock for asking, done once: plan, decide, remind, expire, send."""

from datetime import datetime

from feedback.config import Settings
from feedback.db import transaction
from feedback.messages.sending import send_due
from surveys.invitations.arrival import confirm_arrivals
from surveys.invitations.expiry import expire_due
from surveys.invitations.planning import plan_due
from surveys.invitations.reminders import remind_due
from surveys.invitations.sending import queue_due_invitations


def ask(now: datetime, settings: Settings) -> int:
    """Do all that is due at `now`; returns how many messages went out."""
    with transaction() as session:
        expire_due(session, now)
        plan_due(session, now, settings.secret_key)
        queue_due_invitations(session, now)
        confirm_arrivals(session, now)
        remind_due(session, now)
    return send_due(now=now, settings=settings)
