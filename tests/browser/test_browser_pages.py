"""Every page for everybody: what people with little sight or no mouse need, on a phone too, and what roles see."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Enter, OpenWindow
from tests.browser.demo import PASSWORD, Demo

EXTENSION = "/admin/extensions/other/salesforce/connections/demo/"
MOST_PAGES = 60
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 700}
"""What WCAG's rule on reflow asks for: a desk's window at 400 %."""
DESK: ViewportSize = {"width": 1280, "height": 800}
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
RULES_ON_COLOURS = {"type": "rule", "values": ["color-contrast"]}
LINKS = "links => links.map(link => link.getAttribute('href')).filter(href => href && href.startsWith('/'))"
IS_WIDER = "document.documentElement.scrollWidth > window.innerWidth"

LEFT_OUT = re.compile(r"\.csv|\.json|/api/|/sign-out/|/static/|openapi")
"""What is no page."""


def kind_of(address: str) -> str:
    """Pages of one kind have addresses that differ in numbers, ids and what is asked for only."""
    return re.sub(r"/(\d+|00[13]\w{15})(?=/)", "/…", address.partition("?")[0])


def pages_from(page: Page) -> list[str]:
    """An address of each kind of page that links lead to."""
    found = {"/": "/"}
    todo = ["/"]
    while todo:
        page.goto(todo.pop(0))
        for address in page.locator("a[href]").evaluate_all(LINKS):
            if not LEFT_OUT.search(address) and kind_of(address) not in found:
                found[kind_of(address)] = address
                todo.append(address)
    assert 15 < len(found) < MOST_PAGES
    return list(found.values())


def faults_of(page: Page, axe: Axe) -> list[tuple[str, ...]]:
    """Of a page as it stands, by axe-core's rules of WCAG 2.2, light and dark; and whether it scrolls sideways."""
    faults: list[tuple[str, ...]] = []
    for scheme, rules in (("light", ALL_RULES), ("dark", RULES_ON_COLOURS)):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
        faults += [
            (page.url, scheme, fault["id"], node["html"][:160])
            for fault in found
            for node in fault["nodes"]
            if fault["impact"] in ("serious", "critical")
        ]
    for size in (PHONE, NARROWEST):
        page.set_viewport_size(size)
        if page.evaluate(IS_WIDER):
            faults.append((page.url, str(size["width"]), "scrolls sideways", ""))
    page.set_viewport_size(DESK)
    return faults


def test_no_page_has_a_serious_fault_for_people_with_disabilities(enter: Enter) -> None:
    """Whatever the links lead to."""
    page, axe = enter("anna"), Axe()
    faults: list[tuple[str, ...]] = []
    for address in pages_from(page):
        page.goto(address)
        faults += faults_of(page, axe)

    assert "\n".join(map(str, faults)) == ""


@pytest.mark.parametrize(
    ("address", "button", "shown"),
    [
        ("mapping/", "Try with ten records", "What becomes of the records that changed last"),
        ("mapping/row/?object=account&was=phone", "Try", "What becomes of the records that changed last"),
        ("mapping/row/?object=account&was=companyType", "Pair values", "Values in Salesforce"),
        ("match-rules/", "Try them", "What the rules would do"),
    ],
)
def test_nor_has_what_is_tried(enter: Enter, address: str, button: str, shown: str) -> None:
    """The answers to forms, to which no link leads."""
    page = enter("anna")
    page.goto(f"{EXTENSION}{address}")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("heading", name=shown)).to_be_visible()

    assert "\n".join(map(str, faults_of(page, Axe()))) == ""


@pytest.mark.parametrize(
    ("name", "may_launch", "may_set"), [("vera", False, False), ("otto", True, False), ("anna", True, True)]
)
def test_people_see_what_they_may_do(enter: Enter, name: str, may_launch: bool, may_set: bool) -> None:
    """A button that would be refused is not there, and the address behind it says whom it is for."""
    page = enter(name)

    expect(page.get_by_role("button", name="Launch")).to_have_count(int(may_launch))
    expect(page.get_by_role("link", name="Admin", exact=True)).to_have_count(int(may_set))
    answer = page.goto("/admin/extensions/other/salesforce/connections/demo/")
    assert answer is not None
    assert answer.status == (200 if may_set else 403)


