"""An administrator fills a user-defined field, is told what cannot be, pairs a value, and goes back (B8, B9)."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.arriving import EXTENSION, NAME, come_in_as_administrator
from tests.browser.conftest import OpenWindow
from tests.browser.site import Site

LEAD = 2
"""Autotask's code of that company type."""
CUSTOM = {"custom_fields": {"Account": [{"name": "Region__c", "length": 40, "label": "Region"}]}}


def test_own_rules(open_window: OpenWindow, site: Site) -> None:
    """From the row that is missing to the import that writes it, and back to what stood there before."""
    page = open_window(site.address)
    account = has_both_fields(site)
    come_in_as_administrator(page, site)
    opens_the_rows(page)
    is_told_what_cannot_be(page)
    adds_a_row(page, account)
    pairs_a_value(page, account)
    sees_it_written(page, site, account)
    goes_back(page, site)


def has_both_fields(site: Site) -> dict[str, Any]:
    """One on accounts, with a value in an account of a type that Autotask does not know, and one on companies."""
    site.pair.salesforce.change_settings(CUSTOM)
    site.pair.autotask.save_record(
        "UserDefinedFieldDefinitions", {"name": "Region", "entity": "Company", "type": "Text"}
    )
    saved = {"Name": "Osprey Freight", "Phone": "312-555-0188", "Type": "Customers of old", "Region__c": "north"}
    return dict(site.pair.salesforce.save_record("Account", saved))


def opens_the_rows(page: Page) -> None:
    """By the connection's page."""
    page.goto(EXTENSION)
    page.get_by_role("link", name="What goes where, and who wins").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What goes where")


def is_told_what_cannot_be(page: Page) -> None:
    """A field that is not there, with the mend beside what was typed."""
    page.get_by_role("link", name="Add a row").click()
    page.get_by_label("Salesforce field, or text").fill("Region__c")
    page.get_by_label("Autotask field").fill("udf:Reigon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    expect(page.get_by_text("Autotask has no field udf:Reigon of companies. Choose another field")).to_be_visible()
    expect(page.get_by_label("Salesforce field, or text")).to_have_value("Region__c")


def adds_a_row(page: Page, account: dict[str, Any]) -> None:
    """Both systems' fields are offered; the sample shows what becomes of a record before anything is saved."""
    page.get_by_label("Autotask field").fill("udf:Region")
    page.get_by_label("What happens to the value").select_option("upper_case")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing is saved yet.")
    sample = page.locator("tbody tr").filter(has_text=account["Name"])
    expect(sample).to_have_text(re.compile(r"Osprey Freight\s*north\s*NORTH"))
    expect(page.locator('#targets option[value="udf:Region"]')).to_have_count(1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: company.udf:Region.")


def pairs_a_value(page: Page, account: dict[str, Any]) -> None:
    """A type that Autotask does not know, which would become the fallback."""
    page.get_by_role("link", name="companyType").click()
    page.get_by_role("button", name="Pair values").click()
    line = page.locator("tr").filter(has_text=account["Type"])
    expect(line).to_contain_text("by default")
    line.get_by_role("combobox").select_option("Lead")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: company.companyType.")


def sees_it_written(page: Page, site: Site, account: dict[str, Any]) -> None:
    """By the next import."""
    site.taskforce("import", NAME)
    page.goto(f"/connections/{NAME}/records/{account['Id']}/")
    [company] = [each for each in site.pair.autotask.records("Companies") if each["companyName"] == account["Name"]]
    fields = {each["name"]: each["value"] for each in company["userDefinedFields"]}
    assert (fields["Region"], company["companyType"]) == ("NORTH", LEAD)
    expect(page.locator("main")).to_contain_text(account["Name"])


def goes_back(page: Page, site: Site) -> None:
    """To the first version: what would change is shown first; the pair is gone, the row stays."""
    page.goto(f"{EXTENSION}mapping/")
    page.get_by_role("button", name="Go back to 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row would change")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: company.companyType.")
    rows = json.loads(site.taskforce("mapping", NAME, "export"))["accounts"]
    assert [each for each in rows if each["target"] in ("companyType", "udf:Region")] == [
        {"source": "Type", "target": "companyType", "transform": "company_type"},
        {"source": "Region__c", "target": "udf:Region", "transform": "upper_case"},
    ]
