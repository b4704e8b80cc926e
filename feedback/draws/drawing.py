"""The draw itself, by somebody who has not edited its terms: shortlist, result, publication. None can be undone."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.draws.jury import Standing, jury_standing, marks_by_code
from feedback.draws.models import Draw, DrawEditor, DrawEntry, DrawWinner
from feedback.draws.opening import codes_of, freeze
from feedback.draws.picking import pick
from feedback.draws.ranking import mean, ranked
from feedback.draws.terms import Prize, locked_draw, places_of
from feedback.errors import Conflict, Forbidden
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_message
from feedback.secrets import hash_token, link_token, new_nonce

CLAIM_DAYS = 14
RUNNERS_UP = 2  # shown beside the winners; after them the order goes on all the same
LINK_KIND = "w"


def may_run(session: Session, draw_id: int, user_id: int) -> bool:
    """Whether somebody may run a draw: not who has edited its terms, whatever their role."""
    return session.get(DrawEditor, {"draw_id": draw_id, "user_id": user_id}) is None


def freeze_shortlist(session: Session, draw_id: int, user_id: int) -> Draw:
    """Bind the best-marked entries as the list that is drawn from; entries equal to the last one are in too."""
    draw = _held(session, draw_id, user_id)
    if draw.mode != "shortlist_draw" or draw.state != "closed" or draw.list_hash is not None:
        raise Conflict("There is no shortlist to freeze now.")
    _jury_must_be_done(jury_standing(session, draw))
    marks = marks_by_code(session, draw_id)
    codes = sorted(codes_of(session, draw_id), key=lambda code: mean(marks.get(code)), reverse=True)
    if len(codes) > draw.shortlist_size:
        least = mean(marks.get(codes[draw.shortlist_size - 1]))
        codes = [code for code in codes if mean(marks.get(code)) >= least]
    freeze(draw, codes)
    session.flush()
    return draw


def run_draw(session: Session, draw_id: int, user_id: int, now: datetime) -> Draw:
    """Compute the result and give out the prizes. Raises Forbidden, Conflict."""
    draw = _held(session, draw_id, user_id)
    if draw.state in ("drawn", "published"):
        raise Conflict("The result is computed already.")
    if draw.state != "closed":
        raise Conflict("The draw still takes entries.")
    if draw.mode == "contest":
        _jury_must_be_done(jury_standing(session, draw))
        draw.marks = dict(marks_by_code(session, draw_id))
    if draw.list_hash is None:
        raise Conflict("Freeze the shortlist first.")
    draw.state, draw.drawn_at = "drawn", now
    for number, prize in enumerate(places_of(draw)):
        give_to_next(session, draw, number, prize)
    session.flush()
    return draw


def publish_draw(session: Session, draw_id: int, user_id: int, secret_key: str, now: datetime) -> Draw:
    """Show the secret and the winners, and write to those who won; each letter goes out once."""
    draw = _held(session, draw_id, user_id)
    if draw.state == "published":
        raise Conflict("The result is published already.")
    if draw.state != "drawn":
        raise Conflict("Compute the result first.")
    draw.state, draw.published_at = "published", now
    held = select(DrawWinner).where(DrawWinner.draw_id == draw_id, DrawWinner.state == "drawn")
    for winner in session.scalars(held.order_by(DrawWinner.position)):
        tell_winner(session, winner, secret_key, now)
    session.flush()
    return draw


def order_of(draw: Draw, count: int) -> list[str]:
    """The first `count` codes in the order in which they win, from what is stored of the draw alone."""
    codes = (draw.drawn_list or "").split()
    if draw.secret is None or not codes:
        return []
    if draw.mode == "contest":
        return ranked(codes, draw.marks or {}, draw.secret)[:count]
    return pick(codes, draw.secret, count)


def give_to_next(session: Session, draw: Draw, number: int, prize: Prize) -> DrawWinner | None:
    """Give a prize to the next code in the order; erased people are passed over, openly. None when nobody is left."""
    taken = select(func.max(DrawWinner.position)).where(DrawWinner.draw_id == draw.id)
    newest = session.scalar(taken)
    position = 0 if newest is None else newest + 1
    while len(order := order_of(draw, position + 1)) > position:
        entry, erased_at = session.execute(
            select(DrawEntry, Customer.erased_at)
            .join(Customer, Customer.id == DrawEntry.customer_id)
            .where(DrawEntry.code == order[position])
        ).one()
        winner = DrawWinner(
            draw_id=draw.id, entry_id=entry.id, customer_id=entry.customer_id, position=position, prize=number,
            value=prize.value, currency=prize.currency, nonce=new_nonce(),
            state="passed_over" if erased_at else "drawn", given_up_for="erased" if erased_at else None,
        )  # fmt: skip
        session.add(winner)
        session.flush()
        if erased_at is None:
            return winner
        position += 1
    return None


def tell_winner(session: Session, winner: DrawWinner, secret_key: str, now: datetime) -> None:
    """Open the winner's claim page for 14 days and queue the letter that leads there."""
    customer = session.get_one(Customer, winner.customer_id)
    winner.token_hash = hash_token(link_token(secret_key, LINK_KIND, winner.nonce))
    winner.claim_until = now + timedelta(days=CLAIM_DAYS)
    session.flush()
    queue_message(
        session, key=f"prize:{winner.id}", kind=MessageKind.PRIZE, customer_id=customer.id, channel="email",
        address=customer.email, language=customer.language or "ru", send_at=now, now=now,
        params={"winner_id": winner.id},
    )  # fmt: skip


def _held(session: Session, draw_id: int, user_id: int) -> Draw:
    draw = locked_draw(session, draw_id)
    if not may_run(session, draw_id, user_id):
        raise Forbidden("Who has edited the terms of a draw cannot run it: somebody else must.")
    return draw


def _jury_must_be_done(standing: Standing) -> None:
    words = {
        "judges": "The jury needs at least two judges.",
        "marks": "The jury has not finished yet.",
        "second_judge": "Some entries have fewer than two judges: call another one.",
    }
    if standing.entries and standing.lacks is not None:
        raise Conflict(words[standing.lacks])
