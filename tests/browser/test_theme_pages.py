"""Themes, the judgement of a text and agreement by month in a browser: readable by everybody, no sideways scroll."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, Route
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.conversations.judging import Labels
from feedback.db import transaction
from feedback.staff.accounts import add_user
from feedback.themes.rules import set_active
from surveys.responses.models import Answer
from tests.browser.conftest import DESKTOP, PHONE, check_accessibility
from tests.builders import NOW
from tests.feedback.reports.judging import judged
from tests.feedback.themes.themes import theme
from tests.feedback.web.browser import PASSWORD, Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SITE = "http://localhost"
GIVEN = {"name_en": "Late", "aspect": "delivery", "includes": "поздно\nопозда*", "is_active": "1"}


@pytest.fixture
def reader(app: Flask, session: Session) -> Browser:
    """An administrator of a company with themes and with texts that somebody judged."""
    now = utc_now()
    with transaction() as own:
        add_user(own, "irina@company.example", ["admin", "advocate"], PASSWORD, NOW, name="Ирина", language="en")
    with transaction() as own:
        late, off = (theme(own, name, "поздно", "опозда*") for name in ("Опоздали", "Долго собирали заказ на складе"))
        set_active(own, off.id, False, now)
        for n in range(12):
            judged(own, 1, now, Labels("neutral", {"price": "neutral"}, (late.id,)) if n % 3 else None, "Опоздали " * n)
        judged(own, 1, now - timedelta(days=40))
    browser = Browser(app)
    assert browser.log_in("irina@company.example").status_code == 303
    return browser


def draw(page: Page, reader: Browser, address: str, written: str | None = None) -> None:
    """Let the page show an address of the application in this process, or what a form on it led to."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if written is not None and path == address:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=written)
            return
        given = reader.client.get(path)
        route.fulfill(status=given.status_code, content_type=given.content_type, body=given.get_data())
        given.close()

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(SITE + address)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_pages_are_readable_by_everybody(
    reader: Browser, open_page: Callable[..., Page], session: Session, size: tuple[int, int], language: str
) -> None:
    page = open_page(size, language)
    response_id = session.scalars(select(Answer.response_id).where(Answer.text.like("Опоздали%"))).first()
    places = ("settings/themes", "settings/themes/new", "settings/themes/found", "settings/themes/1")
    for place in (*places, "responses/agreement", f"responses/{response_id}"):
        draw(page, reader, f"/{place}?lang={language}")
        assert page.locator("h1").count() == 1
        if page.locator("summary").count():
            page.locator("summary").last.click()
        check_accessibility(page, f"{place} in {language}")
    reader.get("/settings/themes/new")
    for name, fields in (("tried", GIVEN), ("refused", {"includes": "<b>", "position": "x"})):
        written = reader.submit(f"/settings/themes/new?lang={language}", **fields, then="try").text
        draw(page, reader, "/settings/themes/new", written)
        check_accessibility(page, f"{name} in {language}")
