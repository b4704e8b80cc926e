"""Ledgers and timelines refuse changes, whoever writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.points.ledger import award
from feedback.points.rules import review_grant
from feedback.recovery.models import CaseEvent
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, invitation


@pytest.mark.parametrize("statement", ["UPDATE points_entries SET points = 5", "DELETE FROM points_entries"])
def test_entries_stay(session: Session, statement: str) -> None:
    with transaction():
        award(session, customer(session).id, review_grant(1000, NOW, is_held=False), "key", NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        session.execute(text(statement))


def test_a_timeline_may_only_lose_its_text(session: Session) -> None:
    with transaction():
        asked = invitation(session)
        response = Submission((GivenAnswer("score", "nps", number=1),), "ru", is_complete=True)
        case_id = submit_response(session, asked.id, response, NOW).case_id
        session.add(CaseEvent(case_id=case_id, kind="note", at=NOW, body="Позвонили"))
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        session.execute(text("UPDATE case_events SET body = 'other'"))
    with transaction():
        session.execute(text("UPDATE case_events SET body = NULL"))
    assert session.scalar(text("SELECT count(*) FROM case_events WHERE body IS NOT NULL")) == 0
