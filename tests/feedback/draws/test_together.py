"""Several people and workers at one moment: each act happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.draws.drawing import publish_draw, run_draw
from feedback.draws.models import DrawWinner
from feedback.draws.winners import lapse_due
from feedback.errors import Conflict
from feedback.messages.models import Message
from tests.builders import staff
from tests.feedback.draws.draws import AFTER, closed

AT_ONCE, KEY = 6, "k" * 32
LATE = AFTER + timedelta(days=15)


def together(app: Flask, act: Callable[[Session], object]) -> list[object]:
    """What each of several threads got; None where it came too late."""

    def one(_: int) -> object:
        with app.app_context():
            try:
                with transaction() as session:
                    return act(session)
            except Conflict:
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_running_publishing_and_lapsing_happen_once(app: Flask, session: Session) -> None:
    with transaction():
        draw_id = closed(session, "AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG").id
        user_id = staff(session, "prize_manager").id
    session.commit()
    ran = together(app, lambda own: run_draw(own, draw_id, user_id, AFTER))
    assert sum(result is not None for result in ran) == 1
    published = together(app, lambda own: publish_draw(own, draw_id, user_id, KEY, AFTER))
    assert sum(result is not None for result in published) == 1
    lapsed = together(app, lambda own: lapse_due(own, KEY, LATE))
    assert sorted(lapsed) == [0] * (AT_ONCE - 1) + [3]  # type: ignore[type-var]
    session.rollback()
    assert session.execute(select(DrawWinner.state, func.count()).group_by(DrawWinner.state)).all() == [
        ("drawn", 3), ("lapsed", 3),
    ]  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Message)) == 6
