"""The funnel of invitations with its denominators."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from analysis.intervals import wilson
from feedback.db import transaction
from feedback.messages.models import SendDecision
from feedback.messages.policy import Outcome
from feedback.reports.funnel import invitation_funnel
from feedback.reports.periods import Span
from tests.builders import customer, default_version, invitation

AT = datetime(2026, 3, 10, tzinfo=UTC)
SPAN = Span("", AT - timedelta(days=5), AT + timedelta(days=5))


def decide(session: Session, outcome: str, at: datetime = AT, step: str = "invitation") -> None:
    who, survey = customer(session).id, default_version(session).survey_id
    values = {"candidate_key": f"k{who}", "customer_id": who, "survey_id": survey, "step": step, "channel": "email"}
    session.execute(insert(SendDecision).values(**values, outcome=outcome, decided_at=at, details={}))


def test_each_step_counts_what_went_further(session: Session) -> None:
    with transaction():
        invitation(session, sent_at=AT)
        invitation(session, sent_at=AT, state="bounced")
        invitation(session, sent_at=AT, state="opened", opened_at=AT)
        invitation(session, sent_at=AT, state="started", opened_at=AT, started_at=AT)
        done = {"opened_at": AT, "started_at": AT, "completed_at": AT}
        invitation(session, sent_at=AT, state="completed", **done)
        invitation(session, sent_at=None, state="planned")
        invitation(session, sent_at=SPAN.end)
        for outcome in (Outcome.THROTTLED, Outcome.THROTTLED, Outcome.NO_CONSENT, Outcome.SENT, Outcome.PLANNED):
            decide(session, outcome)
        decide(session, Outcome.THROTTLED, SPAN.end)
        decide(session, Outcome.THROTTLED, step="reminder")
    funnel = invitation_funnel(session, SPAN, [default_version(session).survey_id])
    assert (funnel.sent, funnel.bounced, funnel.delivered) == (5, 1, 4)
    assert (funnel.opened, funnel.started, funnel.completed) == (3, 2, 1)
    assert funnel.not_sent == (("throttled", 2), ("no_consent", 1))
    assert funnel.candidates == 8
    assert funnel.completion == wilson(1, 4)


def test_an_empty_funnel_has_no_rate(session: Session) -> None:
    funnel = invitation_funnel(session, SPAN, [default_version(session).survey_id])
    assert (funnel.candidates, funnel.completion) == (0, None)
