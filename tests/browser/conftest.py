"""A real browser, and pages for it. Where there is no browser these tests are left out, except in CI."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from taskforce_simulators.serving import start_pair
from tests.browser.arriving import sign_in
from tests.browser.demo import Demo, running_demo
from tests.browser.site import Site, serving
from tests.support.mailbox import open_mailbox

OpenWindow = Callable[..., Page]
Enter = Callable[..., Page]

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000
"""Milliseconds until what is waited for is said to be missing: an import on a busy machine takes a while."""
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def found() -> str | None:
    """Where the browser is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window; closed after each file.

    While Playwright is open its event loop runs in this thread, and Django refuses the store to every test there.
    """
    path = found()
    if path is None:
        missing = "NO BROWSER WAS FOUND, SO NO PAGE WAS LOOKED AT: install Chromium (apt-get install chromium)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Taskforce with nobody and nothing in it; both systems hold the demo's records."""
    home: Path = tmp_path_factory.mktemp("home")
    with (
        start_pair(scenario="demo") as pair,
        open_mailbox() as mailbox,
        serving(Site(pair=pair, mailbox=mailbox, home=home)) as site,
    ):
        yield site


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A connection that was imported once, and three people."""
    with running_demo() as demo:
        yield demo


@pytest.fixture
def open_window(browser: Browser) -> Iterator[OpenWindow]:
    """Windows in which nothing may go wrong that the browser would complain of.

    Pages do not glide to what is clicked: between press and release the button would be gone from under the pointer.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 403" not in message.text:
            complaints.append(f"{message.location['url']}: {message.text}")

    with ExitStack() as closing:

        def open_window(address: str, **options: Any) -> Page:
            context = closing.enter_context(
                browser.new_context(
                    base_url=address,
                    locale="en-GB",
                    timezone_id="Europe/Berlin",
                    reduced_motion="reduce",
                    **options,
                )
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield open_window
    assert complaints == []


@pytest.fixture
def enter(open_window: OpenWindow, demo: Demo) -> Enter:
    """Sign in to the demo by somebody's name."""

    def enter(name: str, **options: Any) -> Page:
        page = open_window(demo.address, **options)
        sign_in(page, name)
        return page

    return enter
