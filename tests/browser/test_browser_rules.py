"""An administrator says what is recognized and imported, takes a run back, and forgets somebody (B4, B10, B15)."""

import re

from playwright.sync_api import Page, expect

from tests.browser.arriving import EXTENSION, NAME, come_in_as_administrator
from tests.browser.conftest import OpenWindow
from tests.browser.site import Site

FORMER, LATER = "312-555-0188", "312-555-0199"
SOMEBODY = "wren.hollis@osprey.example"


def test_rules_are_tried_and_a_run_is_taken_back(open_window: OpenWindow, site: Site) -> None:
    """From the match rule that holds a record to the address that is erased; nothing is saved by trying."""
    page = open_window(site.address)
    come_in_as_administrator(page, site)
    site.taskforce("import", NAME)
    holds_by_a_rule(page, site)
    filters(page)
    takes_a_run_back(page, site)
    forgets_somebody(page)


def holds_by_a_rule(page: Page, site: Site) -> None:
    """Another name with the same account number: the trial says one, and the import holds it for review."""
    owner = site.pair.autotask.records("Resources")[0]["id"]
    site.pair.autotask.save_record(
        "Companies",
        {
            "companyName": "Osprey Group",
            "companyNumber": "OF-77",
            "companyType": 1,
            "phone": FORMER,
            "ownerResourceID": owner,
        },
    )
    site.taskforce("import", NAME)
    account = {"Name": "Osprey Freight", "AccountNumber": "OF-77", "Phone": FORMER, "Type": "Customer"}
    saved = site.pair.salesforce.save_record("Account", account)
    person = {"FirstName": "Wren", "LastName": "Hollis", "Email": SOMEBODY, "AccountId": saved["Id"]}
    site.pair.salesforce.save_record("Contact", person)
    page.goto(EXTENSION)
    page.get_by_role("link", name="Match rules").click()
    page.locator("[name=companies-0-trait]").select_option("account_number")
    page.locator("[name=companies-0-verdict]").select_option("hold")
    page.get_by_role("button", name="Try them").click()
    expect(page.get_by_role("status").first).to_contain_text("nothing is saved yet")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    site.taskforce("import", NAME)
    page.goto(f"/review/?connection={NAME}&reason=rule_match_held")
    page.get_by_role("link", name="Osprey Freight").click()
    expect(page.locator("main")).to_contain_text("Osprey Group")


def filters(page: Page) -> None:
    """How many fit is told before anything is saved."""
    page.goto(EXTENSION)
    page.get_by_role("link", name="Which records are imported").click()
    conditions = page.get_by_role("region", name="Accounts")
    conditions.get_by_label("Field").first.fill("Type")
    conditions.get_by_label("Value").first.fill("Customer")
    page.get_by_role("button", name="How many fit?").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile(r"\d+ of \d+ accounts fit\."))
    expect(page.get_by_role("status").first).to_contain_text("Nothing is saved yet.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("fit. The next import reads everything once more.")


def takes_a_run_back(page: Page, site: Site) -> None:
    """A phone number comes and goes; the preview shows it, and the connection's name is typed before anything moves."""
    account = next(each for each in site.pair.salesforce.records("Account") if each["Type"] == "Customer")
    [company] = [each for each in site.pair.autotask.records("Companies") if each["companyName"] == account["Name"]]
    site.pair.salesforce.save_record("Account", {"Id": account["Id"], "Phone": LATER})
    site.taskforce("import", NAME)
    assert phone_of(site, company["id"]) == LATER
    page.goto("/runs/")
    page.get_by_role("link", name=re.compile(r"^Import \d+")).first.click()
    page.get_by_text("Undo this run").click()
    page.get_by_role("button", name="Preview the undo").click()
    page.get_by_role("link", name="1 to change", exact=True).click()
    expect(page.locator("main")).to_contain_text(LATER)
    page.get_by_label(f"Type {NAME} to approve").fill(NAME)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("term").filter(has_text="Last undo")).to_be_visible()
    assert phone_of(site, company["id"]) == company["phone"]


def phone_of(site: Site, company: int) -> object:
    """What stands in Autotask."""
    return next(each["phone"] for each in site.pair.autotask.records("Companies") if each["id"] == company)


def forgets_somebody(page: Page) -> None:
    """Nothing is left to be found about an address that was erased, and the audit still stands."""
    page.goto("/admin/privacy/")
    page.get_by_label("Mail address").fill(SOMEBODY)
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Type the address again to erase it").fill(SOMEBODY)
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("status").first).to_contain_text("Erased here:")
    page.get_by_label("Mail address").fill(SOMEBODY)
    page.get_by_role("button", name="Find").click()
    expect(page.locator("main")).to_contain_text("Nothing is kept about this address.")
    page.goto("/admin/audit/")
    expect(page.locator("main")).to_contain_text("erased a person's data")
