"""Writing a response and its answers. Answers that did not change keep their row and with it their analysis.

Every answer of a customer comes this way, so the statements are built once and run on the connection itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    Column,
    Connection,
    Insert,
    ScalarSelect,
    Table,
    bindparam,
    delete,
    insert,
    select,
    union_all,
    update,
)

from feedback.customers.models import Customer, Purchase
from feedback.db.base import UtcDateTime
from surveys.invitations.models import Invitation, InvitationState
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Answer, AnswerAnalysis, Photo, Response, ResponseState

INVITATIONS, CUSTOMERS, PURCHASES, RESPONSES, ANSWERS, ANALYSES, PHOTOS = (
    cast(Table, model.__table__)
    for model in (Invitation, Customer, Purchase, Response, Answer, AnswerAnalysis, Photo)
)  # fmt: skip


def _fact(column: Column[Any], key: Column[Any], reference: Column[Any]) -> ScalarSelect[Any]:
    """A column of the row an invitation refers to; a subquery, because RETURNING takes no join."""
    return select(column).where(key == reference).correlate(INVITATIONS).scalar_subquery()


# In the order of `Asked`.
_FACTS = (
    INVITATIONS.c.id, INVITATIONS.c.survey_id, INVITATIONS.c.survey_version_id, INVITATIONS.c.customer_id,
    INVITATIONS.c.purchase_id, INVITATIONS.c.expires_at,
    _fact(PURCHASES.c.branch_id, PURCHASES.c.id, INVITATIONS.c.purchase_id),
    _fact(PURCHASES.c.manager_id, PURCHASES.c.id, INVITATIONS.c.purchase_id),
    _fact(CUSTOMERS.c.is_test, CUSTOMERS.c.id, INVITATIONS.c.customer_id),
    _fact(CUSTOMERS.c.is_staff, CUSTOMERS.c.id, INVITATIONS.c.customer_id),
)  # fmt: skip
_ASKED = select(*_FACTS).where(INVITATIONS.c.id == bindparam("row")).with_for_update(of=INVITATIONS)
_BEGIN = (
    update(INVITATIONS)
    .where(
        INVITATIONS.c.id == bindparam("row"), INVITATIONS.c.started_at.is_(None), INVITATIONS.c.completed_at.is_(None)
    )
    .returning(*_FACTS)
)
_EARLIER = select(
    RESPONSES.c.id, RESPONSES.c.state, RESPONSES.c.completed_at, RESPONSES.c.suspected_bot
).where(RESPONSES.c.invitation_id == bindparam("row"))  # fmt: skip
_INSERT_RESPONSE = insert(RESPONSES).returning(RESPONSES.c.id)
_CHANGE_RESPONSE = update(RESPONSES).where(RESPONSES.c.id == bindparam("row"))
_INSERT_ANSWERS = insert(ANSWERS)
_PLAIN = ("question", "item", "kind", "number", "text")
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
    expires_at: datetime
    branch_id: int | None
    manager_id: int | None
    is_test: bool
    is_staff: bool


@dataclass(frozen=True)
class Stored:
    """A response as it stands in the database."""

    response_id: int
    state: ResponseState
    completed_at: datetime | None
    suspected_bot: bool


def begin(connection: Connection, invitation_id: int, given: Submission, now: datetime) -> Asked | None:
    """Mark an invitation that nobody has answered yet and lock it until the transaction ends, in one statement.

    None where there is no such invitation or an answer was begun before: see `asked_by`.
    """
    values = {"started_at": now} | _mark(now if given.is_complete else None)
    row = connection.execute(_BEGIN, {"row": invitation_id} | values).one_or_none()
    return Asked(*tuple(row)) if row else None


def asked_by(connection: Connection, invitation_id: int) -> Asked | None:
    """The invitation with its facts, locked until the transaction ends."""
    row = connection.execute(_ASKED, {"row": invitation_id}).one_or_none()
    return Asked(*tuple(row)) if row else None


def earlier_response(connection: Connection, asked: Asked) -> Stored | None:
    """What was stored before."""
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


def mark_invitation(connection: Connection, asked: Asked, response: Stored) -> None:
    """Move the invitation on after a change of an earlier answer."""
    connection.execute(_MARK_INVITATION, {"row": asked.invitation_id} | _mark(response.completed_at))


def _mark(completed_at: datetime | None) -> dict[str, Any]:
    """What an answer makes of its invitation; reminders stop with a complete one."""
    if completed_at is None:
        return {"state": InvitationState.STARTED}
    return {"state": InvitationState.COMPLETED, "completed_at": completed_at, "next_reminder_at": None}


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
    plain = [a for a in answers if a.choices is None]
    if plain:
        values: dict[str, Any] = {"response_id": response_id}
        for n, answer in enumerate(plain):
            values |= {f"{name}{n}": getattr(answer, name) for name in _PLAIN}
        connection.execute(_insert_plain(len(plain)), values)
    chosen = [
        {"response_id": response_id, "choices": list(a.choices)} | {name: getattr(a, name) for name in _PLAIN}
        for a in answers
        if a.choices is not None
    ]
    if chosen:
        connection.execute(_INSERT_ANSWERS, chosen)


@cache
def _insert_plain(count: int) -> Insert:
    """Inserts `count` answers in one statement; without choices, for None would be stored as the JSON value null.

    From a select, because SQLAlchemy builds the SQL of several VALUES anew each time.
    """
    columns = [ANSWERS.c[name] for name in _PLAIN]
    response = bindparam("response_id", type_=ANSWERS.c.response_id.type)
    rows = [select(response, *(bindparam(f"{c.name}{n}", type_=c.type) for c in columns)) for n in range(count)]
    return insert(ANSWERS).from_select([ANSWERS.c.response_id, *columns], union_all(*rows))
