"""What goes where, and who wins, as an administrator says so in a browser (B8, B9)."""

import json
import re
from html import unescape

import httpx2
import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.standard_mapping import STANDARD
from taskforce.mapping_config import MappingConfig
from tests.end_to_end.office import NAME, Office, udf
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import TOKEN, Visitor, words

EXTENSION = f"/admin/extensions/other/salesforce/connections/{NAME}/"
PAGE = f"{EXTENSION}mapping/"
ROW = f"{PAGE}row/"
READ_ANEW = "The next import reads everything once more."
REGION = {"object": "account", "was": "", "source": "Region__c", "target": "udf:Region", "transform": "upper_case"}
USUAL = {"wins": "salesforce", "blank": "default", "too_long": "default"}


@pytest.fixture
def shop(office: Office) -> Office:
    """A custom field on accounts, a user-defined one on companies."""
    office.pair.salesforce.change_settings(
        {"custom_fields": {"Account": [{"name": "Region__c", "length": 40, "label": "Region"}]}}
    )
    definition = {"name": "Region", "entity": "Company", "type": "Text"}
    office.pair.autotask.save_record("UserDefinedFieldDefinitions", definition)
    return office


def version(page: httpx2.Response) -> str:
    """The version that a page was made of."""
    return re.findall(r'name="version" value="([^"]*)"', page.text)[0]


def typed(page: httpx2.Response, name: str) -> str:
    """What stands in an input."""
    return unescape(re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0])


def send(visitor: Visitor, office: Office, path: str, **fields: str) -> httpx2.Response:
    """As a browser does that has just opened the page."""
    visitor.get(PAGE)
    return visitor.send(path, **{"version": office.installation.book.version(NAME), **fields})


def test_a_row_is_added_tried_saved_and_obeyed(shop: Office, enter: Enter) -> None:
    """Trying shows the sample and saves nothing; saving is in the audit and the versions, and the import writes it."""
    account = shop.account(Name="Ash", Region__c="north")
    visitor = enter(Role.ADMINISTRATOR)
    empty = visitor.get(f"{ROW}?object=account")

    tried = visitor.send(ROW, **REGION, **USUAL, version=version(empty), do="try")
    stored = shop.installation.mappings.of(NAME).of(Entity.COMPANY).row("udf:Region")
    saved = visitor.send(ROW, **REGION, **USUAL, version=version(tried), do="save")
    shop.run()

    assert "Nothing stands against it. Nothing is saved yet." in words(tried)
    assert "Record Salesforce Autotask: udf:Region Ash north NORTH" in words(tried)
    assert stored is None
    assert f"Saved: company.udf:Region. {READ_ANEW}" in words(saved)
    assert "Region__c" in words(saved)
    assert udf(shop.company_of(account), "Region") == "NORTH"
    [entry] = shop.installation.audit.latest(1)
    assert (entry.deed, entry.who, dict(entry.details)) == (
        Deed.SETTINGS_CHANGED,
        "a-administrator",
        {"settings.mapping": "company.udf:Region"},
    )
    [made] = shop.installation.mappings.versions(NAME)
    assert (made.made_by, made.changed) == ("a-administrator", "company.udf:Region")
    assert "1 row of your own" in words(visitor.get(EXTENSION))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"target": "udf:Colour"}, "Autotask has no field udf:Colour of companies. Choose another field"),
        ({"source": "Colour__c"}, "The Salesforce user sees no field Colour__c of Account."),
        ({"source": "Region and more"}, "source: 'Region and more' is not understood"),
        ({"target": "fax"}, "There is a row for fax already: change that one, or choose another field."),
        ({"transform": "table", "table": "North"}, "table: Write each line as SALESFORCE=AUTOTASK"),
        ({"transform": "magic"}, "transform: must be"),
        ({"country": "U"}, "country: must be two letters, such as US."),
    ],
)
def test_a_wrong_row_is_refused_with_its_mend(shop: Office, enter: Enter, changed: dict[str, str], told: str) -> None:
    """Nothing is saved and nothing typed is lost."""
    visitor = enter(Role.ADMINISTRATOR)

    answer = send(visitor, shop, ROW, **{**REGION, **USUAL, **changed}, do="save")

    assert "Nothing was saved." in words(answer)
    assert told in words(answer)
    assert typed(answer, "target") == changed.get("target", "udf:Region")
    assert MappingConfig.of(shop.installation.mappings.of(NAME)) == MappingConfig()


