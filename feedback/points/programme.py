"""The programme as data: every rule has dated versions, and what holds on a day is read from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db.serialising import one_at_a_time
from feedback.errors import Invalid
from feedback.points.models import PointsRule

ALWAYS = date(2000, 1, 1)
CHANGES = "points_rules"
TIERS = ("silver", "gold", "platinum")
MOST_POINTS = 1_000_000
MOST_CATEGORIES, MOST_GIFTS = 200, 500


class RuleKind(StrEnum):
    """What a rule is about; the terms of each kind are checked by `checked_terms`."""

    PURCHASE = "purchase"  # percent, categories {name: percent}, late_days
    MEMBERSHIP = "membership"  # points a day
    BIRTHDAY = "birthday"  # points
    HOLIDAY = "holiday"  # points, country, month, day
    VISIT = "visit"  # points
    TIERS = "tiers"  # from which purchase on: silver, gold, platinum
    REDEMPTION = "redemption"  # shares {tier: percent}, default_max_discount_percent, gifts [sku]


DEFAULTS: Mapping[str, tuple[RuleKind, Mapping[str, Any]]] = {
    "purchase": (RuleKind.PURCHASE, {"percent": 5, "categories": {}, "late_days": 30}),
    "membership": (RuleKind.MEMBERSHIP, {"points": 5}),
    "birthday": (RuleKind.BIRTHDAY, {"points": 3000}),
    "visit": (RuleKind.VISIT, {"points": 500}),
    "holiday-ru-02-23": (RuleKind.HOLIDAY, {"points": 2000, "country": "RU", "month": 2, "day": 23}),
    "holiday-ru-03-08": (RuleKind.HOLIDAY, {"points": 2000, "country": "RU", "month": 3, "day": 8}),
    "holiday-bg-03-03": (RuleKind.HOLIDAY, {"points": 2000, "country": "BG", "month": 3, "day": 3}),
    "holiday-bg-03-08": (RuleKind.HOLIDAY, {"points": 2000, "country": "BG", "month": 3, "day": 8}),
    "holiday-bg-05-24": (RuleKind.HOLIDAY, {"points": 2000, "country": "BG", "month": 5, "day": 24}),
    "tiers": (RuleKind.TIERS, {"silver": 1, "gold": 5, "platinum": 7}),
    "redemption": (
        RuleKind.REDEMPTION,
        {"shares": {"silver": 25, "gold": 75, "platinum": 100}, "default_max_discount_percent": 0, "gifts": []},
    ),
}


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule; `version` 0 is the default nobody has changed yet."""

    code: str
    kind: RuleKind
    terms: Mapping[str, Any]
    version: int = 0
    starts_on: date = ALWAYS
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on the day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Programme:
    """All versions of all rules."""

    versions: tuple[RuleVersion, ...] = field(
        default_factory=lambda: tuple(RuleVersion(code, kind, terms) for code, (kind, terms) in DEFAULTS.items())
    )

    def rule(self, code: str, day: date) -> RuleVersion | None:
        """The version of a rule that holds on the day; None where the rule is off."""
        held = [rule for rule in self.versions if rule.code == code and rule.holds_on(day)]
        return max(held, key=lambda rule: rule.version) if held else None

    def terms(self, code: str, day: date) -> Mapping[str, Any] | None:
        """The terms of a rule on the day; None where the rule is off."""
        rule = self.rule(code, day)
        return rule.terms if rule else None

    def points(self, code: str, day: date) -> int:
        """The points of a rule on the day; 0 where it is off."""
        return int((self.terms(code, day) or {}).get("points", 0))

    def holidays(self, day: date) -> list[RuleVersion]:
        """The holidays whose greetings fall on the day."""
        codes = sorted({rule.code for rule in self.versions if rule.kind == RuleKind.HOLIDAY})
        held = [rule for code in codes if (rule := self.rule(code, day)) is not None]
        return [rule for rule in held if (rule.terms["month"], rule.terms["day"]) == (day.month, day.day)]

    def tier_of(self, purchases: int, day: date) -> str | None:
        """The tier of a customer with so many purchases that were not wholly returned."""
        terms = self.terms("tiers", day) or {}
        reached = [tier for tier in TIERS if tier in terms and purchases >= int(terms[tier])]
        return reached[-1] if reached else None

    def current(self, day: date) -> list[RuleVersion]:
        """Per rule the version that holds on the day, else the next to come, else the last that held."""
        codes = list(dict.fromkeys(rule.code for rule in self.versions))
        return [self._nearest(code, day) for code in codes]

    def _nearest(self, code: str, day: date) -> RuleVersion:
        mine = [rule for rule in self.versions if rule.code == code]
        coming = [rule for rule in mine if rule.starts_on > day]
        return self.rule(code, day) or (min(coming, key=lambda r: r.starts_on) if coming else max(mine, key=_version))


def _version(rule: RuleVersion) -> int:
    return rule.version


def load_programme(session: Session) -> Programme:
    """The programme as it is stored; rules nobody has changed hold with their defaults."""
    stored = [_read(row) for row in session.scalars(select(PointsRule).order_by(PointsRule.code, PointsRule.version))]
    changed_from: dict[str, date] = {}
    for rule in stored:
        changed_from[rule.code] = min(rule.starts_on, changed_from.get(rule.code, rule.starts_on))
    return Programme((*_defaults(changed_from), *stored))


