"""Cases with chosen clocks for tests of figures."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.recovery.models import Case, Cause
from tests.builders import customer


def case(session: Session, opened_at: datetime, **values: Any) -> int:
    """Store a case; returns its id."""
    given = {
        "customer_id": customer(session).id,
        "priority": "normal",
        "severity": 3,
        "customer_value": 2,
        "reach": 1,
        "reason": {"signals": [], "is_repeat": False},
        "opened_at": opened_at,
        "first_contact_due_at": opened_at + timedelta(hours=8),
        "resolution_due_at": opened_at + timedelta(days=7),
        "next_due_at": opened_at + timedelta(hours=8),
    } | values
    if given.get("closed_at"):
        given |= {"outcome": "recovered", "cause_id": session.scalar(select(Cause.id).limit(1))}
    return session.execute(insert(Case).values(**given).returning(Case.id)).scalar_one()