def test_a_row_is_changed_in_its_place_and_removed(office: Office, enter: Enter) -> None:
    """With another Autotask field too; a required one cannot go."""
    visitor = enter(Role.ADMINISTRATOR)
    page = visitor.get(f"{ROW}?object=contact&was=faxNumber")
    same = {name: typed(page, name) for name in ("object", "was", "source", "target")}
    before = office.installation.mappings.of(NAME).contacts.targets

    send(visitor, office, ROW, **{**same, **USUAL, "target": "extension", "transform": "digits"}, do="save")
    moved = office.installation.mappings.of(NAME).contacts.targets
    gone = send(visitor, office, ROW, object="contact", was="extension", do="remove")
    kept = send(visitor, office, ROW, object="contact", was="lastName", do="remove")

    assert same == {"object": "contact", "was": "faxNumber", "source": "Fax", "target": "faxNumber"}
    assert moved == tuple("extension" if each == "faxNumber" else each for each in before)
    assert "Saved: contact.extension." in words(gone)
    assert "The row of lastName is missing, by which records are created or matched." in words(kept)
    assert office.installation.mappings.of(NAME).contacts.targets == tuple(
        each for each in before if each != "faxNumber"
    )


def test_values_are_paired(office: Office, enter: Enter) -> None:
    """Counted, with what each becomes and what it is like; what is chosen goes into the table and is obeyed."""
    office.account(Name="Ash", Type="Customer")
    reseller = office.account(Name="Birch", Type="Customers of old")
    visitor = enter(Role.ADMINISTRATOR)
    same = {"object": "account", "was": "companyType", "source": "Type", "target": "companyType", **USUAL}
    same |= {"transform": "company_type", "table": "Nobody=Vendor"}

    shown = send(visitor, office, ROW, **same, do="values")
    pairs = {
        name: unescape(value) for name, value in re.findall(r'name="(pair-\d+-value)" value="([^"]*)"', shown.text)
    }
    [number] = [name.split("-")[1] for name, value in pairs.items() if value == "Customers of old"]
    chosen = {
        **dict.fromkeys((f"pair-{place}-label" for place in range(len(pairs))), ""),
        f"pair-{number}-label": "Lead",
    }
    saved = visitor.send(ROW, **same, **pairs, **chosen, version=version(shown), do="save")
    office.run()

    assert "Customers of old 1 Customer by default Perhaps Customer?" in words(shown)
    assert "Customer 1 Customer by name" in words(shown)
    assert "Saved: company.companyType." in words(saved)
    row = office.installation.mappings.of(NAME).companies.row("companyType")
    assert row is not None
    assert row.table == (("Nobody", "Vendor"), ("Customers of old", "Lead"))
    assert office.labels("companyType")[office.company_of(reseller)["companyType"]] == "Lead"
    again = send(visitor, office, ROW, **{**same, "table": "Nobody=Vendor\ncustomers of OLD=Lead"}, do="values")
    assert '<option value="Lead" selected>' in again.text
    assert "customers of OLD=Lead" not in again.text


def test_what_has_no_list_cannot_be_paired(office: Office, enter: Enter) -> None:
    """Said in words, without asking anybody."""
    same = {"object": "account", "was": "fax", "source": "Fax", "target": "fax", "transform": "text", **USUAL}

    answer = send(enter(Role.ADMINISTRATOR), office, ROW, **same, do="values")

    assert "Only the values of a row that takes one field for a picklist or a country are paired: fax." in words(answer)


def test_rows_are_exported_imported_and_gone_back_to(office: Office, enter: Enter) -> None:
    """What would change is shown before it is stored; a version is gone back to in the same way."""
    account = office.account(Name="Ash", Fax="312-555-0100")
    office.contact(account, LastName="Bell")
    visitor = enter(Role.ADMINISTRATOR)
    rows = visitor.get(f"{PAGE}mapping.json").json()
    rows["accounts"] = [each for each in rows["accounts"] if each["target"] not in ("fax", "sicCode")]
    rows["contacts"] = [
        {**each, "transform": "upper_case"} if each["target"] == "lastName" else each for each in rows["contacts"]
    ]

    shown = send(visitor, office, f"{PAGE}replace/", text=json.dumps(rows), do="import")
    before = office.installation.mappings.versions(NAME)
    sent = {"document": typed(shown, "document"), "version": version(shown)}
    saved = visitor.send(f"{PAGE}replace/", **sent, do="store")
    asked = send(visitor, office, f"{PAGE}replace/", do="reset")
    visitor.send(f"{PAGE}replace/", document=typed(asked, "document"), version=version(asked), do="store")
    back = send(visitor, office, f"{PAGE}replace/", number="1", do="back")
    visitor.send(f"{PAGE}replace/", document=typed(back, "document"), version=version(back), do="store")

    assert "3 rows would change" in words(shown)
    assert "company: fax Fax; text; Salesforce always no row: left alone" in words(shown)
    assert "Contact Record Salesforce Autotask: lastName" in words(shown)
    assert "Bell BELL" in words(shown)
    assert ("firstName" in words(shown), "Ash" in words(shown)) == (False, False)
    assert before == []
    assert f"Saved: company.fax, company.sicCode, contact.lastName. {READ_ANEW}" in words(saved)
    assert [each.number for each in office.installation.mappings.versions(NAME)] == [3, 2, 1]
    assert office.installation.mappings.of(NAME).companies.row("fax") is None


