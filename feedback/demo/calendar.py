"""When people buy: the year, the week and the day of a shop, and which goods go in which month. Pure."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.demo.content import Branch, Product

YEAR = (0.85, 0.8, 0.85, 0.9, 1.05, 1.1, 1.05, 0.95, 1.0, 1.15, 1.3, 1.35)
WEEK = (0.85, 0.8, 0.85, 0.95, 1.25, 1.35, 1.0)
GOODS = {  # how often a category goes, and the months in which it goes most
    "tents": (0.7, (4, 5, 6, 7)),
    "sleeping_bags": (0.8, (5, 6, 7, 8)),
    "backpacks": (0.9, (4, 5, 6, 7, 8)),
    "camp_kitchen": (1.0, (5, 6, 7, 8, 12)),
    "lights": (0.9, (9, 10, 11, 12)),
    "clothing": (1.3, (9, 10, 11, 12, 1)),
    "footwear": (1.1, (3, 9, 10, 11)),
    "heaters": (1.0, (9, 10, 11, 12, 1)),
    "heat_pumps": (0.35, (8, 9, 10, 11)),
    "air_conditioners": (0.4, (5, 6, 7)),
    "air_care": (0.8, (1, 2, 4, 11, 12)),
    "tyres": (0.35, (10, 11)),
}
OUT_OF_SEASON = {"tyres": 0.05, "air_conditioners": 0.3}
OPEN, CLOSED = 10, 20
ONLINE = "online"


def day_weight(day: date, start: date, end: date) -> float:
    """How much is bought on this day, against an average one; the company grows a little."""
    growth = 0.85 + 0.3 * (day - start).days / max(1, (end - start).days)
    return YEAR[day.month - 1] * WEEK[day.weekday()] * growth


def goods_weight(product: Product, month: int) -> float:
    """How often this product goes in a month."""
    often, season = GOODS[product.category]
    if product.sku == "NW-PMP-90":  # the installation goes with a pump, never alone
        return 0.0
    return often * (2.2 if month in season else OUT_OF_SEASON.get(product.category, 0.8))


def shop_hour(rng: random.Random, branch: Branch, day: date) -> datetime:
    """A moment of this day at which the branch sells."""
    hours = (8, 23) if branch.key == ONLINE else (OPEN, CLOSED)
    minutes = rng.triangular(hours[0] * 60, hours[1] * 60, 17 * 60)
    return at_local(day, minutes, branch.timezone)


def at_local(day: date, minutes: float, timezone: str) -> datetime:
    """So many minutes after midnight of the day in this zone, in UTC."""
    midnight = datetime.combine(day, time(), ZoneInfo(timezone))
    return (midnight + timedelta(minutes=int(minutes), seconds=int(minutes * 60) % 60)).astimezone(UTC)
