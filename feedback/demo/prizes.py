"""The monthly draw in the demo: the admin writes the terms and opens it, the prize manager runs it, winners claim."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from feedback.db import db, transaction
from feedback.demo.agenda import Agenda
from feedback.demo.content import FOLDER
from feedback.draws.drawing import LINK_KIND, publish_draw, run_draw
from feedback.draws.entering import draw_of_month
from feedback.draws.jury import add_judge
from feedback.draws.models import Draw, DrawWinner
from feedback.draws.opening import open_draw
from feedback.draws.terms import Prize, Terms, edit_terms
from feedback.draws.winners import claim_prize, hand_over
from feedback.secrets import link_token
from feedback.staff.accounts import get_user

ADMIN, MANAGER, JUDGE = "admin@north-wind.example", "prizes@north-wind.example", "advocate@north-wind.example"
MONTHS = 3  # how many past months have had a draw
OPENS_AT, RUN_AFTER = timedelta(hours=6), timedelta(days=2, hours=9)  # after midnight UTC of the first day


class Prizes:
    """Puts what people do for the draw on the agenda. Past months are draws by lot, the present one is a contest."""

    def __init__(self, agenda: Agenda, start: datetime, now: datetime, secret: str) -> None:
        self._agenda, self._secret = agenda, secret
        self._content: dict[str, Any] = json.loads((FOLDER / "draws.json").read_text(encoding="utf-8"))
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        following = None
        for _ in range(MONTHS + 1):
            if month < start and following is not None:
                break
            agenda.put(month + OPENS_AT, self._opener(month.date(), "draw" if following else "contest"))
            if following is not None:
                agenda.put(following + RUN_AFTER, self._runner(month.date()))
            following, month = month, (month - timedelta(days=1)).replace(day=1)

    def _opener(self, month: date, mode: str) -> Any:
        def act(at: datetime) -> None:
            with transaction() as session:
                draw = draw_of_month(session, month)
                if draw is None or draw.closes_on is None or draw.publish_by is None:
                    return
                terms = self._terms(mode, draw.closes_on, draw.publish_by)
                edit_terms(session, draw.id, terms, get_user(session, ADMIN).id)
                open_draw(session, draw.id, at)
                if mode == "contest":
                    for email in (JUDGE, MANAGER):
                        add_judge(session, draw.id, get_user(session, email).id)

        return act

    def _runner(self, month: date) -> Any:
        def act(at: datetime) -> None:
            with transaction() as session:
                draw = session.scalar(select(Draw).where(Draw.month == month, Draw.state == "closed"))
                if draw is None:
                    return
                manager = get_user(session, MANAGER).id
                run_draw(session, draw.id, manager, at)
                publish_draw(session, draw.id, manager, self._secret, at + timedelta(minutes=5))
                winners = session.scalars(select(DrawWinner.id).where(DrawWinner.draw_id == draw.id)).all()
            for place, (winner_id, name) in enumerate(zip(winners, self._content["shown_names"], strict=False)):
                self._agenda.put(at + timedelta(days=1 + place, hours=3), self._claimer(winner_id, name))

        return act

    def _claimer(self, winner_id: int, name: str) -> Any:
        def act(at: datetime) -> None:
            with transaction() as session:
                winner = session.get_one(DrawWinner, winner_id)
                claim_prize(session, link_token(self._secret, LINK_KIND, winner.nonce), name, at)
            self._agenda.put(at + timedelta(days=6), self._giver(winner_id))

        return act

    def _giver(self, winner_id: int) -> Any:
        def act(at: datetime) -> None:
            with transaction() as session:
                hand_over(session, winner_id, f"Акт {winner_id}, {at:%d.%m.%Y}", get_user(session, MANAGER).id, at)
            db.session.expunge_all()

        return act

    def _terms(self, mode: str, closes_on: date, publish_by: date) -> Terms:
        given = self._content
        prizes = [Prize(row["names"], row["count"], row["value"], row["currency"]) for row in given["prizes"]]
        return Terms(
            mode=mode, organiser=given["organiser"], rules=given["rules"], prizes=prizes, place=given["place"],
            receipts=given["receipts"], closes_on=closes_on, publish_by=publish_by, shortlist_size=24,
        )  # fmt: skip
