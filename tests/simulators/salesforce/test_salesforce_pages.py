"""What people see and edit in the browser."""

import pytest

from taskforce_simulators.core.browsing import RecordRefusedError


@pytest.fixture
def pages(org):
    """The pages of an org with two accounts and a contact."""
    org.account = org.create("Account", Name="Acme", Type="Our own", AnnualRevenue=100, Phone="1")
    org.child = org.create("Account", Name="Child", ParentId=org.account)
    org.contact = org.create("Contact", LastName="Reed", AccountId=org.account)
    return org.simulator.pages()


def fields(form, tab=0):
    """A tab's fields by name."""
    return {field.name: field for field in form.tabs[tab].fields}


def test_the_menu_has_accounts_contacts_and_users(pages):
    """Users cannot be made."""
    assert [(item.name, item.creatable) for item in pages.objects()] == [
        ("Account", True),
        ("Contact", True),
        ("User", False),
    ]


def test_a_list_is_searched_and_cut(org, pages):
    """By any column, without regard to case; deleted records are not shown."""
    found = pages.listing("Account", search="ACM", offset=0, limit=10)
    stamp = org.stamp
    row = {"id": org.account, "Name": "Acme", "Type": "Our own", "Industry": "", "Phone": "1", "BillingCity": ""}
    assert (found.total, found.rows) == (1, [row | {"SystemModstamp": stamp}])
    second = pages.listing("Account", search="", offset=1, limit=1)
    assert (second.total, [row["Name"] for row in second.rows]) == (2, ["Child"])
    org.call("DELETE", f"/sobjects/Account/{org.child}")
    assert pages.listing("Account", search="", offset=0, limit=10).total == 1
    assert pages.listing("User", search="mendes", offset=0, limit=10).rows[0]["IsActive"] == "true"


def test_a_form_shows_the_record_with_what_belongs_to_it(org, pages):
    """What the system keeps is on a tab of its own; a value of one's own stands among the choices."""
    form = pages.form("Account", org.account)
    assert (form.title, [tab.label for tab in form.tabs]) == ("Acme", ["Details", "System"])
    assert form.links == (("Contact Reed", "Contact", org.contact),)
    details = fields(form)
    assert (details["AnnualRevenue"].value, details["AnnualRevenue"].kind) == ("100", "number")
    assert (details["Type"].choices[0], details["Type"].choices[-1]) == (("", ""), ("Our own", "Our own"))
    assert (fields(form, 1)["Id"].kind, fields(form, 1)["IsDeleted"].value) == ("readonly", "")
    assert pages.form("Contact", org.contact).links == (("Account", "Account", org.account),)
    assert pages.form("Account", "001Hn000000zzzzIAA") is None
    assert [tab.label for tab in pages.form("Account", None).tabs] == ["Details"]


def test_a_form_is_saved_by_the_rules_of_the_api(org, pages):
    """Only what differs is written; a refusal names the reason."""
    values = {field.name: field.value for field in pages.form("Account", org.account).tabs[0].fields}
    assert pages.submit("Account", org.account, values | {"Phone": "2", "BillingCity": "Oslo"}) == org.account
    assert org.rows("SELECT Phone, BillingCity, Type FROM Account WHERE Phone = '2'") == [("2", "Oslo", "Our own")]
    with pytest.raises(RecordRefusedError, match="STRING_TOO_LONG: Account Phone"):
        pages.submit("Account", org.account, {"Phone": "x" * 41})
    made = pages.submit("Account", None, {"Name": "New", "Phone": ""})
    assert org.get(f"/sobjects/Account/{made}").json()["Name"] == "New"


def test_a_check_box_is_cleared(org, pages):
    """An unset box comes as an empty text."""
    user = pages.listing("User", search="mendes", offset=0, limit=1).rows[0]["id"]
    pages.submit("User", user, {"IsActive": ""})
    assert org.rows("SELECT LastName FROM User WHERE IsActive = false") == [("Mendes",)]


def test_the_page_is_served(org, pages):
    """At the root, and for an unknown object not at all."""
    assert org.http.get("/").status_code == 200
    with pytest.raises(KeyError):
        pages.listing("Nothing", search="", offset=0, limit=1)
