"""Who buys what and when, how it is delivered, and what goes wrong with it on the way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from feedback.customers.given import GivenItem, GivenOrderEvent, GivenPurchase, GivenReturn
from feedback.customers.money import decimal_text
from feedback.demo.calendar import ONLINE, day_weight, goods_weight, shop_hour
from feedback.demo.chance import EvenDice, dice, one_of
from feedback.demo.content import Branch, Content, Product
from feedback.demo.people import Buyer

PACE = {"regular": 1.12, "occasional": 1.0, "rare": 0.5}
PUMP, INSTALLATION = "heat_pumps", "NW-PMP-90"
LATE_IN_PROBLEM, LATE_ELSEWHERE = 0.8, 0.02
MISHAPS = {
    "stock_out": 3.0,
    "delay": 3.0,
    "wrong_item": 2.0,
    "damaged": 2.0,
    "outage": 1.0,
    "cancelled": 1.0,
    "lost": 0.6,
}


@dataclass(frozen=True)
class Shopping:
    """One purchase of the plan, with what its customer will remember of it."""

    buyer: Buyer
    branch: Branch
    manager: str
    given: GivenPurchase
    categories: frozenset[str]
    promised_at: datetime | None = None  # None: taken home from the shop
    is_late: bool = False  # by the carrier of the problem
    event: GivenOrderEvent | None = None
    returned: GivenReturn | None = None

    @property
    def key(self) -> str:
        return self.given.external_id


@dataclass(frozen=True)
class Year:
    """The span of the story: its days up to yesterday, and since when one branch has its problem."""

    start: datetime
    now: datetime
    problem_since: datetime
    days: tuple[date, ...] = field(default=())
    weights: tuple[float, ...] = field(default=())  # added up, as `random.choices` likes them


def make_year(content: Content, now: datetime, months: int) -> Year:
    """So many months up to `now`; a short story has its problem from the middle on."""
    start = now - timedelta(days=round(months * 30.44))
    since = max(now - timedelta(days=round(content.problem_months * 30.44)), start + (now - start) / 3)
    days = tuple(start.date() + timedelta(days=n) for n in range((now.date() - start.date()).days))
    weights = tuple(accumulate(day_weight(day, days[0], days[-1]) for day in days))
    return Year(start, now, since, days, weights)


def plan_purchases(content: Content, people: Sequence[Buyer], count: int, year: Year, seed: int) -> list[Shopping]:
    """So many purchases (at least one a customer), oldest first."""
    days = {buyer.key: _days(buyer, n, year, seed) for buyer, n in _shares(people, count, year, seed)}
    _fill_up(people, days, count, year, seed)
    moments = sorted((day, buyer.key, buyer) for buyer in people for day in days[buyer.key])
    even = EvenDice(seed)
    plan = [_shopping(content, buyer, day, n, year, seed, even) for n, (day, _, buyer) in enumerate(moments)]
    return sorted(plan, key=lambda shopping: (shopping.given.purchased_at, shopping.key))


def _fill_up(people: Sequence[Buyer], days: dict[str, list[date]], count: int, year: Year, seed: int) -> None:
    """What found no day of its own falls to others."""
    rng = dice(seed, "more")
    missing = count - sum(len(chosen) for chosen in days.values())
    for _ in range(1000 * max(0, missing)):
        buyer, day = rng.choice(people), rng.choices(year.days, cum_weights=year.weights)[0]
        if missing and _suits(day, buyer.joins_at.date(), _last_day(buyer, year), days[buyer.key]):
            days[buyer.key].append(day)
            missing -= 1


def _shares(people: Sequence[Buyer], count: int, year: Year, seed: int) -> list[tuple[Buyer, int]]:
    """How many purchases each makes: at least one, the rest by pace and by how long they have been here."""
    paces = [
        PACE[b.rhythm] * ((b.leaves_at or year.now) - b.joins_at) / (year.now - year.start)
        * dice(seed, "pace", b.key).uniform(0.75, 1.25) for b in people
    ]  # fmt: skip
    rest = max(0, count - len(people))
    ends = [round(total / max(sum(paces), 1e-9) * rest) for total in accumulate(paces)]
    return [(b, 1 + end - begin) for b, begin, end in zip(people, [0, *ends], ends, strict=False)]


def _days(buyer: Buyer, count: int, year: Year, seed: int) -> list[date]:
    """The days on which somebody buys: regulars evenly, others as it comes."""
    rng = dice(seed, "days", buyer.key)
    first, last = buyer.joins_at.date(), _last_day(buyer, year)
    span = (last - first).days
    chosen: list[date] = []
    for n in range(count):
        if buyer.rhythm == "regular":
            near = first + timedelta(days=round((n + rng.uniform(0.15, 0.85)) / count * span))
            day = one_of(rng, {d: day_weight(d, first, last) for d in (near + timedelta(days=k) for k in range(-3, 4))})
        else:
            day = rng.choices(year.days, cum_weights=year.weights)[0]
        if _suits(day, first, last, chosen):
            chosen.append(day)
    return chosen or [first + timedelta(days=rng.randrange(span + 1))]


def _last_day(buyer: Buyer, year: Year) -> date:
    return max(buyer.joins_at.date(), buyer.leaves_at.date() if buyer.leaves_at else year.days[-1])


def _suits(day: date, first: date, last: date, chosen: Sequence[date]) -> bool:
    """Nobody buys twice within two days."""
    return first <= day <= last and all(abs((day - other).days) > 1 for other in chosen)


def _shopping(content: Content, buyer: Buyer, day: date, n: int, year: Year, seed: int, even: EvenDice) -> Shopping:
    rng = dice(seed, "purchase", n)
    branch = _branch(rng, content, buyer)
    manager = rng.choices(branch.managers, [len(branch.managers) + 1 - i for i in range(len(branch.managers))])[0]
    at = shop_hour(rng, branch, day)
    products = _products(rng, content, buyer, day)
    items = tuple(_item(rng, content, product, branch, buyer) for product in products)
    key = f"NW-{day:%y%m}-{10001 + n}"
    delivered = _promise(rng, branch, products, at)
    is_late = delivered is not None and even.throw(branch.key) < _lateness(content, branch, at, year)
    given = GivenPurchase(
        external_id=key, purchased_at=at, amount=sum(item.price * item.quantity for item in items),
        currency=branch.currency, customer=buyer.given, delivered_at=delivered or at, branch=branch.name,
        manager=manager, items=items,
    )  # fmt: skip
    return Shopping(
        buyer, branch, manager, given, frozenset(p.category for p in products), delivered, is_late,
        _mishap(rng, content, given, branch, delivered, is_late), _return(rng, given, year),
    )  # fmt: skip


def _branch(rng: random.Random, content: Content, buyer: Buyer) -> Branch:
    """Mostly the customer's own; now and then another shop of the same country."""
    near = [b for b in content.branches if b.currency == buyer.branch.currency and b.key != ONLINE]
    return rng.choice(near) if rng.random() < 0.04 and near and buyer.branch.key != ONLINE else buyer.branch


