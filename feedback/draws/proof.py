"""What the public sees of a draw: hashes from the first day, codes once frozen, secret and winners once published.

Nothing in it says who anybody is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.drawing import RUNNERS_UP, order_of
from feedback.draws.models import Draw, DrawEntry, DrawWinner
from feedback.draws.terms import Prize, places_of

PUBLIC_STATES = ("open", "closed", "drawn", "published")


@dataclass(frozen=True)
class PublicPlace:
    """A winner as everybody sees it; ``is_given_up`` where the prize went on to a later code."""

    code: str
    place: int
    prize: Prize
    name: str | None
    is_given_up: bool


def public_draws(session: Session) -> list[Draw]:
    """Draws that have opened, the newest first."""
    return list(session.scalars(select(Draw).where(Draw.state.in_(PUBLIC_STATES)).order_by(Draw.month.desc())))


def public_draw(session: Session, slug: str) -> Draw | None:
    """The draw of this address, where it has opened."""
    return session.scalar(select(Draw).where(Draw.slug == slug, Draw.state.in_(PUBLIC_STATES)))


def codes_shown(draw: Draw) -> list[str]:
    """The frozen list; empty before it is frozen."""
    return (draw.drawn_list or "").split()


def public_places(session: Session, draw: Draw) -> list[PublicPlace]:
    """Who won what, in order; empty before publication."""
    if draw.state != "published":
        return []
    places = places_of(draw)
    query = (
        select(DrawWinner, DrawEntry.code)
        .join(DrawEntry, DrawEntry.id == DrawWinner.entry_id)
        .where(DrawWinner.draw_id == draw.id)
        .order_by(DrawWinner.position)
    )
    return [
        PublicPlace(code, winner.prize + 1, places[winner.prize], winner.shown_name,
                    winner.state in ("lapsed", "passed_over"))
        for winner, code in session.execute(query)
    ]  # fmt: skip


def runners_up(draw: Draw, winners: Sequence[PublicPlace]) -> list[str]:
    """The codes that would win next."""
    return order_of(draw, len(winners) + RUNNERS_UP)[len(winners) :] if draw.state == "published" else []


def proof_of(session: Session, draw: Draw) -> dict[str, Any]:
    """The public file, which `check_draw.py` and the page itself recompute."""
    proof: dict[str, Any] = {
        "draw": draw.slug, "mode": draw.mode, "secret_hash": draw.secret_hash, "entrants_hash": draw.entrants_hash,
        "list_hash": draw.list_hash, "codes": codes_shown(draw),
    }  # fmt: skip
    if draw.state == "published":
        proof |= {"secret": draw.secret, "winners": [place.code for place in public_places(session, draw)]}
        if draw.mode == "contest":
            proof["marks"] = draw.marks
    return proof
