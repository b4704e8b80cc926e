"""Who is in the programme: everybody who has bought, with the day, the count of purchases, and the birthday."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase
from feedback.db.inserting import insert_many
from feedback.points.mailboxes import mailbox_hash
from feedback.points.models import PointsMember
from feedback.points.programme import Programme
from feedback.staff.company import load_company


def company_day(session: Session, now: datetime) -> date:
    """The date at `now` where the company is."""
    return now.astimezone(ZoneInfo(load_company(session).timezone)).date()


def purchases_of(session: Session, customer_ids: Collection[int]) -> dict[int, int]:
    """Per customer the purchases that were not wholly returned; customers without any are left out."""
    query = (
        select(Purchase.customer_id, func.count())
        .where(
            Purchase.customer_id.in_(customer_ids),
            or_(Purchase.returned_amount < Purchase.amount, Purchase.returned_amount == 0),
        )
        .group_by(Purchase.customer_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def note_members(session: Session, customer_ids: Collection[int], programme: Programme, today: date) -> None:
    """Make buyers members, count their purchases anew and give them the tier that follows."""
    counts = purchases_of(session, customer_ids)
    known = {
        row.customer_id: row.purchases
        for row in session.execute(
            select(PointsMember.customer_id, PointsMember.purchases).where(PointsMember.customer_id.in_(customer_ids))
        )
    }
    fresh = [customer_id for customer_id in sorted(counts) if customer_id not in known]
    if fresh:
        people = select(Customer.id, Customer.birthday, Customer.created_at, Customer.email).where(
            Customer.id.in_(fresh)
        )
        insert_many(session, PointsMember, [_member(row, counts, today) for row in session.execute(people)])
    changed = [
        {"customer_id": customer_id, "purchases": counts.get(customer_id, 0)}
        for customer_id, before in known.items()
        if counts.get(customer_id, 0) != before
    ]
    if changed:
        session.execute(update(PointsMember), changed)
    tiers: dict[str | None, list[int]] = {}
    for customer_id in {*known, *fresh}:
        tiers.setdefault(programme.tier_of(counts.get(customer_id, 0), today), []).append(customer_id)
    for tier, ids in tiers.items():
        give_tier(session, ids, tier)


def give_tier(session: Session, customer_ids: Iterable[int], tier: str | None) -> None:
    """Write down the tier where it is another one."""
    session.execute(
        update(Customer)
        .where(Customer.id.in_(list(customer_ids)), Customer.tier.is_distinct_from(tier))
        .values(tier=tier),
        execution_options={"synchronize_session": False},
    )


def birthday_number(birthday: date | None) -> int | None:
    """Month x 100 + day: what a birthday is looked up by."""
    return None if birthday is None else birthday.month * 100 + birthday.day


def _member(row: Any, counts: dict[int, int], today: date) -> dict[str, Any]:
    return {
        "customer_id": row.id, "since": today, "paid_until": today, "purchases": counts[row.id],
        "birthday_number": birthday_number(row.birthday), "birthday_paid_on": None,
        "birthday_told_on": min(row.created_at.date(), today) if row.birthday else None,
        "mailbox_hash": mailbox_hash(row.email),
    }  # fmt: skip
