"""Tables of the monthly draw and who entered it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, long_text, name_text, primary_id, refers, word


class Draw(Base):
    """The contest or draw of one month. It cannot open without its legal fields."""

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("mode IN ('contest', 'draw', 'shortlist_draw')", name="mode"),
        CheckConstraint(
            "state = 'planned' OR (organiser IS NOT NULL AND rules IS NOT NULL AND prizes IS NOT NULL)", name="legal"
        ),
    )
    id: Mapped[primary_id]
    slug: Mapped[word] = mapped_column(unique=True)
    month: Mapped[date] = mapped_column(Date, unique=True)
    mode: Mapped[word] = mapped_column(default="contest")
    state: Mapped[word] = mapped_column(default="planned")
    organiser: Mapped[name_text | None]
    rules: Mapped[dict[str, Any] | None]
    prizes: Mapped[list[Any] | None]
    receipt: Mapped[long_text | None]
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    list_hash: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class DrawEntry(Base):
    """One person's entry of a month: an opaque code that the entrant knows."""

    __tablename__ = "draw_entries"
    __table_args__ = (UniqueConstraint("draw_id", "customer_id"), Index(None, "response_id"))
    id: Mapped[primary_id]
    draw_id: Mapped[int] = refers("draws.id")
    customer_id: Mapped[int] = refers("customers.id")
    response_id: Mapped[int] = refers("responses.id")
    code: Mapped[word] = mapped_column(unique=True)
    entered_at: Mapped[datetime]
