"""What every act on a case shares: who acts, the case under lock, its clocks, the timeline and the audit."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Forbidden, NotFound
from feedback.recovery.calendars import company_calendar
from feedback.recovery.clocks import Clocks
from feedback.recovery.models import Case, CaseEvent, EventKind
from feedback.recovery.working_time import WorkingCalendar
from feedback.staff.audit import record
from feedback.staff.company import load_company


@dataclass(frozen=True)
class Worker:
    """Who acts. `is_lead` may take over, hand on and work anybody's case; others work their own and unclaimed ones."""

    id: int
    roles: frozenset[str] = field(default_factory=frozenset)
    is_lead: bool = False


def locked_case(session: Session, case_id: int) -> Case:
    """The case as it is now, locked until the transaction ends. Raises NotFound."""
    query = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    case = session.scalar(query)
    if case is None:
        raise NotFound("There is no such case.")
    return case


def open_case_of(session: Session, case_id: int, by: Worker) -> Case:
    """The open case this worker may work, locked. Raises NotFound, Conflict (`closed`), Forbidden (`not_yours`)."""
    case = locked_case(session, case_id)
    refuse_closed(case)
    if case.owner_id not in (None, by.id) and not by.is_lead:
        raise Forbidden("Somebody else is working this case.", reason="not_yours")
    return case


def take_if_free(session: Session, case: Case, by: Worker, now: datetime) -> None:
    """Working an unclaimed case claims it. Raises Forbidden (`for_advocate`)."""
    if case.owner_id is None:
        refuse_wrong_role(case, by)
        case.owner_id = by.id
        tell(session, case, EventKind.CLAIMED, by, now)


def refuse_closed(case: Case) -> None:
    """Raise Conflict when the case is closed."""
    if case.closed_at is not None:
        raise Conflict("This case is closed.", reason="closed")


def refuse_wrong_role(case: Case, by: Worker) -> None:
    """Raise Forbidden when the case is meant for another role."""
    if case.assigned_role is not None and case.assigned_role not in by.roles and not by.is_lead:
        raise Forbidden("This case is for the customer advocate.", reason="for_advocate")


def tell(
    session: Session,
    case: Case,
    kind: EventKind,
    by: Worker,
    now: datetime,
    facts: dict[str, Any] | None = None,
    *,
    body: str | None = None,
    message_id: int | None = None,
) -> None:
    """One line in the case's timeline and one in the audit; the audit never carries the text."""
    session.execute(
        insert(CaseEvent).values(
            case_id=case.id, kind=kind, at=now, user_id=by.id, message_id=message_id, facts=facts or {}, body=body
        )
    )
    record(session, f"case_{kind}", now=now, user_id=by.id, object_kind="case", object_id=case.id, details=facts)


def calendar_of(session: Session, now: datetime) -> WorkingCalendar:
    """The company's working calendar around this moment."""
    return company_calendar(load_company(session), now.year)


def set_clocks(case: Case, clocks: Clocks, *, are_new: bool = False) -> None:
    """Store changed clocks, and which of them breaks next. New deadlines are escalated anew, moved ones are not."""
    case.first_contact_due_at, case.first_contacted_at = clocks.first_contact_due_at, clocks.first_contacted_at
    case.next_answer_due_at, case.resolution_due_at = clocks.next_answer_due_at, clocks.resolution_due_at
    case.waiting_since, case.next_due_at = clocks.waiting_since, clocks.next_due_at
    if are_new:
        case.escalated_to = 0
