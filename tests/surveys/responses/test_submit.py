"""One answer from the form to points and case."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.errors import Conflict, NotFound
from feedback.points.ledger import balance, ledger_sum
from feedback.recovery.models import Case, CaseEvent, Signal
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Answer, AnswerAnalysis, Response
from surveys.responses.submit import submit_response
from tests.builders import NOW, invitation


def submission(
    score: int = 9, why: str | None = "Всё быстро", *, is_complete: bool = True, contact: bool = False
) -> Submission:
    answers = [GivenAnswer("score", "nps", number=score), GivenAnswer("aspects", "matrix", item="delivery", number=4)]
    if why:
        answers.append(GivenAnswer("why", "text", text=why))
    if contact:
        answers.append(GivenAnswer("contact", "contact", text="+7 900 000-00-00"))
    return Submission(tuple(answers), "ru", is_complete)


def test_it_works(session: Session) -> None:
    with transaction():
        asked = invitation(session)
        done = submit_response(session, asked.id, submission(), NOW)
    assert done.points == 1000
    assert done.case_id is None
    assert session.get(Response, done.response_id).score == 9  # type: ignore[union-attr]
    assert balance(session, asked.customer_id, NOW).active == ledger_sum(session, asked.customer_id) == 1000
    assert session.scalar(select(func.count()).select_from(AnswerAnalysis)) == 1


@pytest.mark.parametrize(("score", "opens"), [(0, True), (6, True), (7, False), (10, False)])
def test_a_low_score_opens_a_case(session: Session, score: int, opens: bool) -> None:
    with transaction():
        done = submit_response(session, invitation(session).id, submission(score), NOW)
    assert (done.case_id is not None) is opens


def test_points_are_the_same_for_every_score(session: Session) -> None:
    with transaction():
        granted = {submit_response(session, invitation(session).id, submission(s), NOW).points for s in range(11)}
    assert granted == {1000}


def test_a_contact_request_is_urgent_beside_a_high_score(session: Session) -> None:
    with transaction():
        done = submit_response(session, invitation(session).id, submission(10, contact=True), NOW)
    case = session.get(Case, done.case_id)
    assert case is not None
    assert case.priority == "urgent"
    assert case.headline == "Всё быстро"


def test_a_partial_answer_is_kept_and_pays_nothing(session: Session) -> None:
    with transaction():
        asked = invitation(session)
        partial = submit_response(session, asked.id, submission(3, is_complete=False), NOW)
    assert (partial.state, partial.points, partial.case_id) == ("partial", 0, None)
    with transaction():
        done = submit_response(session, asked.id, submission(3), NOW + timedelta(days=1))
    assert (done.response_id, done.points) == (partial.response_id, 1000)
    assert done.case_id is not None


def test_a_change_within_15_minutes_pays_once_and_opens_one_case(session: Session) -> None:
    with transaction():
        asked = invitation(session)
        first = submit_response(session, asked.id, submission(2), NOW)
    with transaction():
        second = submit_response(session, asked.id, submission(4, "Всё долго"), NOW + timedelta(minutes=14))
    assert second.points == 0
    assert session.scalars(select(Answer.text).where(Answer.question == "why")).all() == ["Всё долго"]
    assert session.scalar(select(func.count()).select_from(Case)) == 1
    assert session.scalar(select(func.count()).select_from(Signal)) == 1
    assert session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)).all() == ["opened", "signal"]
    assert first.response_id == second.response_id


def test_after_15_minutes_the_answer_stands(session: Session) -> None:
    with transaction():
        asked = invitation(session)
        submit_response(session, asked.id, submission(2), NOW)
    with pytest.raises(Conflict), transaction():
        submit_response(session, asked.id, submission(10), NOW + timedelta(minutes=16))
    assert session.scalars(select(Response.score)).all() == [2]


def test_an_answer_on_an_expired_page_is_kept(session: Session) -> None:
    with transaction():
        asked = invitation(session, expires_at=NOW - timedelta(minutes=1))
        done = submit_response(session, asked.id, submission(5), NOW)
    response = session.get(Response, done.response_id)
    assert response is not None
    assert response.is_late
    assert done.points == 1000


def test_an_unknown_invitation(session: Session) -> None:
    with pytest.raises(NotFound), transaction():
        submit_response(session, 12345, submission(), NOW)
