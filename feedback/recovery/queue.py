"""Acts on who works a case and how soon: claim, release, assign, raise, note. Contact and closing stand beside."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.recovery.acting import (
    Worker,
    calendar_of,
    locked_case,
    refuse_closed,
    refuse_wrong_role,
    set_clocks,
    tell,
)
from feedback.recovery.clocks import clocks_of, raised
from feedback.recovery.models import Case, EventKind, Priority
from feedback.staff.models import User
from feedback.staff.permissions import Act, may

LONGEST_NOTE = 5000
STEPS = (Priority.NORMAL, Priority.HIGH, Priority.URGENT)


def claim(session: Session, case_id: int, by: Worker, now: datetime) -> None:
    """Take an unclaimed case. Claiming one's own case changes nothing.

    One conditional UPDATE decides, so of two people at once exactly one gets it. Raises NotFound, Conflict (`taken`
    with the owner's name, `closed`) and Forbidden (`for_advocate`).
    """
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no such case.")
    refuse_wrong_role(case, by)
    got = session.scalar(
        update(Case)
        .where(Case.id == case_id, Case.owner_id.is_(None), Case.closed_at.is_(None))
        .values(owner_id=by.id)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(case)
    if got is not None:
        tell(session, case, EventKind.CLAIMED, by, now)
        return
    refuse_closed(case)
    if case.owner_id != by.id:
        raise Conflict("Somebody has already claimed this case.", reason="taken", owner=_name(session, case.owner_id))


def release(session: Session, case_id: int, by: Worker, now: datetime) -> None:
    """Give a case back to the queue. Raises NotFound, Conflict (`closed`, `unclaimed`) and Forbidden (`not_yours`)."""
    case = locked_case(session, case_id)
    refuse_closed(case)
    if case.owner_id is None:
        raise Conflict("Nobody is working this case.", reason="unclaimed")
    if case.owner_id != by.id and not by.is_lead:
        raise Forbidden("Somebody else is working this case.", reason="not_yours")
    before, case.owner_id = case.owner_id, None
    session.flush()
    tell(session, case, EventKind.RELEASED, by, now, {"from": before})


def assign(session: Session, case_id: int, to: int, by: Worker, now: datetime) -> None:
    """Give a case to somebody who may work cases. Raises NotFound, Conflict (`closed`), Invalid."""
    case = locked_case(session, case_id)
    refuse_closed(case)
    user = session.get(User, to)
    if user is None or not user.active or not may([role.name for role in user.roles], Act.WORK_CASE):
        raise Invalid("This person cannot work cases.", {"to": "This person cannot work cases."})
    if case.owner_id == to:
        return
    before, case.owner_id = case.owner_id, to
    session.flush()
    tell(session, case, EventKind.ASSIGNED, by, now, {"from": before, "to": to})


def add_note(session: Session, case_id: int, text: str, by: Worker, now: datetime) -> None:
    """An internal note; also on closed and others' cases. Raises NotFound, Invalid."""
    case = locked_case(session, case_id)
    tell(session, case, EventKind.NOTE, by, now, body=required_text(text, "note", LONGEST_NOTE))


def raise_priority(session: Session, case_id: int, by: Worker, now: datetime) -> Priority:
    """One step up; the clocks are recomputed. Raises NotFound, Conflict (`closed`, `already_urgent`)."""
    case = locked_case(session, case_id)
    refuse_closed(case)
    before = Priority(case.priority)
    if before == STEPS[-1]:
        raise Conflict("This case is already urgent.", reason="already_urgent")
    priority = STEPS[STEPS.index(before) + 1]
    case.priority = priority
    set_clocks(case, raised(clocks_of(case), calendar_of(session, now), priority, case.opened_at, now), are_new=True)
    session.flush()
    tell(session, case, EventKind.PRIORITY, by, now, {"from": before, "to": priority})
    return priority


def people_who_work(session: Session) -> list[User]:
    """Active staff whose roles let them work cases, by name."""
    users = session.scalars(select(User).where(User.active).order_by(User.name, User.id))
    return [user for user in users if may([role.name for role in user.roles], Act.WORK_CASE)]


def required_text(text: str, field: str, longest: int) -> str:
    """The trimmed text. Raises Invalid when it is empty or too long."""
    trimmed = text.strip()
    if not trimmed:
        raise Invalid("Please write something.", {field: "Please write something."})
    if len(trimmed) > longest:
        raise Invalid("This text is too long.", {field: "This text is too long."})
    return trimmed


def _name(session: Session, user_id: int | None) -> str:
    return session.scalar(select(User.name).where(User.id == user_id)) or ""