def _products(rng: random.Random, content: Content, buyer: Buyer, day: date) -> list[Product]:
    how_many = rng.choices((1, 2, 3, 4), (0.55, 0.28, 0.12, 0.05))[0]
    weights = [goods_weight(product, day.month) for product in content.products]
    chosen = {p.sku: p for p in rng.choices(content.products, weights, k=how_many)}
    if any(p.category == PUMP for p in chosen.values()) and rng.random() < 0.6:
        chosen[INSTALLATION] = next(p for p in content.products if p.sku == INSTALLATION)
    return list(chosen.values())


def _item(rng: random.Random, content: Content, product: Product, branch: Branch, buyer: Buyer) -> GivenItem:
    discount = rng.choices((0, 5, 10), (0.72, 0.18, 0.1))[0]
    price = product.prices[branch.currency] * 100 * (100 - min(discount, product.max_discount_percent)) // 100
    many = 4 if product.category == "tyres" else rng.randrange(2, 9) if buyer.gender is None and price < 500_000 else 1
    return GivenItem(
        name=product.names[buyer.language], price=price // 10 * 10, sku=product.sku,
        category=content.categories[product.category][branch.language], quantity=many,
        max_discount_percent=product.max_discount_percent,
    )  # fmt: skip


def _promise(rng: random.Random, branch: Branch, products: Sequence[Product], at: datetime) -> datetime | None:
    is_big = any(p.category in (PUMP, "air_conditioners", "tyres") for p in products)
    if branch.key != ONLINE and not is_big and rng.random() < 0.25:
        return None
    return at + timedelta(days=rng.randrange(1, 5 if not is_big else 7), hours=rng.uniform(-4, 4))


def _lateness(content: Content, branch: Branch, at: datetime, year: Year) -> float:
    return LATE_IN_PROBLEM if branch.key == content.problem_branch and at >= year.problem_since else LATE_ELSEWHERE


def _mishap(
    rng: random.Random, content: Content, given: GivenPurchase, branch: Branch, promised: datetime | None, is_late: bool
) -> GivenOrderEvent | None:
    if promised is None or rng.random() > (0.22 if is_late else 0.018):
        return None
    kind = "delay" if is_late else one_of(rng, MISHAPS)
    details = rng.choice(content.events[kind][branch.language])
    at = given.purchased_at + (promised - given.purchased_at) * rng.uniform(0.6, 0.95)
    return GivenOrderEvent(f"E-{given.external_id}", given.external_id, kind, at, details)


def _return(rng: random.Random, given: GivenPurchase, year: Year) -> GivenReturn | None:
    at = (given.delivered_at or given.purchased_at) + timedelta(days=rng.uniform(0.5, 11))
    if rng.random() > 0.04 or at > year.now:
        return None
    dearest = max(item.price for item in given.items)
    amount = given.amount if rng.random() < 0.5 else dearest
    return GivenReturn(f"R-{given.external_id}", given.external_id, at, decimal_text(amount, given.currency))
