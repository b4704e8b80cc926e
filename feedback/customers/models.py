"""Tables of people and what they bought."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.base import Base, long_text, money, name_text, primary_id, refers, word

UNPLANNED, UNACCRUED = text("NOT is_planned"), text("NOT is_accrued")


class LifecycleStatus(StrEnum):
    """Where a customer stands; changes are kept as history."""

    POTENTIAL = "potential"
    PROSPECTIVE = "prospective"
    CUSTOMER = "customer"
    REGULAR = "regular"
    SLEEPING = "sleeping"
    LOST = "lost"


class Purpose(StrEnum):
    """What a consent is for. The three are separate acts, never bundled."""

    PROCESSING = "processing"
    ADVERTISING = "advertising"
    PUBLICATION = "publication"


class OrderEventKind(StrEnum):
    """Something that happened to an order; all of these harm the customer."""

    DELAY = "delay"
    STOCK_OUT = "stock_out"
    OUTAGE = "outage"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"
    LOST = "lost"


class Branch(Base):
    """A shop, a depot, an online store of the company."""

    __tablename__ = "branches"
    id: Mapped[primary_id]
    name: Mapped[name_text] = mapped_column(unique=True)
    timezone: Mapped[word | None]
    country: Mapped[str | None] = mapped_column(default=None)


class Manager(Base):
    """A named employee who served a purchase; not necessarily a user of this system."""

    __tablename__ = "managers"
    __table_args__ = (UniqueConstraint("branch_id", "name"),)
    id: Mapped[primary_id]
    name: Mapped[name_text]
    branch_id: Mapped[int | None] = refers("branches.id")


class Customer(Base):
    """A person or a company that buys. Erasure blanks identity and keeps the row for the ledger."""

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'business')", name="kind"),
        CheckConstraint("language IS NULL OR language IN ('ru', 'bg', 'en')", name="language"),
    )
    id: Mapped[primary_id]
    external_id: Mapped[name_text | None] = mapped_column(unique=True)
    kind: Mapped[word] = mapped_column(default="person")
    name: Mapped[name_text | None]
    email: Mapped[str | None] = mapped_column(index=True, default=None)
    phone: Mapped[word | None] = mapped_column(index=True)
    messengers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[word | None]
    timezone: Mapped[word | None]
    country: Mapped[word | None]
    birthday: Mapped[date | None] = mapped_column(Date)
    preferences: Mapped[long_text | None]
    lifecycle_status: Mapped[word] = mapped_column(default=LifecycleStatus.POTENTIAL)
    tier: Mapped[word | None]
    is_test: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link_nonce: Mapped[word]
    token_hash: Mapped[str | None] = mapped_column(unique=True, default=None)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class LifecycleChange(Base):
    """One change of a customer's lifecycle status."""

    __tablename__ = "lifecycle_changes"
    __table_args__ = (Index(None, "customer_id", "at"),)
    id: Mapped[primary_id]
    customer_id: Mapped[int] = refers("customers.id")
    status: Mapped[word]
    at: Mapped[datetime]


class Consent(Base):
    """One act of giving or revoking; the newest row per purpose and channel counts. Append-only."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "customer_id", "purpose", "at"),)
    id: Mapped[primary_id]
    customer_id: Mapped[int] = refers("customers.id")
    purpose: Mapped[word]
    channel: Mapped[word] = mapped_column(default="any")
    is_given: Mapped[bool]
    at: Mapped[datetime]
    text_version: Mapped[word]
    source: Mapped[word]


class Purchase(Base):
    """One purchase. Amounts are in the smallest unit of the currency (kopecks, cents)."""

    __tablename__ = "purchases"
    __table_args__ = (
        Index(None, "customer_id", "purchased_at"),
        Index(None, "purchased_at"),
        Index("ix_purchases_unplanned", "id", sqlite_where=UNPLANNED, postgresql_where=UNPLANNED),
        Index("ix_purchases_unaccrued", "id", sqlite_where=UNACCRUED, postgresql_where=UNACCRUED),
        CheckConstraint("amount >= 0", name="amount"),
    )
    id: Mapped[primary_id]
    external_id: Mapped[name_text] = mapped_column(unique=True)
    customer_id: Mapped[int] = refers("customers.id")
    purchased_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    amount: Mapped[money]
    currency: Mapped[word]
    branch_id: Mapped[int | None] = refers("branches.id", index=True)
    manager_id: Mapped[int | None] = refers("managers.id")
    returned_amount: Mapped[money] = mapped_column(default=0)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    is_planned: Mapped[bool] = mapped_column(default=False)
    is_accrued: Mapped[bool] = mapped_column(default=False)  # the points it earns are credited
    customer: Mapped[Customer] = relationship(lazy="raise")
    branch: Mapped[Branch | None] = relationship(lazy="raise")
    manager: Mapped[Manager | None] = relationship(lazy="raise")
    items: Mapped[list["PurchaseItem"]] = relationship(lazy="raise", order_by="PurchaseItem.id")


class PurchaseItem(Base):
    """A line of a purchase."""

    __tablename__ = "purchase_items"
    id: Mapped[primary_id]
    purchase_id: Mapped[int] = refers("purchases.id", index=True)
    sku: Mapped[name_text | None]
    name: Mapped[name_text]
    category: Mapped[name_text | None]
    quantity: Mapped[int] = mapped_column(default=1)
    price: Mapped[money]
    max_discount_percent: Mapped[int | None]


class Return(Base):
    """Goods given back, in part or whole."""

    __tablename__ = "returns"
    __table_args__ = (Index("ix_returns_unaccrued", "id", sqlite_where=UNACCRUED, postgresql_where=UNACCRUED),)
    id: Mapped[primary_id]
    external_id: Mapped[name_text] = mapped_column(unique=True)
    purchase_id: Mapped[int] = refers("purchases.id", index=True)
    amount: Mapped[money]
    returned_at: Mapped[datetime]
    created_at: Mapped[datetime]
    is_accrued: Mapped[bool] = mapped_column(default=False)  # the points it takes back are taken


class OrderEvent(Base):
    """Something that went wrong with an order before the customer said so."""

    __tablename__ = "order_events"
    __table_args__ = (Index(None, "occurred_at"),)
    id: Mapped[primary_id]
    external_id: Mapped[name_text] = mapped_column(unique=True)
    purchase_id: Mapped[int] = refers("purchases.id", index=True)
    kind: Mapped[word]
    occurred_at: Mapped[datetime]
    details: Mapped[long_text | None]
    created_at: Mapped[datetime]
