"""Every overview page in three languages, for those who may see it, with as many queries for 10 rows as for 100."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.messages.models import Message, SendDecision
from feedback.staff.audit import record
from surveys.responses.models import Answer
from tests.builders import branch, customer, default_version, invitation, purchase
from tests.feedback.reports.answers import answer
from tests.feedback.web.browser import Browser
from tests.feedback.web.counting import statements

PAGES = [
    "/", "/?period=week", "/?period=quarter", "/?period=year", "/responses", "/customers", "/surveys", "/messages",
    "/messages/decisions", "/settings", "/settings/staff", "/settings/keys", "/settings/audit", "/mailbox",
]  # fmt: skip


def fill(session: Session, count: int) -> None:
    """So many customers, each with a purchase, an invitation, an answer in words, a message and a decision."""
    now = utc_now()
    with transaction():
        shop, survey = branch(session).id, default_version(session).survey_id
        for n in range(count):
            who = customer(session)
            bought = purchase(session, who, branch_id=shop)
            asked = invitation(session, bought, sent_at=now - timedelta(days=1))
            given = {"invitation_id": asked.id, "purchase_id": bought.id, "branch_id": shop}
            response = answer(session, who.id, n % 11, now - timedelta(minutes=n + 1), **given)
            words = {"response_id": response, "question": "why", "kind": "text", "text": f"Слово {n}"}
            session.execute(insert(Answer).values(**words))
            key = {"customer_id": who.id, "channel": "email"}
            session.execute(insert(Message).values(
                **key, idempotency_key=f"m{who.id}", kind="invitation", language="ru", state="sent", params={},
                send_at=now, created_at=now, sent_at=now,
            ))  # fmt: skip
            session.execute(insert(SendDecision).values(
                **key, candidate_key=f"d{who.id}", survey_id=survey, step="invitation", outcome="throttled", details={},
                decided_at=now,
            ))  # fmt: skip
            record(session, "test", now=now, object_kind="customer", object_id=who.id)


@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_every_page_shows_in_three_languages(session: Session, at_work: Callable[..., Browser], language: str) -> None:
    fill(session, 12)
    staff = at_work("admin", "advocate", language=language)
    one = session.scalar(select(Customer.id))
    survey = default_version(session).survey_id
    for address in [*PAGES, f"/customers/{one}", f"/customers/{one}?show=points", f"/surveys/{survey}"]:
        page = staff.get(address)
        assert page.status_code == 200, address
        assert f'<html lang="{language}">' in page.text
        assert "%(" not in page.text


def test_pages_without_any_rows_say_what_to_do_next(at_work: Callable[..., Browser]) -> None:
    staff = at_work("admin", "advocate")
    assert "feedback import purchases" in staff.get("/").text
    assert "feedback import purchases" in staff.get("/customers").text
    assert "No answers match" in staff.get("/responses").text
    assert "No messages here" in staff.get("/messages").text
    assert "No letters yet" in staff.get("/mailbox").text


def test_no_page_asks_the_database_once_a_row(app: Flask, session: Session, at_work: Callable[..., Browser]) -> None:
    staff = at_work("admin", "advocate")
    pages = [page for page in PAGES if not page.startswith(("/mailbox", "/?period=quarter", "/?period=year"))]

    def counted() -> dict[str, int]:
        numbers = {}
        for address in pages:
            staff.get(address)
            with statements(app) as sent:
                assert staff.get(address).status_code == 200
            numbers[address] = len(sent)
        return numbers

    fill(session, 10)
    few = counted()
    fill(session, 90)
    many = counted()
    assert {page: many[page] <= few[page] for page in pages} == dict.fromkeys(pages, True)
    assert max(few.values()) < 50


def test_lists_go_on_without_skipping_or_repeating(session: Session, at_work: Callable[..., Browser]) -> None:
    fill(session, 120)
    staff, seen = at_work("admin", "advocate"), []
    address: str | None = "/responses"
    while address:
        text = staff.get(address).text
        seen += [line.split("<")[0] for line in text.split('<span lang="ru">')[1:]]
        following = text.split('rel="next" href="')[1:]
        address = following[0].split('"')[0].replace("&amp;", "&") if following else None
    assert seen == [f"Слово {n}" for n in range(120)]


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("agent", "/responses", 403), ("agent", "/surveys", 403), ("agent", "/messages", 403),
        ("agent", "/settings", 403), ("agent", "/customers", 200), ("agent", "/mailbox", 403),
        ("advocate", "/settings", 403), ("advocate", "/settings/audit", 403), ("advocate", "/messages", 200),
        ("analyst", "/", 200), ("analyst", "/responses", 200), ("analyst", "/customers", 403),
        ("analyst", "/messages", 403), ("prize_manager", "/", 200), ("prize_manager", "/responses", 403),
        ("admin", "/settings/keys", 200), ("admin", "/mailbox", 200),
    ],
)  # fmt: skip
def test_roles_see_what_they_may(at_work: Callable[..., Browser], role: str, address: str, status: int) -> None:
    assert at_work(role).get(address).status_code == status


def test_an_agent_who_opens_the_front_page_lands_at_work(at_work: Callable[..., Browser]) -> None:
    page = at_work("agent").get("/")
    assert (page.status_code, page.location) == (303, "/queue")


@pytest.mark.parametrize("address", [*PAGES, "/customers/1", "/surveys/1"])
def test_strangers_are_asked_to_log_in(browser: Browser, address: str) -> None:
    page = browser.get(address)
    assert (page.status_code, page.location.startswith("/login")) == (303, True)
