"""Tables of the outbox, its suppression list and the decisions to write or not to write."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, long_text, name_text, primary_id, refers, word
from feedback.db.claiming import Claimable


class MessageState(StrEnum):
    """Where a message is on its way out."""

    QUEUED = "queued"  # due at `send_at`; may be claimed
    HANDING_OVER = "handing_over"  # committed just before the provider is called
    SENT = "sent"
    FAILED = "failed"  # the provider refused for good
    STOPPED = "stopped"  # the policy stopped it before it was handed over
    UNCERTAIN = "uncertain"  # the process died while handing over: may or may not have arrived; never resent by itself


class MessageKind(StrEnum):
    """What the message is for; the policy and the templates follow it."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    RECOVERY = "recovery"
    RECOVERY_CHECK = "recovery_check"
    STATEMENT = "statement"
    ACCESS_LINK = "access_link"
    PRIZE = "prize"


class Message(Base, Claimable):
    """One message to one customer. Rendered when it is sent, so links are never stored."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "state", "send_at"),
        Index(None, "customer_id", "created_at"),
    )
    id: Mapped[primary_id]
    idempotency_key: Mapped[name_text] = mapped_column(unique=True)
    kind: Mapped[word]
    channel: Mapped[word]
    customer_id: Mapped[int] = refers("customers.id")
    invitation_id: Mapped[int | None] = refers("invitations.id", index=True, default=None)
    case_id: Mapped[int | None] = refers("cases.id", index=True, default=None)
    address: Mapped[str | None] = mapped_column(String(320))
    language: Mapped[word]
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[long_text | None]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[word] = mapped_column(default=MessageState.QUEUED)
    send_at: Mapped[datetime]
    created_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    transport: Mapped[word | None]  # what it was handed over to (`smtp`, `file`): says whether it may be done again
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    provider_id: Mapped[str | None] = mapped_column(String(200), index=True)
    failure: Mapped[str | None] = mapped_column(String(500))


class Suppression(Base):
    """An address that must not be written to, whatever asks. Addresses are kept as SHA-256 of their normal form."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("channel", "address_hash"),)
    id: Mapped[primary_id]
    channel: Mapped[word]
    address_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[word]
    at: Mapped[datetime]
    source: Mapped[word]


class SendDecision(Base):
    """Why a candidate was or was not written to: exactly one row per candidate and step."""

    __tablename__ = "send_decisions"
    __table_args__ = (
        UniqueConstraint("candidate_key"),
        Index(None, "decided_at"),
        Index(None, "customer_id", "decided_at"),
    )
    id: Mapped[primary_id]
    candidate_key: Mapped[name_text]
    customer_id: Mapped[int] = refers("customers.id")
    survey_id: Mapped[int | None] = refers("surveys.id", index=True, default=None)
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    invitation_id: Mapped[int | None] = refers("invitations.id", index=True, default=None)
    step: Mapped[word]
    channel: Mapped[word | None]
    outcome: Mapped[word]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decided_at: Mapped[datetime]
