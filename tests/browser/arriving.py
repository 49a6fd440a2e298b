"""How people come in: somebody signs in, and an administrator finds both systems connected already."""

import json

from playwright.sync_api import Page

from tests.browser.demo import PASSWORD
from tests.browser.site import Site

NAME = "northlight"
EXTENSION = f"/admin/extensions/other/salesforce/connections/{NAME}/"
"""The page of the connection of that name."""


def sign_in(page: Page, user: str) -> None:
    """By name and password."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def come_in_as_administrator(page: Page, site: Site) -> None:
    """The two systems are connected; imports are not active yet."""
    site.taskforce("users", "add", "anna", "--role", "administrator", "--password-stdin", given=f"{PASSWORD}\n")
    document = site.pair.connection()
    document["settings"] = {"default_account_manager": "Helen Marsh"}
    site.taskforce("connections", "add", NAME, "--from", "-", given=json.dumps(document))
    sign_in(page, "anna")
