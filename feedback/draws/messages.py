"""Letters to winners as a subject of messages: written in their language when they are sent, with the claim's link."""

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.drawing import LINK_KIND
from feedback.draws.models import Draw, DrawWinner
from feedback.draws.terms import places_of
from feedback.draws.winners import taxed
from feedback.messages.kinds import Fate, Letter, Outgoing, Sender, register
from feedback.messages.models import MessageKind
from feedback.messages.policy import Outcome
from feedback.messages.rendering import each_letter, greeting, render_both
from feedback.secrets import link_token


def register_prizes(app: Flask) -> None:
    """Let draws answer for letters to winners."""
    register(app, PrizeMessages(), MessageKind.PRIZE)


class PrizeMessages:
    """See `feedback.messages.kinds.Subject`."""

    def unwanted(self, session: Session, messages: Sequence[Outgoing], now: datetime) -> dict[int, Outcome]:
        winners = _winners(session, messages)
        found = {}
        for message in messages:
            winner, _draw = winners[message.params["winner_id"]]
            if winner.state != "drawn" or winner.claim_until is None or winner.claim_until <= now:
                found[message.id] = Outcome.EXPIRED
        return found

    def letters(self, session: Session, messages: Sequence[Outgoing], sender: Sender) -> dict[int, Letter]:
        winners = _winners(session, messages)
        due = taxed(session, [winner for winner, _draw in winners.values()])

        def write(message: Outgoing) -> Letter:
            winner, draw = winners[message.params["winner_id"]]
            token = link_token(sender.secret, LINK_KIND, winner.nonce)
            text, html = render_both(
                "prize", message.language, sender, greeting=greeting(message.name), draw=draw, winner=winner,
                prize=places_of(draw)[winner.prize].name(message.language),
                claim_url=f"{sender.base_url}/prize/{token}", draw_url=f"{sender.base_url}/draws/{draw.slug}",
                is_taxed=winner.customer_id in due,
            )  # fmt: skip
            return Letter(
                _("You have won: %(prize)s", prize=places_of(draw)[winner.prize].name(message.language)), text, html
            )

        return each_letter(messages, write)

    def settle(self, session: Session, fates: Sequence[Fate], now: datetime) -> None:
        """Nothing follows: an unclaimed prize lapses by its own clock."""

    def withdraw(self, session: Session, customer_id: int, channel: str, now: datetime) -> None:
        """A prize is no mailing: who unsubscribes still learns of it."""


def _winners(session: Session, messages: Sequence[Outgoing]) -> dict[int, tuple[DrawWinner, Draw]]:
    ids = [message.params["winner_id"] for message in messages]
    query = select(DrawWinner, Draw).join(Draw, Draw.id == DrawWinner.draw_id).where(DrawWinner.id.in_(ids))
    return {winner.id: (winner, draw) for winner, draw in session.execute(query)}
