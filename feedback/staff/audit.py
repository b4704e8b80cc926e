"""The audit: who did or read what, when. Append-only; ids instead of personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.staff.models import AuditEntry


def record(
    session: Session,
    act: str,
    *,
    now: datetime,
    user_id: int | None = None,
    api_key_id: int | None = None,
    object_kind: str | None = None,
    object_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write one line of the audit. `details` never carries personal data."""
    session.execute(
        insert(AuditEntry).values(
            at=now, user_id=user_id, api_key_id=api_key_id, act=act, object_kind=object_kind, object_id=object_id,
            details=details or {},
        )
    )  # fmt: skip
