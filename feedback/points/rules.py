"""What earns points and when they become active and expire. Pure: no clock, no database.

Nothing here can see a score or a text: a completed answer earns the same whatever it says (PRODUCT rule, 16 CFR 465.4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(days=365)
RETURN_WINDOW = timedelta(days=14)


class Rule(StrEnum):
    """Why points were granted."""

    REVIEW = "review"
    PURCHASE = "purchase"
    COMPENSATION = "compensation"
    MANUAL = "manual"


@dataclass(frozen=True)
class Grant:
    """Points to be granted: how many, from when they can be spent, until when; held ones wait for a human."""

    rule: Rule
    points: int
    active_from: datetime
    expires_at: datetime
    is_held: bool = False


def review_grant(points: int, now: datetime, *, is_held: bool) -> Grant:
    """Thanks for a completed answer, active at once."""
    return Grant(Rule.REVIEW, points, now, now + LIFE, is_held)


def purchase_grant(amount: int, percent: int, now: datetime) -> Grant:
    """Points for a purchase: `percent` of `amount` (smallest unit, 100 to one point), locked for the return window."""
    active_from = now + RETURN_WINDOW
    return Grant(Rule.PURCHASE, amount * percent // 10_000, active_from, active_from + LIFE)


def review_key(purchase_id: int | None, response_id: int) -> str:
    """Once per purchase; an answer about no purchase counts for itself."""
    return f"review:purchase:{purchase_id}" if purchase_id else f"review:response:{response_id}"
