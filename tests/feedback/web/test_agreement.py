"""The page that says how often people agree with the analysis."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy.orm import Session

from feedback.conversations.judging import Labels
from feedback.db import transaction
from tests.builders import NOW, staff
from tests.feedback.reports.judging import judged
from tests.feedback.web.browser import Browser

AtWork = Callable[..., Browser]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def test_it_works(at_work: AtWork, session: Session) -> None:
    with transaction():
        user_id = staff(session).id
        for _ in range(8):
            judged(session, user_id, NOW)
        for _ in range(2):
            judged(session, user_id, NOW, Labels("neutral"))
    browser = at_work("analyst")
    assert 'href="/responses/agreement"' in browser.get("/responses").text
    page = browser.get("/responses/agreement").text
    assert "March 2026" in page
    assert "<b>80%</b>" in page
    assert "49 to 94%" in page


def test_few_judgements_are_not_shown_as_a_share(at_work: AtWork, session: Session) -> None:
    with transaction():
        judged(session, staff(session).id, NOW)
    page = at_work("analyst").get("/responses/agreement").text
    assert "fewer than 10" in page
    assert "100%" not in page


def test_an_empty_page_says_what_to_do(at_work: AtWork) -> None:
    assert "Nobody has judged a text yet" in at_work("advocate").get("/responses/agreement").text
    assert at_work("agent", email="a@company.example").get("/responses/agreement").status_code == 403
