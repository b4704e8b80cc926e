"""What becomes of a prize: claimed in time, else the next code wins; handed over; passed over with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.draws.drawing import give_to_next, tell_winner
from feedback.draws.models import Draw, DrawEntry, DrawWinner
from feedback.draws.terms import Prize, locked_draw, places_of, required_note
from feedback.errors import Conflict, Invalid, NotFound
from feedback.secrets import hash_token
from feedback.staff.company import load_company

GIVEN_UP = ("lapsed", "passed_over")
TAX_FREE = 400_000  # kopecks a person and year: art. 217 of the Russian tax code, 4000 RUB
LONGEST_NAME = 80


@dataclass(frozen=True)
class Claim:
    """A prize as its winner sees it; ``is_open`` while it can be claimed."""

    winner: DrawWinner
    draw: Draw
    code: str
    prize: Prize
    is_open: bool


def claim_of(session: Session, token: str, now: datetime) -> Claim | None:
    """The prize behind a link; None where there is no such link."""
    query = (
        select(DrawWinner, Draw, DrawEntry.code)
        .join(Draw, Draw.id == DrawWinner.draw_id)
        .join(DrawEntry, DrawEntry.id == DrawWinner.entry_id)
        .where(DrawWinner.token_hash == hash_token(token))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    winner, draw, code = row
    is_open = winner.state == "drawn" and winner.claim_until is not None and now < winner.claim_until
    return Claim(winner, draw, code, places_of(draw)[winner.prize], is_open)


def claim_prize(session: Session, token: str, shown_name: str, now: datetime) -> Claim:
    """Claim a prize; said twice it stays claimed, and the name is the last one. `shown_name` empty: no name is shown.

    Raises NotFound, Invalid, Conflict when the time is over.
    """
    found = claim_of(session, token, now)
    if found is None:
        raise NotFound("There is no such prize.")
    name = " ".join(shown_name.split())
    if len(name) > LONGEST_NAME:
        raise Invalid("Please check the form.", {"shown_name": "too long"})
    locked_draw(session, found.draw.id)
    winner = _fresh(session, found.winner.id)
    if winner.state == "drawn" and winner.claim_until is not None and now < winner.claim_until:
        winner.state, winner.claimed_at = "claimed", now
    elif winner.state not in ("claimed", "handed_over"):
        raise Conflict("The time to claim this prize is over.")
    winner.shown_name = name or None
    session.flush()
    return Claim(winner, found.draw, found.code, found.prize, False)


def lapse_due(session: Session, secret_key: str, now: datetime) -> int:
    """Prizes nobody claimed in time go to the next code in the order; returns how many lapsed."""
    due = (
        select(DrawWinner.id, DrawWinner.draw_id)
        .where(DrawWinner.state == "drawn", DrawWinner.claim_until <= now)
        .order_by(DrawWinner.draw_id, DrawWinner.position)
    )
    lapsed = 0
    for winner_id, draw_id in session.execute(due).all():
        draw = locked_draw(session, draw_id)
        winner = _fresh(session, winner_id)
        if winner.state == "drawn":
            _give_up(session, draw, winner, "lapsed", "not claimed in time", secret_key, now)
            lapsed += 1
    return lapsed


def pass_over(session: Session, winner_id: int, reason: str, secret_key: str, now: datetime) -> DrawWinner:
    """Somebody who must not win after all (staff, family, false data): the next code wins, and the reason is kept."""
    why = required_note(reason, "reason")
    winner, draw = _winner(session, winner_id)
    if winner.state not in ("drawn", "claimed"):
        raise Conflict("This prize is not to be given to somebody else any more.")
    _give_up(session, draw, winner, "passed_over", why, secret_key, now)
    return winner


def hand_over(session: Session, winner_id: int, receipt_note: str, user_id: int, now: datetime) -> DrawWinner:
    """Record that a claimed prize was received: by which paper, by whom, when."""
    note = required_note(receipt_note, "receipt_note")
    winner, _draw = _winner(session, winner_id)
    if winner.state != "claimed":
        raise Conflict("Only a claimed prize can be handed over.")
    winner.state, winner.handed_over_at = "handed_over", now
    winner.handed_over_by_id, winner.receipt_note = user_id, note
    session.flush()
    return winner


def with_prizes_left(session: Session) -> set[int]:
    """Draws that have a winner who has not received the prize yet."""
    waiting = select(DrawWinner.draw_id).where(DrawWinner.state.in_(("drawn", "claimed"))).distinct()
    return set(session.scalars(waiting))


def taxed(session: Session, winners: Sequence[DrawWinner]) -> dict[int, int]:
    """For winners whose prizes of one calendar year pass what is free of tax: their sum in kopecks, by customer."""
    if not winners:
        return {}
    zone = ZoneInfo(load_company(session).timezone)
    draws = session.execute(select(Draw.id, Draw.drawn_at).where(Draw.drawn_at.is_not(None)))
    year_of = {draw_id: drawn_at.astimezone(zone).year for draw_id, drawn_at in draws if drawn_at is not None}
    years = {year_of[winner.draw_id] for winner in winners}
    in_years = [draw_id for draw_id, year in year_of.items() if year in years]
    total = func.sum(DrawWinner.value)
    query = (
        select(DrawWinner.customer_id, total)
        .where(
            DrawWinner.customer_id.in_([winner.customer_id for winner in winners]), DrawWinner.draw_id.in_(in_years),
            DrawWinner.currency == "RUB", DrawWinner.state.not_in(GIVEN_UP),
        )
        .group_by(DrawWinner.customer_id)
        .having(total > TAX_FREE)
    )  # fmt: skip
    return {customer_id: int(value) for customer_id, value in session.execute(query)}


def _give_up(
    session: Session, draw: Draw, winner: DrawWinner, state: str, why: str, secret_key: str, now: datetime
) -> None:
    winner.state, winner.given_up_for, winner.shown_name = state, why, None
    session.flush()
    following = give_to_next(session, draw, winner.prize, places_of(draw)[winner.prize])
    if following is not None and draw.state == "published":
        tell_winner(session, following, secret_key, now)


def _winner(session: Session, winner_id: int) -> tuple[DrawWinner, Draw]:
    draw_id = session.scalar(select(DrawWinner.draw_id).where(DrawWinner.id == winner_id))
    if draw_id is None:
        raise NotFound("There is no such prize.")
    draw = locked_draw(session, draw_id)
    return _fresh(session, winner_id), draw


def _fresh(session: Session, winner_id: int) -> DrawWinner:
    query = select(DrawWinner).where(DrawWinner.id == winner_id).execution_options(populate_existing=True)
    return session.scalars(query).one()
