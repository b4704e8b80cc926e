"""Whose page or whose unsubscribing a link opens: a customer's own link, or that of an invitation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.secrets import hash_token
from surveys.invitations.models import Invitation


@dataclass(frozen=True)
class Owner:
    """The customer behind a link; `channel` is the one the link came by."""

    customer_id: int
    name: str | None
    language: str | None
    timezone: str | None
    email: str | None
    phone: str | None
    created_at: datetime
    attributes: dict[str, Any]
    channel: str = "email"


_COLUMNS = (
    Customer.id, Customer.name, Customer.language, Customer.timezone, Customer.email, Customer.phone,
    Customer.created_at, Customer.attributes,
)  # fmt: skip


def owner_of_page(session: Session, token: str) -> Owner | None:
    """The customer whose own page this token opens; None for an unknown or erased one."""
    query = select(*_COLUMNS).where(Customer.token_hash == hash_token(token), Customer.erased_at.is_(None))
    row = session.execute(query).one_or_none()
    return Owner(*tuple(row)) if row else None


def owner_of_any(session: Session, token: str) -> Owner | None:
    """The customer behind an own page's token or an invitation's, however old; None for an unknown or erased one."""
    query = (
        select(*_COLUMNS, Invitation.channel)
        .join(Invitation, Invitation.customer_id == Customer.id)
        .where(Invitation.token_hash == hash_token(token), Customer.erased_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    return Owner(*tuple(row)) if row else owner_of_page(session, token)
