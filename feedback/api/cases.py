"""`GET /cases`: recovery cases with the signals that opened them."""

from collections import defaultdict
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.api.access import calling_key_id, needs
from feedback.api.blueprint import api
from feedback.api.pages import PageIn, read_page
from feedback.clock import utc_now
from feedback.customers.models import Branch, Customer, Purchase
from feedback.db import transaction
from feedback.recovery.models import Case, Cause, Signal
from feedback.staff.api_keys import Scope
from feedback.staff.audit import record
from feedback.staff.models import User


class CasesIn(PageIn):
    """Filters of the list of cases."""

    state: Literal["open", "closed"] | None = Field(None, description="Only open or only closed ones.")


class SignalOut(BaseModel):
    """What opened or strengthened a case."""

    kind: str
    severity: int
    at: datetime
    facts: dict[str, Any]


class CaseOut(BaseModel):
    """One case; the moments are deadlines where their names end in `due_at`."""

    id: int
    customer_external_id: str | None
    purchase_external_id: str | None
    branch: str | None
    priority: str
    severity: int
    headline: str | None
    owner: str | None
    opened_at: datetime
    first_contact_due_at: datetime
    first_contacted_at: datetime | None
    resolution_due_at: datetime
    waiting_since: datetime | None
    escalated_to: int = Field(description="Percent of the running clock that was escalated.")
    cause: str | None
    action_taken: str | None
    outcome: str | None
    closed_at: datetime | None
    reopened_count: int
    signals: list[SignalOut]


class CasesOut(BaseModel):
    """One page of cases, oldest first."""

    cases: list[CaseOut]
    next_cursor: str | None


LISTED = (
    select(
        Case.id, Case.opened_at.label("at"), Customer.external_id.label("customer_external_id"),
        Purchase.external_id.label("purchase_external_id"), Branch.name.label("branch"), Case.priority, Case.severity,
        Case.headline, User.name.label("owner"), Case.opened_at, Case.first_contact_due_at, Case.first_contacted_at,
        Case.resolution_due_at, Case.waiting_since, Case.escalated_to, Cause.code.label("cause"), Case.action_taken,
        Case.outcome, Case.closed_at, Case.reopened_count,
    )
    .join(Customer, Customer.id == Case.customer_id)
    .outerjoin(Purchase, Purchase.id == Case.purchase_id)
    .outerjoin(Branch, Branch.id == Case.branch_id)
    .outerjoin(User, User.id == Case.owner_id)
    .outerjoin(Cause, Cause.id == Case.cause_id)
)  # fmt: skip


@api.get("/cases")
@needs(Scope.CASES_READ)
@api.input(CasesIn, location="query", arg_name="asked")
@api.output(CasesOut)
def list_cases(asked: CasesIn) -> Any:
    """List recovery cases by the moment they were opened"""
    query = LISTED
    if asked.state is not None:
        query = query.where(Case.closed_at.is_(None) if asked.state == "open" else Case.closed_at.is_not(None))
    with transaction() as session:
        page = read_page(session, query, Case.opened_at, Case.id, asked)
        signals = _signals(session, [row.id for row in page.rows])
        details = {"rows": len(page.rows)}
        record(session, "api_read_cases", now=utc_now(), api_key_id=calling_key_id(), details=details)
    cases = [CaseOut(**row._asdict(), signals=signals[row.id]) for row in page.rows]
    return CasesOut(cases=cases, next_cursor=page.next_cursor)


def _signals(session: Session, case_ids: list[int]) -> dict[int, list[SignalOut]]:
    query = select(Signal.case_id, Signal.kind, Signal.severity, Signal.at, Signal.facts)
    found: dict[int, list[SignalOut]] = defaultdict(list)
    for row in session.execute(query.where(Signal.case_id.in_(case_ids)).order_by(Signal.id)):
        found[row.case_id].append(SignalOut(kind=row.kind, severity=row.severity, at=row.at, facts=row.facts))
    return found
