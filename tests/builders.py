"""Plain builders of rows, with sensible defaults; each adds and flushes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Branch, Customer, Manager, Purchase
from feedback.recovery.models import Case
from feedback.secrets import hash_token, new_nonce
from feedback.staff.models import Role, User
from surveys.invitations.models import Invitation, InvitationState
from surveys.questionnaires.models import Survey, SurveyVersion

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)  # a Wednesday
_count = iter(range(1, 10**9))


def customer(session: Session, **values: Any) -> Customer:
    n = next(_count)
    given = {
        "external_id": f"c{n}",
        "name": "Елена Петрова",
        "email": f"elena{n}@shop.example",
        "language": "ru",
        "timezone": "Europe/Moscow",
        "link_nonce": new_nonce(),
        "created_at": NOW,
        "lifecycle_status": "customer",
    }
    return _add(session, Customer(**(given | values)))


def branch(session: Session, **values: Any) -> Branch:
    return _add(session, Branch(**({"name": f"Парнас {next(_count)}"} | values)))


def manager(session: Session, **values: Any) -> Manager:
    return _add(session, Manager(**({"name": f"О. Рябинин {next(_count)}"} | values)))


def purchase(session: Session, of: Customer | None = None, **values: Any) -> Purchase:
    of = of or customer(session)
    given = {
        "external_id": f"p{next(_count)}",
        "customer_id": of.id,
        "purchased_at": NOW - timedelta(days=7),
        "delivered_at": NOW - timedelta(days=4),
        "amount": 1290000,
        "currency": "RUB",
        "created_at": NOW,
    }
    return _add(session, Purchase(**(given | values)))


def default_version(session: Session) -> SurveyVersion:
    query = (
        select(SurveyVersion).join(Survey).where(Survey.slug == "after-purchase").order_by(SurveyVersion.number.desc())
    )
    return session.scalars(query).first()  # type: ignore[return-value]


def invitation(session: Session, about: Purchase | None = None, token: str | None = None, **values: Any) -> Invitation:
    about = about or purchase(session)
    version = default_version(session)
    given = {
        "survey_id": version.survey_id,
        "survey_version_id": version.id,
        "customer_id": about.customer_id,
        "purchase_id": about.id,
        "state": InvitationState.SENT,
        "channel": "email",
        "language": "ru",
        "nonce": new_nonce(),
        "token_hash": hash_token(token or f"token-{next(_count)}"),
        "due_at": NOW,
        "created_at": NOW,
        "sent_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    return _add(session, Invitation(**(given | values)))


def staff(session: Session, *roles: str, **values: Any) -> User:
    n = next(_count)
    given = {"email": f"staff{n}@company.example", "name": f"Сотрудник {n}", "active": True, "language": "en",
             "timezone": "Europe/Moscow", "fs_uniquifier": new_nonce(), "created_at": NOW}  # fmt: skip
    names = roles or ("advocate",)
    held = list(session.scalars(select(Role).where(Role.name.in_(names))))
    return _add(session, User(**(given | values), roles=held))


def case(session: Session, about: Purchase | None = None, **values: Any) -> Case:
    about = about or purchase(session)
    reason = {"signals": [{"kind": "low_score", "severity": 4, "is_urgent": False, "scale": "nps", "score": 2}]}
    given = {"customer_id": about.customer_id, "purchase_id": about.id, "branch_id": about.branch_id,
             "priority": "high", "severity": 4, "customer_value": 2, "reach": 2, "reason": reason,
             "headline": "Привезли поздно", "opened_at": NOW, "first_contact_due_at": NOW + timedelta(hours=8),
             "resolution_due_at": NOW + timedelta(days=7)}  # fmt: skip
    given |= values
    given.setdefault("next_due_at", given["first_contact_due_at"])
    return _add(session, Case(**given))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
