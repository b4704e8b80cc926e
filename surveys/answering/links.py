"""What a customer's link opens: one joined select by the hash of its token."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase, PurchaseItem
from feedback.secrets import hash_token
from surveys.invitations.models import Invitation
from surveys.responses.models import Photo, Response

WHOLE_TOKEN = re.compile(r"[A-Za-z0-9_-]{27}")  # 160 bits in URL-safe base64
ITEMS_NAMED = 3
Goods = tuple[str, ...]


@dataclass(frozen=True)
class Visit:
    """An invitation with everything its pages need. Nothing of it changes by being read."""

    invitation_id: int
    version_id: int
    state: str
    channel: str
    language: str
    sent_at: datetime | None
    started_at: datetime | None
    expires_at: datetime
    trapped_at: datetime | None
    customer_id: int
    name: str | None
    customer_language: str | None
    timezone: str | None
    phone: str | None
    email: str | None
    link_nonce: str
    own_page_hash: str | None
    erased_at: datetime | None
    purchase_id: int | None
    order: str | None
    purchased_at: datetime | None
    delivered_at: datetime | None
    response_id: int | None
    response_state: str | None
    completed_at: datetime | None
    photos: int

    @property
    def can_be_reached(self) -> bool:
        """Whether the company knows a phone number or an e-mail address of the customer."""
        return bool(self.phone or self.email)


# Built once: every visit runs these.
_VISIT = (
    select(
        Invitation.id, Invitation.survey_version_id, Invitation.state, Invitation.channel, Invitation.language,
        Invitation.sent_at, Invitation.started_at, Invitation.expires_at, Invitation.trapped_at, Customer.id,
        Customer.name, Customer.language, Customer.timezone, Customer.phone, Customer.email, Customer.link_nonce,
        Customer.token_hash, Customer.erased_at, Purchase.id, Purchase.external_id, Purchase.purchased_at,
        Purchase.delivered_at, Response.id, Response.state, Response.completed_at,
        select(func.count()).where(Photo.invitation_id == Invitation.id).scalar_subquery(),
    )
    .join(Customer, Customer.id == Invitation.customer_id)
    .outerjoin(Purchase, Purchase.id == Invitation.purchase_id)
    .outerjoin(Response, Response.invitation_id == Invitation.id)
    .where(Invitation.token_hash == bindparam("token_hash"))
)  # fmt: skip
_GOODS = (
    select(PurchaseItem.name)
    .where(PurchaseItem.purchase_id == bindparam("purchase"))
    .order_by(PurchaseItem.id)
    .limit(ITEMS_NAMED + 1)
)
_VISIT_WITH_GOODS = (
    _VISIT.add_columns(PurchaseItem.name)
    .outerjoin(PurchaseItem, PurchaseItem.purchase_id == Purchase.id)
    .order_by(PurchaseItem.id)
    .limit(ITEMS_NAMED + 1)
)


def find_visit(source: Session | Connection, token: str) -> Visit | None:
    """What the link with this token opens; None for an unknown one."""
    row = source.execute(_VISIT, {"token_hash": hash_token(token)}).one_or_none()
    return Visit(*tuple(row)) if row else None


def bought_goods(connection: Connection, purchase_id: int | None) -> Goods:
    """Names of the first goods of the purchase, and of one more than are shown, to know that there are more."""
    if purchase_id is None:
        return ()
    return tuple(connection.execute(_GOODS, {"purchase": purchase_id}).scalars())


def find_visit_with_goods(connection: Connection, token: str) -> tuple[Visit | None, Goods]:
    """`find_visit` and its `bought_goods` in one statement."""
    rows = connection.execute(_VISIT_WITH_GOODS, {"token_hash": hash_token(token)}).all()
    if not rows:
        return None, ()
    return Visit(*rows[0][:-1]), tuple(row[-1] for row in rows if row[-1] is not None)


def is_whole(token: str) -> bool:
    """Whether a token has the form of ours; a cut or changed one mostly has not."""
    return WHOLE_TOKEN.fullmatch(token) is not None
