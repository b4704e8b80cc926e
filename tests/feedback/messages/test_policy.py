"""May we write, and if not, why: each rule, and all of them over random histories."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.messages.models import MessageKind
from feedback.messages.policy import (
    KIND_RULES,
    Candidate,
    Caps,
    Contact,
    Content,
    Outcome,
    Person,
    SuppressionReason,
    decide,
)
from feedback.messages.quiet_hours import Place, is_allowed

NOON = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # a Wednesday, noon in Moscow
MOSCOW = Place("Europe/Moscow", "RU")
INVITATION = Candidate(MessageKind.INVITATION, survey_id=1, purchase_id=7)
ANYBODY = Person(MOSCOW)


def asked(days_ago: float, **values: Any) -> Contact:
    given: dict[str, Any] = {"channel": "email", "content": Content.SURVEY, "survey_id": 2, "purchase_id": None}
    return Contact(NOON - timedelta(days=days_ago), **(given | values))


def after(*history: Contact, **values: Any) -> Person:
    return Person(MOSCOW, history=history, **values)


def test_it_works() -> None:
    assert decide(INVITATION, ANYBODY, NOON).outcome == Outcome.SENT


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        (after(asked(29.99)), Outcome.THROTTLED),
        (after(asked(30)), Outcome.SENT),
        (after(asked(89.99, survey_id=1)), Outcome.THROTTLED),
        (after(asked(90, survey_id=1)), Outcome.SENT),
        (after(asked(31), asked(400, purchase_id=7)), Outcome.DUPLICATE),
        (after(asked(31), survey_gap_days=60), Outcome.THROTTLED),
        (after(asked(61), survey_gap_days=60), Outcome.SENT),
        (after(asked(10), survey_gap_days=5), Outcome.THROTTLED),  # a customer's wish never loosens our own clock
        (after(asked(1, content=Content.SERVICE)), Outcome.SENT),
        (Person(MOSCOW, may_process=False), Outcome.NO_CONSENT),
        (Person(MOSCOW, has_address=False), Outcome.NO_ADDRESS),
        (Person(MOSCOW, is_erased=True, has_address=False), Outcome.ERASED),
        (Person(MOSCOW, suppressed=SuppressionReason.UNSUBSCRIBED), Outcome.SUPPRESSED),
        (Person(MOSCOW, suppressed=SuppressionReason.COMPLAINT), Outcome.SUPPRESSED),
        (Person(MOSCOW, suppressed=SuppressionReason.BOUNCED), Outcome.BOUNCED),
    ],
)
def test_an_invitation(person: Person, outcome: Outcome) -> None:
    assert decide(INVITATION, person, NOON).outcome == outcome


def test_a_throttled_candidate_says_which_clock_and_until_when() -> None:
    details = decide(INVITATION, after(asked(10)), NOON).details
    assert details["rule"] == "any_survey"
    assert details["free_at"] == (NOON + timedelta(days=20)).isoformat()


def test_a_returned_purchase_is_not_asked_about() -> None:
    assert decide(replace(INVITATION, is_returned=True), ANYBODY, NOON).outcome == Outcome.RETURNED_PURCHASE


def test_an_open_case_stops_reminders_and_nothing_else() -> None:
    reminder = Candidate(MessageKind.REMINDER, survey_id=1, purchase_id=7, has_open_case=True)
    assert decide(reminder, ANYBODY, NOON).outcome == Outcome.OPEN_CASE
    assert decide(replace(INVITATION, has_open_case=True), ANYBODY, NOON).outcome == Outcome.SENT


def test_a_reminder_is_not_throttled_by_its_own_invitation() -> None:
    reminder = Candidate(MessageKind.REMINDER, survey_id=1, purchase_id=7)
    assert decide(reminder, after(asked(4, survey_id=1, purchase_id=7)), NOON).outcome == Outcome.SENT


NIGHT = datetime(2026, 3, 11, 19, 0, tzinfo=UTC)  # 22:00 in Moscow


def test_quiet_hours_wait_and_caps_drop() -> None:
    waits = decide(INVITATION, ANYBODY, NIGHT)
    assert (waits.outcome, waits.until) == (Outcome.QUIET_HOURS, datetime(2026, 3, 12, 6, 0, tzinfo=UTC))
    assert decide(INVITATION, after(asked(1)), NIGHT).outcome == Outcome.THROTTLED


def test_recovery_is_not_throttled_but_consent_and_quiet_hours_hold() -> None:
    recovery = Candidate(MessageKind.RECOVERY)
    busy = after(*(asked(d, content=Content.SURVEY) for d in range(3)))
    assert decide(recovery, busy, NOON).outcome == Outcome.SENT
    assert decide(recovery, busy, NIGHT).outcome == Outcome.QUIET_HOURS
    assert decide(recovery, replace(busy, may_process=False), NOON).outcome == Outcome.NO_CONSENT


@pytest.mark.parametrize(
    ("kind", "reason", "outcome"),
    [
        (MessageKind.RECOVERY, SuppressionReason.UNSUBSCRIBED, Outcome.SENT),
        (MessageKind.RECOVERY, SuppressionReason.COMPLAINT, Outcome.SUPPRESSED),
        (MessageKind.RECOVERY, SuppressionReason.BOUNCED, Outcome.BOUNCED),
        (MessageKind.RECOVERY_CHECK, SuppressionReason.UNSUBSCRIBED, Outcome.SUPPRESSED),
        (MessageKind.STATEMENT, SuppressionReason.UNSUBSCRIBED, Outcome.SUPPRESSED),
        (MessageKind.ACCESS_LINK, SuppressionReason.UNSUBSCRIBED, Outcome.SENT),
        (MessageKind.ACCESS_LINK, SuppressionReason.ERASED, Outcome.SUPPRESSED),
    ],
)
def test_who_left_gets_answers_and_no_mailings(kind: MessageKind, reason: SuppressionReason, outcome: Outcome) -> None:
    assert decide(Candidate(kind), Person(MOSCOW, suppressed=reason), NOON).outcome == outcome


@pytest.mark.parametrize(
    ("candidate", "last", "outcome"),
    [
        ({"content": Content.ADVERTISING}, asked(13, content=Content.ADVERTISING), Outcome.THROTTLED),
        ({"content": Content.ADVERTISING}, asked(14, content=Content.ADVERTISING), Outcome.SENT),
        ({"content": Content.USEFUL}, asked(6, content=Content.USEFUL), Outcome.THROTTLED),
        ({"content": Content.USEFUL}, asked(7, content=Content.USEFUL), Outcome.SENT),
        ({"channel": "sms"}, asked(29, channel="telegram", content=Content.SERVICE), Outcome.THROTTLED),
        ({"channel": "viber"}, asked(30, channel="sms", content=Content.SERVICE), Outcome.SENT),
        ({"channel": "phone"}, asked(29, channel="phone", content=Content.SERVICE), Outcome.THROTTLED),
        ({"channel": "social"}, asked(500), Outcome.FORBIDDEN_CHANNEL),
    ],
)
def test_caps_of_channels_and_contents(candidate: dict[str, Any], last: Contact, outcome: Outcome) -> None:
    person = after(last, may_advertise=True)
    assert decide(replace(INVITATION, **candidate), person, NOON).outcome == outcome


def test_a_dated_exception_frees_the_phone() -> None:
    call = replace(INVITATION, channel="phone")
    person = after(asked(2, channel="phone", content=Content.SERVICE))
    agreed = replace(person, agreed_until={"phone": NOON + timedelta(days=1)})
    assert decide(call, person, NOON).outcome == Outcome.THROTTLED
    assert decide(call, agreed, NOON).outcome == Outcome.SENT
    assert decide(call, agreed, NOON + timedelta(days=2)).outcome == Outcome.THROTTLED


def test_advertising_needs_its_own_consent() -> None:
    assert decide(replace(INVITATION, content=Content.ADVERTISING), ANYBODY, NOON).outcome == Outcome.NO_CONSENT


def test_every_kind_of_message_has_its_rules() -> None:
    assert set(KIND_RULES) == set(MessageKind)


wishes = st.tuples(
    st.integers(0, 24 * 200),  # hours since the start
    st.sampled_from(["email", "sms", "telegram", "phone"]),
    st.sampled_from([Content.SURVEY, Content.ADVERTISING, Content.USEFUL]),
    st.integers(1, 3),  # survey
    st.integers(1, 20),  # purchase
)
zones = st.sampled_from(["Europe/Moscow", "Europe/Sofia", "America/New_York", "Asia/Vladivostok"])


def live_through(person: Person, wanted: list[tuple[int, str, Content, int, int]]) -> list[Contact]:
    """What was sent, when every wish is decided, and those that wait are decided again at their moment."""
    sent: list[Contact] = []
    waiting = sorted(((NOON + timedelta(hours=h)), *rest) for h, *rest in wanted)
    while waiting:
        at, channel, content, survey_id, purchase_id = waiting.pop(0)
        is_survey = content == Content.SURVEY
        candidate = Candidate(
            MessageKind.INVITATION,
            channel,
            content,
            survey_id=survey_id if is_survey else None,
            purchase_id=purchase_id if is_survey else None,
        )
        decision = decide(candidate, replace(person, history=tuple(sent)), at)
        if decision.outcome == Outcome.QUIET_HOURS:
            assert decision.until is not None
            assert decision.until > at
            waiting = sorted([*waiting, (decision.until, channel, content, survey_id, purchase_id)])
        elif decision.outcome == Outcome.SENT:
            assert is_allowed(at, person.place)
            sent.append(Contact(at, channel, content, candidate.survey_id, candidate.purchase_id))
        else:
            assert decision.outcome in (Outcome.THROTTLED, Outcome.DUPLICATE)
    return sent


def closest(moments: list[datetime]) -> timedelta:
    ordered = sorted(moments)
    return min((b - a for a, b in pairwise(ordered)), default=timedelta(days=9999))


@given(st.lists(wishes, max_size=40), zones, st.sampled_from(["RU", "BG", None]))
def test_no_cap_is_ever_exceeded(
    wanted: list[tuple[int, str, Content, int, int]], zone: str, country: str | None
) -> None:
    sent = live_through(Person(Place(zone, country), may_advertise=True), wanted)
    caps = Caps()
    surveys = [c for c in sent if c.content == Content.SURVEY]
    assert closest([c.at for c in surveys]) >= timedelta(days=caps.any_survey)
    for survey_id in {c.survey_id for c in surveys}:
        assert closest([c.at for c in surveys if c.survey_id == survey_id]) >= timedelta(days=caps.same_survey)
    assert len({c.purchase_id for c in surveys}) == len(surveys)
    emails = [c for c in sent if c.channel == "email"]
    advertising = [c.at for c in emails if c.content == Content.ADVERTISING]
    assert closest(advertising) >= timedelta(days=caps.advertising_email)
    assert closest([c.at for c in emails if c.content == Content.USEFUL]) >= timedelta(days=caps.useful_email)
    assert closest([c.at for c in sent if c.channel in ("sms", "telegram")]) >= timedelta(days=caps.messenger)
    assert closest([c.at for c in sent if c.channel == "phone"]) >= timedelta(days=caps.phone)
