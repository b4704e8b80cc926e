"""Rules as data: versions with dates, the day decides, bad terms are refused by field."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.errors import Invalid
from feedback.points.programme import Programme, RuleKind, add_holiday, change_rule, checked_terms, load_programme
from tests.builders import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


def test_the_defaults_are_those_of_the_programme() -> None:
    rules = Programme()
    assert rules.terms("purchase", TODAY) == {"percent": 5, "categories": {}, "late_days": 30}
    assert [rules.points(code, TODAY) for code in ("membership", "birthday", "visit", "nothing")] == [5, 3000, 500, 0]
    greeted = {
        (rule.terms["country"], f"{day:%m-%d}"): rule.terms["points"] for day in _year() for rule in rules.holidays(day)
    }
    assert greeted == dict.fromkeys(
        [("RU", "02-23"), ("RU", "03-08"), ("BG", "03-03"), ("BG", "03-08"), ("BG", "05-24")], 2000
    )


def test_the_day_decides_which_version_holds(session: Session) -> None:
    with transaction():
        change_rule(session, "membership", {"points": 7}, TODAY + 10 * DAY, TODAY + 19 * DAY, NOW)
        change_rule(session, "membership", {"points": 6}, TODAY + 15 * DAY, None, NOW)
    rules = load_programme(session)
    assert [rules.points("membership", TODAY + days * DAY) for days in (0, 9, 10, 14, 15, 40)] == [5, 5, 7, 7, 6, 6]


def test_a_rule_with_an_end_is_off_afterwards(session: Session) -> None:
    with transaction():
        change_rule(session, "birthday", {"points": 100}, TODAY, TODAY, NOW)
    rules = load_programme(session)
    assert [rules.points("birthday", TODAY + days * DAY) for days in (-1, 0, 1)] == [3000, 100, 0]
    assert rules.rule("birthday", TODAY + DAY) is None
    assert [rule.version for rule in rules.current(TODAY + DAY) if rule.code == "birthday"] == [1]


def test_one_more_holiday(session: Session) -> None:
    terms = {"points": 300, "country": "RU", "month": 6, "day": 12}
    with transaction():
        add_holiday(session, terms, TODAY, NOW)
        with pytest.raises(Invalid) as error:
            add_holiday(session, terms | {"points": 1}, TODAY, NOW)
    assert error.value.errors == {"day": "known"}
    assert [rule.terms["points"] for rule in load_programme(session).holidays(date(2026, 6, 12))] == [300]


@pytest.mark.parametrize(
    ("kind", "terms", "fields"),
    [
        (
            RuleKind.PURCHASE,
            {"percent": 101, "late_days": -1, "categories": {"": 5}},
            {"percent", "late_days", "categories"},
        ),
        (RuleKind.PURCHASE, {"percent": True, "late_days": 0, "categories": {"a": 5.0}}, {"percent", "categories"}),
        (RuleKind.MEMBERSHIP, {}, {"points"}),
        (RuleKind.HOLIDAY, {"points": 1, "country": "ru", "month": 2, "day": 30}, {"country", "day"}),
        (RuleKind.TIERS, {"silver": 1, "gold": 1, "platinum": 7}, {"gold"}),
        (
            RuleKind.REDEMPTION,
            {"shares": {"silver": 101}, "default_max_discount_percent": 0},
            {"silver", "gold", "platinum"},
        ),
    ],
)  # fmt: skip
def test_bad_terms_are_refused_by_field(kind: RuleKind, terms: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as error:
        checked_terms(kind, terms)
    assert set(error.value.errors) == fields


def test_neither_the_past_nor_an_end_before_the_start(session: Session) -> None:
    for starts, ends, field in ((TODAY - 2 * DAY, None, "starts_on"), (TODAY, TODAY - DAY, "ends_on")):
        with transaction(), pytest.raises(Invalid) as error:
            change_rule(session, "visit", {"points": 1}, starts, ends, NOW)
        assert set(error.value.errors) == {field}
    with transaction(), pytest.raises(Invalid):
        change_rule(session, "unknown", {"points": 1}, TODAY, None, NOW)


def _year() -> list[date]:
    return [date(2026, 1, 1) + days * DAY for days in range(365)]
