"""What earns points and when they become active and expire. Pure: no clock, no database.

Nothing here can see a score or a text: a completed answer earns the same whatever it says (PRODUCT rule, 16 CFR 465.4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(days=365)
RETURN_WINDOW = timedelta(days=14)
MOST = 1_000_000_000  # points of one purchase; a wrong amount must not stop the sweep


class Rule(StrEnum):
    """Why points were granted."""

    REVIEW = "review"
    PURCHASE = "purchase"
    MEMBERSHIP = "membership"
    BIRTHDAY = "birthday"
    HOLIDAY = "holiday"
    VISIT = "visit"
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
    held_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of a purchase as far as points care: `price` of one piece in the smallest unit."""

    category: str | None
    price: int
    quantity: int


def review_grant(points: int, now: datetime, *, is_held: bool) -> Grant:
    """Thanks for a completed answer, active at once."""
    return Grant(Rule.REVIEW, points, now, now + LIFE, is_held, ("bot",) if is_held else ())


def gift_grant(rule: Rule, points: int, now: datetime) -> Grant:
    """Points that hang on no purchase, active at once."""
    return Grant(rule, points, now, now + LIFE)


def purchase_points(amount: int, percent: int, by_category: Mapping[str, int], lines: Sequence[Line]) -> int:
    """Points for a purchase of `amount` (smallest unit, 100 to one point), rounded down.

    `by_category` names other percents; what the lines do not explain of the amount (shipping, a discount on the whole)
    is shared among them, so that the sum always goes by the amount that was paid.
    """
    total = sum(line.price * line.quantity for line in lines)
    if not by_category or total <= 0:
        return min(amount * percent // 10_000, MOST)
    weighed = sum(line.price * line.quantity * by_category.get(line.category or "", percent) for line in lines)
    return min(amount * weighed // (total * 10_000), MOST)


def purchase_grant(points: int, begun_at: datetime) -> Grant:
    """Points for a purchase, locked for the return window from the purchase or its delivery (`begun_at`)."""
    active_from = begun_at + RETURN_WINDOW
    return Grant(Rule.PURCHASE, points, active_from, active_from + LIFE)


def kept_after_return(points: int, amount: int, returned: int) -> int:
    """Of `points` that hang on a purchase those that its part not returned still carries, rounded down."""
    if returned <= 0:
        return points
    return points * max(amount - returned, 0) // amount if amount > 0 else 0


def review_key(purchase_id: int | None, response_id: int) -> str:
    """Once per purchase; an answer about no purchase counts for itself."""
    return f"review:purchase:{purchase_id}" if purchase_id else f"review:response:{response_id}"
