"""The table of invitations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, primary_id, refers, word

WAITING = text("state = 'planned' AND queued_at IS NULL")
REMINDED = text("next_reminder_at IS NOT NULL")


class InvitationState(StrEnum):
    """Where an invitation is. Order matters: delivery news never moves it back."""

    PLANNED = "planned"
    SUPPRESSED = "suppressed"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    STARTED = "started"
    COMPLETED = "completed"
    EXPIRED = "expired"
    BOUNCED = "bounced"
    FAILED = "failed"


class Invitation(Base):
    """One person asked once by one survey about one thing."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("survey_id", "purchase_id"),
        Index(None, "customer_id", "sent_at"),
        Index("ix_invitations_planned", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_invitations_reminders", "next_reminder_at", sqlite_where=REMINDED, postgresql_where=REMINDED),
        Index("ix_invitations_live", "state", "expires_at"),
        Index(None, "sent_at"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed"),
    )
    id: Mapped[primary_id]
    survey_id: Mapped[int] = refers("surveys.id")
    survey_version_id: Mapped[int] = refers("survey_versions.id")
    customer_id: Mapped[int] = refers("customers.id")
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    case_id: Mapped[int | None] = refers("cases.id", index=True, default=None)
    state: Mapped[word] = mapped_column(default=InvitationState.PLANNED)
    channel: Mapped[word]
    language: Mapped[word]
    nonce: Mapped[word]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]  # its letter is in the outbox; the state stays `planned` until it is handed over
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    next_reminder_at: Mapped[datetime | None]
    trapped_at: Mapped[datetime | None] = mapped_column(default=None)  # the link that people do not see was followed
