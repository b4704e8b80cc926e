"""The funnel of invitations as steps with their denominators in words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.messages.policy import Outcome
from feedback.reports.funnel import Funnel
from feedback.web.figures import share_words
from feedback.web.money import number_words


@dataclass(frozen=True)
class Step:
    """A step: name, its denominator in words, the count, its share of the denominator, the bar's width of 100."""

    label: str
    note: str
    count: str
    share: str
    width: str


def funnel_steps(funnel: Funnel) -> list[Step]:
    """Candidates, sent, delivered, opened, started, completed; "opened" where somebody opened and did not begin."""
    whole = funnel.candidates
    of_sent = _(
        "of %(number)s, bounced %(bounced)s", number=number_words(funnel.sent), bounced=number_words(funnel.bounced)
    )
    of_delivered = _("of %(number)s delivered", number=number_words(funnel.delivered))
    rows = [
        (_("Candidates"), _("purchases whose time came"), whole, 0),
        (_("Sent out"), _("of %(number)s", number=number_words(whole)), funnel.sent, whole),
        (_("Delivered"), of_sent, funnel.delivered, funnel.sent),
        *([(_("Opened"), of_delivered, funnel.opened, funnel.delivered)] if funnel.opened > funnel.started else []),
        (_("Started"), of_delivered, funnel.started, funnel.delivered),
        (_("Completed"), of_delivered, funnel.completed, funnel.delivered),
    ]
    return [
        Step(label, note, number_words(count), share_words(count, base), f"{100 * count / whole:.1f}" if whole else "0")
        for label, note, count, base in rows
    ]


def not_sent_words(funnel: Funnel) -> str:
    """Why candidates were not written to, the most frequent reasons first."""
    if not funnel.not_sent:
        return ""
    total = sum(count for _reason, count in funnel.not_sent)
    reasons = ", ".join(f"{outcome_words(reason).lower()} ({number_words(count)})" for reason, count in funnel.not_sent)
    return str(_("Not sent %(total)s: %(reasons)s.", total=number_words(total), reasons=reasons))


_OUTCOMES: dict[str, Any] = {
    Outcome.PLANNED: _l("Planned"),
    Outcome.QUIET_HOURS: _l("Waits for the end of quiet hours"),
    Outcome.QUEUED: _l("In the outbox"),
    Outcome.SENT: _l("Sent"),
    Outcome.UNCERTAIN: _l("Not certain whether it was sent"),
    Outcome.FAILED: _l("Refused by the provider"),
    Outcome.BOUNCED: _l("Address bounced"),
    Outcome.THROTTLED: _l("Asked too recently"),
    Outcome.DUPLICATE: _l("Already asked about this"),
    Outcome.NO_CONSENT: _l("No consent"),
    Outcome.NO_ADDRESS: _l("No address"),
    Outcome.SUPPRESSED: _l("Unsubscribed"),
    Outcome.RETURNED_PURCHASE: _l("Purchase returned"),
    Outcome.OPEN_CASE: _l("Open case"),
    Outcome.ANSWERED: _l("Already answered"),
    Outcome.TOO_OLD: _l("Too long ago"),
    Outcome.EXPIRED: _l("Link expired"),
    Outcome.ERASED: _l("Erased on request"),
    Outcome.FORBIDDEN_CHANNEL: _l("Channel not allowed"),
}


def outcome_words(outcome: str) -> str:
    """What became of a candidate, in words."""
    return str(_OUTCOMES.get(outcome, outcome))
