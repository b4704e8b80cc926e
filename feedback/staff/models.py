"""Tables of staff accounts, API keys and the audit."""

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.base import Base, BigId, name_text, primary_id, refers, word

user_roles = Table(
    "user_roles",
    Base.metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", BigId, ForeignKey("roles.id", ondelete="RESTRICT"), primary_key=True),
)


class Role(Base, RoleMixin):
    """One of the five roles; what each may do stands in `staff.permissions`."""

    __tablename__ = "roles"
    id: Mapped[primary_id]
    name: Mapped[word] = mapped_column(unique=True)


class User(Base, UserMixin):
    """A member of staff who may log in."""

    __tablename__ = "users"
    id: Mapped[primary_id]
    email: Mapped[name_text] = mapped_column(unique=True)
    name: Mapped[name_text] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[word] = mapped_column(default="en")
    timezone: Mapped[word] = mapped_column(default="UTC")
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    roles: Mapped[list[Role]] = relationship(secondary=user_roles, lazy="selectin")  # type: ignore[assignment]


class ApiKey(Base):
    """A key of another system. Only its SHA-256 is kept; the key itself is shown once."""

    __tablename__ = "api_keys"
    id: Mapped[primary_id]
    name: Mapped[name_text]
    prefix: Mapped[word]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did or read what, when. Append-only; ids instead of personal data."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "at"), Index(None, "object_kind", "object_id", "at"))
    id: Mapped[primary_id]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = refers("users.id", index=True)
    api_key_id: Mapped[int | None] = refers("api_keys.id")
    act: Mapped[word]
    object_kind: Mapped[word | None]
    object_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Setting(Base):
    """A setting of the company that an admin edits (names, defaults); the value is JSON under `value`."""

    __tablename__ = "settings"
    key: Mapped[word] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
