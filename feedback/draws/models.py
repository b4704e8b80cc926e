"""Tables of the monthly draw: its terms, who entered it, what the jury said, who won."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, long_text, money, name_text, primary_id, refers, word

_NOT_GIVEN_UP = text("state NOT IN ('lapsed', 'passed_over')")


class Draw(Base):
    """The contest or draw of one month. It cannot open without its legal fields.

    States: planned, open, closed (entrants frozen; the jury's time), drawn, published. They never go back.
    `secret` is shown to nobody before publication; `drawn_list` are the codes that are drawn from, as they were hashed.
    """

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
    place: Mapped[name_text | None]
    receipts: Mapped[dict[str, Any] | None]  # how a prize is received, by language
    closes_on: Mapped[date | None] = mapped_column(Date)
    publish_by: Mapped[date | None] = mapped_column(Date)
    shortlist_size: Mapped[int] = mapped_column(default=24, server_default="24")
    secret: Mapped[str | None] = mapped_column(String(64))
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    entrants_hash: Mapped[str | None] = mapped_column(String(64))
    drawn_list: Mapped[long_text | None]
    list_hash: Mapped[str | None] = mapped_column(String(64))
    marks: Mapped[dict[str, Any] | None]  # of a contest, as they were when it was drawn: code -> [sum, numbers]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class DrawEditor(Base):
    """Who has edited the terms of a draw, and so may not run it."""

    __tablename__ = "draw_editors"
    draw_id: Mapped[int] = refers("draws.id", primary_key=True)
    user_id: Mapped[int] = refers("users.id", primary_key=True, index=True)


class DrawEntry(Base):
    """One person's entry of a month: an opaque code that the entrant knows."""

    __tablename__ = "draw_entries"
    __table_args__ = (
        UniqueConstraint("draw_id", "customer_id"),
        Index(None, "response_id"),
        Index(None, "customer_id", "entered_at"),
    )
    id: Mapped[primary_id]
    draw_id: Mapped[int] = refers("draws.id")
    customer_id: Mapped[int] = refers("customers.id")
    response_id: Mapped[int] = refers("responses.id")
    code: Mapped[word] = mapped_column(unique=True)
    entered_at: Mapped[datetime]
    excluded_for: Mapped[word | None]  # staff, family, duplicate, rules; an excluded entry stays and is not drawn from


class DrawJudge(Base):
    """A member of the jury."""

    __tablename__ = "draw_judges"
    draw_id: Mapped[int] = refers("draws.id", primary_key=True)
    user_id: Mapped[int] = refers("users.id", primary_key=True, index=True)


class DrawMark(Base):
    """What one judge says of one entry: three marks from 1 to 5, or that they know the person and do not judge."""

    __tablename__ = "draw_marks"
    __table_args__ = (
        CheckConstraint(
            "is_conflict OR (usefulness BETWEEN 1 AND 5 AND detail BETWEEN 1 AND 5 AND evidence BETWEEN 1 AND 5)",
            name="range",
        ),
    )
    entry_id: Mapped[int] = refers("draw_entries.id", primary_key=True)
    user_id: Mapped[int] = refers("users.id", primary_key=True, index=True)
    usefulness: Mapped[int | None]
    detail: Mapped[int | None]
    evidence: Mapped[int | None]
    is_conflict: Mapped[bool] = mapped_column(default=False)
    note: Mapped[long_text | None]
    marked_at: Mapped[datetime]


class DrawWinner(Base):
    """A prize's way to somebody. States: drawn, claimed, handed_over; lapsed and passed_over let the next one win.

    `position` is the place in the order in which codes win, from 0; `prize` the number of the prize, from 0.
    """

    __tablename__ = "draw_winners"
    __table_args__ = (
        UniqueConstraint("draw_id", "position"),
        UniqueConstraint("entry_id"),
        Index("uq_draw_winners_held", "draw_id", "prize", unique=True,
              sqlite_where=_NOT_GIVEN_UP, postgresql_where=_NOT_GIVEN_UP),
        Index("ix_draw_winners_due", "state", "claim_until"),
    )  # fmt: skip
    id: Mapped[primary_id]
    draw_id: Mapped[int] = refers("draws.id")
    entry_id: Mapped[int] = refers("draw_entries.id")
    customer_id: Mapped[int] = refers("customers.id", index=True)
    position: Mapped[int]
    prize: Mapped[int]
    value: Mapped[money]
    currency: Mapped[word]
    state: Mapped[word] = mapped_column(default="drawn")
    nonce: Mapped[word]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    claim_until: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    shown_name: Mapped[name_text | None]  # only with the winner's consent, as they wrote it
    given_up_for: Mapped[name_text | None]
    handed_over_at: Mapped[datetime | None]
    handed_over_by_id: Mapped[int | None] = refers("users.id")
    receipt_note: Mapped[name_text | None]
