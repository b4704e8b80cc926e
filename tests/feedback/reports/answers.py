"""Answers in bulk for tests of figures."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from surveys.responses.models import Response
from tests.builders import default_version


def answer(session: Session, customer_id: int | None, score: int | None, at: datetime, **values: Any) -> int:
    """Store one complete answer to the default survey; returns its id."""
    version = default_version(session)
    given = {
        "survey_id": version.survey_id,
        "survey_version_id": version.id,
        "customer_id": customer_id,
        "score": score,
        "channel": "email",
        "language": "ru",
        "state": "complete",
        "started_at": at,
        "completed_at": at,
    } | values
    return session.execute(insert(Response).values(**given).returning(Response.id)).scalar_one()