def test_nothing_unsaved_is_lost_unasked(enter: Enter) -> None:
    """Whoever leaves the extension page after typing is asked; who saves or cancels is not."""
    page = enter("anna")
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.goto(EXTENSION)
    page.get_by_label("Minutes between two imports").fill("30")
    page.get_by_role("link", name="Dashboard").click(no_wait_after=True)
    expect(page.get_by_label("Minutes between two imports")).to_have_value("30")
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Cancel").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_first_page_is_reached_by_keyboard_alone(open_window: OpenWindow, demo: Demo) -> None:
    """Whoever comes may type at once."""
    page = open_window(demo.address)
    page.goto("/sign-in/")
    page.locator("body").press("Tab")
    page.goto("/sign-in/")
    expect(page.get_by_label("User name")).to_be_focused()


def test_the_menu_is_skipped_by_keyboard(enter: Enter) -> None:
    """The first stop of every page leads to its content."""
    page = enter("vera")
    page.goto("/runs/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_what_is_typed_outlives_the_session(enter: Enter) -> None:
    """Nothing is sent once the session has ended; what was typed stands there, and goes out after signing in again."""
    page = enter("anna")
    page.goto(EXTENSION)
    page.get_by_label("Minutes between two imports").fill("33")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_label("User name").wait_for()

    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_contain_text("You are not signed in as anna any more, so nothing was sent.")
    expect(page.get_by_label("Minutes between two imports")).to_have_value("33")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another window").click()
    opened.value.get_by_label("User name").fill("anna")
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.keyboard.press("Enter")
    opened.value.get_by_role("button", name="Sign out").wait_for()
    page.get_by_role("button", name="Save").first.click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Minutes between two imports")).to_have_value("33")


def test_the_row_of_the_web_service_by_keyboard(enter: Enter) -> None:
    """Escape takes back, Enter is OK; neither saves the page."""
    page = enter("anna")
    page.goto(EXTENSION)
    url = page.get_by_label("URL", exact=True)
    before = url.input_value()
    page.get_by_role("button", name="Edit").click()
    url.fill("https://other.my.salesforce.com")
    url.press("Escape")
    expect(page.get_by_role("button", name="Edit")).to_be_focused()
    expect(url).to_have_value(before)

    page.get_by_role("button", name="Edit").click()
    url.fill("https://other.my.salesforce.com")
    url.press("Enter")
    expect(page.locator('[data-shows="url"]')).to_have_text("https://other.my.salesforce.com")
    expect(page.get_by_role("button", name="Edit")).to_be_focused()


def test_the_web_service_stands_once_on_a_phone(enter: Enter) -> None:
    """Either to be read or to be edited."""
    page = enter("anna", viewport=PHONE)
    page.goto("/admin/extensions/other/salesforce/add/")
    expect(page.get_by_text("Web Service for Salesforce").filter(visible=True)).to_have_count(1)
    page.goto(EXTENSION)
    expect(page.get_by_text("Web Service for Salesforce").filter(visible=True)).to_have_count(1)


def test_runs_are_opened_by_keyboard(enter: Enter) -> None:
    """As every list."""
    page = enter("vera")
    page.goto("/runs/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*/")


@pytest.mark.parametrize(
    "options",
    [{}, {"java_script_enabled": False}, {"viewport": PHONE, "color_scheme": "dark"}],
    ids=["at a desk", "without scripts", "on a phone, dark"],
)
def test_a_field_is_locked_and_unlocked_by_keyboard(enter: Enter, options: dict[str, Any]) -> None:
    """By the button beside it, which says what it is for; the page does not grow wider than a phone."""
    page = enter("otto", **options)
    page.goto("/records/?state=linked")
    address = page.locator('main a[href*="/records/001"]').first.get_attribute("href")
    assert address is not None
    page.goto(address)

    page.get_by_role("button", name="Lock phone", exact=True).press("Enter")
    expect(page.get_by_text("No import writes phone of Autotask company")).to_be_visible()
    expect(page.get_by_text("phone · locked")).to_be_visible()
    is_wider = page.evaluate(IS_WIDER)
    page.get_by_role("button", name="Unlock phone", exact=True).press("Enter")
    expect(page.get_by_text("not locked any more. The next import writes there")).to_be_visible()
    expect(page.get_by_text("phone · locked")).to_have_count(0)
    assert not is_wider
