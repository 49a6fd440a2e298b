"""An administrator, from an empty installation to the mail about the first import; in one story, as people live it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.arriving import EXTENSION, NAME, sign_in
from tests.browser.conftest import OpenWindow
from tests.browser.demo import PASSWORD
from tests.browser.site import Site
from tests.support.mailbox import Mailbox


def test_from_nothing_to_the_mail_about_the_first_import(open_window: OpenWindow, site: Site) -> None:
    """Sets up, connects, launches, watches, decides about a held record, separates a pair, and hears of it by mail."""
    page, second = open_window(site.address), open_window(site.address)
    becomes_the_first_administrator(page, site)
    connects_both_systems(page, site)
    has_people_told(page, site.mailbox)
    launches_and_watches(page, second)
    hears_of_it(site.mailbox)
    decides_about_a_held_record(page)
    separates_a_pair(page)
    previews_and_approves(page, site)
    adds_a_match_rule(page, site)


def becomes_the_first_administrator(page: Page, site: Site) -> None:
    """By the code that the log shows, which is good once."""
    page.goto("/")
    expect(page).to_have_url(re.compile("/set-up/$"))
    page.get_by_label("Code").fill(site.code)
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Your name").fill("Anna Lind")
    page.get_by_label("E-mail").fill("anna@northlight.example")
    page.get_by_label("Password (").fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is connected yet.")


def connects_both_systems(page: Page, site: Site) -> None:
    """Wrong at first: the test says what to do; then right, and saved."""
    document = site.pair.connection()
    salesforce, autotask = document["salesforce"], document["autotask"]
    assert isinstance(salesforce, dict)
    assert isinstance(autotask, dict)
    page.get_by_role("link", name="Connect Salesforce and Autotask").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Salesforce Extension Settings")
    page.get_by_label("Name of the connection").fill(NAME)
    page.get_by_label("URL", exact=True).fill(str(salesforce["url"]))
    page.get_by_role("button", name="OK").click()
    page.get_by_label("Consumer key").fill(str(salesforce["client_id"]))
    page.get_by_label("Consumer secret").fill("wrong")
    page.get_by_label("Autotask address").fill(str(autotask["url"]))
    page.get_by_label("API user name").fill(str(autotask["username"]))
    page.get_by_label("API user's password").fill(str(autotask["secret"]))
    page.get_by_label("Integration code").fill(str(autotask["integration_code"]))
    page.get_by_label("If the Salesforce account owner does not exist").fill("Helen Marsh")
    page.get_by_role("checkbox", name="Active").check()
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#findings")).to_contain_text("would stop an import")
    page.get_by_label("Consumer secret").fill(str(salesforce["client_secret"]))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#findings")).to_contain_text("An import can run.")
    page.get_by_label("own password").fill(PASSWORD)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.get_by_text("Next Scheduled Import")).to_be_visible()


def has_people_told(page: Page, mailbox: Mailbox) -> None:
    """A mail server, tried out at once, and one resource who is told."""
    page.goto("/admin/mail/")
    page.get_by_label("Host").fill(mailbox.host)
    page.get_by_label("Security").select_option("none")
    page.get_by_label("Port").fill(str(mailbox.port))
    page.get_by_label("Sender").fill("Taskforce <taskforce@northlight.example>")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Send a test mail").click()
    expect(page.get_by_role("status").first).to_contain_text("anna@northlight.example")
    page.goto(f"{EXTENSION}notification/")
    page.get_by_label("Search").fill("helen")
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_be_visible()


def launches_and_watches(page: Page, second: Page) -> None:
    """The progress is seen in both windows, survives a reload, and a second launch is refused kindly."""
    page.goto("/")
    sign_in(second, "anna")
    launch = second.get_by_role("button", name="Launch")
    expect(launch).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    expect(page.locator("progress")).to_be_visible()
    launch.click()
    expect(second.locator("main")).to_contain_text("under way")
    expect(second.locator("progress")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text("Last import")).to_be_visible()
    expect(second.get_by_text("Last import")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("need")


def hears_of_it(mailbox: Mailbox) -> None:
    """What happened stands in the subject."""
    mailbox.wait_for(2)
    assert mailbox.subjects[0] == "Taskforce: this is a test mail"
    assert mailbox.subjects[1].startswith(f"{NAME}: ")


def decides_about_a_held_record(page: Page) -> None:
    """By keyboard, in the queue: the first candidate of one for which several Autotask records fit."""
    page.get_by_role("link", name=re.compile(r"^\d+ held$")).click()
    page.get_by_role("link", name=re.compile("several", re.IGNORECASE)).first.click()
    page.wait_for_url("**reason=ambiguous")
    before = page.locator("fieldset.tf-held").count()
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.get_by_role("button", name="Decide as chosen below").click()
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.locator("fieldset.tf-held")).to_have_count(before - 1)


def separates_a_pair(page: Page) -> None:
    """On the record's page."""
    page.goto(f"/connections/{NAME}/records/?state=linked")
    page.locator("table a").first.click()
    page.get_by_role("button", name="Un-map").click()
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.locator(".tf-standing")).to_contain_text("un-mapped")


def previews_and_approves(page: Page, site: Site) -> None:
    """What an import would change stands there before and after; approved, it is carried out."""
    account = next(each for each in site.pair.salesforce.records("Account") if each["Name"] == "Coral Books")
    site.pair.salesforce.save_record("Account", {"Id": account["Id"], "Phone": "312-555-0142"})
    page.goto("/")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_visible()
    page.goto("/runs/")
    page.get_by_role("link", name=re.compile("^Preview")).first.click()
    page.get_by_role("link", name=re.compile("plan", re.IGNORECASE)).first.click()
    line = page.locator("tr[data-row]").filter(has_text="Coral Books")
    expect(line.locator("ins").filter(has_text="312-555-0142")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"\d updated"))


def adds_a_match_rule(page: Page, site: Site) -> None:
    """Tried first: it would find one; saved, the next import links that, and says by which rule."""
    account = next(each for each in site.pair.salesforce.records("Account") if each["Name"] == "Coral Books")
    owner = next(each for each in site.pair.autotask.records("Companies") if each["id"])["ownerResourceID"]
    company = {"companyName": "Harbour Light", "companyType": 1, "ownerResourceID": owner, "isActive": True}
    further = {"phone": "312-555-0107", "webAddress": "https://harbourlight.example"}
    site.pair.autotask.save_record("Companies", {**company, **further})
    found = {"Name": "HL Trading", "OwnerId": account["OwnerId"], "Website": "www.harbourlight.example"}
    site.pair.salesforce.save_record("Account", found)
    page.goto(EXTENSION)
    page.get_by_role("link", name="Match rules").click()
    page.get_by_label("Companies, rule 2: what is the same").select_option("domain of the website")
    page.get_by_label("Companies, rule 2: verdict").select_option("link")
    page.get_by_role("button", name="Try them").click()
    expect(page.get_by_role("heading", name="What the rules would do")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.get_by_label("Companies, rule 2: what is the same")).to_have_value("domain")
    page.goto("/")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text("Last import")).to_be_visible()
    page.goto("/runs/")
    page.get_by_role("link", name=re.compile("^Import")).first.click()
    line = page.locator("tr[data-row]").filter(has_text="HL Trading")
    expect(line).to_contain_text("fits by an added match rule, so the two were linked")
    line.get_by_text("Evidence").click()
    expect(line.get_by_text("domain of the website")).to_be_visible()