def change_rule(
    session: Session,
    code: str,
    terms: Mapping[str, Any],
    starts_on: date,
    ends_on: date | None,
    now: datetime,
    user_id: int | None = None,
) -> RuleVersion:
    """Store a new version of a rule: from `starts_on` it holds instead of earlier ones. Raises Invalid by field.

    What was credited before stays; a start in the past is refused, for it would have to change it.
    """
    one_at_a_time(session, CHANGES)
    programme = load_programme(session)
    kind = next((rule.kind for rule in programme.versions if rule.code == code), None)
    if kind is None:
        raise Invalid("There is no such rule.", {"code": "unknown"})
    _check_dates(starts_on, ends_on, now)
    version = 1 + (session.scalar(select(func.max(PointsRule.version)).where(PointsRule.code == code)) or 0)
    row = PointsRule(
        code=code, version=version, kind=kind, starts_on=starts_on, ends_on=ends_on,
        terms=checked_terms(kind, terms), created_at=now, created_by_id=user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _read(row)


def add_holiday(
    session: Session, terms: Mapping[str, Any], starts_on: date, now: datetime, user_id: int | None = None
) -> RuleVersion:
    """Store greetings for one more holiday. Raises Invalid by field; also (`day`) where that day has its greeting."""
    one_at_a_time(session, CHANGES)
    checked = checked_terms(RuleKind.HOLIDAY, terms)
    _check_dates(starts_on, None, now)
    code = f"holiday-{checked['country'].lower()}-{checked['month']:02}-{checked['day']:02}"
    if any(rule.code == code for rule in load_programme(session).versions):
        raise Invalid("Please check the form.", {"day": "known"})
    row = PointsRule(code=code, version=1, kind=RuleKind.HOLIDAY, starts_on=starts_on, ends_on=None, terms=checked,
                     created_at=now, created_by_id=user_id)  # fmt: skip
    session.add(row)
    session.flush()
    return _read(row)


def checked_terms(kind: RuleKind, terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a kind in their stored form. Raises Invalid by field."""
    errors: dict[str, str] = {}
    checked = _CHECKS[kind](terms, errors)
    if errors:
        raise Invalid("Please check the form.", errors)
    return checked


def _check_dates(starts_on: date, ends_on: date | None, now: datetime) -> None:
    if starts_on < now.date() - timedelta(days=1):  # "today" may still be yesterday somewhere
        raise Invalid("Please check the form.", {"starts_on": "past"})
    if ends_on is not None and ends_on < starts_on:
        raise Invalid("Please check the form.", {"ends_on": "before the start"})


def _read(row: PointsRule) -> RuleVersion:
    return RuleVersion(row.code, RuleKind(row.kind), row.terms, row.version, row.starts_on, row.ends_on)


def _defaults(changed_from: Mapping[str, date]) -> Iterable[RuleVersion]:
    for code, (kind, terms) in DEFAULTS.items():
        first = changed_from.get(code)
        yield RuleVersion(code, kind, terms, ends_on=first - timedelta(days=1) if first else None)


def _number(terms: Mapping[str, Any], name: str, least: int, most: int, errors: dict[str, str]) -> int:
    value = terms.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        errors[name] = f"{least}..{most}"
        return 0
    return value


def _purchase(terms: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    categories = terms.get("categories") or {}
    if len(categories) > MOST_CATEGORIES or not all(
        isinstance(name, str) and 0 < len(name) <= 200 and type(percent) is int and 0 <= percent <= 100
        for name, percent in categories.items()
    ):
        errors["categories"] = "a line each"
    return {
        "percent": _number(terms, "percent", 0, 100, errors),
        "late_days": _number(terms, "late_days", 0, 3650, errors),
        "categories": dict(categories),
    }


def _points(terms: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    return {"points": _number(terms, "points", 0, MOST_POINTS, errors)}


def _holiday(terms: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    country = str(terms.get("country", ""))
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        errors["country"] = "unknown"
    month, day = _number(terms, "month", 1, 12, errors), _number(terms, "day", 1, 31, errors)
    try:
        date(2024, month or 1, day or 1)
    except ValueError:
        errors["day"] = "no such day"
    return _points(terms, errors) | {"country": country, "month": month, "day": day}


def _tiers(terms: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    checked = {tier: _number(terms, tier, 1, 10_000, errors) for tier in TIERS}
    if not errors and not checked["silver"] < checked["gold"] < checked["platinum"]:
        errors["gold"] = "in order"
    return checked


def _redemption(terms: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    shares = terms.get("shares") or {}
    gifts = list(dict.fromkeys(str(sku).strip() for sku in terms.get("gifts") or () if str(sku).strip()))
    if len(gifts) > MOST_GIFTS or any(len(sku) > 200 for sku in gifts):
        errors["gifts"] = "too many"
    return {
        "shares": {tier: _number(shares, tier, 0, 100, errors) for tier in TIERS},
        "default_max_discount_percent": _number(terms, "default_max_discount_percent", 0, 100, errors),
        "gifts": gifts,
    }


_CHECKS = {
    RuleKind.PURCHASE: _purchase,
    RuleKind.MEMBERSHIP: _points,
    RuleKind.BIRTHDAY: _points,
    RuleKind.HOLIDAY: _holiday,
    RuleKind.VISIT: _points,
    RuleKind.TIERS: _tiers,
    RuleKind.REDEMPTION: _redemption,
}
