"""What a period would have cost under other rules, before they go live: purchases are replayed, nothing is written."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer, Purchase
from feedback.points.accruing import PURCHASE_COLUMNS, points_of_purchases
from feedback.points.models import EntryKind, PointsEntry, PointsMember
from feedback.points.programme import Programme, RuleKind, RuleVersion, checked_terms
from feedback.points.rules import Rule
from feedback.staff.company import load_company

BATCH = 5000


@dataclass(frozen=True)
class Replay:
    """Points of one rule over the period: granted in truth, and by the other rules."""

    rule: str
    granted: int
    simulated: int


def simulate(session: Session, since: date, until: date, programme: Programme) -> list[Replay]:
    """Replay the days from `since` to `until`, both included, under `programme`.

    Purchases are counted one by one; membership by members of today and the days since they joined; answers and
    holidays as granted, times the new points over the old ones where the rule knows them.
    """
    zone = ZoneInfo(load_company(session).timezone)
    start = datetime.combine(since, time.min, zone)
    end = datetime.combine(until, time.max, zone)
    granted = _granted(session, start, end)
    purchases = _purchases(session, start, end, programme)
    membership = _membership(session, since, until, programme)
    simulated = {Rule.PURCHASE: purchases, Rule.MEMBERSHIP: membership}
    for rule, code in ((Rule.BIRTHDAY, "birthday"), (Rule.VISIT, "visit")):
        simulated[rule] = _count(session, start, end, rule) * programme.points(code, until)
    rules = dict.fromkeys([*simulated, *(Rule(name) for name in granted if name in list(Rule))])
    return [Replay(rule, granted.get(rule, 0), simulated.get(rule, granted.get(rule, 0))) for rule in rules]


def with_terms(programme: Programme, code: str, terms: dict[str, object]) -> Programme:
    """The programme with one rule changed for all days. Raises Invalid by field, KeyError for an unknown rule."""
    kind = next((rule.kind for rule in programme.versions if rule.code == code), None)
    if kind is None:
        raise KeyError(code)
    others = tuple(rule for rule in programme.versions if rule.code != code)
    return Programme((*others, RuleVersion(code, RuleKind(kind), checked_terms(kind, terms), version=10**6)))


def _granted(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    query = (
        select(PointsEntry.rule, func.sum(PointsEntry.points))
        .where(PointsEntry.kind == EntryKind.AWARD, PointsEntry.at >= start, PointsEntry.at <= end)
        .group_by(PointsEntry.rule)
    )
    return {rule: int(points) for rule, points in session.execute(query)}


def _count(session: Session, start: datetime, end: datetime, rule: Rule) -> int:
    query = select(func.count()).where(
        PointsEntry.kind == EntryKind.AWARD, PointsEntry.rule == rule, PointsEntry.at >= start, PointsEntry.at <= end
    )
    return session.scalar(query) or 0


def _purchases(session: Session, start: datetime, end: datetime, programme: Programme) -> int:
    total, after = 0, 0
    while True:
        query = (
            select(*PURCHASE_COLUMNS)
            .join(Customer, Customer.id == Purchase.customer_id)
            .where(Purchase.purchased_at >= start, Purchase.purchased_at <= end, Purchase.id > after)
            .order_by(Purchase.id)
            .limit(BATCH)
        )
        rows = session.execute(query).all()
        if not rows:
            return total
        total += sum(points_of_purchases(session, rows, programme).values())
        after = rows[-1].id


def _membership(session: Session, since: date, until: date, programme: Programme) -> int:
    joined = select(PointsMember.since, func.count()).where(PointsMember.since <= until).group_by(PointsMember.since)
    days = [date.fromordinal(n) for n in range(since.toordinal(), until.toordinal() + 1)]
    each = {day: programme.points("membership", day) for day in days}
    return sum(count * sum(p for day, p in each.items() if day >= first) for first, count in session.execute(joined))
