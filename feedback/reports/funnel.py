"""What became of those who could be asked: candidates, sent, delivered, opened, completed; why not sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.intervals import Interval, wilson
from feedback.messages.models import MessageKind, SendDecision
from feedback.messages.policy import WAITING, Outcome
from feedback.reports.periods import Span
from surveys.invitations.models import Invitation, InvitationState


@dataclass(frozen=True)
class Funnel:
    """Counts of one span. A step's share has the step before it as its denominator, completed has delivered."""

    sent: int
    bounced: int
    opened: int
    started: int
    completed: int
    not_sent: tuple[tuple[str, int], ...]  # reason and how many, most frequent first

    @property
    def candidates(self) -> int:
        """Everybody a decision was made about: written to, or not with its reason."""
        return self.sent + sum(count for _, count in self.not_sent)

    @property
    def delivered(self) -> int:
        return self.sent - self.bounced

    @property
    def completion(self) -> Interval | None:
        """95 % interval (Wilson) of completed / delivered; None where nothing was delivered."""
        return wilson(min(self.completed, self.delivered), self.delivered)


def invitation_funnel(session: Session, span: Span, surveys: Iterable[int]) -> Funnel:
    """The funnel of invitations sent, and of candidates decided not to be written to, within the span."""
    ids = list(surveys)
    bounced = func.count().filter(Invitation.state == InvitationState.BOUNCED)
    sent = select(
        func.count(),
        bounced,
        func.count(func.coalesce(Invitation.opened_at, Invitation.started_at)),
        func.count(Invitation.started_at),
        func.count(Invitation.completed_at),
    ).where(Invitation.survey_id.in_(ids), Invitation.sent_at >= span.start, Invitation.sent_at < span.end)
    return Funnel(*session.execute(sent).one(), not_sent=_not_sent(session, span, ids))


def _not_sent(session: Session, span: Span, surveys: list[int]) -> tuple[tuple[str, int], ...]:
    query = (
        select(SendDecision.outcome, func.count())
        .where(
            SendDecision.step == MessageKind.INVITATION,
            SendDecision.survey_id.in_(surveys),
            SendDecision.decided_at >= span.start,
            SendDecision.decided_at < span.end,
            SendDecision.outcome.not_in([*WAITING, Outcome.SENT]),
        )
        .group_by(SendDecision.outcome)
    )
    found = [(outcome, count) for outcome, count in session.execute(query)]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
