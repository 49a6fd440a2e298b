"""`taskforce filter NAME`: which accounts and contacts are imported (B10)."""

import pytest

from taskforce.domain.audit import Deed
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

EVERYTHING = "Every account and contact is imported."
READ_ANEW = "The next import reads everything once more."


@pytest.fixture
def customer(office: Office) -> str:
    """One of two accounts, each with a contact."""
    customer, prospect = office.account(Name="Ash", Type="Customer"), office.account(Name="Birch", Type="Prospect")
    office.contact(customer, Title="Head")
    office.contact(prospect)
    return customer


def names(office: Office) -> list[str]:
    """The companies that were imported."""
    return sorted(str(each["companyName"]) for each in office.companies() if each["id"])


@pytest.mark.usefixtures("customer")
def test_from_nothing_to_a_filter_and_back(desk: Desk, office: Office) -> None:
    """It is counted before it is asked for, stored in one spelling, obeyed, and taken back."""
    before = desk.run("filter", NAME, "show")
    stored = desk.run("filter", NAME, "set", "--accounts", "Type=customer", "--unfit", "deactivate", stdin="y\n")
    shown = desk.run("filter", NAME, "show")
    desk.run("import", NAME)
    then = names(office)
    cleared = desk.run("filter", NAME, "clear")
    desk.run("import", NAME)

    assert before.text == EVERYTHING
    assert stored.status == 0
    assert [line.strip() for line in stored.out.splitlines()] == [
        "1 of 2 accounts fit.",
        "1 of 2 contacts fit.",
        "y",
        f"✓ The filter was changed. {READ_ANEW}",
    ]
    assert shown.text == "Accounts: Type = customer Linked accounts that do not fit: deactivate"
    assert (then, names(office)) == (["Ash"], ["Ash", "Birch"])
    assert cleared.text == f"✓ There is no filter any more. {READ_ANEW}"


@pytest.mark.usefixtures("customer")
def test_whoever_declines_has_changed_nothing(desk: Desk) -> None:
    """With status 1."""
    said = desk.run("filter", NAME, "set", "--accounts", "Type = Customer", stdin="n\n")

    assert (said.status, said.told[-1]) == (1, "Import these only? [y/N]:The filter was not changed.")
    assert desk.run("filter", NAME, "show").text == EVERYTHING


@pytest.mark.usefixtures("customer")
def test_programs_are_answered(desk: Desk) -> None:
    """The stored filter and the figures of another one, as objects."""
    desk.run("filter", NAME, "set", "--accounts", "Type = Customer", "--accounts", "Type = Partner", "--yes")

    shown = desk.run("filter", NAME, "show", "--json").document
    counted = desk.run("filter", NAME, "count", "--contacts", "Title is not blank", "--json").document
    stored = desk.run("filter", NAME, "count", "--json").document

    assert shown == {
        "accounts": ["Type = Customer", "Type = Partner"],
        "contacts": [],
        "unfit": "keep",
        "bring_parents": False,
    }
    assert counted == {"companies": {"fit": 2, "all": 2}, "contacts": {"fit": 1, "all": 2}}
    assert stored == {"companies": {"fit": 1, "all": 2}, "contacts": {"fit": 1, "all": 2}}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--accounts", "Type is"), "accounts.1: 'Type is' is not understood: write it like Type = Customer."),
        (("--contacts", ""), "contacts.1: a group needs a condition, such as Type = Customer."),
        (("--accounts", "Colour__c = red"), "Salesforce shows its user no field Colour__c."),
        (("--accounts", "AnnualRevenue > much"), "AnnualRevenue is compared with a number, not 'much'."),
    ],
)
def test_what_makes_no_filter_is_said(desk: Desk, office: Office, options: tuple[str, ...], problem: str) -> None:
    """Before anything is stored, or asked of the person."""
    del office
    said = desk.run("filter", NAME, "set", *options)

    assert (said.status, said.problems) == (2, [problem])
    assert desk.run("filter", NAME, "show").text == EVERYTHING


def test_it_is_in_the_audit(desk: Desk, office: Office) -> None:
    """What was changed, and by whom; nothing where nothing was."""
    desk.run("filter", NAME, "set", "--accounts", "Type = Customer", "--yes")
    desk.run("filter", NAME, "clear")
    desk.run("filter", NAME, "clear")

    assert [(each.deed, each.connection, dict(each.details)) for each in office.installation.audit.latest(2)] == [
        (Deed.SETTINGS_CHANGED, NAME, {"settings.record_filter": "accounts with Type = Customer → everything"}),
        (Deed.SETTINGS_CHANGED, NAME, {"settings.record_filter": "everything → accounts with Type = Customer"}),
    ]


def test_parents_of_those_that_fit_are_brought_along(desk: Desk, office: Office) -> None:
    """All levels of those that are at hand at once, without their contacts."""
    top = office.account(Name="Top", Type="Prospect")
    middle = office.account(Name="Middle", Type="Prospect", ParentId=top)
    leaf = office.account(Name="Leaf", Type="Customer", ParentId=middle)
    office.account(Name="Stranger", Type="Prospect")
    office.contact(middle)
    desk.run("filter", NAME, "set", "--accounts", "Type = Customer", "--bring-parents", "--yes")
    office.run()

    assert names(office) == ["Leaf", "Middle", "Top"]
    assert office.company_of(leaf)["parentCompanyID"] == office.company_of(middle)["id"]
    assert office.company_of(middle)["parentCompanyID"] == office.company_of(top)["id"]
    assert office.people() == []


def test_a_brought_parent_is_kept_current_until_the_filter_changes(desk: Desk, office: Office) -> None:
    """After that it has to fit like any other."""
    parent = office.account(Name="Parent", Type="Prospect", Phone="1")
    office.account(Name="Child", Type="Customer", ParentId=parent)
    desk.run("filter", NAME, "set", "--accounts", "Type = Customer", "--bring-parents", "--yes")
    for _ in range(2):
        office.run()
    office.change("Account", parent, Phone="2")
    office.run()
    kept = office.company_of(parent)["phone"]
    desk.run("filter", NAME, "set", "--accounts", "Type = Customer", "--yes")
    office.change("Account", parent, Phone="3")
    office.run()

    assert (kept, office.company_of(parent)["phone"]) == ("2", "2")
    assert "parents" not in desk.run("filter", NAME, "show").text
