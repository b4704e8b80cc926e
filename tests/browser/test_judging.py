"""A person corrects the analysis and makes a theme with the keyboard alone, on a phone and on a wide screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Site, check_accessibility, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SMALL = ("--no-serve", "--customers", "20", "--purchases", "60", "--months", "1")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_analysis_is_corrected_and_a_theme_is_made(
    site: Site, open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    site.command("demo", *SMALL)
    told = site.command("users", "add", "--email", "own@company.example", "--role", "admin", "--language", "en")
    for _ in serving(site):
        page = open_page(size)
        _log_in(page, site, told.split()[-1])
        _correct(page, site)
        _make_a_theme(page, site)


def _log_in(page: Page, site: Site, password: str) -> None:
    page.goto(f"{site.address}/login?lang=en")
    page.locator("input[name=email]").fill("own@company.example")
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def _correct(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/responses")
    check_accessibility(page, "answers")
    with_words = page.locator(".items > li", has=page.locator("span[lang]")).first
    with_words.locator("a[href^='/responses/']").press("Enter")
    summary = page.get_by_text("Correct the analysis")
    summary.press("Enter")
    page.get_by_label("neutral", exact=True).press("Space")
    page.get_by_label("Packaging", exact=True).select_option("negative")
    check_accessibility(page, "correction")
    page.get_by_role("button", name="Keep the correction").press("Enter")
    expect(page.get_by_text("corrected by a person")).to_be_visible()
    expect(page.get_by_text("Packaging: bad")).to_be_visible()
    check_accessibility(page, "corrected answer")
    page.goto(f"{site.address}/responses/agreement")
    expect(page.get_by_role("cell", name="fewer than 10").first).to_be_visible()
    check_accessibility(page, "agreement")
    page.go_back()
    page.get_by_role("button", name="Undo; the analysis holds again").press("Enter")
    expect(page.get_by_text("corrected by a person")).to_have_count(0)


def _make_a_theme(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/settings/themes/new")
    page.get_by_label("English").fill("Anything at all")
    page.get_by_label("Words and phrases, one a line").fill("не\nдоставка\nпалатк*\nсалатк*\nэто")
    page.get_by_role("button", name="Try on the last 90 days").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Would match"))).to_be_visible()
    check_accessibility(page, "theme tried")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Anything at all")).to_be_visible()
    check_accessibility(page, "themes")
    page.goto(f"{site.address}/settings/themes/found")
    check_accessibility(page, "found themes")
