"""A draw opens with the hash of its secret and closes by itself at the end of its last day, its entrants frozen."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.models import Draw, DrawEntry
from feedback.draws.picking import hash_of_list, hash_of_secret, list_text, new_secret
from feedback.draws.terms import locked_draw, missing
from feedback.errors import Conflict, Invalid
from feedback.staff.company import load_company

# What was written in the last minutes of the last day is entered by a job, which needs a moment.
GRACE = timedelta(minutes=30)
EXCLUSIONS = ("staff", "family", "duplicate", "rules")


def open_draw(session: Session, draw_id: int, now: datetime) -> Draw:
    """Open a planned draw: its secret is made and bound by its hash. Raises Invalid where the terms are not whole."""
    draw = locked_draw(session, draw_id)
    if draw.state != "planned":
        raise Conflict("The draw is open already.")
    lacking = missing(draw)
    if lacking:
        raise Invalid("The draw cannot open: its terms are not whole.", dict.fromkeys(lacking, "missing"))
    today = local_day(session, now)
    if today < draw.month:
        raise Conflict("The draw cannot open before its month begins.")
    if draw.closes_on is not None and draw.closes_on < today:
        raise Conflict("The last day of this draw is over.")
    draw.secret = new_secret()
    draw.secret_hash = hash_of_secret(draw.secret)
    draw.state, draw.opened_at = "open", now
    session.flush()
    return draw


def close_due(session: Session, now: datetime) -> int:
    """Freeze the entrants of open draws whose last day is over; returns how many were closed."""
    today = local_day(session, now - GRACE)
    due = session.scalars(select(Draw.id).where(Draw.state == "open", Draw.closes_on < today).order_by(Draw.id)).all()
    for draw_id in due:
        draw = locked_draw(session, draw_id)
        if draw.state != "open":
            continue
        codes = codes_of(session, draw_id)
        draw.entrants_hash = hash_of_list(codes)
        if draw.mode != "shortlist_draw":
            freeze(draw, codes)
        draw.state, draw.closed_at = "closed", now
    session.flush()
    return len(due)


def freeze(draw: Draw, codes: Sequence[str]) -> None:
    """Bind the list that is drawn from by its hash."""
    draw.drawn_list = list_text(codes)
    draw.list_hash = hash_of_list(codes)


def codes_of(session: Session, draw_id: int) -> list[str]:
    """The codes of all entrants that are not excluded, sorted as they are hashed."""
    query = select(DrawEntry.code).where(DrawEntry.draw_id == draw_id, DrawEntry.excluded_for.is_(None))
    return sorted(session.scalars(query))


def exclude(session: Session, draw_id: int, code: str, reason: str) -> None:
    """Keep an entry out, with its reason, before the entrants are frozen. Raises Conflict, Invalid."""
    draw = locked_draw(session, draw_id)
    if draw.state not in ("planned", "open"):
        raise Conflict("The entrants are frozen.")
    entry = session.scalar(
        select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.code == code.strip().upper())
    )
    if entry is None:
        raise Invalid("There is no such entry code.", {"code": "unknown"})
    if reason not in EXCLUSIONS:
        raise Invalid("Please check the form.", {"reason": "unknown"})
    entry.excluded_for = reason
    session.flush()


def take_back_exclusion(session: Session, draw_id: int, code: str) -> None:
    """Let an excluded entry in again, before the entrants are frozen."""
    draw = locked_draw(session, draw_id)
    if draw.state not in ("planned", "open"):
        raise Conflict("The entrants are frozen.")
    entry = session.scalar(select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.code == code))
    if entry is None:
        raise Invalid("There is no such entry code.", {"code": "unknown"})
    entry.excluded_for = None
    session.flush()


def local_day(session: Session, now: datetime) -> date:
    """The day it is for the company."""
    return now.astimezone(ZoneInfo(load_company(session).timezone)).date()
