"""Tables of recovery cases, their signals and timeline, causes, problems, playbooks and compensations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.customers.models import Customer, Purchase
from feedback.db.base import Base, long_text, money, name_text, primary_id, refers, word
from feedback.staff.models import User

OPEN = text("closed_at IS NULL")
CLOSED = text("closed_at IS NOT NULL")
WAITING = text("closed_at IS NULL AND waiting_since IS NOT NULL")


class SignalKind(StrEnum):
    """What opened or strengthened a case."""

    LOW_SCORE = "low_score"
    NEGATIVE_TEXT = "negative_text"
    NEGATIVE_CHAT = "negative_chat"
    ORDER_EVENT = "order_event"
    SENSOR_ALARM = "sensor_alarm"
    SLEEPING_CUSTOMER = "sleeping_customer"
    CONTACT_REQUEST = "contact_request"
    STILL_UNHAPPY = "still_unhappy"


class Priority(StrEnum):
    """How soon a case must be touched; the clocks follow it."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class Outcome(StrEnum):
    """How a case ended for the customer."""

    RECOVERED = "recovered"
    COMPENSATED = "compensated"
    NOT_REACHABLE = "not_reachable"
    LOST_WARMLY = "lost_warmly"
    UNFOUNDED = "unfounded"


class EventKind(StrEnum):
    """A line of a case's timeline."""

    OPENED = "opened"
    SIGNAL = "signal"
    PRIORITY = "priority"
    CLAIMED = "claimed"
    RELEASED = "released"
    ASSIGNED = "assigned"
    NOTE = "note"
    MESSAGE = "message"
    CALL = "call"
    REPLY = "reply"
    WAITING = "waiting"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    COMPENSATED = "compensated"
    CLOSED = "closed"
    REOPENED = "reopened"


class Problem(Base):
    """One cause behind many cases (the outer loop)."""

    __tablename__ = "problems"
    id: Mapped[primary_id]
    title: Mapped[name_text]
    cause_id: Mapped[int | None] = refers("causes.id")
    owner_id: Mapped[int | None] = refers("users.id")
    fix_date: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    fixed_at: Mapped[datetime | None]


class Cause(Base):
    """A root cause in a two-level tree; `names` has ru, bg and en."""

    __tablename__ = "causes"
    id: Mapped[primary_id]
    code: Mapped[word] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = refers("causes.id")
    names: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class Playbook(Base):
    """Prepared steps for a kind of trouble, in three languages."""

    __tablename__ = "playbooks"
    id: Mapped[primary_id]
    code: Mapped[word] = mapped_column(unique=True)
    names: Mapped[dict[str, Any]]
    steps: Mapped[list[Any]]


class Case(Base):
    """One customer, one story. At most one open case per customer and purchase (and one without a purchase)."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open_purchase",
            "customer_id",
            "purchase_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND purchase_id IS NOT NULL"),
            postgresql_where=text("closed_at IS NULL AND purchase_id IS NOT NULL"),
        ),
        Index(
            "uq_cases_open_customer",
            "customer_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND purchase_id IS NULL"),
            postgresql_where=text("closed_at IS NULL AND purchase_id IS NULL"),
        ),
        Index("ix_cases_open_due", "next_due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_open_owner", "owner_id", "next_due_at", "closed_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "customer_id", "opened_at"),
        Index(None, "opened_at"),
        Index("ix_cases_closed", "closed_at", sqlite_where=CLOSED, postgresql_where=CLOSED),
        Index("ix_cases_open_waiting", "waiting_since", sqlite_where=WAITING, postgresql_where=WAITING),
        CheckConstraint("closed_at IS NULL OR (outcome IS NOT NULL AND cause_id IS NOT NULL)", name="closing"),
    )
    id: Mapped[primary_id]
    customer_id: Mapped[int] = refers("customers.id")
    purchase_id: Mapped[int | None] = refers("purchases.id", index=True)
    branch_id: Mapped[int | None] = refers("branches.id")
    priority: Mapped[word]
    severity: Mapped[int]  # 1-5
    customer_value: Mapped[int]  # 1-5
    reach: Mapped[int]  # 1-5
    reason: Mapped[dict[str, Any]]  # facts from which the sentence "why here, why so urgent" is written in any language
    headline: Mapped[str | None] = mapped_column(String(300))  # what the customer said, shortened
    owner_id: Mapped[int | None] = refers("users.id")
    assigned_role: Mapped[word | None] = mapped_column(
        default=None
    )  # whose it should be: a second case in 90 days is the advocate's
    problem_id: Mapped[int | None] = refers("problems.id", index=True)
    opened_at: Mapped[datetime]
    first_contact_due_at: Mapped[datetime]
    first_contacted_at: Mapped[datetime | None]
    next_answer_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]  # clocks are paused while we wait for the customer
    next_due_at: Mapped[datetime | None]  # the earliest running clock; NULL while waiting
    escalated_to: Mapped[int] = mapped_column(default=0)  # percent of the clock already escalated
    cause_id: Mapped[int | None] = refers("causes.id")
    action_taken: Mapped[long_text | None]
    outcome: Mapped[word | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = refers("users.id")
    reopened_count: Mapped[int] = mapped_column(default=0)
    customer: Mapped[Customer] = relationship(lazy="raise")
    purchase: Mapped[Purchase | None] = relationship(lazy="raise")
    owner: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[owner_id])


class Signal(Base):
    """One signal that joined a case. `dedupe_key` lets routing look again without doubling."""

    __tablename__ = "signals"
    id: Mapped[primary_id]
    dedupe_key: Mapped[name_text] = mapped_column(unique=True)
    case_id: Mapped[int] = refers("cases.id", index=True)
    kind: Mapped[word]
    at: Mapped[datetime]
    severity: Mapped[int]
    response_id: Mapped[int | None] = refers("responses.id", index=True)
    conversation_id: Mapped[int | None] = refers("conversations.id", index=True)
    order_event_id: Mapped[int | None] = refers("order_events.id")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quote: Mapped[long_text | None]


class CaseEvent(Base):
    """A line of the timeline. Append-only by triggers; erasure may blank `body`."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "case_id", "at"),)
    id: Mapped[primary_id]
    case_id: Mapped[int] = refers("cases.id")
    kind: Mapped[word]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = refers("users.id")
    message_id: Mapped[int | None] = refers("messages.id")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[long_text | None]


class Compensation(Base):
    """What was given to put a case right. Never tied to changing a review."""

    __tablename__ = "compensations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('points','coupon','free_delivery','refund_request','replacement','gift')", name="kind"
        ),
    )
    id: Mapped[primary_id]
    idempotency_key: Mapped[name_text] = mapped_column(unique=True)
    case_id: Mapped[int] = refers("cases.id", index=True)
    kind: Mapped[word]
    points: Mapped[int | None]
    cost: Mapped[money | None]
    currency: Mapped[word | None]
    state: Mapped[word]  # waiting (for approval), given, refused
    asked_by_id: Mapped[int] = refers("users.id")
    decided_by_id: Mapped[int | None] = refers("users.id")
    points_entry_id: Mapped[int | None] = refers("points_entries.id")
    created_at: Mapped[datetime]
