"""The five roles."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.staff.models import Role


class RoleName(StrEnum):
    """Who a member of staff is; a person may hold several."""

    ADVOCATE = "advocate"
    AGENT = "agent"
    PRIZE_MANAGER = "prize_manager"
    ANALYST = "analyst"
    ADMIN = "admin"


def ensure_roles(session: Session) -> None:
    """Add the roles that a new database lacks."""
    known = set(session.scalars(select(Role.name)))
    session.add_all(Role(name=name) for name in RoleName if name not in known)
    session.flush()
