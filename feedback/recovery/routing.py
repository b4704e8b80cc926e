"""Which signals open a case, and how severe each is. Pure: facts in, signals out (default rules of the product).

Severity runs from 1 (mild) to 5 (grave).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.recovery.models import SignalKind

NPS_LIMIT, CSAT_LIMIT, CES_LIMIT = 6, 2, 2
URGENT_FLAGS = frozenset({"legal_threat", "safety"})
EVENT_SEVERITY = {"delay": 2, "stock_out": 2, "outage": 3, "wrong_item": 3, "damaged": 4, "cancelled": 3, "lost": 4}


@dataclass(frozen=True)
class Finding:
    """A reason to open a case: its kind, severity and the facts that say why, in no language."""

    kind: SignalKind
    severity: int
    is_urgent: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scores:
    """The scores of one answer, each on its own scale; None where not asked or not answered."""

    nps: int | None = None
    csat: int | None = None
    ces: int | None = None


def from_scores(scores: Scores, *, asks_contact: bool) -> list[Finding]:
    """What the given scores and a contact request say by themselves, before any text is read."""
    findings = []
    if scores.nps is not None and scores.nps <= NPS_LIMIT:
        findings.append(
            Finding(SignalKind.LOW_SCORE, _nps_severity(scores.nps), facts={"scale": "nps", "score": scores.nps})
        )
    if scores.csat is not None and scores.csat <= CSAT_LIMIT:
        findings.append(
            Finding(SignalKind.LOW_SCORE, 6 - 2 * scores.csat, facts={"scale": "csat", "score": scores.csat})
        )
    if scores.ces is not None and scores.ces <= CES_LIMIT:
        findings.append(Finding(SignalKind.LOW_SCORE, 5 - scores.ces, facts={"scale": "ces", "score": scores.ces}))
    if asks_contact:
        findings.append(Finding(SignalKind.CONTACT_REQUEST, 3, is_urgent=True))
    return findings


def from_text(sentiment: str, flags: Sequence[str], aspects: dict[str, str]) -> list[Finding]:
    """What the analysis of a free text says; words of law or danger are always urgent, whatever the sentiment."""
    urgent = sorted(URGENT_FLAGS.intersection(flags))
    if sentiment != "negative" and not urgent and "contact_request" not in flags:
        return []
    facts: dict[str, Any] = {
        "flags": sorted(flags),
        "aspects": sorted(a for a, s in aspects.items() if s == "negative"),
    }
    if sentiment != "negative" and not urgent:
        return [Finding(SignalKind.CONTACT_REQUEST, 3, is_urgent=True, facts=facts)]
    severity = 5 if urgent else 4 if {"churn_intent", "staff_conduct", "refund"}.intersection(flags) else 3
    is_urgent = bool(urgent) or "contact_request" in flags
    return [Finding(SignalKind.NEGATIVE_TEXT, severity, is_urgent, facts)]


def from_chat(ended_badly: bool, sentiment: str, flags: Sequence[str]) -> list[Finding]:
    """What the analysis of a chat says."""
    urgent = bool(URGENT_FLAGS.intersection(flags))
    if not ended_badly and not urgent:
        return []
    facts = {"ended_badly": ended_badly, "sentiment": sentiment, "flags": sorted(flags)}
    return [Finding(SignalKind.NEGATIVE_CHAT, 5 if urgent else 4 if sentiment == "negative" else 3, urgent, facts)]


def from_order_event(kind: str) -> list[Finding]:
    """A harmful event opens a case before the customer complains."""
    if kind not in EVENT_SEVERITY:
        return []
    return [Finding(SignalKind.ORDER_EVENT, EVENT_SEVERITY[kind], facts={"event": kind})]


def _nps_severity(score: int) -> int:
    return 5 if score <= 1 else 4 if score <= 3 else 3 if score <= 4 else 2
