"""The draw in a browser: the proof is recomputed on the page; every page is readable by everybody."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db import transaction
from feedback.draws.drawing import publish_draw, run_draw
from feedback.draws.models import DrawEntry, DrawJudge, DrawWinner
from feedback.secrets import link_token
from feedback.staff.accounts import add_user
from surveys.responses.models import Answer
from tests.browser.conftest import DESKTOP, PHONE, check_accessibility
from tests.builders import NOW, staff
from tests.feedback.draws.draws import AFTER, closed, judge_all, judges
from tests.feedback.web.browser import PASSWORD, Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SITE = "http://localhost"
CODES = tuple(f"CODE{n:02}" for n in range(12))
Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture
def reader(app: Flask, session: Session, settings: Settings) -> Browser:
    """A prize manager and judge; the contest of March is published."""
    with transaction() as own:
        user = add_user(own, "irina@company.example", ["prize_manager", "admin"], PASSWORD, NOW, name="Ирина")
        user.language = "en"
    with transaction():
        draw = closed(session, *CODES, mode="contest")
        judge_all(session, draw, judges(session, draw), CODE03=5, CODE07=4)
        session.add(DrawJudge(draw_id=draw.id, user_id=user.id))
        judge_all(session, draw, [user])
        for entry in session.scalars(select(DrawEntry)):
            session.add(Answer(response_id=entry.response_id, question="why", kind="text", text="Насос тихий " * 9))
        manager = staff(session, "prize_manager").id
        run_draw(session, draw.id, manager, AFTER)
        publish_draw(session, draw.id, manager, settings.secret_key, AFTER)
    browser = Browser(app)
    assert browser.log_in("irina@company.example").status_code == 303
    return browser


def show(page: Page, reader: Browser, address: str, spoil: Spoil | None = None) -> None:
    """Let the page show an address of the application in this process; `spoil` changes the public file on its way."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        given = reader.client.get(path)
        body, headers = given.get_data(), {"Content-Security-Policy": given.headers["Content-Security-Policy"]}
        if spoil is not None and path.endswith("proof.json"):
            proof = json.loads(body)
            spoil(proof)
            body = json.dumps(proof).encode()
        route.fulfill(status=given.status_code, content_type=given.content_type, headers=headers, body=body)
        given.close()

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(SITE + address)


@pytest.mark.only_on("sqlite")
def test_the_page_recomputes_the_result(reader: Browser, open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE, "en")
    said = page.locator("#recomputed")
    show(page, reader, "/draws/2026-03?lang=en")
    expect(said).to_contain_text("all agrees")
    spoilt: list[Spoil] = [
        lambda proof: proof["winners"].reverse(), lambda proof: proof["codes"].append("ZZZ"),
        lambda proof: proof.update(secret="0" * 64), lambda proof: proof["marks"].update(CODE00=[45, 9]),
    ]  # fmt: skip
    for spoil in spoilt:
        show(page, reader, "/draws/2026-03?lang=en", spoil)
        expect(said).to_contain_text("differs")
    show(page, reader, "/draws/2026-03?lang=en", lambda proof: proof.clear())
    expect(said).to_contain_text("could not recompute")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["ru", "bg", "en"])
def test_pages_are_readable_by_everybody(
    reader: Browser, open_page: Callable[..., Page], session: Session, settings: Settings, size: tuple[int, int],
    language: str,
) -> None:  # fmt: skip
    page = open_page(size, language)
    session.rollback()
    entry_id = session.scalars(select(DrawEntry.id)).first()
    nonce = session.scalars(select(DrawWinner.nonce)).first()
    assert nonce is not None
    reader.get("/draws")
    reader.submit("/draws", month=f"{NOW:%Y-%m}")
    planned = "/draws/2/terms" if reader.get("/draws/2/terms").status_code == 200 else "/draws/1/terms"
    for address in (
        "/draws", "/draws/1", planned, f"/draws/1/jury/{entry_id}", "/draws/2026-03", "/draws/results",
        f"/prize/{link_token(settings.secret_key, 'w', nonce)}",
    ):  # fmt: skip
        show(page, reader, f"{address}?lang={language}")
        assert page.locator("h1").count() == 1, address
        check_accessibility(page, f"{address} in {language}")
