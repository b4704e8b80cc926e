"""Which reviews enter the draw of their month: completed ones with a text, of customers; never staff, tests or bots.

What the text says and which score stands beside it play no part.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.draws.entering import Entrant, draw_of_month, enter_draw
from feedback.draws.models import Draw, DrawEntry
from feedback.staff.company import load_company
from surveys.responses.models import Answer, Response, ResponseState


def enter_reviews(session: Session, now: datetime, limit: int = 500) -> int:
    """Enter up to `limit` reviews of this month and of the last one, while its draw still takes entries."""
    zone = ZoneInfo(load_company(session).timezone)
    this_month = now.astimezone(zone).date().replace(day=1)
    last_month = _month_before(this_month)
    return sum(_enter_month(session, month, zone, now, limit) for month in (last_month, this_month))


def _enter_month(session: Session, month: date, zone: ZoneInfo, now: datetime, limit: int) -> int:
    entrants = _waiting(session, month, zone, limit)
    if not entrants:
        return 0
    draw = draw_of_month(session, month)
    return enter_draw(session, draw, entrants, now) if draw is not None else 0


def _waiting(session: Session, month: date, zone: ZoneInfo, limit: int) -> list[Entrant]:
    """Each person's first review of the month, where they have no entry yet."""
    start, end = _midnight(month, zone), _midnight(_month_after(month), zone)
    has_text = exists().where(
        Answer.response_id == Response.id, Answer.kind == "text", func.length(func.trim(Answer.text)) > 0
    )
    is_entered = exists().where(
        DrawEntry.customer_id == Response.customer_id, DrawEntry.draw_id == Draw.id, Draw.month == month
    )
    query = (
        select(Response.customer_id, func.min(Response.id))
        .join(Customer, Customer.id == Response.customer_id)
        .where(
            Response.completed_at >= start, Response.completed_at < end, Response.state == ResponseState.COMPLETE,
            ~Response.is_test, ~Response.is_staff, ~Response.suspected_bot, ~Customer.is_test, ~Customer.is_staff,
            Customer.erased_at.is_(None), has_text, ~is_entered,
        )
        .group_by(Response.customer_id)
        .order_by(func.min(Response.id))
        .limit(limit)
    )  # fmt: skip
    return [Entrant(customer_id, response_id) for customer_id, response_id in session.execute(query) if customer_id]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
