"""Tables of the points ledger."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, name_text, primary_id, refers, word


class EntryKind(StrEnum):
    """What an entry does to its lot. The sign is that of the points."""

    AWARD = "award"  # +
    SPEND = "spend"  # -
    REVERSE = "reverse"  # - (a return takes back what the purchase earned)
    EXPIRE = "expire"  # -
    CORRECT = "correct"  # + or -, by hand, with a reason


class LotState(StrEnum):
    """A lot's stage; the balance a customer can spend is that of active lots."""

    HELD = "held"  # suspicious: waits for a human
    LOCKED = "locked"  # inside the return window
    ACTIVE = "active"
    CLOSED = "closed"  # nothing left


class PointsLot(Base):
    """Points of one award. `remaining` is the sum of its entries, kept for speed and proved by a check."""

    __tablename__ = "points_lots"
    __table_args__ = (
        CheckConstraint("remaining >= 0 AND remaining <= points", name="remaining"),
        Index(
            "ix_points_lots_open",
            "customer_id",
            "expires_at",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
        Index(None, "state", "active_from"),
    )
    id: Mapped[primary_id]
    customer_id: Mapped[int] = refers("customers.id")
    rule: Mapped[word]
    points: Mapped[int]
    remaining: Mapped[int]
    state: Mapped[word]
    active_from: Mapped[datetime]
    expires_at: Mapped[datetime]
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    created_at: Mapped[datetime]


class PointsEntry(Base):
    """One movement of points. Append-only by triggers; the balance always equals the sum of the entries."""

    __tablename__ = "points_entries"
    __table_args__ = (
        Index(None, "customer_id", "at"),
        Index(None, "lot_id"),
        CheckConstraint("points <> 0", name="points"),
    )
    id: Mapped[primary_id]
    idempotency_key: Mapped[name_text] = mapped_column(unique=True)
    customer_id: Mapped[int] = refers("customers.id")
    lot_id: Mapped[int] = refers("points_lots.id")
    kind: Mapped[word]
    rule: Mapped[word]
    points: Mapped[int]
    at: Mapped[datetime]
    purchase_id: Mapped[int | None] = refers("purchases.id")
    user_id: Mapped[int | None] = refers("users.id")
