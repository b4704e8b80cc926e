import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from feedback.staff.models import User
from tests import builders
from tests.builders import NOW
from tests.feedback.web.browser import Browser

AtWork = Callable[..., Browser]
HOUR = timedelta(hours=1)


def test_an_empty_queue_says_what_will_come(at_work: AtWork) -> None:
    page = at_work().get("/queue").text
    assert "Nobody is waiting for you" in page
    assert "A case appears here when a score is low" in page


@pytest.mark.parametrize("view", ["mine", "unassigned", "all", "overdue", "waiting", "closed"])
def test_every_view_can_be_empty(at_work: AtWork, view: str) -> None:
    response = at_work().get(f"/queue?view={view}")
    assert response.status_code == 200
    assert "Nobody is waiting for you" in response.text


@pytest.mark.parametrize(("language", "words"), [("ru", "Вас никто не ждёт"), ("bg", "Никой не Ви чака")])
def test_the_queue_speaks_the_readers_language(at_work: AtWork, language: str, words: str) -> None:
    assert words in at_work(language=language).get("/queue").text


def test_rows_stand_under_headings_by_what_breaks_next(at_work: AtWork, session: Session) -> None:
    names = ("Поздняя", "Сегодняшняя", "Завтрашняя")
    for name, due in zip(names, (-HOUR, HOUR, 26 * HOUR), strict=True):
        bought = builders.purchase(session, builders.customer(session, name=name))
        builders.case(session, bought, next_due_at=NOW + due, first_contact_due_at=NOW + due)
    waits = builders.purchase(session, builders.customer(session, name="Ждущая"))
    builders.case(session, waits, next_due_at=None, waiting_since=NOW)
    session.commit()
    with time_machine.travel(NOW, tick=False):
        page = at_work().get("/queue").text
    order = ["Past the deadline", "Поздняя", ">Today<", "Сегодняшняя", "Tomorrow and later", "Завтрашняя"]
    places = [page.index(word) for word in [*order, "Waiting for the customer", "Ждущая"]]
    assert places == sorted(places)


def test_a_row_says_why_in_plain_words(at_work: AtWork, session: Session) -> None:
    builders.case(session, headline="Привезли <поздно>")
    session.commit()
    page = at_work().get("/queue").text
    assert "Score 2 of 10" in page
    assert "Привезли &lt;поздно&gt;" in page


def test_views_and_filters_stand_in_the_address(at_work: AtWork, session: Session) -> None:
    bought = builders.purchase(session, builders.customer(session, name="Десислава", language="bg"))
    builders.case(session, bought)
    builders.case(session, builders.purchase(session, builders.customer(session, name="Марина")))
    session.commit()
    browser = at_work()
    narrowed = browser.get("/queue?view=all&language=bg").text
    assert "Десислава" in narrowed
    assert "Марина" not in narrowed
    assert "Filters are on: not every case of this view is shown." in narrowed
    assert 'All <span class="count">2</span>' in narrowed
    everything = browser.get("/queue?view=all").text
    assert all(name in everything for name in ("Десислава", "Марина"))


@pytest.mark.parametrize(
    "address",
    ["/queue?view=strange", "/queue?after=nonsense", "/queue?owner=x&branch=y&priority=z&language=q", "/queue?case=abc",
     "/queue?q=%25_%27"],
)  # fmt: skip
def test_a_strange_address_shows_the_queue_all_the_same(at_work: AtWork, address: str) -> None:
    assert at_work().get(address).status_code == 200


def test_a_case_beside_the_list(at_work: AtWork, session: Session) -> None:
    case = builders.case(session)
    session.commit()
    page = at_work().get(f"/queue?case={case.id}").text
    assert "Why here:" in page
    assert 'aria-current="true"' in page
    assert at_work(email="two@company.example").get("/queue?case=404").status_code == 404


def test_searching_a_number_opens_the_case(at_work: AtWork, session: Session) -> None:
    case = builders.case(session)
    session.commit()
    assert at_work().get(f"/queue?q={case.id}").location == f"/cases/{case.id}"


def test_a_claim_from_the_queue_comes_back_to_it(at_work: AtWork, session: Session) -> None:
    case = builders.case(session)
    session.commit()
    browser = at_work()
    browser.get(f"/queue?case={case.id}")
    back = f"/queue?case={case.id}"
    assert browser.submit(f"/cases/{case.id}/claim", back=back).location == back
    assert browser.submit(f"/cases/{case.id}/release", back="//evil.example").location == f"/cases/{case.id}"


def test_long_queues_go_on_on_the_next_page(at_work: AtWork, session: Session, staff: Callable[..., User]) -> None:
    for n in range(51):
        builders.case(session, next_due_at=NOW + n * HOUR)
    session.commit()
    browser = at_work()
    first = browser.get("/queue").text
    assert first.count('class="case-row') == 50
    more = first.split('<p class="more"><a class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(more).text.count('class="case-row') == 1


def place(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    ["owner=99999999999999999999", f"branch={2**63}", "owner=-1", "case=9999999999999999999999",
     "after=" + place('["due", "2026-03-11T10:00:00Z", 99999999999999999999]'),
     "after=" + place('["due", "0001-01-01T00:00:00+14:00", 1]'), "after=" + place("[" * 3000), "after=x"],
)  # fmt: skip
def test_an_address_that_was_tampered_with_shows_the_beginning(at_work: AtWork, session: Session, query: str) -> None:
    builders.case(session)
    session.commit()
    assert at_work().get(f"/queue?{query}").status_code == 200


def test_lists_are_not_broken_by_a_place_that_no_row_has(at_work: AtWork) -> None:
    browser = at_work("admin")
    for address in ("/messages", "/messages/decisions", "/responses", "/settings/audit"):
        for number in ("99999999999999999999", "-1", "x", "9" * 5000):
            assert browser.get(f"{address}?after=2026-03-11T10:00:00Z~{number}").status_code == 200


def test_characters_that_no_database_keeps_are_refused(at_work: AtWork, session: Session) -> None:
    case = builders.case(session)
    session.commit()
    browser = at_work()
    assert browser.get("/queue?q=%00").status_code == 400
    browser.get(f"/cases/{case.id}")
    assert browser.submit(f"/cases/{case.id}/note", note="\x00").status_code == 400
