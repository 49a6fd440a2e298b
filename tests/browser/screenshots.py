"""`make screenshots`: the pages as pictures, light, some dark and as on a phone, from a state that never changes."""

import argparse
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from taskforce.domain.run import Undoing
from taskforce.pages import serve_pages
from taskforce.testing.progress import SilentProgress
from tests.browser.conftest import OPTIONS, found
from tests.browser.demo_state import NAME, PASSWORD, USER, DemoState, Passing, before_any_import, demo_state

DESK = ViewportSize(width=1200, height=800)
PHONE = ViewportSize(width=390, height=844)
EXTENSION = "/admin/extensions/other/salesforce/"
ONE = f"{EXTENSION}connections/{NAME}/"

PAGES = {
    "dashboard": "/",
    "runs": "/runs/",
    "run": "/runs/1/",
    "records": "/records/",
    "review": "/review/?reason=ambiguous",
    "doctor": "/doctor/",
    "admin": "/admin/",
    "extension": ONE,
    "extension-notification": f"{ONE}notification/",
    "filter": f"{ONE}filter/",
    "mapping": f"{ONE}mapping/",
    "extension-new": f"{EXTENSION}add/",
    "mail": "/admin/mail/",
    "users": "/admin/users/",
    "api-tokens": "/admin/tokens/",
    "audit": "/admin/audit/",
}
"""The name of each picture and where its page is."""

LIVE = "[hx-trigger^=every]"
"""A page with such a part asks as long as it is open; the others are at rest once they are there."""

CHANGED = "Bluebird Family Dental"

DARK = ("dashboard", "run", "review", "extension")
ON_A_PHONE = ("dashboard", "records", "review", "extension")


def main(folder: Path) -> None:
    """Write every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taskforce-screenshots-") as home:
        os.environ |= {
            "TASKFORCE_HOME": home,
            "TASKFORCE_DATABASE_URL": "",
            "TASKFORCE_PAGES_PORT": "0",
            "DJANGO_SETTINGS_MODULE": "taskforce.django_settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's event loop is this thread's; the store is used between
        }
        with (
            demo_state() as state,
            patch("django.utils.timezone.now", state.clock.now),
            serve_pages(state.installation) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=found(), args=OPTIONS)
            _take_all(browser, address, folder, state)
            browser.close()


def _take_all(browser: Browser, address: str, folder: Path, state: DemoState) -> None:
    page = _window(browser, address, DESK, "light")
    page.goto("/sign-in/")
    page.screenshot(path=folder / "sign-in.png")
    _sign_in(page)
    for name, path in PAGES.items():
        _take(page, path, folder / f"{name}.png")
    _try_match_rules(page)
    page.screenshot(path=folder / "match-rules.png", full_page=True)
    _look_for_somebody(page, state)
    page.screenshot(path=folder / "privacy.png", full_page=True)
    _change_a_record(page, state)
    page.screenshot(path=folder / "record.png")
    _lock_a_field(page, state)
    page.screenshot(path=folder / "who-wins.png")
    with state.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        world.progress.phase("Writing to Autotask", 284)
        world.progress.advance(171)
        state.clock.advance(timedelta(seconds=20))
        world.progress.advance(1)
        _take(page, "/", folder / "progress.png")
    for names, size, scheme, kind in ((DARK, DESK, "dark", "dark"), (ON_A_PHONE, PHONE, "light", "phone")):
        page = _window(browser, address, size, scheme)
        page.goto("/sign-in/")
        _sign_in(page)
        for name in names:
            _take(page, PAGES[name], folder / f"{name}-{kind}.png")
    page = _window(browser, address, DESK, "light")
    page.goto("/sign-in/")
    _sign_in(page)
    _take(page, f"/runs/{_undo_a_run(state)}/plan/", folder / "undo.png")
    _look_what_is_there(state)
    _take(page, f"{ONE}adoption/", folder / "adoption.png")


def _try_match_rules(page: Page) -> None:
    """Rules that were chosen, and what they would do; nothing is saved."""
    page.goto(f"{ONE}match-rules/")
    for place, (trait, verdict) in enumerate((("account_number", "link"), ("domain", "hold"), ("name", "hold"))):
        page.locator(f"[name=companies-{place}-trait]").select_option(trait)
        page.locator(f"[name=companies-{place}-verdict]").select_option(verdict)
    page.locator("[name=contacts-0-trait]").select_option("email")
    page.get_by_role("button", name="Try them").click()
    page.get_by_role("heading", name="What the rules would do").wait_for()


def _look_for_somebody(page: Page, state: DemoState) -> None:
    """What is kept about a contact."""
    email = min(str(each["Email"]) for each in state.pair.salesforce.records("Contact") if each["Email"])
    page.goto("/admin/privacy/")
    page.get_by_label("Mail address").fill(email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Erase").wait_for()


def _change_a_record(page: Page, state: DemoState) -> None:
    """Its page, with what differs at this moment."""
    account = next(each for each in state.pair.salesforce.records("Account") if each["Name"] == CHANGED)
    changes = {"Phone": "317-555-0142", "BillingStreet": "1043 Monroe Street, Suite 200"}
    state.pair.salesforce.save_record("Account", {"Id": account["Id"], **changes})
    page.goto(f"/connections/{NAME}/records/{account['Id']}/")
    page.get_by_role("button", name="Look now").click()
    page.get_by_text("Both sides right now").wait_for()


def _lock_a_field(page: Page, state: DemoState) -> None:
    """The same page, once somebody has edited two fields in Autotask, of which one is locked."""
    company = next(each for each in state.pair.autotask.records("Companies") if each["companyName"] == CHANGED)
    state.pair.autotask.save_record("Companies", {"id": company["id"], "phone": "317-555-0199", "city": "Carmel"})
    page.get_by_role("button", name="Look now").click()
    page.get_by_role("button", name="Lock phone").click()
    page.get_by_role("button", name="Unlock phone").wait_for()
    page.get_by_role("button", name="Look now").click()
    page.get_by_text("Both sides right now").wait_for()


def _undo_a_run(state: DemoState) -> int:
    """The preview of an undo, of the import that wrote what was changed."""
    here, progress = state.installation, Passing(state.clock)
    run = here.run_import(NAME, progress=progress, should_stop=lambda: False)
    with here.world(NAME, progress=progress, should_stop=lambda: False) as world:
        return here.undo(NAME, world, Undoing(run_id=run.id), is_dry_run=True).id


def _look_what_is_there(state: DemoState) -> None:
    """The preview of an adoption, before the first import."""
    before_any_import(state)
    here, progress = state.installation, Passing(state.clock)
    with here.world(NAME, progress=progress, should_stop=lambda: False) as world:
        here.adopt(NAME, world, is_dry_run=True)


def _window(browser: Browser, address: str, size: ViewportSize, scheme: str) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport=size,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    return context.new_page()


def _sign_in(page: Page) -> None:
    page.get_by_label("User name").fill(USER)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def _take(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    if not page.locator(LIVE).count():
        page.wait_for_load_state("networkidle")
    page.screenshot(path=file, animations="disabled")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go; made where it is missing")
    main(parser.parse_args().folder)
