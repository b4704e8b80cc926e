"""The outbox: what shall be sent, each thing once by its key. Sending is in `sending`, the policy in `policy`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_once
from feedback.errors import Invalid
from feedback.messages.models import Message, MessageKind, MessageState

CHANNELS = ("email",)


def queue_message(
    session: Session,
    *,
    key: str,
    kind: MessageKind,
    customer_id: int,
    channel: str,
    address: str | None,
    language: str,
    send_at: datetime,
    now: datetime,
    subject: str | None = None,
    body: str | None = None,
    invitation_id: int | None = None,
    case_id: int | None = None,
    params: Mapping[str, Any] | None = None,
) -> int | None:
    """Put a message into the outbox once per `key`; returns its id, None when the key was used before.

    `subject` and `body` are plain text typed by staff (RECOVERY); other kinds are rendered when they are sent.
    Raises Invalid for a channel that does not exist.
    """
    if channel not in CHANNELS:
        raise Invalid(f"There is no channel “{channel}”.", {"channel": "unknown"})
    return insert_once(
        session, Message, idempotency_key=key, kind=kind, customer_id=customer_id, channel=channel, address=address,
        language=language, send_at=send_at, created_at=now, subject=subject, body=body, invitation_id=invitation_id,
        case_id=case_id, params=dict(params or {}), state=MessageState.QUEUED, attempts=0,
    )  # fmt: skip


def queue_messages(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Put many messages into the outbox with one statement; rows carry the columns' names. Returns how many are new."""
    if not rows:
        return 0
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    same = {"state": MessageState.QUEUED, "attempts": 0, "params": {}}
    statement = make(Message).on_conflict_do_nothing().returning(Message.id)
    return len(session.scalars(statement, [same | dict(row) for row in rows]).all())
