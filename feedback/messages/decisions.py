"""The decisions to write or not to write, as they are stored: one row per candidate, brought up to date until final."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.db.conditions import one_of
from feedback.messages.models import SendDecision
from feedback.messages.policy import WAITING, Outcome

CHANGEABLE = sorted([*WAITING, Outcome.UNCERTAIN])


@dataclass(frozen=True)
class Entry:
    """One candidate's decision. `key` is that of the message it would become."""

    key: str
    customer_id: int
    step: str
    outcome: Outcome
    channel: str | None = "email"
    survey_id: int | None = None
    purchase_id: int | None = None
    invitation_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def record_decisions(session: Session, entries: Sequence[Entry], now: datetime) -> None:
    """Store decisions; a candidate that waited gets its new outcome, a final outcome is never changed."""
    if not entries:
        return
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(SendDecision)
    fresh = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[SendDecision.candidate_key],
        set_={"outcome": fresh.outcome, "details": fresh.details, "decided_at": fresh.decided_at},
        where=one_of(SendDecision.outcome, CHANGEABLE),
    )
    session.connection().execute(statement, [_row(entry, now) for entry in entries])


def _row(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "candidate_key": entry.key, "customer_id": entry.customer_id, "survey_id": entry.survey_id,
        "purchase_id": entry.purchase_id, "invitation_id": entry.invitation_id, "step": entry.step,
        "channel": entry.channel, "outcome": entry.outcome, "details": dict(entry.details), "decided_at": now,
    }  # fmt: skip
