"""Links and posts as customers make them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.clock import utc_now
from feedback.config import Settings
from feedback.db import Base, transaction
from feedback.secrets import hash_token, link_token, new_nonce
from surveys.invitations.models import Invitation
from surveys.responses.models import Response
from tests import builders


@dataclass(frozen=True)
class Link:
    """An invitation's link and its customer's own page."""

    token: str
    own_token: str
    invitation_id: int
    customer_id: int
    purchase_id: int

    @property
    def path(self) -> str:
        return f"/s/{self.token}"


def link(
    settings: Settings,
    *,
    person: dict[str, Any] | None = None,
    sent_at: datetime | None = None,
    lives: timedelta = timedelta(days=30),
    **invitation: Any,
) -> Link:
    """A customer who bought, was sent a survey a moment ago, and holds its link."""
    now = utc_now()
    own, nonce = new_nonce(), new_nonce()
    own_token, token = (
        link_token(settings.secret_key, "m", own),
        link_token(settings.secret_key, "s", nonce),
    )
    with transaction() as session:
        customer = builders.customer(
            session, link_nonce=own, token_hash=hash_token(own_token), created_at=now, **(person or {})
        )
        purchase = builders.purchase(session, customer, delivered_at=now - timedelta(days=3), created_at=now)
        asked = builders.invitation(
            session,
            purchase,
            token=token,
            nonce=nonce,
            **({"sent_at": sent_at or now, "due_at": now, "created_at": now, "expires_at": now + lives} | invitation),
        )
    return Link(token, own_token, asked.id, customer.id, purchase.id)


def send(client: FlaskClient, to: Link, act: str = "send", **fields: Any) -> TestResponse:
    """Post the form; `score=9` and so on, `__` in a name standing for the hyphen."""
    data = {"act": act} | {name.replace("__", "-"): value for name, value in fields.items()}
    answer = client.post(to.path, data=data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large body of the test client is a file
    return answer


def page(answer: TestResponse) -> str:
    """The page's text, with spaces that do not break made plain."""
    return answer.get_data(as_text=True).replace("\xa0", " ")


def expire(session: Session, asked: Link) -> None:
    """Let the link's time be over."""
    with transaction():
        row = session.get(Invitation, asked.invitation_id, populate_existing=True)
        assert row is not None
        row.expires_at = utc_now() - timedelta(days=1)


def responses(session: Session) -> list[Response]:
    """Every answer there is, as the database holds it now."""
    return list(session.scalars(select(Response).order_by(Response.id).execution_options(populate_existing=True)))


def counts(session: Session) -> dict[str, int]:
    """Rows by table."""
    session.rollback()
    return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def let_time_pass(session: Session, asked: Link, minutes: int) -> None:
    """Shift the answer into the past."""
    with transaction():
        row = session.scalars(select(Response).where(Response.invitation_id == asked.invitation_id)).one()
        assert row.completed_at is not None
        row.completed_at = row.completed_at - timedelta(minutes=minutes)
