"""What may be paid in points: a tier's share of each product's maximum discount, and listed gifts in full. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

SMALLEST_UNITS_A_POINT = 100  # one point pays one rouble, lev or euro


@dataclass(frozen=True)
class Product:
    """A line of a purchase; `price` of one piece in the smallest unit, `max_discount_percent` None where not told."""

    sku: str | None
    price: int
    quantity: int
    max_discount_percent: int | None


@dataclass(frozen=True)
class Cap:
    """The most that may be paid in points, and of what it is made."""

    points: int
    discount: int  # the maximum discount of all products but gifts, in points
    share: int  # percent of it that the tier opens
    gifts: int  # points that pay for listed gifts in full


def cap(
    products: Sequence[Product],
    tier: str | None,
    shares: Mapping[str, int],
    default_percent: int,
    gifts: Collection[str] = (),
    amount: int | None = None,
) -> Cap:
    """The most points that may pay for a purchase, rounded down; never more than `amount` (what is to be paid).

    Tyres for 4000 with a maximum discount of 15 % = 600: silver 150, gold 450, platinum 600. Without lines the whole
    amount is one product with the default maximum discount.
    """
    lines = list(products) or ([Product(None, amount, 1, None)] if amount else [])
    given = [line for line in lines if line.sku is not None and line.sku in gifts]
    others = [line for line in lines if line not in given]
    discount = sum(line.price * line.quantity * _percent(line, default_percent) for line in others)
    share = shares.get(tier or "", 0)
    free = sum(line.price * line.quantity for line in given) // SMALLEST_UNITS_A_POINT
    points = discount * share // (100 * 100 * SMALLEST_UNITS_A_POINT) + free
    if amount is not None:
        points = min(points, amount // SMALLEST_UNITS_A_POINT)
    return Cap(points, discount // (100 * SMALLEST_UNITS_A_POINT), share, free)


def _percent(line: Product, default_percent: int) -> int:
    return default_percent if line.max_discount_percent is None else line.max_discount_percent
