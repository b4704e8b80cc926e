"""The story of one answer: stored durably first, then thanked with points, then routed to people. One transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from feedback.errors import Conflict, NotFound
from feedback.points.ledger import award
from feedback.points.rules import review_grant, review_key
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import from_scores
from feedback.staff.company import recent_company
from surveys.responses.given import Submission
from surveys.responses.models import ResponseState
from surveys.responses.storing import (
    Asked,
    Stored,
    asked_by,
    begin,
    earlier_response,
    mark_invitation,
    store_answers,
    store_response,
)

CHANGE_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Submitted:
    """What became of an answer. `points` are those granted now: 0 for a partial one and for a change."""

    response_id: int
    state: ResponseState
    points: int
    case_id: int | None


def submit_response(session: Session, invitation_id: int, given: Submission, now: datetime) -> Submitted:
    """Store what a customer answered; complete answers earn points and open a case where the score alone says so.

    Raises NotFound for an unknown invitation and Conflict (`already_answered`) after the 15 minutes for changes.
    """
    connection = session.connection()
    asked = begin(connection, invitation_id, given, now)
    if asked is not None:
        response = store_response(connection, asked, None, given, now)
        store_answers(connection, response, given, now, is_first=True)
    else:
        asked, response = _change(connection, invitation_id, given, now)
    if response.state != ResponseState.COMPLETE:
        return Submitted(response.response_id, ResponseState.PARTIAL, 0, None)
    points = _thank(session, asked, response, now)
    case_id = None if asked.is_test or asked.is_staff else open_case_if_needed(
        session, _story(asked, response, given), from_scores(given.scores, asks_contact=given.asks_contact), now
    )  # fmt: skip
    return Submitted(response.response_id, ResponseState.COMPLETE, points, case_id)


def _change(connection: Connection, invitation_id: int, given: Submission, now: datetime) -> tuple[Asked, Stored]:
    """Bring up to date what was begun before."""
    asked = asked_by(connection, invitation_id)
    if asked is None:
        raise NotFound("This invitation does not exist.")
    earlier = earlier_response(connection, asked)
    _refuse_late_change(earlier, now)
    response = store_response(connection, asked, earlier, given, now)
    store_answers(connection, response, given, now, is_first=earlier is None)
    mark_invitation(connection, asked, response)
    return asked, response


def _refuse_late_change(earlier: Stored | None, now: datetime) -> None:
    if earlier is not None and earlier.completed_at is not None and now > earlier.completed_at + CHANGE_WINDOW:
        raise Conflict("This survey is already answered.", reason="already_answered")


def _thank(session: Session, asked: Asked, response: Stored, now: datetime) -> int:
    """Grant the points of an answer; neither the score nor the text is in reach here."""
    if asked.is_test or asked.is_staff:
        return 0
    grant = review_grant(recent_company(session).review_points, now, is_held=response.suspected_bot)
    key = review_key(asked.purchase_id, response.response_id)
    return award(session, asked.customer_id, grant, key, now, purchase_id=asked.purchase_id)


def _story(asked: Asked, response: Stored, given: Submission) -> Story:
    return Story(
        asked.customer_id, asked.purchase_id, asked.branch_id, response_id=response.response_id, quote=given.free_text
    )
