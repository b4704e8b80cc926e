"""Entering a month's draw: one entry per person and month, known by an opaque code.

Nothing here can see a score or a text.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.inserting import insert_once
from feedback.draws.models import Draw, DrawEntry

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that are read as another
CODE_LENGTH = 12
ACCEPTING = ("planned", "open")


@dataclass(frozen=True)
class Entrant:
    """Who enters, and with which response."""

    customer_id: int
    response_id: int


def draw_of_month(session: Session, month: date) -> Draw | None:
    """The draw of this month, made as `planned` when it is missing; None once its list is frozen."""
    month = month.replace(day=1)
    query = select(Draw).where(Draw.month == month)
    draw = session.scalar(query)
    if draw is None:
        insert_once(session, Draw, slug=f"{month:%Y-%m}", month=month, mode="contest", state="planned")
        draw = session.scalar(query)
    return draw if draw is not None and draw.state in ACCEPTING else None


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
