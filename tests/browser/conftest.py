"""A real Chromium and a real server: the installed command, in its own instance folder, over HTTP."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FEEDBACK = Path(sys.executable).with_name("feedback")
PHONE, DESKTOP = (360, 740), (1440, 900)
PATIENCE = 120_000  # milliseconds that a busy machine may take
expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """One installation: its folder, its address, its command."""

    folder: Path
    address: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FEEDBACK_")}
        return kept | {"FEEDBACK_INSTANCE": str(self.folder), "FEEDBACK_BASE_URL": self.address}

    def command(self, *words: str, **kwargs: Any) -> str:
        """Run `feedback ...`; returns what it printed."""
        done = subprocess.run(
            [str(FEEDBACK), *words], env=self.environment, capture_output=True, text=True, timeout=600, **kwargs
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def letters(self) -> list[str]:
        """The messages written so far, oldest first, as they lie in the outbox."""
        return [p.read_text() for p in sorted((self.folder / "outbox").rglob("*.eml"), key=lambda p: p.stat().st_mtime)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the test process; skipped where none is installed (CI installs it and allows no skip)."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation that does not serve yet."""
    return Site(tmp_path / "instance", f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of a fresh person: size, language, theme; a script error or a refused resource fails the test."""
    contexts, troubles = [], []

    def make(size: tuple[int, int] = PHONE, language: str = "ru", theme: str = "light", **more: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, color_scheme=theme,
            timezone_id="Europe/Moscow", **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not troubles


def serving(site: Site) -> Iterator[Site]:
    """Serve the site until the test is over."""
    log = (site.folder.parent / "serve.log").open("w")
    port = site.address.rsplit(":", 1)[1]
    process = subprocess.Popen([str(FEEDBACK), "serve", "--port", port], env=site.environment, stdout=log, stderr=log)
    try:
        wait_for(port, process, site.folder.parent / "serve.log")
        yield site
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def wait_for(port: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the server takes connections; fails with its log when it ends instead."""
    deadline = datetime.now(UTC) + timedelta(seconds=240)
    while datetime.now(UTC) < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {log.read_text()[-3000:]}")
        try:
            socket.create_connection(("127.0.0.1", int(port)), 0.5).close()
        except OSError:
            continue
        return
    raise AssertionError(f"the server did not start: {log.read_text()[-3000:]}")


def check_accessibility(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 A and AA or best practice, and no sideways scroll."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags})
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name}: scrolls sideways by {wide} px"


def allowed_noon() -> datetime:
    """The last noon in Moscow that is over and no holiday of Russia or Bulgaria: letters may go out then."""
    day = datetime.now(ZoneInfo("Europe/Moscow")).replace(hour=12, minute=0, second=0, microsecond=0)
    free = [holidays.country_holidays(country) for country in ("RU", "BG")]
    while day > datetime.now(UTC) or any(day.date() in of_country for of_country in free):
        day -= timedelta(days=1)
    return day


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_link(letter: str, path: str) -> str:
    """The first link with this path in the text part of a letter."""
    from email import message_from_string, policy  # late: only the journeys read letters

    text = message_from_string(letter, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    found = re.search(rf"https?://\S+?{re.escape(path)}[\w-]+", text)
    assert found, text
    return found.group()
