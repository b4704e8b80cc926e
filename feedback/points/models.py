"""Tables of the points programme: its rules, lots, debts, entries, members, and how far each sweep has come."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.base import Base, money, name_text, primary_id, refers, word


class EntryKind(StrEnum):
    """What an entry does to its lot or its debt. The sign is that of the points."""

    AWARD = "award"  # + on a lot
    SPEND = "spend"  # - on a lot
    RESTORE = "restore"  # + on a lot (a purchase paid with points came back)
    REVERSE = "reverse"  # - on a lot (a return takes back what the purchase earned; a held award is refused)
    EXPIRE = "expire"  # - on a lot
    CORRECT = "correct"  # - on a lot by hand, with a reason; points given by hand are an award
    MOVE = "move"  # - here and + there, when two customers turn out to be one
    OWE = "owe"  # - on a debt (what a return should take back was spent already)
    REPAY = "repay"  # - on a lot, + on a debt


class LotState(StrEnum):
    """A lot's stage; the balance a customer can spend is that of active lots."""

    HELD = "held"  # suspicious: waits for a human
    LOCKED = "locked"  # inside the return window
    ACTIVE = "active"
    SPENT = "spent"  # nothing left, paid with
    EXPIRED = "expired"
    REVERSED = "reversed"  # nothing left, taken back
    CLOSED = "closed"  # nothing left, for another reason: moved, corrected


OPEN_STATES = (LotState.HELD, LotState.LOCKED, LotState.ACTIVE)


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
        Index(
            "ix_points_lots_due",
            "expires_at",
            "id",
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
    held_for: Mapped[list[Any] | None] = mapped_column(default=None)  # signs of fraud, see `guard`
    created_at: Mapped[datetime]


class PointsDebt(Base):
    """Points a return should have taken back but that were spent already; the next active points repay it."""

    __tablename__ = "points_debts"
    __table_args__ = (
        CheckConstraint("remaining >= 0 AND remaining <= points", name="remaining"),
        Index(
            "ix_points_debts_open",
            "customer_id",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
    )
    id: Mapped[primary_id]
    customer_id: Mapped[int] = refers("customers.id")
    purchase_id: Mapped[int | None] = refers("purchases.id")
    points: Mapped[int]
    remaining: Mapped[int]
    created_at: Mapped[datetime]


class PointsEntry(Base):
    """One movement of points. Append-only by triggers; the balance always equals the sum of the entries."""

    __tablename__ = "points_entries"
    __table_args__ = (
        Index(None, "customer_id", "at"),
        Index(None, "lot_id"),
        Index(None, "purchase_id"),
        CheckConstraint("points <> 0", name="points"),
        CheckConstraint("(lot_id IS NULL) <> (debt_id IS NULL)", name="place"),
    )
    id: Mapped[primary_id]
    idempotency_key: Mapped[name_text] = mapped_column(unique=True)
    customer_id: Mapped[int] = refers("customers.id")
    lot_id: Mapped[int | None] = refers("points_lots.id")
    debt_id: Mapped[int | None] = refers("points_debts.id", index=True, default=None)
    kind: Mapped[word]
    rule: Mapped[word]
    points: Mapped[int]
    at: Mapped[datetime]
    purchase_id: Mapped[int | None] = refers("purchases.id")
    user_id: Mapped[int | None] = refers("users.id")
    reason: Mapped[name_text | None] = mapped_column(default=None)


class PointsRule(Base):
    """One version of one rule. A rule holds from `starts_on` to `ends_on`, both included; versions never change."""

    __tablename__ = "points_rules"
    __table_args__ = (UniqueConstraint("code", "version"),)
    id: Mapped[primary_id]
    code: Mapped[word]
    version: Mapped[int]
    kind: Mapped[word]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    terms: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers("users.id")


class PointsMember(Base):
    """A customer in the programme. The birthday is kept with the day it was first told, against late edits."""

    __tablename__ = "points_members"
    __table_args__ = (Index(None, "birthday_number"), Index(None, "purchases"))
    customer_id: Mapped[int] = refers("customers.id", primary_key=True)
    since: Mapped[date] = mapped_column(Date)
    paid_until: Mapped[date] = mapped_column(Date)  # days of membership before this one are credited
    purchases: Mapped[int] = mapped_column(default=0)  # those not wholly returned
    birthday_number: Mapped[int | None] = mapped_column(default=None)  # month x 100 + day
    birthday_told_on: Mapped[date | None] = mapped_column(Date, default=None)
    birthday_paid_on: Mapped[date | None] = mapped_column(Date, default=None)
    mailbox_hash: Mapped[str | None] = mapped_column(String(64), index=True, default=None)  # see `mailboxes`


class PointsSweep(Base):
    """One pass over the members, resumable: customers up to `cursor` are done."""

    __tablename__ = "points_sweeps"
    __table_args__ = (UniqueConstraint("kind", "day"),)
    id: Mapped[primary_id]
    kind: Mapped[word]
    day: Mapped[date] = mapped_column(Date)
    cursor: Mapped[money] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
