"""Passkeys in a real browser, whose authenticator Chromium itself plays."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    """A browser with a security key in it, at the address by which passkeys are allowed without TLS."""
    api = pytest.importorskip("playwright.sync_api", reason="PASSKEYS ARE NOT TESTED: Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"PASSKEYS ARE NOT TESTED: there is no {CHROMIUM}")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(base_url=address.replace("127.0.0.1", "localhost"))
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        page.set_default_timeout(15_000)
        yield page
        browser.close()


def sign_in(page: Any) -> None:
    """By the form."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("a-viewer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def viewer(enter: Enter) -> None:
    """Made before the browser starts: Django's tables are not for its loop."""
    enter(Role.VIEWER)


def test_a_passkey_is_made_and_signs_in(office: Office, viewer: None, page: Any) -> None:
    """Without a script in the page, by the strict policy; the recovery codes come with it."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    sign_in(page)
    page.goto("/profile/security/passkeys/add/")
    page.get_by_label("Your own password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What you call it").fill("Blue key")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Remove the passkey Blue key").wait_for()

    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page)
    page.wait_for_url("**/sign-in/second-factor/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("^http://[^/]+/$"))
    page.goto("/profile/security/")
    page.get_by_label("Your own password, to change any of this").fill(PASSWORD)
    page.get_by_role("button", name="Remove the passkey Blue key").click()
    page.get_by_text("That passkey is good no longer.").wait_for()
    page.get_by_text("Your password alone opens Taskforce.").wait_for()

    assert problems == []


def test_an_answer_that_no_browser_gives_is_a_failure(office: Office, enter: Enter) -> None:
    """It is counted, and is no defect."""
    visitor = enter(Role.VIEWER)
    visitor.get("/profile/security/passkeys/add/")
    visitor.send("/profile/security/passkeys/add/", own_password=PASSWORD)

    answers = [
        visitor.send("/profile/security/passkeys/add/", name="x", credential=text).status_code
        for text in ("", "{", "[]", "{}", '{"id":"AA","rawId":"AA","type":"public-key","response":{}}')
    ]

    assert answers == [400] * 5
    assert office.installation.audit.latest(1)[0].deed is not Deed.SECOND_FACTOR_CHANGED
