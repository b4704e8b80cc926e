"""What the policy must know that stands in invitations and cases, a batch of customers at a time."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.messages.policy import Contact, Content
from feedback.recovery.models import Case
from surveys.invitations.models import Invitation, InvitationState
from surveys.questionnaires.models import Survey

RECOVERY_CHECK = "recovery_check"
NEVER_ARRIVED = (InvitationState.SUPPRESSED, InvitationState.BOUNCED, InvitationState.FAILED)
LIVE = (
    InvitationState.PLANNED,
    InvitationState.SENT,
    InvitationState.DELIVERED,
    InvitationState.OPENED,
    InvitationState.STARTED,
)


def contacts_of(session: Session, customer_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """When each customer was asked: invitations that went out or are in the outbox. Recovery checks do not count."""
    asked_at = func.coalesce(Invitation.sent_at, Invitation.queued_at)
    query = (
        select(Invitation.customer_id, asked_at, Invitation.channel, Invitation.survey_id, Invitation.purchase_id)
        .join(Survey, Survey.id == Invitation.survey_id)
        .where(
            Invitation.customer_id.in_(set(customer_ids)),
            asked_at.is_not(None),
            Invitation.state.not_in(NEVER_ARRIVED),
            Survey.kind != RECOVERY_CHECK,
        )
    )
    contacts: dict[int, list[Contact]] = {}
    for customer_id, at, channel, survey_id, purchase_id in session.execute(query):
        contacts.setdefault(customer_id, []).append(Contact(at, channel, Content.SURVEY, survey_id, purchase_id))
    return contacts


def with_open_case(session: Session, customer_ids: Iterable[int]) -> set[int]:
    """Those of the customers who have an open case."""
    query = select(Case.customer_id).where(Case.customer_id.in_(set(customer_ids)), Case.closed_at.is_(None))
    return set(session.scalars(query))
