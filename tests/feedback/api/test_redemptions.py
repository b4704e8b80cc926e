"""Paying with points over the API: 201 once, 200 again, 409 with the reason."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.examples import REDEMPTION
from feedback.clock import utc_now
from feedback.customers.models import PurchaseItem
from feedback.db import transaction
from feedback.points.ledger import award
from feedback.points.rules import Rule, gift_grant
from feedback.staff.models import AuditEntry
from tests.builders import customer, purchase
from tests.feedback.api.conftest import Call

PATH = "/points/redemptions"


def till(session: Session, points: int = 1000) -> None:
    with transaction():
        owner = customer(session, external_id="C-100")
        bought = purchase(session, owner, external_id="P-1001", amount=400_000)
        session.add(PurchaseItem(purchase_id=bought.id, name="Гуми", price=400_000, max_discount_percent=15))
        award(session, owner.id, gift_grant(Rule.VISIT, points, utc_now()), "gift", utc_now())


def redeem(call: Call, **changes: Any) -> Any:
    return call("POST", PATH, REDEMPTION | changes)


def test_it_works(call: Call, session: Session) -> None:
    till(session)
    first, again = redeem(call), redeem(call)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["points"], first.json["amount"]) == (150, "150.00")
    assert first.json["balance"]["spendable"] == 850
    assert call("GET", "/customers/C-100/points").json["balance"]["total"] == 850
    acts = select(AuditEntry.act).where(AuditEntry.act == "api_redeem_points")
    assert len(session.scalars(acts).all()) == 1


def test_refusals_say_why(call: Call, session: Session) -> None:
    till(session, 100)
    cap, poor = redeem(call, points=151), redeem(call, points=101)
    assert (cap.status_code, cap.json["reason"], cap.json["most"]) == (409, "cap", 100)
    assert "25 %" in cap.json["detail"]
    assert (poor.status_code, poor.json["reason"], poor.json["balance"]) == (409, "balance", 100)
    assert redeem(call, customer_external_id="nobody").status_code == 404
    assert redeem(call, purchase_external_id="nothing").status_code == 404
    assert redeem(call, points=0).status_code == redeem(call, points="150").status_code == 422
    assert redeem(call, idempotency_key="").status_code == redeem(call, idempotency_key="a\nb").status_code == 422
