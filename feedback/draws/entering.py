"""Entering a month's draw: one entry per person and month, known by an opaque code.

Nothing here can see a score or a text.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_once
from feedback.draws.models import Draw, DrawEntry

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that are read as another
CODE_LENGTH = 12
ACCEPTING = ("planned", "open")
PUBLISHED_WITHIN = 5  # days after the month
SHORTLIST_SIZE = 24


@dataclass(frozen=True)
class Entrant:
    """Who enters, and with which response."""

    customer_id: int
    response_id: int


def draw_of_month(session: Session, month: date) -> Draw | None:
    """The draw of this month, made as `planned` when it is missing; None once its list is frozen."""
    month = month.replace(day=1)
    query = select(Draw).where(Draw.month == month).with_for_update()  # its list cannot be frozen meanwhile
    draw = session.scalar(query)
    if draw is None:
        plan_draw(session, month)
        draw = session.scalar(query)
    return draw if draw is not None and draw.state in ACCEPTING else None


def plan_draw(session: Session, month: date) -> None:
    """Make the draw of a month, if there is none, with the usual dates: to the last day, published by the 5th."""
    month = month.replace(day=1)
    last = date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)
    insert_once(
        session, Draw, slug=f"{month:%Y-%m}", month=month, mode="contest", state="planned", closes_on=last,
        publish_by=last + timedelta(days=PUBLISHED_WITHIN), shortlist_size=SHORTLIST_SIZE,
    )  # fmt: skip


def enter_draw(session: Session, draw: Draw, entrants: Sequence[Entrant], now: datetime) -> int:
    """Give each entrant an entry; returns how many are new. A person who is in already stays with their code."""
    entered = 0
    for entrant in entrants:
        entry_id = insert_once(
            session, DrawEntry, draw_id=draw.id, customer_id=entrant.customer_id, response_id=entrant.response_id,
            code=_new_code(), entered_at=now,
        )  # fmt: skip
        entered += entry_id is not None
    return entered


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
