"""What a case is about, by the reason it shows: which letter, action and cause fit. Pure."""

import random
from collections.abc import Mapping
from typing import Any

from feedback.demo.chance import one_of
from feedback.demo.opinions import Opinion

BY_EVENT = {
    "delay": "late", "lost": "late", "damaged": "damaged", "wrong_item": "wrong_item", "stock_out": "stock",
    "cancelled": "stock", "outage": "website",
}  # fmt: skip
BY_ASPECT = {  # the first that is complained about decides
    "delivery": "late", "shipping": "late", "packaging": "damaged", "staff": "people", "quality": "quality",
    "returns": "refund", "documents": "documents", "invoice_speed": "documents", "support": "silence",
    "consultation": "silence", "price": "price", "website": "website",
}  # fmt: skip


UNSAID = {"silence": 3.0, "price": 3.0, "quality": 2.5, "documents": 2.0, "people": 1.5, "website": 1.5, "other": 1.5}


def trouble_heard(opinion: Opinion | None, first_thought: str, rng: random.Random) -> str | None:
    """What the customer tells whoever calls; None where they have nothing to complain of."""
    if opinion is None:
        return first_thought
    if opinion.mood == "positive" and not opinion.wants_contact:
        return None
    if opinion.mood == "problem":
        return "late"
    complained = {aspect for aspect, mood in opinion.aspects.items() if mood == "negative"}
    found = next((trouble for aspect, trouble in BY_ASPECT.items() if aspect in complained), None)
    return found or (first_thought if first_thought != "other" else one_of(rng, UNSAID))


def trouble_of(reason: Mapping[str, Any]) -> str:
    """The name of the trouble in the words that staff have ready."""
    signals = reason.get("signals", [])
    for signal in signals:
        if signal.get("event") in BY_EVENT:
            return BY_EVENT[signal["event"]]
    complained = {aspect for signal in signals for aspect in signal.get("aspects", ())}
    flags = {flag for signal in signals for flag in signal.get("flags", ())}
    if "staff_conduct" in flags:
        return "people"
    found = next((trouble for aspect, trouble in BY_ASPECT.items() if aspect in complained), None)
    return found or ("refund" if "refund" in flags else "other")
