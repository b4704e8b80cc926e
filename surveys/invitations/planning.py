"""Planning: each new purchase becomes an invitation for its moment, or a decision that says why not.

What cannot change any more is decided here; the caps, consent and quiet hours are decided when the moment comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.customers.models import Purchase
from feedback.messages.decisions import Entry, record_decisions
from feedback.messages.models import MessageKind
from feedback.messages.people import Recipient, load_recipients
from feedback.messages.policy import Candidate, Contact, Decision, Outcome, decide
from feedback.secrets import hash_token, link_token, new_nonce
from feedback.staff.company import load_company
from surveys.invitations.facts import contacts_of
from surveys.invitations.models import Invitation, InvitationState
from surveys.invitations.triggers import LINK_LIFE, TOO_OLD, Trigger, read_trigger
from surveys.questionnaires.models import Survey, SurveyVersion

STEP = "invitation"
CHANNEL = "email"
FINAL_AHEAD = frozenset({Outcome.TOO_OLD, Outcome.RETURNED_PURCHASE, Outcome.DUPLICATE, Outcome.THROTTLED})


@dataclass(frozen=True)
class AskingSurvey:
    """The active survey that asks after purchases."""

    survey_id: int
    version_id: int
    trigger: Trigger


@dataclass(frozen=True)
class Plan:
    """What planning decided about one purchase; an invitation is made where the outcome still waits."""

    purchase_id: int
    customer_id: int
    decision: Decision
    due_at: datetime
    language: str


def plan_due(session: Session, now: datetime, secret: str, limit: int = 500) -> int:
    """Plan up to `limit` purchases that were not looked at yet; returns how many were. Safe in several processes."""
    survey = asking_survey(session)
    if survey is None:
        return 0
    purchases = _claim(session, limit)
    if not purchases:
        return 0
    ids = {p.customer_id for p in purchases}
    people = load_recipients(session, ids, CHANNEL, load_company(session))
    contacts = contacts_of(session, ids)
    plans = [_plan(survey, p, people[p.customer_id], contacts.get(p.customer_id, []), now) for p in purchases]
    _store(session, survey, plans, now, secret)
    session.execute(
        update(Purchase).where(Purchase.id.in_([p.id for p in purchases])).values(is_planned=True),
        execution_options={"synchronize_session": False},
    )
    return len(purchases)


def asking_survey(session: Session) -> AskingSurvey | None:
    """The first active after-purchase survey in its newest published version."""
    query = (
        select(Survey.id, SurveyVersion.id, Survey.trigger)
        .join(SurveyVersion, SurveyVersion.survey_id == Survey.id)
        .where(Survey.state == "active", Survey.kind == "after_purchase", SurveyVersion.published_at.is_not(None))
        .order_by(Survey.id, SurveyVersion.number.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return AskingSurvey(row[0], row[1], read_trigger(row[2])) if row else None


def _claim(session: Session, limit: int) -> Sequence[Any]:
    query = (
        select(
            Purchase.id, Purchase.customer_id, Purchase.purchased_at, Purchase.delivered_at, Purchase.returned_amount
        )
        .where(~Purchase.is_planned)
        .order_by(Purchase.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return session.execute(query).all()


def _plan(survey: AskingSurvey, purchase: Row[Any], to: Recipient, contacts: list[Contact], now: datetime) -> Plan:
    due = survey.trigger.moment(purchase.purchased_at, purchase.delivered_at)
    candidate = Candidate(
        MessageKind.INVITATION, CHANNEL, survey_id=survey.survey_id, purchase_id=purchase.id,
        is_returned=purchase.returned_amount > 0,
    )  # fmt: skip
    decision = decide(candidate, to.with_history(contacts), max(due, now))
    if now - due > TOO_OLD:
        decision = Decision(Outcome.TOO_OLD, details={"due": due.isoformat()})
    elif decision.outcome == Outcome.QUIET_HOURS:
        decision = decision if due <= now else replace(decision, outcome=Outcome.PLANNED)
    elif decision.outcome == Outcome.SENT or (due > now and decision.outcome not in FINAL_AHEAD):
        decision = Decision(Outcome.PLANNED, until=due)
    return Plan(purchase.id, purchase.customer_id, decision, decision.until or due, to.language)


def _store(session: Session, survey: AskingSurvey, plans: Sequence[Plan], now: datetime, secret: str) -> None:
    asked = {plan.purchase_id: plan for plan in plans if plan.decision.until is not None}
    invited = _insert_invitations(session, [_invitation(survey, p, now, secret) for p in asked.values()])
    dropped = [_entry(survey, plan) for plan in plans if plan.purchase_id not in asked]
    planned = [_entry(survey, asked[purchase_id], row_id) for purchase_id, row_id in invited.items()]
    record_decisions(session, dropped + planned, now)


def _invitation(survey: AskingSurvey, plan: Plan, now: datetime, secret: str) -> dict[str, Any]:
    nonce = new_nonce()
    return {
        "survey_id": survey.survey_id, "survey_version_id": survey.version_id, "customer_id": plan.customer_id,
        "purchase_id": plan.purchase_id, "state": InvitationState.PLANNED, "channel": CHANNEL,
        "language": plan.language, "nonce": nonce, "token_hash": hash_token(link_token(secret, "s", nonce)),
        "due_at": plan.due_at, "created_at": now, "expires_at": max(plan.due_at, now) + LINK_LIFE, "reminders": 0,
    }  # fmt: skip


def _insert_invitations(session: Session, rows: list[dict[str, Any]]) -> dict[int, int]:
    """Ids of the new invitations by purchase; a purchase that was asked about by this survey before is left out."""
    if not rows:
        return {}
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(Invitation).on_conflict_do_nothing().returning(Invitation.purchase_id, Invitation.id)
    return {row.purchase_id: row.id for row in session.execute(statement, rows) if row.purchase_id is not None}


def _entry(survey: AskingSurvey, plan: Plan, invitation_id: int | None = None) -> Entry:
    key = f"invitation:{invitation_id}" if invitation_id else f"purchase:{plan.purchase_id}:survey:{survey.survey_id}"
    details = dict(plan.decision.details) | ({"until": plan.due_at.isoformat()} if invitation_id else {})
    return Entry(
        key, plan.customer_id, STEP, plan.decision.outcome, channel=CHANNEL, survey_id=survey.survey_id,
        purchase_id=plan.purchase_id, invitation_id=invitation_id, details=details,
    )  # fmt: skip
