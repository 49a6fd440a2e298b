"""Which records are imported, as an administrator says so in a browser (B10)."""

import re
from html import unescape

import pytest

from taskforce.adapters.store.models import InboxRow
from taskforce.domain.audit import Deed
from taskforce.domain.reasons import Reason
from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import words

PAGE = f"/admin/extensions/other/salesforce/connections/{NAME}/filter/"
EXTENSION = f"/admin/extensions/other/salesforce/connections/{NAME}/"


@pytest.fixture
def two_kinds(office: Office) -> Office:
    """A customer and a prospect, each with a contact."""
    for kind in ("Customer", "Prospect"):
        office.contact(office.account(Name=f"A {kind}", Type=kind))
    return office


def row(kind: str, group: int, place: int, field: str, operator: str, value: str) -> dict[str, str]:
    """One row of the form as a browser sends it."""
    name = f"{kind}-{group}-{place}"
    return {f"{name}-field": field, f"{name}-operator": operator, f"{name}-value": value}


def rows(page: str) -> list[tuple[str, str]]:
    """The rows that stand in a page: field and value; empty ones too."""
    found = [
        dict(re.findall(r'name="[^"]*-(field|value)" value="([^"]*)"', part))
        for part in page.split('class="tf-condition"')[1:]
    ]
    return [(unescape(each["field"]), unescape(each["value"])) for each in found]


CUSTOMERS = row("accounts", 0, 0, "Type", "=", "customer")


def test_counted_saved_and_obeyed(two_kinds: Office, enter: Enter) -> None:
    """Counting saves nothing; saving says how many fit, is in the audit, and the next import obeys."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    counted = words(visitor.send(PAGE, **CUSTOMERS, unfit="deactivate", do="count"))
    before = two_kinds.installation.connection(NAME).settings.record_filter.accounts
    version = two_kinds.installation.book.version(NAME)
    saved = visitor.send(PAGE, **CUSTOMERS, unfit="deactivate", do="save", version=version)
    two_kinds.run()

    assert "1 of 2 accounts fit." in counted
    assert "1 of 2 contacts fit." in counted
    assert before == ()
    assert "Saved: 1 of 2 accounts and 1 of 2 contacts fit." in words(saved)
    assert rows(saved.text) == [("Type", "customer"), ("", ""), ("", ""), ("", "")]
    assert [each["companyName"] for each in two_kinds.companies() if each["id"]] == ["A Customer"]
    [entry] = two_kinds.installation.audit.latest(1)
    assert (entry.deed, dict(entry.details)) == (
        Deed.SETTINGS_CHANGED,
        {"settings.record_filter": "everything → accounts with Type = customer; others are set inactive"},
    )
    assert "Which records are imported : accounts with Type = customer; others are set inactive" in words(
        visitor.get(EXTENSION)
    )


def test_rows_come_back_in_order(two_kinds: Office, enter: Enter) -> None:
    """Blank ones are left out, groups close ranks, lists keep their commas; there is always room for more."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    sent = {
        **row("accounts", 0, 0, "", "=", ""),
        **row("accounts", 0, 1, "Type", "in", "Customer, 'Big, and bigger'"),
        **row("accounts", 0, 2, "Rating", "!=", "Cold and wet"),
        **row("accounts", 1, 0, "", "=", ""),
        **row("accounts", 2, 0, "Website", "is not blank", ""),
        **row("contacts", 0, 0, "Title", "starts with", "Head"),
    }

    page = visitor.send(PAGE, **sent, do="save", version=two_kinds.installation.book.version(NAME)).text

    stored = two_kinds.installation.connection(NAME).settings.record_filter
    assert stored.accounts == (
        'Type in Customer, "Big, and bigger" and Rating != "Cold and wet"',
        "Website is not blank",
    )
    assert stored.contacts == ("Title starts with Head",)
    assert rows(page) == [
        ("Type", 'Customer, "Big, and bigger"'),
        ("Rating", "Cold and wet"),
        ("", ""),
        ("Website", ""),
        ("", ""),
        ("", ""),
        ("Title", "Head"),
        ("", ""),
        ("", ""),
    ]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (row("accounts", 0, 0, "Type", "=", ""), "A value is expected."),
        (row("accounts", 0, 0, "Big type", "=", "x"), "'Big type = x' is not understood"),
        (row("accounts", 0, 0, "Type", "in", "a,,b"), "A value is expected after 'a,'."),
        (row("accounts", 0, 0, "Colour__c", "=", "x"), "Salesforce shows its user no field Colour__c."),
        (row("accounts", 0, 0, "AnnualRevenue", ">", "much"), "AnnualRevenue is compared with a number, not 'much'."),
        (row("accounts", 0, 0, "Description", "contains", "x"), "Salesforce takes no such condition on Description."),
    ],
)
def test_what_makes_no_filter_is_said_beside_what_was_typed(
    office: Office, enter: Enter, sent: dict[str, str], told: str
) -> None:
    """Nothing is saved and nothing typed is lost."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    answer = visitor.send(PAGE, **sent, do="save", version=office.installation.book.version(NAME))

    assert told in words(answer)
    assert rows(answer.text)[0] == (sent["accounts-0-0-field"], sent["accounts-0-0-value"])
    assert office.installation.connection(NAME).settings.record_filter.accounts == ()


def test_somebody_else_was_quicker(two_kinds: Office, enter: Enter) -> None:
    """What they saved stays, what was typed is there still, and may be saved knowing that."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    version = two_kinds.installation.book.version(NAME)
    two_kinds.settings(interval_minutes=30)

    answer = visitor.send(PAGE, **CUSTOMERS, do="save", version=version)

    assert "Nothing was saved. This connection was changed meanwhile, by somebody or in another window" in words(answer)
    assert rows(answer.text)[0] == ("Type", "customer")
    assert two_kinds.installation.connection(NAME).settings.record_filter.accounts == ()
    [version] = re.findall(r'name="version" value="([^"]*)"', answer.text)
    assert "Saved:" in words(visitor.send(PAGE, **CUSTOMERS, do="save", version=version))


def test_there_is_an_end_to_rows(office: Office, enter: Enter) -> None:
    """A form that was made up is taken as far as a person's would go."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    many = {}
    for number in range(60):
        many.update(row("accounts", number, 0, "Type", "=", f"T{number}"))

    page = visitor.send(PAGE, **many, do="room").text

    assert sum(field != "" for field, _ in rows(page)) == 20


def test_what_does_not_fit_has_a_reason_and_no_page(two_kinds: Office, enter: Enter) -> None:
    """Of a contact whose account does not fit only the id is kept; its run tells why, and leads nowhere else."""
    two_kinds.settings(record_filter={"accounts": ["Type = Customer"]})
    run = two_kinds.run()
    [left] = [each for each, outcome in two_kinds.outcomes(run).items() if outcome.reason is Reason.ACCOUNT_UNFIT]
    visitor = enter(Role.VIEWER)

    told, listed = visitor.get(f"/runs/{run.id}/"), visitor.get("/records/")
    row = InboxRow.objects.get(source_id=left)

    assert "The contact's account does not fit the filter" in words(told)
    assert [f"/records/{left}/" in each.text for each in (told, listed)] == [False, False]
    assert (bytes(row.document), row.search, row.parent_id) == (b"", "", "")
