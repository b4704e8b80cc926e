"""Closing a case with its cause and outcome, and opening it again. 48 hours after closing the customer is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Forbidden, Invalid
from feedback.recovery.acting import (
    Worker,
    calendar_of,
    locked_case,
    open_case_of,
    refuse_wrong_role,
    set_clocks,
    tell,
)
from feedback.recovery.clocks import clocks_of, restarted
from feedback.recovery.models import Case, Cause, EventKind, Outcome, Priority
from feedback.staff.company import load_company

LONGEST_ACTION = 5000
ASKED_AFTER = frozenset({Outcome.RECOVERED, Outcome.COMPENSATED, Outcome.LOST_WARMLY})


@dataclass(frozen=True)
class Closing:
    """What closing needs: the root cause (either level), what was done, how it ended for the customer."""

    cause_id: int | None
    action_taken: str
    outcome: str


def close(session: Session, case_id: int, closing: Closing, by: Worker, now: datetime) -> None:
    """Close a case; an unclaimed one becomes the closer's.

    Raises NotFound, Conflict (`closed`), Forbidden (`not_yours`, `for_advocate`) and Invalid with what is missing.
    """
    case = open_case_of(session, case_id, by)
    if case.owner_id is None:
        refuse_wrong_role(case, by)
    _check(session, closing, was_contacted=case.first_contacted_at is not None)
    case.cause_id, case.outcome, case.action_taken = closing.cause_id, closing.outcome, closing.action_taken.strip()
    case.closed_at, case.closed_by_id, case.owner_id = now, by.id, case.owner_id or by.id
    case.waiting_since = case.next_due_at = None
    session.flush()
    facts: dict[str, object] = {"outcome": closing.outcome, "cause_id": closing.cause_id}
    if closing.outcome in ASKED_AFTER:
        facts["ask_at"] = follow_up_at(now, load_company(session).follow_up_hours).isoformat()
    tell(session, case, EventKind.CLOSED, by, now, facts)


def follow_up_at(closed_at: datetime, hours: int) -> datetime:
    """When the customer of a closed case is asked whether it is really put right."""
    return closed_at + timedelta(hours=hours)


def reopen(session: Session, case_id: int, by: Worker, now: datetime) -> None:
    """Open a closed case again with fresh clocks.

    Raises NotFound, Forbidden (`not_yours`), Conflict (`open`, `other_open` when the story has a newer open case).
    """
    case = locked_case(session, case_id)
    if case.closed_at is None:
        raise Conflict("This case is open.", reason="open")
    if case.owner_id not in (None, by.id) and not by.is_lead:
        raise Forbidden("Somebody else is working this case.", reason="not_yours")
    other = _other_open(session, case)
    if other is not None:
        raise Conflict("The customer already has an open case about this.", reason="other_open", case_id=other)
    before = case.outcome
    case.closed_at = case.closed_by_id = case.outcome = None
    case.reopened_count += 1
    set_clocks(case, restarted(clocks_of(case), calendar_of(session, now), Priority(case.priority), now), are_new=True)
    session.flush()
    tell(session, case, EventKind.REOPENED, by, now, {"outcome_before": before})


def _check(session: Session, closing: Closing, *, was_contacted: bool) -> None:
    errors: dict[str, str] = {}
    if closing.cause_id is None or session.scalar(select(Cause.id).where(Cause.id == closing.cause_id)) is None:
        errors["cause"] = "Choose the cause."
    text = closing.action_taken.strip()
    if not text or len(text) > LONGEST_ACTION:
        errors["action"] = "Say what was done." if not text else "This text is too long."
    if closing.outcome not in set(Outcome):
        errors["outcome"] = "Choose how it ended."
    elif closing.outcome in ASKED_AFTER and not was_contacted:
        errors["outcome"] = "Nobody has contacted the customer yet: write, or log a call, first."
    if errors:
        raise Invalid("The case is not closed yet.", errors)


def _other_open(session: Session, case: Case) -> int | None:
    same = Case.purchase_id == case.purchase_id if case.purchase_id else Case.purchase_id.is_(None)
    query = select(Case.id).where(Case.customer_id == case.customer_id, same, Case.closed_at.is_(None))
    return session.scalar(query)
