"""Writing a response and its answers. Answers that did not change keep their row and with it their analysis.

Every answer of a customer comes this way, so the statements are built once and run on the connection itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select, update

from feedback.customers.models import Customer, Purchase
from feedback.db.base import UtcDateTime
from surveys.invitations.models import Invitation, InvitationState
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Answer, AnswerAnalysis, Photo, Response, ResponseState

INVITATIONS, CUSTOMERS, PURCHASES, RESPONSES, ANSWERS, ANALYSES, PHOTOS = (
    cast(Table, model.__table__)
    for model in (Invitation, Customer, Purchase, Response, Answer, AnswerAnalysis, Photo)
)  # fmt: skip

_ASKED = (
    select(
        INVITATIONS.c.id, INVITATIONS.c.survey_id, INVITATIONS.c.survey_version_id, INVITATIONS.c.customer_id,
        INVITATIONS.c.purchase_id, PURCHASES.c.branch_id, PURCHASES.c.manager_id, INVITATIONS.c.expires_at,
        CUSTOMERS.c.is_test, CUSTOMERS.c.is_staff,
        or_(INVITATIONS.c.started_at.is_not(None), INVITATIONS.c.completed_at.is_not(None)),
    )
    .select_from(
        INVITATIONS.join(CUSTOMERS, CUSTOMERS.c.id == INVITATIONS.c.customer_id)
        .outerjoin(PURCHASES, PURCHASES.c.id == INVITATIONS.c.purchase_id)
    )
    .where(INVITATIONS.c.id == bindparam("row"))
    .with_for_update(of=INVITATIONS)
)  # fmt: skip
_EARLIER = select(
    RESPONSES.c.id, RESPONSES.c.state, RESPONSES.c.completed_at, RESPONSES.c.suspected_bot
).where(RESPONSES.c.invitation_id == bindparam("row"))  # fmt: skip
_INSERT_RESPONSE = insert(RESPONSES).returning(RESPONSES.c.id)
_CHANGE_RESPONSE = update(RESPONSES).where(RESPONSES.c.id == bindparam("row"))
_INSERT_ANSWERS = insert(ANSWERS)
_ANSWERS_OF = select(
    ANSWERS.c.id, ANSWERS.c.question, ANSWERS.c.item, ANSWERS.c.number, ANSWERS.c.text, ANSWERS.c.choices
).where(ANSWERS.c.response_id == bindparam("row"))  # fmt: skip
_QUEUE_TEXTS = insert(ANALYSES).from_select(
    ["answer_id", "response_id", "created_at"],
    select(ANSWERS.c.id, ANSWERS.c.response_id, bindparam("moment", type_=UtcDateTime()))
    .outerjoin(ANALYSES, ANALYSES.c.answer_id == ANSWERS.c.id)
    .where(
        ANSWERS.c.response_id == bindparam("row"), ANSWERS.c.kind == "text", ANSWERS.c.text.is_not(None),
        ANALYSES.c.id.is_(None),
    ),
)  # fmt: skip
_MARK_INVITATION = update(INVITATIONS).where(INVITATIONS.c.id == bindparam("row"))


@dataclass(frozen=True)
class Asked:
    """Who was asked about what: the invitation with the facts to keep as they were."""

    invitation_id: int
    survey_id: int
    survey_version_id: int
    customer_id: int
    purchase_id: int | None
    branch_id: int | None
    manager_id: int | None
    expires_at: datetime
    is_test: bool
    is_staff: bool
    is_started: bool


@dataclass(frozen=True)
class Stored:
    """A response as it stands in the database."""

    response_id: int
    state: ResponseState
    completed_at: datetime | None
    suspected_bot: bool


def asked_by(connection: Connection, invitation_id: int) -> Asked | None:
    """The invitation with its facts, locked until the transaction ends."""
    row = connection.execute(_ASKED, {"row": invitation_id}).one_or_none()
    return Asked(*tuple(row)) if row else None


def earlier_response(connection: Connection, asked: Asked) -> Stored | None:
    """What was stored before. An invitation nobody started has nothing, so its first answer asks nothing here."""
    if not asked.is_started:
        return None
    row = connection.execute(_EARLIER, {"row": asked.invitation_id}).one_or_none()
    return Stored(row.id, ResponseState(row.state), row.completed_at, row.suspected_bot) if row else None


def store_response(
    connection: Connection, asked: Asked, earlier: Stored | None, given: Submission, now: datetime
) -> Stored:
    """Insert the response, or bring an earlier one up to date. A complete one never becomes partial."""
    was_complete = earlier is not None and earlier.state == ResponseState.COMPLETE
    values: dict[str, Any] = {
        "language": given.language,
        "score": given.scores.nps,
        "suspected_bot": given.suspected_bot or (earlier is not None and earlier.suspected_bot),
    }
    if was_complete:
        values["changed_at"] = now
    elif given.is_complete:
        values |= {"state": ResponseState.COMPLETE, "completed_at": now, "is_late": now > asked.expires_at}
    if earlier is None:
        response_id = _insert_response(connection, asked, given, now, values)
    else:
        response_id = earlier.response_id
        connection.execute(_CHANGE_RESPONSE, {"row": response_id} | values)
    is_complete = was_complete or given.is_complete
    return Stored(
        response_id,
        ResponseState.COMPLETE if is_complete else ResponseState.PARTIAL,
        earlier.completed_at if earlier is not None and was_complete else now if is_complete else None,
        values["suspected_bot"],
    )


def store_answers(
    connection: Connection, response: Stored, given: Submission, now: datetime, *, is_first: bool
) -> None:
    """Make the stored answers those of `given`; each new free text becomes work for the analysis once complete."""
    kept = set() if is_first else _remove_changed(connection, response.response_id, given)
    _insert_answers(connection, response.response_id, [a for a in given.answers if (a.question, a.item) not in kept])
    if given.photo_ids:
        attached = PHOTOS.c.id.in_(given.photo_ids)
        connection.execute(update(PHOTOS).where(attached).values(response_id=response.response_id))
    if response.state == ResponseState.COMPLETE and any(a.kind == "text" and a.text for a in given.answers):
        connection.execute(_QUEUE_TEXTS, {"row": response.response_id, "moment": now})


def mark_invitation(connection: Connection, asked: Asked, response: Stored, now: datetime) -> None:
    """Move the invitation on; reminders stop with a complete answer."""
    values: dict[str, Any] = {} if asked.is_started else {"started_at": now}
    if response.state == ResponseState.COMPLETE:
        values |= {"state": InvitationState.COMPLETED, "completed_at": response.completed_at, "next_reminder_at": None}
    else:
        values |= {"state": InvitationState.STARTED}
    connection.execute(_MARK_INVITATION, {"row": asked.invitation_id} | values)


def _insert_response(
    connection: Connection, asked: Asked, given: Submission, now: datetime, values: dict[str, Any]
) -> int:
    row = {
        "survey_id": asked.survey_id, "survey_version_id": asked.survey_version_id,
        "invitation_id": asked.invitation_id, "customer_id": asked.customer_id, "purchase_id": asked.purchase_id,
        "branch_id": asked.branch_id, "manager_id": asked.manager_id, "channel": given.channel,
        "state": ResponseState.PARTIAL, "started_at": now, "is_test": asked.is_test, "is_staff": asked.is_staff,
    }  # fmt: skip
    return int(connection.execute(_INSERT_RESPONSE, row | values).scalar_one())


def _remove_changed(connection: Connection, response_id: int, given: Submission) -> set[tuple[str, str]]:
    wanted = {(a.question, a.item): a for a in given.answers}
    kept, gone = set(), []
    for answer in connection.execute(_ANSWERS_OF, {"row": response_id}):
        same = wanted.get((answer.question, answer.item))
        choices = tuple(answer.choices) if answer.choices is not None else None
        if same is not None and (answer.number, answer.text, choices) == (same.number, same.text, same.choices):
            kept.add((answer.question, answer.item))
        else:
            gone.append(answer.id)
    if gone:
        connection.execute(delete(ANALYSES).where(ANALYSES.c.answer_id.in_(gone)))
        connection.execute(delete(ANSWERS).where(ANSWERS.c.id.in_(gone)))
    return kept


def _insert_answers(connection: Connection, response_id: int, answers: Sequence[GivenAnswer]) -> None:
    plain, chosen = [], []
    for a in answers:
        row = {"response_id": response_id, "question": a.question, "item": a.item, "kind": a.kind}
        row |= {"number": a.number, "text": a.text}
        if a.choices is None:  # left out, for None would be stored as the JSON value null
            plain.append(row)
        else:
            chosen.append(row | {"choices": list(a.choices)})
    for rows in filter(None, (plain, chosen)):
        connection.execute(_INSERT_ANSWERS, rows)
