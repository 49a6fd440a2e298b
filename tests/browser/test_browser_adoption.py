"""An administrator takes over a database that the old extension served, before the first import (B14)."""

import re

from playwright.sync_api import Locator, Page, expect

from taskforce_simulators.core.journal import JournalEntry
from tests.browser.arriving import EXTENSION, NAME, come_in_as_administrator
from tests.browser.conftest import OpenWindow
from tests.browser.site import Site


def test_a_database_is_taken_over(open_window: OpenWindow, site: Site) -> None:
    """Looks, takes over, decides about what is doubtful; then the import writes to none of the pairs unasked."""
    page = open_window(site.address)
    come_in_as_administrator(page, site)
    linked = looks_and_takes_over(page)
    assert writes(site) == []
    joins_what_is_doubtful(page)
    assert writes(site) == []
    imports(page, site, linked)


def looks_and_takes_over(page: Page) -> int:
    """The report stands there when it is made, without a reload; the button says how many; how many those are."""
    page.goto(EXTENSION)
    page.get_by_role("link", name="Take over from the old extension").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take over from the old extension")
    page.get_by_role("button", name="Look what is there").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("can be taken over as they stand")
    expect(row(page, "doubtful")).to_contain_text("Kestrel Logistics")
    expect(row(page, "doubled")).to_contain_text("Willow Event Center")
    expect(row(page, "gone")).to_contain_text("was deleted in Salesforce")
    expect(page.get_by_text("Nothing was stored.")).to_be_visible()
    button = page.get_by_role("button", name=re.compile(r"^Take over \d+$"))
    number = int((button.text_content() or "").split()[-1])
    button.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("are linked")
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(number))
    expect(button).to_have_count(0)
    return number


def row(page: Page, word: str) -> Locator:
    """What was found to be that."""
    return page.get_by_role("row").filter(has=page.get_by_text(word, exact=True))


def joins_what_is_doubtful(page: Page) -> None:
    """From the report to the queue; the pair is the same customer under a former name."""
    row(page, "doubtful").get_by_role("link", name="Decide").first.click()
    page.wait_for_url("**/review/**")
    page.goto(f"/review/?connection={NAME}&reason=name_differs")
    page.get_by_role("link", name="Kestrel Logistics").click()
    page.get_by_role("button", name="Join again").click()
    expect(page.get_by_role("status").first).to_contain_text("is joined with")


def imports(page: Page, site: Site, linked: int) -> None:
    """What was taken over keeps its company, and gets the values of Salesforce; the doubled id waits."""
    page.goto("/")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("Last import")).to_be_visible()
    companies = {str(each["companyName"]) for each in site.pair.autotask.records("Companies")}
    assert ("Kestrel Logistics" in companies, "Kestrel Freight Forwarding" in companies) == (True, False)
    page.goto(f"/connections/{NAME}/records/?q=Willow+Event+Center")
    expect(page.locator("main")).to_contain_text("held")
    assert linked > 20


def writes(site: Site) -> list[str]:
    """Companies and contacts that were written to Autotask so far."""

    def is_write(entry: JournalEntry) -> bool:
        return entry.operation in ("create", "update") and "/Companies" in entry.path

    return [f"{each.method} {each.path}" for each in site.pair.autotask.journal.entries() if is_write(each)]
