"""Several processes that plan, decide and send at the same time do each thing once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import db, transaction
from feedback.messages.models import Message, SendDecision
from surveys.invitations.models import Invitation
from tests.builders import NOW, customer, purchase
from tests.surveys.invitations.asking import ask

WORKERS = 4
PEOPLE = 12


def test_together_nobody_is_asked_twice(
    session: Session, settings: Settings, app_factory: Callable[..., Flask]
) -> None:
    with transaction():
        for _ in range(PEOPLE):
            someone = customer(session)
            for _ in range(3):
                purchase(session, someone)
    start = Barrier(WORKERS)

    def work(app: Flask) -> int:
        with app.app_context():
            start.wait()
            sent = sum(ask(NOW, settings) for _ in range(3))
            db.session.remove()
            db.engine.dispose()
            return sent

    apps = [app_factory() for _ in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        sent = sum(pool.map(work, apps))
    assert sent == PEOPLE
    assert len(list(settings.outbox.glob("*.eml"))) == PEOPLE
    asked = select(Invitation.customer_id).where(Invitation.state == "sent")
    assert len(set(session.scalars(asked))) == PEOPLE
    assert session.scalar(select(func.count()).select_from(Message)) == PEOPLE
    outcomes = session.execute(select(SendDecision.outcome, func.count()).group_by(SendDecision.outcome))
    assert {row[0]: row[1] for row in outcomes} == {"sent": PEOPLE, "throttled": PEOPLE * 2}
