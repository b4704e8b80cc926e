"""Points for staff: what customers hold, held points, rules, the till; each role only what it may."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import PurchaseItem
from feedback.db import transaction
from feedback.points.ledger import Balance, award, balance
from feedback.points.models import LotState, PointsEntry, PointsLot
from feedback.points.programme import load_programme
from feedback.points.rules import Rule, gift_grant, review_grant
from feedback.points.sweeps import sweep_due
from feedback.staff.company import load_company
from feedback.staff.models import AuditEntry
from tests.builders import NOW, customer, purchase
from tests.feedback.web.browser import Browser

AtWork = Callable[..., Browser]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def buyer(session: Session, points: int = 5000, **values: str) -> tuple[int, int]:
    """A customer with points and a purchase: tyres for 4000, at most 15 % off."""
    with transaction():
        owner = customer(session, **({"phone": "+79161234567", "external_id": "C-7"} | values))
        bought = purchase(session, owner, amount=400_000)
        session.add(PurchaseItem(purchase_id=bought.id, name="Шины", price=400_000, max_discount_percent=15))
        award(session, owner.id, gift_grant(Rule.VISIT, points, NOW), f"gift:{owner.id}", NOW)
    return owner.id, bought.id


def acts(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.act).where(AuditEntry.act.contains("point")).order_by(AuditEntry.id)))


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("role", "sees", "till", "rules", "holiday"),
    [
        ("admin", 200, 200, 200, 200), ("advocate", 200, 200, 200, 403), ("agent", 200, 200, 200, 403),
        ("prize_manager", 200, 403, 200, 403), ("analyst", 403, 403, 403, 403),
    ],
)  # fmt: skip
def test_who_may(at_work: AtWork, role: str, sees: int, till: int, rules: int, holiday: int) -> None:
    at = at_work(role)
    answers = [
        at.get(f"/points{page}").status_code for page in ("", "/till", "/rules", "/holidays/new", "/rules/visit")
    ]
    assert answers == [sees, till, rules, holiday, holiday]


def test_an_empty_programme_says_the_next_step(at_work: AtWork) -> None:
    page = at_work("admin").get("/points").text
    assert "Nothing has moved yet" in page
    assert "/points/rules" in page
    assert "Nothing waits." in page


def test_what_customers_hold_and_whether_the_ledger_adds_up(at_work: AtWork, session: Session) -> None:
    buyer(session)
    at = at_work("agent")
    assert "proved for the first time" in at.get("/points").text
    for _ in range(20):
        with transaction():
            sweep_due(session, NOW)
    page = at.get("/points").text
    assert "5,000" in page
    assert "The ledger adds up" in page
    with transaction():
        session.query(PointsLot).update({"remaining": 1})
    with time_machine.travel(NOW.replace(day=12)):
        at = at_work("advocate", email="advocate@shop.example")
        for _ in range(20):
            with transaction():
                sweep_due(session, NOW.replace(day=12))
        assert "does not add up: 1 rows" in at.get("/points").text


@pytest.mark.parametrize("way", ["release", "refuse"])
def test_held_points_are_released_or_refused_once_with_a_reason(at_work: AtWork, session: Session, way: str) -> None:
    with transaction():
        owner = customer(session).id
        award(session, owner, review_grant(1000, NOW, is_held=True), "k", NOW)
        lot_id = session.scalars(select(PointsLot.id)).one()
    at = at_work("advocate")
    assert "filled like a program" in at.get("/points").text
    at.submit(f"/points/held/{lot_id}", act=way, reason=" ")
    assert "Say why." in at.get("/points").text
    for _ in range(2):
        at.submit(f"/points/held/{lot_id}", act=way, reason="called the customer")
        at.get("/points")
    assert "Somebody has looked at these points already." in at.page
    session.rollback()
    assert balance(session, owner, NOW) == Balance(1000 if way == "release" else 0, 0, 0)
    assert acts(session) == [f"{way}_points"]


def test_the_till_finds_by_phone_card_and_mail_and_pays_in_two_steps(at_work: AtWork, session: Session) -> None:
    owner, bought = buyer(session)
    at = at_work("agent")
    for asked in ("8 (916) 123-45-67", "C-7", "+79161234567"):
        at.get("/points/till")
        assert at.submit("/points/till", q=asked).location == f"/points/till/{owner}"
    page = at.get(f"/points/till/{owner}").text
    assert "at most 150 points: 25 % of the maximum discount of 600" in page
    fields = {"purchase": bought, "points": 150, "nonce": hidden(page, "nonce")}
    for _ in range(2):  # a double click
        at.submit(f"/points/till/{owner}/pay", **fields)
    assert "Paid with points: 150." in at.get(f"/points/till/{owner}").text
    assert "paid with points: 150; at most 0 more" in at.page
    session.rollback()
    assert balance(session, owner, NOW + timedelta(days=1)).active == 4850
    assert acts(session).count("redeem_points") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points": 151}, "At most 150 points can pay"), ({"points": 0}, "Give a whole number"),
        ({"points": "x"}, "Give a whole number"), ({"points": 10, "purchase": 999_999}, "There is no such purchase"),
    ],
)  # fmt: skip
def test_the_till_says_why_not(at_work: AtWork, session: Session, fields: dict[str, object], words: str) -> None:
    owner, bought = buyer(session)
    at = at_work("agent")
    at.get(f"/points/till/{owner}")
    answer = at.submit(f"/points/till/{owner}/pay", **({"purchase": bought, "nonce": "n" * 12} | fields))
    assert words in (at.page if answer.status_code == 404 else at.get(f"/points/till/{owner}").text)
    session.rollback()
    assert balance(session, owner, NOW + timedelta(days=1)).active == 5000


def test_nobody_found_and_nonsense(at_work: AtWork, session: Session) -> None:
    owner, _ = buyer(session)
    with transaction():
        session.get_one(type(customer(session)), owner).erased_at = NOW
    at = at_work("agent")
    for asked in ("C-7", "+++", "a" * 300, "<script>"):
        at.get("/points/till")
        assert "Nobody found" in at.submit("/points/till", q=asked).text
    assert "<script>" not in at.page.partition("<main")[2]
    assert at.get(f"/points/till/{owner}").status_code == 404
    assert at.get("/points/till/999999").status_code == 404


def test_a_visit_and_points_by_hand(at_work: AtWork, session: Session) -> None:
    owner, _ = buyer(session, points=10)
    at, path = at_work("agent"), f"/points/till/{owner}"
    at.get(path)
    for said in ("Points for the visit: 500.", "Today’s visit was thanked for before."):
        at.submit(f"{path}/visit")
        assert said in at.get(path).text
    for fields, said in (
        ({"points": 300, "reason": "the lorry was late", "way": "give"}, "Done."),
        ({"points": 1001, "reason": "why not", "way": "give"}, "Your limit is 1,000 points at a time."),
        ({"points": 200, "reason": "a mistake", "way": "take"}, "Done."),
        ({"points": 1000, "reason": "more than there is", "way": "take"}, "The customer has fewer points"),
        ({"points": 5, "reason": " ", "way": "give"}, "Give a whole number"),
    ):
        at.submit(f"{path}/hand", nonce=at.nonce(), **fields)
        assert said in at.get(path).text
    session.rollback()
    assert balance(session, owner, NOW + timedelta(days=1)).active == 10 + 500 + 300 - 200
    reasons = select(PointsEntry.reason, PointsEntry.points).order_by(PointsEntry.id)
    told = [(reason, points) for reason, points in session.execute(reasons) if reason]
    assert told == [("the lorry was late", 300), ("a mistake", -10), ("a mistake", -190)]


def test_rules_change_from_a_day_on_and_bad_ones_are_told(at_work: AtWork, session: Session) -> None:
    at = at_work("admin")
    at.get("/points/rules/purchase")
    bad = at.submit(
        "/points/rules/purchase", percent="500", late_days="30", categories="tyres", starts_on="2026-03-10", ends_on=""
    )
    assert bad.status_code == 422
    assert "A whole number from 0 to 100." in at.page
    assert "One category a line" in at.page
    assert 'value="500"' in at.page
    past = at.submit(
        "/points/rules/purchase", percent="7", late_days="30", categories="", starts_on="2026-03-01", ends_on=""
    )
    assert past.status_code == 422
    assert "Choose today or a later day" in at.page
    good = {"percent": "7", "late_days": "30", "categories": "tyres = 10\n", "starts_on": "2026-03-11", "ends_on": ""}
    assert at.submit("/points/rules/purchase", **good).status_code == 303
    page = at.get("/points/rules").text
    assert "7 % of the amount, open 14 days after purchase or delivery; tyres 10 %" in page
    assert "version 1" in page
    session.rollback()
    assert load_programme(session).terms("purchase", NOW.date()) == {
        "percent": 7,
        "late_days": 30,
        "categories": {"tyres": 10},
    }
    assert acts(session) == ["change_points_rule"]


def test_every_rule_opens_and_saves_as_it_is(at_work: AtWork, session: Session) -> None:
    at = at_work("admin")
    codes = [rule.code for rule in load_programme(session).current(NOW.date())]
    for code in codes:
        page = at.get(f"/points/rules/{code}").text
        fields = dict(re.findall(r'<input id="[^"]+" name="([^"]+)"[^>]* value="([^"]*)"', page))
        assert at.submit(f"/points/rules/{code}", **fields).status_code == 303, code
    session.rollback()
    before, after = load_programme(session), load_programme(session)
    assert len(codes) == 11
    assert [after.terms(code, NOW.date()) for code in codes] == [
        before.rule(code, NOW.date().replace(day=1)).terms for code in codes
    ]  # type: ignore[union-attr]
    assert at.get("/points/rules/nothing").status_code == 404


def test_one_more_holiday_and_the_points_of_an_answer(at_work: AtWork, session: Session) -> None:
    at = at_work("admin")
    at.get("/points/holidays/new")
    assert at.submit("/points/holidays", country="RU", points="100", day="31", month="2").status_code == 422
    assert "There is no such day" in at.page
    assert at.submit("/points/holidays", country="RU", points="100", day="12", month="6").status_code == 303
    assert "For a holiday: June 12, Russia" in at.get("/points/rules").text.replace("12 June", "June 12")
    at.submit("/points/rules/review", points="1500")
    at.get("/points/rules")
    at.submit("/points/rules/review", points="-5")
    assert "A whole number from 0" in at.get("/points/rules").text
    session.rollback()
    assert load_company(session).review_points == 1500


def test_lots_that_are_held_are_named_by_number_for_those_who_see_no_customers(
    at_work: AtWork, session: Session
) -> None:
    with transaction():
        owner = customer(session, external_id="C-9", name="Елена Петрова").id
        award(session, owner, review_grant(1000, NOW, is_held=True), "k", NOW)
    page = at_work("prize_manager").get("/points").text
    assert "C-9" in page
    assert "Петрова" not in page
    assert "/points/held/" not in page
    assert session.scalar(select(PointsLot.state)) == LotState.HELD
