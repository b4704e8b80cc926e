"""Opening a case, or letting a signal join the open one of the same story. Safe to call twice with the same signals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from feedback.customers.models import Purchase
from feedback.db.inserting import insert_once
from feedback.recovery.calendars import company_calendar
from feedback.recovery.models import Case, CaseEvent, EventKind, Priority, Signal
from feedback.recovery.priority import CLOCK_HOURS, RESOLUTION_DAYS, customer_value, priority_of, reach_of
from feedback.recovery.routing import Finding
from feedback.recovery.working_time import add_working_time, working_days
from feedback.staff.company import load_company
from feedback.staff.roles import RoleName

ORDER = [Priority.NORMAL, Priority.HIGH, Priority.URGENT]
REPEAT_WINDOW = timedelta(days=90)
HEADLINE_LENGTH = 200


@dataclass(frozen=True)
class Story:
    """Whose story it is and where the signal comes from; exactly one source id is set."""

    customer_id: int
    purchase_id: int | None = None
    branch_id: int | None = None
    response_id: int | None = None
    conversation_id: int | None = None
    order_event_id: int | None = None
    quote: str | None = None

    @property
    def source(self) -> str:
        """A stable name of the source, part of each signal's dedupe key."""
        pairs = (("response", self.response_id), ("chat", self.conversation_id), ("event", self.order_event_id))
        return next(f"{kind}:{row_id}" for kind, row_id in pairs if row_id is not None)


def open_case_if_needed(session: Session, story: Story, findings: Sequence[Finding], now: datetime) -> int | None:
    """Gather `findings` in the story's open case, opening one where there is none; returns the case's id.

    None when there is nothing to open. A signal that was seen before changes nothing.
    """
    fresh = [f for f in findings if not _is_known(session, story, f)]
    if not fresh:
        return None
    case_id = _open_case(session, story)
    is_new = case_id is None
    if case_id is None:
        case_id = _insert_case(session, story, fresh, now)
    if case_id is None:  # another worker opened it between our two statements
        case_id, is_new = _open_case(session, story), False
    assert case_id is not None
    joined = [f for f in fresh if _add_signal(session, case_id, story, f, now)]
    if joined and not is_new:
        _strengthen(session, case_id, joined, now)
    return case_id


def _is_known(session: Session, story: Story, finding: Finding) -> bool:
    key = f"{finding.kind}:{story.source}"
    return session.scalar(select(Signal.id).where(Signal.dedupe_key == key)) is not None


def _open_case(session: Session, story: Story) -> int | None:
    same = Case.purchase_id == story.purchase_id if story.purchase_id else Case.purchase_id.is_(None)
    query = select(Case.id).where(Case.customer_id == story.customer_id, same, Case.closed_at.is_(None))
    return session.scalar(query.with_for_update())


def _insert_case(session: Session, story: Story, findings: Sequence[Finding], now: datetime) -> int | None:
    severity = max(f.severity for f in findings)
    value, reach, is_repeat = _value(session, story, now), _reach(session, story, now), _is_repeat(session, story, now)
    priority = priority_of(severity, value, reach, is_urgent=any(f.is_urgent for f in findings))
    first_due, resolution_due = _clocks(session, priority, now)
    case_id = insert_once(
        session, Case, customer_id=story.customer_id, purchase_id=story.purchase_id, branch_id=story.branch_id,
        priority=priority, severity=severity, customer_value=value, reach=reach, reason=_reason(findings, is_repeat),
        headline=_headline(story), assigned_role=RoleName.ADVOCATE if is_repeat else None, opened_at=now,
        first_contact_due_at=first_due, resolution_due_at=resolution_due, next_due_at=first_due,
    )  # fmt: skip
    if case_id is not None:
        _tell(session, case_id, EventKind.OPENED, now, {"priority": priority})
    return case_id


def _add_signal(session: Session, case_id: int, story: Story, finding: Finding, now: datetime) -> bool:
    signal_id = insert_once(
        session, Signal, dedupe_key=f"{finding.kind}:{story.source}", case_id=case_id, kind=finding.kind, at=now,
        severity=finding.severity, response_id=story.response_id, conversation_id=story.conversation_id,
        order_event_id=story.order_event_id, facts=finding.facts, quote=story.quote,
    )  # fmt: skip
    if signal_id is not None:
        _tell(session, case_id, EventKind.SIGNAL, now, {"signal": finding.kind, "signal_id": signal_id})
    return signal_id is not None


def _strengthen(session: Session, case_id: int, joined: Sequence[Finding], now: datetime) -> None:
    """Let new signals raise severity and priority; clocks are recomputed from the case's opening, never loosened."""
    case = session.execute(
        select(Case).where(Case.id == case_id).execution_options(populate_existing=True)
    ).scalar_one()
    severity = max(case.severity, *(f.severity for f in joined))
    raised = priority_of(severity, case.customer_value, case.reach, is_urgent=any(f.is_urgent for f in joined))
    priority = max(Priority(case.priority), raised, key=ORDER.index)
    reason = {**case.reason, "signals": case.reason.get("signals", []) + _signals(joined)}
    values: dict[str, Any] = {"severity": severity, "priority": priority, "reason": reason}
    if priority != case.priority:
        first_due, _ = _clocks(session, priority, case.opened_at)
        first_due = min(first_due, case.first_contact_due_at)
        values["first_contact_due_at"] = first_due
        if case.first_contacted_at is None and case.waiting_since is None:
            values["next_due_at"] = first_due
        _tell(session, case_id, EventKind.PRIORITY, now, {"from": case.priority, "to": priority})
    session.execute(update(Case).where(Case.id == case_id).values(**values))


def _clocks(session: Session, priority: Priority, start: datetime) -> tuple[datetime, datetime]:
    calendar = company_calendar(load_company(session), start.year)
    return add_working_time(calendar, start, timedelta(hours=CLOCK_HOURS[priority])), working_days(
        calendar, start, RESOLUTION_DAYS
    )


def _value(session: Session, story: Story, now: datetime) -> int:
    year_ago = now - timedelta(days=365)
    query = select(func.count()).where(Purchase.customer_id == story.customer_id, Purchase.purchased_at >= year_ago)
    return customer_value(session.scalar(query) or 0, None)


def _reach(session: Session, story: Story, now: datetime) -> int:
    if story.branch_id is None:
        return 1
    query = select(func.count()).where(Case.opened_at >= now - timedelta(days=7), Case.branch_id == story.branch_id)
    return reach_of(session.scalar(query) or 0)


def _is_repeat(session: Session, story: Story, now: datetime) -> bool:
    query = select(Case.id).where(Case.customer_id == story.customer_id, Case.opened_at >= now - REPEAT_WINDOW)
    return session.scalar(query.limit(1)) is not None


def _reason(findings: Sequence[Finding], is_repeat: bool) -> dict[str, Any]:
    return {"signals": _signals(findings), "is_repeat": is_repeat}


def _signals(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [{"kind": str(f.kind), "severity": f.severity, "is_urgent": f.is_urgent, **f.facts} for f in findings]


def _headline(story: Story) -> str | None:
    quote = " ".join((story.quote or "").split())
    return (quote[: HEADLINE_LENGTH - 1] + "…" if len(quote) > HEADLINE_LENGTH else quote) or None


def _tell(session: Session, case_id: int, kind: EventKind, at: datetime, facts: dict[str, Any]) -> None:
    session.execute(insert(CaseEvent).values(case_id=case_id, kind=kind, at=at, facts=facts))