IN_ANOTHER_ORDER = json.dumps({"contacts": MappingConfig.of(STANDARD).document()["contacts"][::-1]})


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"do": "import", "text": "{"}, "Nothing was changed."),
        ({"do": "import", "text": '{"accounts": [{"target": "fax"}]}'}, "accounts.1.source: is missing."),
        ({"do": "back", "number": "7"}, f"The mapping of {NAME} has no version 7."),
        ({"do": "back", "number": "²"}, f"The mapping of {NAME} has no version 0."),
        ({"do": "reset"}, "Nothing would change."),
        ({"do": "import", "text": IN_ANOTHER_ORDER}, "Nothing would change."),
        ({}, "Say what the rows are to be replaced by."),
    ],
)
def test_what_replaces_nothing_is_said(office: Office, enter: Enter, sent: dict[str, str], told: str) -> None:
    """And nothing changes."""
    answer = send(enter(Role.ADMINISTRATOR), office, f"{PAGE}replace/", **sent)

    assert told in words(answer)
    assert office.installation.mappings.versions(NAME) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff", "The file is no text in UTF-8."),
        (b" " * 1_000_001, "The file is larger than 1000 kB, so it holds no mapping."),
        (b'{"contacts": null}', "Nothing would change."),
    ],
)
def test_a_file_is_read(office: Office, enter: Enter, content: bytes, told: str) -> None:
    """As far as it is one."""
    visitor = enter(Role.ADMINISTRATOR)
    page = visitor.get(PAGE)
    token = TOKEN.findall(page.text)[0]

    answer = visitor._client.post(
        f"{PAGE}replace/", data={"csrfmiddlewaretoken": token, "do": "import"}, files={"file": ("rows.json", content)}
    )

    assert told in words(answer)


def test_rows_that_cannot_be_are_not_stored(office: Office, enter: Enter) -> None:
    """Not even by a form that was made up."""
    document = json.dumps({"accounts": [{"source": "Name", "target": "companyName"}]})

    answer = send(enter(Role.ADMINISTRATOR), office, f"{PAGE}replace/", document=document, do="store")

    assert "These rows cannot be stored: something stands against them." in words(answer)
    assert '<button class="btn btn-primary" name="do" value="store">' not in answer.text
    assert office.installation.mappings.versions(NAME) == []


def test_somebody_else_was_quicker(shop: Office, enter: Enter) -> None:
    """What they saved stays, what was typed is there still, and may be saved knowing that; theirs is kept then too."""
    visitor = enter(Role.ADMINISTRATOR)
    old = version(visitor.get(f"{ROW}?object=account"))
    send(visitor, shop, ROW, object="account", was="fax", do="remove")

    answer = visitor.send(ROW, **REGION, **USUAL, version=old, do="save")
    again = visitor.send(ROW, **REGION, **USUAL, version=version(answer), do="save")

    assert "Nothing was saved. This connection was changed meanwhile, by somebody or in another window" in words(answer)
    assert typed(answer, "source") == "Region__c"
    assert "Saved: company.udf:Region." in words(again)
    targets = shop.installation.mappings.of(NAME).companies.targets
    assert ("fax" in targets, "udf:Region" in targets) == (False, True)


def test_all_rows_are_tried(office: Office, enter: Enter) -> None:
    """What both systems say stands beside the rows, and ten records below; others than administrators only look."""
    office.account(Name="Ash", Phone=None, BillingCountry="Germany")
    office.contact(None, LastName="Lind")
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    tried = visitor.send(f"{PAGE}try/", object="account")
    contacts = visitor.send(f"{PAGE}try/", object="contact")
    viewer = enter(Role.VIEWER)
    seen = viewer.get(f"{PAGE}?object=contact")

    assert "Both systems were asked: nothing stands against these rows. Nothing was changed." in words(tried)
    assert "countryID Germany Germany" in words(tried)
    assert "phone — 000-000-0000" in words(tried)
    assert "Account Name (text, 255)" in words(tried)
    assert "lastName Lind Lind" in words(contacts)
    assert ("MailingStreet" in words(seen), "Add a row" in words(seen)) == (True, False)
    assert viewer.get(f"{PAGE}?object=lead").status_code == 404
    assert visitor.get(f"{ROW}?object=account&was=nothing").status_code == 404


def test_a_system_that_does_not_answer_is_said(office: Office, enter: Enter) -> None:
    """On the page; the rows are shown all the same."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    office.pair.salesforce.change_settings({"org_locked": True})

    tried = visitor.send(f"{PAGE}try/", object="account")

    assert ('role="alert"' in tried.text, "companyName" in words(tried)) == (True, True)
