"""May we write to this customer now, and if not, why. Pure: everything it needs, the moment too, is handed in.

Order of the checks: what makes a message impossible or forbidden, what makes it senseless, the caps (these drop it),
and last the quiet hours (these only let it wait).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from feedback.messages.models import MessageKind
from feedback.messages.quiet_hours import Place, next_allowed_moment


class Outcome(StrEnum):
    """What became of one candidate. The first three wait; every other is final."""

    PLANNED = "planned"  # its moment lies ahead
    QUIET_HOURS = "quiet_hours"  # waits for the next allowed hour
    QUEUED = "queued"  # in the outbox
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the process died while handing it over
    FAILED = "failed"
    BOUNCED = "bounced"
    THROTTLED = "throttled"
    DUPLICATE = "duplicate"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    RETURNED_PURCHASE = "returned_purchase"
    OPEN_CASE = "open_case"
    ANSWERED = "answered"
    TOO_OLD = "too_old"
    EXPIRED = "expired"
    ERASED = "erased"
    FORBIDDEN_CHANNEL = "forbidden_channel"


WAITING = frozenset({Outcome.PLANNED, Outcome.QUIET_HOURS, Outcome.QUEUED})


class Content(StrEnum):
    """What a message carries; the caps follow it."""

    SURVEY = "survey"
    SERVICE = "service"  # a service message or an answer to the customer's own request; no cap
    USEFUL = "useful"  # useful content with advertising in it
    ADVERTISING = "advertising"


class SuppressionReason(StrEnum):
    """Why an address is on the list."""

    UNSUBSCRIBED = "unsubscribed"  # stops mailings; requests of the customer are still answered
    BOUNCED = "bounced"
    COMPLAINT = "complaint"
    ERASED = "erased"


@dataclass(frozen=True)
class KindRule:
    """Which rules hold for a kind of message."""

    content: Content
    is_throttled: bool = True  # the two clocks of surveys and the caps of the channel
    is_mailing: bool = True  # an unsubscription stops it
    is_quiet: bool = True  # waits for an allowed hour
    needs_consent: bool = True


KIND_RULES: dict[MessageKind, KindRule] = {
    MessageKind.INVITATION: KindRule(Content.SURVEY),
    MessageKind.REMINDER: KindRule(Content.SURVEY, is_throttled=False),
    MessageKind.RECOVERY: KindRule(Content.SERVICE, is_throttled=False, is_mailing=False),
    MessageKind.RECOVERY_CHECK: KindRule(Content.SURVEY, is_throttled=False),
    MessageKind.STATEMENT: KindRule(Content.SERVICE, is_throttled=False),
    MessageKind.PRIZE: KindRule(Content.SERVICE, is_throttled=False, is_mailing=False),
    MessageKind.ACCESS_LINK: KindRule(
        Content.SERVICE, is_throttled=False, is_mailing=False, is_quiet=False, needs_consent=False
    ),
}

MESSENGERS = frozenset({"sms", "telegram", "viber", "whatsapp"})
FORBIDDEN_CHANNELS = frozenset({"social"})


@dataclass(frozen=True)
class Caps:
    """The numbers of the policy, in days."""

    any_survey: int = 30
    same_survey: int = 90
    advertising_email: int = 14
    useful_email: int = 7
    messenger: int = 30
    phone: int = 30


@dataclass(frozen=True)
class Contact:
    """One message the customer got, or one that is in the outbox."""

    at: datetime
    channel: str
    content: Content
    survey_id: int | None = None
    purchase_id: int | None = None


@dataclass(frozen=True)
class Person:
    """What the policy must know of a customer, for one channel."""

    place: Place
    has_address: bool = True
    is_erased: bool = False
    suppressed: SuppressionReason | None = None
    may_process: bool = True  # consent to process data, given or assumed
    may_advertise: bool = False
    history: tuple[Contact, ...] = ()
    survey_gap_days: int | None = None  # the customer asked to be asked less often
    agreed_until: dict[str, datetime] = field(default_factory=dict)  # channel -> a dated exception from its cap


@dataclass(frozen=True)
class Candidate:
    """One message that might be sent."""

    kind: MessageKind
    channel: str = "email"
    content: Content | None = None  # where it differs from the kind's
    survey_id: int | None = None
    purchase_id: int | None = None
    is_returned: bool = False
    has_open_case: bool = False
    is_answered: bool = False

    @property
    def rule(self) -> KindRule:
        """The rules of its kind."""
        return KIND_RULES[self.kind]

    @property
    def carries(self) -> Content:
        """What it carries."""
        return self.content or self.rule.content


@dataclass(frozen=True)
class Decision:
    """SENT: it may go now. QUIET_HOURS: not before `until`. Anything else: never, for the reason in `details`."""

    outcome: Outcome
    until: datetime | None = None
    details: dict[str, str] = field(default_factory=dict)


def decide(candidate: Candidate, person: Person, now: datetime, caps: Caps = Caps()) -> Decision:
    """The one decision about this candidate at `now`."""
    return (
        may_reach(candidate.kind, person, candidate.channel)
        or _no_advertising(candidate, person)
        or _senseless(candidate, person)
        or _over_cap(candidate, person, now, caps)
        or wait_for_day(candidate.kind, person, now)
        or Decision(Outcome.SENT)
    )


def may_reach(kind: MessageKind, person: Person, channel: str = "email") -> Decision | None:
    """Why this customer must not be written to at all; None when they may be. Holds for every kind of message."""
    rule = KIND_RULES[kind]
    if person.is_erased:
        return Decision(Outcome.ERASED)
    if channel in FORBIDDEN_CHANNELS:
        return Decision(Outcome.FORBIDDEN_CHANNEL, details={"channel": channel})
    if not person.has_address:
        return Decision(Outcome.NO_ADDRESS)
    if person.suppressed == SuppressionReason.BOUNCED:
        return Decision(Outcome.BOUNCED)
    if person.suppressed is not None and (rule.is_mailing or person.suppressed != SuppressionReason.UNSUBSCRIBED):
        return Decision(Outcome.SUPPRESSED, details={"reason": person.suppressed})
    if rule.needs_consent and not person.may_process:
        return Decision(Outcome.NO_CONSENT, details={"purpose": "processing"})
    return None


def wait_for_day(kind: MessageKind, person: Person, now: datetime) -> Decision | None:
    """Until when the message waits because of quiet hours or a holiday; None when it may go now."""
    if not KIND_RULES[kind].is_quiet:
        return None
    moment = next_allowed_moment(now, person.place)
    return None if moment == now else Decision(Outcome.QUIET_HOURS, until=moment)


def _no_advertising(candidate: Candidate, person: Person) -> Decision | None:
    if candidate.carries in (Content.ADVERTISING, Content.USEFUL) and not person.may_advertise:
        return Decision(Outcome.NO_CONSENT, details={"purpose": "advertising"})
    return None


def _senseless(candidate: Candidate, person: Person) -> Decision | None:
    if candidate.is_answered:
        return Decision(Outcome.ANSWERED)
    if candidate.is_returned and candidate.kind != MessageKind.RECOVERY_CHECK and candidate.carries == Content.SURVEY:
        return Decision(Outcome.RETURNED_PURCHASE)
    if candidate.has_open_case and candidate.kind == MessageKind.REMINDER:
        return Decision(Outcome.OPEN_CASE)
    is_asked = any(c.purchase_id == candidate.purchase_id and c.content == Content.SURVEY for c in person.history)
    if candidate.kind == MessageKind.INVITATION and candidate.purchase_id is not None and is_asked:
        return Decision(Outcome.DUPLICATE)
    return None


def _over_cap(candidate: Candidate, person: Person, now: datetime, caps: Caps) -> Decision | None:
    if not candidate.rule.is_throttled:
        return None
    for name, days, contacts in _clocks(candidate, person, now, caps):
        last = max((c.at for c in contacts), default=None)
        if last is not None and now - last < timedelta(days=days):
            free_at = last + timedelta(days=days)
            details = {"rule": name, "days": str(days), "last": last.isoformat(), "free_at": free_at.isoformat()}
            return Decision(Outcome.THROTTLED, details=details)
    return None


def _clocks(
    candidate: Candidate, person: Person, now: datetime, caps: Caps
) -> Iterator[tuple[str, int, list[Contact]]]:
    """Each clock that holds for the candidate: its name, its length in days, the contacts that count."""
    history = person.history
    if candidate.carries == Content.SURVEY:
        surveys = [c for c in history if c.content == Content.SURVEY]
        yield "any_survey", max(caps.any_survey, person.survey_gap_days or 0), surveys
        yield "same_survey", caps.same_survey, [c for c in surveys if c.survey_id == candidate.survey_id]
    if candidate.channel == "email" and candidate.carries == Content.ADVERTISING:
        same = [c for c in history if c.channel == "email" and c.content == Content.ADVERTISING]
        yield "advertising_email", caps.advertising_email, same
    if candidate.channel == "email" and candidate.carries == Content.USEFUL:
        yield (
            "useful_email",
            caps.useful_email,
            [c for c in history if c.channel == "email" and c.content == Content.USEFUL],
        )
    if candidate.channel in MESSENGERS:
        yield "messenger", caps.messenger, [c for c in history if c.channel in MESSENGERS]
    if candidate.channel == "phone" and now >= person.agreed_until.get("phone", now):
        yield "phone", caps.phone, [c for c in history if c.channel == "phone"]
