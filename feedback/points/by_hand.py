"""What staff do with points by hand: note a visit, grant with a reason up to a limit, take back a mistake."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.points.debts import lock_account, settle
from feedback.points.ledger import award
from feedback.points.members import company_day
from feedback.points.models import EntryKind
from feedback.points.programme import load_programme
from feedback.points.rules import Rule, gift_grant
from feedback.points.spending import spend
from feedback.staff.roles import RoleName

LIMITS = {RoleName.AGENT: 1000, RoleName.ADVOCATE: 10_000, RoleName.ADMIN: 10_000}  # points at a time
LONGEST_REASON = 200


def limit_of(roles: Collection[str]) -> int:
    """How many points somebody with these roles may grant or take at a time."""
    return max((limit for role, limit in LIMITS.items() if role in roles), default=0)


def note_visit(session: Session, customer_id: int, now: datetime, user_id: int | None = None) -> int:
    """Thank for a visit to a presentation, once a day; returns the points, 0 when the day was thanked for before."""
    person_of(session, customer_id)
    today = company_day(session, now)
    grant = gift_grant(Rule.VISIT, load_programme(session).points("visit", today), now)
    return award(session, customer_id, grant, f"visit:{customer_id}:{today}", now, user_id=user_id)


def change_by_hand(
    session: Session,
    customer_id: int,
    points: int,
    reason: str,
    key: str,
    now: datetime,
    *,
    user_id: int,
    roles: Collection[str],
) -> int:
    """Grant points (or take them, where negative) with a reason, once per key; returns what moved.

    Raises Invalid by field, Forbidden above the limit of the role, Conflict where fewer are there to take.
    """
    why = " ".join(reason.split())
    if points == 0 or not 0 < len(why) <= LONGEST_REASON:
        errors = {"points": "not zero"} if points == 0 else {}
        raise Invalid(
            "Please check the form.", errors | ({} if 0 < len(why) <= LONGEST_REASON else {"reason": "missing"})
        )
    if abs(points) > limit_of(roles):
        raise Forbidden("That is more than your limit.", limit=limit_of(roles))
    person_of(session, customer_id)
    lock_account(session, customer_id)
    if points < 0:
        taken = spend(
            session, customer_id, -points, f"hand:{key}", now, kind=EntryKind.CORRECT, rule=Rule.MANUAL,
            user_id=user_id, reason=why,
        )  # fmt: skip
        return -taken.points if taken.is_new else 0
    grant = gift_grant(Rule.MANUAL, points, now)
    granted = award(session, customer_id, grant, f"hand:{key}", now, user_id=user_id, reason=why)
    settle(session, customer_id, now)
    return granted


def person_of(session: Session, customer_id: int) -> Customer:
    """The customer. Raises NotFound, and Conflict for an erased one."""
    person = session.get(Customer, customer_id, populate_existing=True)
    if person is None:
        raise NotFound("There is no such customer.")
    if person.erased_at is not None:
        raise Conflict("This customer was erased.", reason="erased")
    return person
