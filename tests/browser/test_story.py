"""The whole story in a real browser: from a company's own file to a closed case and the dashboard."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    Site,
    allowed_noon,
    check_accessibility,
    first_link,
    serving,
)

COLUMNS = [
    *("external_id", "purchased_at", "delivered_at", "amount", "currency", "branch", "manager"),
    *("customer_external_id", "customer_name", "customer_email", "customer_phone"),
    *("customer_language", "customer_timezone", "customer_birthday"),
]
WORDS = "Палатку привезли на девять дней позже. За это время мне никто ни разу не позвонил."
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def write_purchases(path: Path) -> None:
    """One customer's purchase, as a shop in Russia would export it."""
    bought = allowed_noon() - timedelta(days=9)
    delivered = bought + timedelta(days=5, hours=12)
    order = ("48213", bought.isoformat(), delivered.isoformat(), "12 900,00", "RUB", "Парнас", "Олег Рябинин")
    person = ("C-1", "Марина Ершова", "marina@customer.example", "+7 900 000-00-01", "ru", "Europe/Moscow", "")
    with path.open("w", encoding="cp1251", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerow((*order, *person))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_a_file_to_a_closed_case(
    site: Site, open_page: Callable[..., Page], tmp_path: Path, size: tuple[int, int]
) -> None:
    write_purchases(tmp_path / "purchases.csv")
    site.command("import", "purchases", str(tmp_path / "purchases.csv"))
    site.command("run-due", "--now", allowed_noon().isoformat())
    password = site.command("users", "add", "--email", "cco@company.example", "--role", "advocate", "--role", "admin")
    (letter,) = site.letters()
    for _ in serving(site):
        _answer(open_page(size), first_link(letter, "/s/"))
        _recover(open_page(size), site, password)


def _answer(page: Page, link: str) -> None:
    page.goto(f"{link}?score=2")
    assert page.get_by_role("radio", name="2", exact=True).first.is_checked()
    check_accessibility(page, "survey")
    page.locator("#why").fill(WORDS)
    page.get_by_role("button", name="Отправить ответ").click()
    expect(page.get_by_text(re.compile(r"1\s?000\s+баллов")).first).to_be_visible()
    check_accessibility(page, "thanks")
    page.goto(link)
    check_accessibility(page, "answered")


def _recover(page: Page, site: Site, password: str) -> None:
    page.goto(f"{site.address}/queue")
    page.get_by_label("Рабочая почта").fill("cco@company.example")
    page.get_by_label("Пароль").fill(password.strip().split()[-1])
    check_accessibility(page, "login")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_text("Марина Ершова").locator("visible=true").first).to_be_visible()
    check_accessibility(page, "queue")
    page.goto(f"{site.address}/cases/1")
    expect(page.get_by_text("Палатку привезли").first).to_be_visible()
    check_accessibility(page, "case")
    page.get_by_role("button", name="Взять дело").click()
    page.locator("#reply textarea").fill("Марина, простите нас. Завтра позвоню и расскажу, что мы исправили.")
    page.locator("#reply button[value=go_on]").click()
    expect(page.get_by_text("Завтра позвоню").first).to_be_visible()
    page.locator("#cause").select_option(index=1)
    page.locator("#action").fill("Извинились, доставим следующий заказ за наш счёт.")
    page.get_by_label("Исправлено").check()
    page.locator("#close button").click()
    expect(page.get_by_text("Исправлено").first).to_be_visible()
    page.goto(f"{site.address}/")
    check_accessibility(page, "dashboard")
    page.goto(f"{site.address}/mailbox")
    page.get_by_role("link", name="Как прошла ваша покупка?").click()
    with page.expect_popup() as survey:
        page.frame_locator("iframe").get_by_role("link", name="2", exact=True).click()
    expect(survey.value.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{site.address}/customers/1")
    expect(page.get_by_text("48213").first).to_be_visible()
    check_accessibility(page, "customer")
