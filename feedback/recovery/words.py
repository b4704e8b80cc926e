"""Cases in plain words of the reader's language: why a case is here, why it has its priority, how a deadline stands.

The database keeps facts in no language; whatever speaks to people (pages, mail to staff) writes the sentence here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date, format_time, to_user_timezone
from flask_babel import gettext as _

from feedback.recovery.clocks import Deadline, Standing
from feedback.recovery.models import Outcome, Priority, SignalKind


def priority_word(priority: str) -> str:
    """The priority as on its chip."""
    words = {Priority.URGENT: _("Urgent"), Priority.HIGH: _("High"), Priority.NORMAL: _("Normal")}
    return str(words[Priority(priority)])


def outcome_word(outcome: str) -> str:
    """How a case ended."""
    words = {
        Outcome.RECOVERED: _("Put right"),
        Outcome.COMPENSATED: _("Compensated"),
        Outcome.NOT_REACHABLE: _("Could not be reached"),
        Outcome.LOST_WARMLY: _("Parted warmly"),
        Outcome.UNFOUNDED: _("Unfounded"),
    }
    return str(words[Outcome(outcome)])


def tier_word(tier: str | None) -> str:
    """A tier of the programme."""
    words = {"silver": _("silver"), "gold": _("gold"), "platinum": _("platinum")}
    return str(words.get(tier or "", _("no tier yet")))


def status_word(status: str) -> str:
    """A customer's lifecycle status."""
    words = {
        "potential": _("potential"), "prospective": _("has a need now"), "customer": _("customer"),
        "regular": _("regular"), "sleeping": _("sleeping"), "lost": _("lost"),
    }  # fmt: skip
    return str(words.get(status, status))


def flag_word(flag: str) -> str:
    """What a flag of the analysis means."""
    words = {
        "refund": _("Asks for money back"),
        "legal_threat": _("Speaks of lawyers or court"),
        "safety": _("Danger to people"),
        "churn_intent": _("Means to leave"),
        "staff_conduct": _("Complains about staff"),
        "contact_request": _("Asks to be contacted"),
    }
    return str(words.get(flag, flag))


def aspect_word(aspect: str) -> str:
    """An aspect of an order."""
    words = {
        "invoice_speed": _("Invoice"), "shipping": _("Shipping"), "documents": _("Documents"),
        "consultation": _("Consultation"), "support": _("Support"), "quality": _("Quality"), "price": _("Price"),
        "delivery": _("Delivery"), "staff": _("Staff"), "website": _("Website"), "packaging": _("Packaging"),
        "returns": _("Returns"), "other": _("Something else"),
    }  # fmt: skip
    return str(words.get(aspect, aspect))


def event_word(kind: str) -> str:
    """A harmful order event."""
    words = {
        "delay": _("the order is delayed"), "stock_out": _("the goods are out of stock"), "outage": _("an outage"),
        "wrong_item": _("a wrong item was sent"), "damaged": _("the goods arrived damaged"),
        "cancelled": _("the order was cancelled"), "lost": _("the parcel is lost"),
    }  # fmt: skip
    return str(words.get(kind, kind))


def short_reason(reason: Mapping[str, Any]) -> str:
    """The strongest signal in a few words, for a line of the queue."""
    signals = _strongest_first(reason)
    return _capital(_signal_words(signals[0])) if signals else ""


def why_here(reason: Mapping[str, Any]) -> str:
    """Every signal of the case in one sentence."""
    phrases = list(dict.fromkeys(_signal_words(signal) for signal in _strongest_first(reason)))
    if reason.get("is_repeat"):
        phrases.append(_("it is the customer’s second case in 90 days"))
    return _joined(phrases)


def why_so_urgent(priority: str, severity: int, value: int, reach: int, reason: Mapping[str, Any]) -> str:
    """Where the priority comes from: the rule that decides alone, then the three factors."""
    phrases = []
    signals = reason.get("signals", [])
    flags = {flag for signal in signals for flag in signal.get("flags", [])}
    if flags & {"safety", "legal_threat"}:
        phrases.append(_("words of danger or law are always urgent"))
    if any(s["kind"] == SignalKind.CONTACT_REQUEST for s in signals) or "contact_request" in flags:
        phrases.append(_("a request for contact is always urgent"))
    phrases.append(_("severity %(number)s of 5", number=severity))
    phrases.append(_("the customer’s value %(number)s of 5", number=value))
    phrases.append(_("reach %(number)s of 5 (others of this branch in the last week)", number=reach))
    return _joined(phrases)


