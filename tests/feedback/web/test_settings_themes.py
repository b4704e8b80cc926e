"""An admin edits themes: adds, tries, changes, disables, deletes; each act stands in the audit."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.staff.models import AuditEntry
from feedback.themes.models import Theme
from surveys.responses.analysing import analyse_answers
from tests.builders import NOW
from tests.fakes import ScriptedAnalyser
from tests.feedback.themes.themes import theme
from tests.feedback.web.browser import Browser
from tests.surveys.responses.test_analysing import answer

AtWork = Callable[..., Browser]
GIVEN = {
    "name_ru": "Опоздали", "name_en": "Too late", "aspect": "delivery", "includes": "опоздать\nпоздно, задерж*",
    "excludes": "не опоздать", "is_active": "1", "position": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def admin(at_work: AtWork) -> Browser:
    browser = at_work("admin")
    browser.get("/settings/themes/new")
    return browser


def stored(session: Session) -> list[Theme]:
    session.rollback()
    return list(session.scalars(select(Theme).order_by(Theme.id).execution_options(populate_existing=True)))


def acts(session: Session) -> list[tuple[str, int | None]]:
    session.rollback()
    query = select(AuditEntry.act, AuditEntry.object_id).where(AuditEntry.object_kind == "theme")
    return [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))]  # type: ignore[misc]


def test_it_works(admin: Browser, session: Session) -> None:
    assert admin.submit("/settings/themes/new", **GIVEN).location == "/settings/themes"
    (made,) = stored(session)
    assert (made.names, made.includes, made.excludes) == (
        {"ru": "Опоздали", "en": "Too late"}, ["опоздать", "поздно", "задерж*"], ["не опоздать"],
    )  # fmt: skip
    page = admin.get("/settings/themes").text
    assert "Too late" in page
    assert "Опоздали" in admin.get("/settings/themes?lang=ru").text
    assert acts(session) == [("add_theme", made.id)]


def test_a_try_shows_texts_and_stores_nothing(admin: Browser, session: Session) -> None:
    with transaction():
        for text in ("neutral Курьер опоздал", "neutral Не опоздали", "neutral Коробка"):
            answer(session, text)
    analyse_answers(NOW, ScriptedAnalyser())
    page = admin.submit("/settings/themes/new", **GIVEN, then="try")
    assert page.status_code == 200
    assert "Would match 1 of 3 texts" in page.text
    assert "Курьер опоздал" in page.text
    assert 'value="Too late"' in page.text
    assert stored(session) == []


def test_a_theme_is_changed_disabled_and_deleted(admin: Browser, session: Session) -> None:
    admin.submit("/settings/themes/new", **GIVEN)
    (made,) = stored(session)
    address = f"/settings/themes/{made.id}"
    assert "поздно" in admin.get(address).text
    admin.submit(address, **(GIVEN | {"includes": "долго", "position": "7"}))
    (made,) = stored(session)
    assert (made.includes, made.position) == (["долго"], 7)
    admin.get("/settings/themes")
    admin.submit(f"{address}/state", active="0")
    assert not stored(session)[0].is_active
    assert "disabled" in admin.get("/settings/themes").text
    admin.submit(f"{address}/state", active="1")
    admin.submit(f"{address}/delete")
    assert "No themes yet" in admin.get("/settings/themes").text
    assert admin.get(address).status_code == 404
    assert [act for act, _id in acts(session)] == [
        "add_theme", "change_theme", "disable_theme", "enable_theme", "delete_theme",
    ]  # fmt: skip


@pytest.mark.parametrize("then", ["", "try"])
@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("includes", "", "Name at least one word or phrase."), ("includes", "да*", "is no phrase"),
        ("excludes", "<script>", "is no phrase"), ("aspect", "taste", "Choose one of the list."),
        ("position", "-1", "A whole number from 0 to 9999."), ("position", "٣", "A whole number"),
        ("names", "", "needs a name"),
    ],
)  # fmt: skip
def test_wrong_values_are_named(
    admin: Browser, session: Session, field: str, value: str, problem: str, then: str
) -> None:
    given = GIVEN | ({"name_ru": "", "name_en": ""} if field == "names" else {field: value})
    page = admin.submit("/settings/themes/new", **given, then=then)
    assert page.status_code == 422
    assert problem in page.text
    assert "<script>" not in page.text
    assert stored(session) == []


def test_a_theme_found_in_texts_is_made_one_of_the_companys(admin: Browser, session: Session) -> None:
    assert "Nothing yet" in admin.get("/settings/themes/found").text
    with transaction():
        for n in range(6):
            answer(session, f"neutral Курьер опоздал {'снова ' * n}")
    analyse_answers(NOW, ScriptedAnalyser())
    page = admin.get("/settings/themes/found").text
    assert "Delivery" in page
    link = page.split('class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    form = admin.get(link).text
    assert "опоздал" in form
    assert '<option value="delivery" selected>' in form


@pytest.mark.parametrize("role", ["advocate", "agent", "analyst", "prize_manager"])
def test_others_may_not(at_work: AtWork, session: Session, role: str) -> None:
    with transaction():
        theme_id = theme(session, "Опоздали").id
    browser = at_work(role)
    for address in ("", "/new", "/found", f"/{theme_id}"):
        assert browser.get(f"/settings/themes{address}").status_code == 403
    browser.get("/account")
    assert browser.submit(f"/settings/themes/{theme_id}/delete").status_code == 403
    assert stored(session)[0].deleted_at is None
