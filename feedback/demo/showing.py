"""What somebody needs to look around in a demo: an open survey, the logins, the password."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.demo.staffing import demo_password, logins
from feedback.secrets import link_token
from feedback.staff.company import load_company
from surveys.invitations.models import Invitation, InvitationState


def open_survey(session: Session, settings: Settings, now: datetime) -> str | None:
    """The link of the newest survey that waits for its answer, in the company's language if there is one."""
    is_home = Invitation.language == load_company(session).language
    query = (
        select(Invitation.nonce)
        .where(Invitation.state == InvitationState.SENT, Invitation.expires_at > now)
        .order_by(is_home.desc(), Invitation.sent_at.desc(), Invitation.id)
        .limit(1)
    )
    nonce = session.scalar(query)
    return f"{settings.base_url}/s/{link_token(settings.secret_key, 's', nonce)}" if nonce else None


def guide(session: Session, settings: Settings, now: datetime) -> list[str]:
    """Plain lines that say where everything is."""
    survey = open_survey(session, settings, now)
    width = max(len(email) for email, _ in logins())
    return [
        f"Otklik with an invented company: {settings.base_url}",
        f"Letters to its customers:        {settings.base_url}/mailbox",
        *([f"A survey to answer:              {survey}"] if survey else []),
        f"Log in with the password         {demo_password(settings.secret_key)}",
        *(f"  {email:<{width}}  {roles}" for email, roles in logins()),
    ]