def deadline_words(deadline: Deadline, now: datetime) -> str:
    """What the chip of a deadline says."""
    match deadline.standing:
        case Standing.LATE:
            return str(_("Overdue by %(span)s", span=span_words(deadline.left)))
        case Standing.SOON:
            return str(_("%(span)s left", span=span_words(deadline.left)))
        case Standing.PAUSED:
            return str(_("Paused since %(day)s", day=_day(deadline.since or now, now)))
        case Standing.DONE:
            return str(_("Done in time"))
        case Standing.DONE_LATE:
            return str(_("Done %(span)s late", span=span_words(deadline.left)))
        case Standing.NOT_STARTED:
            return str(_("After the first contact"))
    return _until(deadline.due_at or now, now)


def span_words(span: timedelta) -> str:
    """Working time in its largest units: "2 h 10 min", "42 min"."""
    minutes = max(1, int(span.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=minutes))
    if not minutes or hours >= 10:
        return str(_("%(hours)s h", hours=hours))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes))


def _until(due: datetime, now: datetime) -> str:
    local, today, clock = to_user_timezone(due), to_user_timezone(now).date(), format_time(due, "HH:mm")
    days = (local.date() - today).days
    if days == 0:
        return str(_("By %(time)s", time=clock))
    if days == 1:
        return str(_("Tomorrow, %(time)s", time=clock))
    day = format_date(local.date(), "ccc") if 0 < days < 7 else format_date(local.date(), "d MMMM")
    return str(_("%(day)s, %(time)s", day=_capital(day), time=clock))


def _day(at: datetime, now: datetime) -> str:
    local, today = to_user_timezone(at), to_user_timezone(now).date()
    days = (today - local.date()).days
    if days == 0:
        return str(format_time(at, "HH:mm"))
    return str(_("yesterday") if days == 1 else format_date(local.date(), "d MMMM"))


def _strongest_first(reason: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(reason.get("signals", []), key=lambda s: (not s.get("is_urgent", False), -int(s.get("severity", 0))))


def _signal_words(signal: Mapping[str, Any]) -> str:
    match signal["kind"]:
        case SignalKind.LOW_SCORE:
            return _score_words(signal)
        case SignalKind.NEGATIVE_TEXT:
            return _text_words(signal)
        case SignalKind.NEGATIVE_CHAT:
            return _with_flags(_("the chat ended badly"), signal)
        case SignalKind.ORDER_EVENT:
            return event_word(signal.get("event", ""))
    words = {
        SignalKind.SENSOR_ALARM: _("a sensor raised an alarm"),
        SignalKind.SLEEPING_CUSTOMER: _("a valuable customer is silent longer than usual"),
        SignalKind.CONTACT_REQUEST: _("the customer asks to be contacted"),
        SignalKind.STILL_UNHAPPY: _("asked after closing, the customer is still unhappy"),
    }
    return str(words.get(signal["kind"], signal["kind"]))


def _score_words(signal: Mapping[str, Any]) -> str:
    scale, score = str(signal.get("scale", "nps")), signal.get("score")
    if scale == "csat":
        return str(_("satisfaction %(score)s of 5", score=score))
    if scale == "ces":
        return str(_("ease %(score)s of 7", score=score))
    return str(_("score %(score)s of 10", score=score))


def _text_words(signal: Mapping[str, Any]) -> str:
    aspects = [aspect_word(aspect).lower() for aspect in signal.get("aspects", [])]
    text = _("an unhappy text (%(aspects)s)", aspects=", ".join(aspects)) if aspects else _("an unhappy text")
    return _with_flags(str(text), signal)


def _with_flags(text: str, signal: Mapping[str, Any]) -> str:
    flags = [flag_word(flag).lower() for flag in signal.get("flags", [])]
    return ", ".join([text, *flags])


def _joined(phrases: Sequence[str]) -> str:
    return "; ".join(str(phrase) for phrase in phrases)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
