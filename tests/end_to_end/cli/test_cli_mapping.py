"""`taskforce mapping NAME`: what goes where, and who wins (B8, B9)."""

import json
from pathlib import Path

import pytest

from taskforce.domain.audit import Deed
from taskforce.installation import Installation
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office, udf

READ_ANEW = "The next import reads everything once more."
CUSTOM = [
    {"name": "Region__c", "length": 40, "label": "Region"},
    {"name": "Seats__c", "type": "double", "label": "Seats"},
    {"name": "Signed__c", "type": "date", "label": "Signed"},
    {"name": "Tier__c", "type": "picklist", "values": ["Gold", "Silver"], "label": "Tier"},
]


@pytest.fixture
def shop(office: Office) -> Office:
    """Custom fields on accounts, user-defined fields on companies."""
    office.pair.salesforce.change_settings({"custom_fields": {"Account": CUSTOM}})
    for name, kind in (("Region", "Text"), ("Seats", "Number"), ("Signed", "Date")):
        office.pair.autotask.save_record(
            "UserDefinedFieldDefinitions", {"name": name, "entity": "Company", "type": kind}
        )
    return office


def rows(desk: Desk, of: str = "accounts") -> dict[str, dict[str, object]]:
    """The stored rows, by Autotask field."""
    shown = desk.run("mapping", NAME, "show", "--json").document
    return {row["target"]: row for row in shown[of]}


def test_own_fields_of_both_sides_are_kept_current(desk: Desk, shop: Office) -> None:
    """Text, number and date go into user-defined fields, are changed and cleared, and cost nothing while they stand."""
    account = shop.account(Region__c="North", Seats__c=12.5, Signed__c="2026-11-26")
    for source, target, transform in (
        ("Region__c", "udf:Region", "upper_case"),
        ("Seats__c", "udf:Seats", "number"),
        ("Signed__c", "udf:Signed", "date"),
    ):
        said = desk.run("mapping", NAME, "set", "account", target, "--from", source, "--transform", transform, "--yes")
        assert (said.status, said.out.splitlines()[-1]) == (0, f"✓ Changed: company.{target}. {READ_ANEW}")
    shop.run()
    first = shop.company_of(account)
    mark = shop.mark()
    shop.run()
    quiet = shop.writes(mark)
    shop.change("Account", account, Region__c=None, Seats__c=13)
    shop.run()
    then = shop.company_of(account)

    assert [udf(first, name) for name in ("Region", "Seats", "Signed")] == ["NORTH", "12.5000", "2026-11-26T00:00:00Z"]
    assert quiet == []
    assert [udf(then, name) for name in ("Region", "Seats", "Signed")] == [None, "13.0000", "2026-11-26T00:00:00Z"]


def test_a_reconciliation_finds_nothing_to_do(desk: Desk, shop: Office, installation: Installation) -> None:
    """What was written is read back as itself."""
    shop.account(Region__c="North", Seats__c=12.5, Signed__c="2026-11-26")
    for source, target, transform in (("Seats__c", "udf:Seats", "number"), ("Signed__c", "udf:Signed", "date")):
        desk.run("mapping", NAME, "set", "account", target, "--from", source, "--transform", transform, "--yes")
    shop.run()
    shop.forget_the_writes()
    mark = shop.mark()

    desk.run("reconcile", NAME)

    assert shop.writes(mark) == []


def test_a_text_of_several_fields_and_a_constant(desk: Desk, office: Office) -> None:
    """What one field does not say."""
    account = office.account(BillingCity="Chicago", BillingState="IL")
    desk.run(
        "mapping",
        NAME,
        "set",
        "account",
        "address2",
        "--from",
        "{BillingCity}, {BillingState}",
        "--transform",
        "text",
        "--yes",
    )
    desk.run("mapping", NAME, "set", "account", "fax", "--from", '"none"', "--yes")

    office.run()

    company = office.company_of(account)
    assert (company["address2"], company["fax"]) == ("Chicago, IL", "none")


def test_a_row_is_removed_and_its_field_left_alone(desk: Desk, office: Office) -> None:
    """What stands there stays."""
    account = office.account(Fax="312-555-0100")
    office.run()
    said = desk.run("mapping", NAME, "unset", "account", "fax", "--yes")
    office.change("Account", account, Fax="312-555-0101", Phone="312-555-0102")
    office.run()

    assert said.out.splitlines()[-1] == f"✓ Changed: company.fax. {READ_ANEW}"
    assert (office.company_of(account)["fax"], office.company_of(account)["phone"]) == ("312-555-0100", "312-555-0102")


@pytest.mark.parametrize(
    ("wins", "created", "edited", "after"),
    [
        ("salesforce", "1", "2", "3"),
        ("fill_empty", "1", "2", "2"),
        ("fill_empty", "1", None, "3"),
        ("create_only", "1", None, ""),
        ("keep_edits", "1", "2", "2"),
        ("keep_edits", "1", "1", "3"),
        ("never", "", "2", "2"),
    ],
)
def test_who_wins_is_obeyed(
    desk: Desk, office: Office, wins: str, created: str, edited: str | None, after: str
) -> None:
    """When it is created, when somebody edits it in Autotask, and when it changes in Salesforce after that."""
    desk.run("mapping", NAME, "set", "account", "fax", "--wins", wins, "--yes")
    account = office.account(Fax="1")
    office.run()
    company = office.company_of(account)
    office.edit("Companies", company["id"], fax=edited)
    office.change("Account", account, Fax="3")
    office.forget_the_writes()
    office.run()

    assert (company["fax"], office.company_of(account)["fax"]) == (created, after)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("set", "account", "colour", "--from", "Name"), "company.colour: Autotask has no field colour of companies."),
        (("set", "account", "fax", "--from", "Colour__c"), "company.fax: The Salesforce user sees no field Colour__c"),
        (("set", "account", "fax", "--from", "BillingAddress"), "company.fax: BillingAddress holds several values"),
        (("set", "account", "createDate", "--from", "Name"), "company.createDate: createDate cannot be written"),
        (("set", "account", "companyType", "--transform", "text"), "companyType takes values of a picklist."),
        (("set", "account", "fax", "--transform", "owner"), "owner is made for ownerResourceID."),
        (("set", "account", "fax", "--transform", "table"), "The table is empty."),
        (("set", "account", "companyType", "--table", "Reseller=Nobody"), "has no active value Nobody."),
        (("set", "account", "phone", "--wins", "never"), "Autotask requires phone"),
        (("set", "account", "parentCompanyID", "--wins", "fill_empty"), "refers to another company"),
        (("set", "account", "assetValue", "--from", "Name", "--transform", "text"), "assetValue holds a number."),
        (("unset", "account", "companyName"), "The row of companyName is missing"),
    ],
)
def test_what_cannot_be_is_said_and_not_stored(
    desk: Desk, office: Office, words: tuple[str, ...], problem: str
) -> None:
    """Both systems were asked; nothing changed."""
    del office
    before = rows(desk)

    said = desk.run("mapping", NAME, *words, "--yes")

    assert (said.status, problem in said.text, said.told[-1]) == (1, True, "The mapping was not changed.")
    assert rows(desk) == before


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("set", "account", "fax", "--from", "Fax Number"), "source: 'Fax Number' is not understood"),
        (("set", "account", "fax", "--from", "Fax", "--country", "USA"), "country: must be two letters, such as US."),
        (("set", "account", "fax", "--from", '"a\0b"'), "source: must be plain text."),
        (("set", "account", "companyType", "--table", "Reseller"), "table: Write each line as SALESFORCE=AUTOTASK"),
        (("set", "account", "udf:New"), "There is no row for udf:New yet: say with --from what fills it."),
        (("unset", "contact", "fax"), "There is no row for fax of contacts."),
        (("back", "7"), f"The mapping of {NAME} has no version 7."),
    ],
)
def test_what_is_not_understood_is_said(desk: Desk, office: Office, words: tuple[str, ...], problem: str) -> None:
    """With status 2, before anybody is asked."""
    del office
    said = desk.run("mapping", NAME, *words)

    assert (said.status, len(said.problems), said.problems[0].startswith(problem)) == (2, 1, True)


def test_export_and_import_are_one(desk: Desk, office: Office, tmp_path: Path) -> None:
    """What was written is read again, and a file that was edited is obeyed; only of changed rows something is said."""
    file = tmp_path / "rows.json"
    desk.run("mapping", NAME, "export", str(file))
    same = desk.run("mapping", NAME, "import", str(file))
    document = json.loads(file.read_text(encoding="utf-8"))
    document["contacts"] = [
        {**row, "wins": "create_only"} if row["target"] == "title" else row for row in document["contacts"]
    ]
    file.write_text(json.dumps(document), encoding="utf-8-sig")
    changed = desk.run("mapping", NAME, "import", str(file), "--yes")

    assert same.text == "Nothing would change."
    assert [line.split(":")[0] for line in changed.out.splitlines()] == ["! contact.title", "✓ Changed"]
    assert rows(desk, "contacts")["title"] == {"source": "Title", "target": "title", "wins": "create_only"}


def test_a_file_that_cannot_be_written_is_said(desk: Desk, office: Office, tmp_path: Path) -> None:
    """A folder is none."""
    del office
    said = desk.run("mapping", NAME, "export", str(tmp_path))

    assert (said.status, said.problems) == (2, [f"{tmp_path} cannot be written (Is a directory): name another file."])


LONG = json.dumps({"accounts": [{"source": "Fax", "target": "fax", "table": {str(n): "x" for n in range(10_000)}}]})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "This is not JSON (line 1, column 1)."),
        ("[]", "This must be a JSON object with the keys accounts and contacts."),
        ("{", "This is not JSON (line 1, column 2)."),
        ('{"accounts": [{"target": "fax"}]}', "accounts.1.source: is missing."),
        ('{"accounts": {}}', "accounts: must be a list."),
        ('{"accounts": [{"source": "Fax", "target": "fax", "table": []}]}', "accounts.1.table: must be a JSON object."),
        (LONG, "accounts.1.table: must have at most 1000 entries."),
        ('{"rows": []}', "rows: is no key that Taskforce knows."),
        ("\udcff", "rows.json is not a text file in UTF-8."),
    ],
)
def test_a_file_that_is_no_mapping_changes_nothing(
    desk: Desk, office: Office, tmp_path: Path, content: str, problem: str
) -> None:
    """Said in words."""
    del office
    file = tmp_path / "rows.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))

    said = desk.run("mapping", NAME, "import", str(file), "--yes")

    assert (said.status, said.problems, said.is_tidy) == (2, [problem], True)


def test_versions_are_kept_and_gone_back_to(desk: Desk, office: Office, installation: Installation) -> None:
    """Who, when and what; going back is a version of its own; the audit tells of it."""
    desk.run("mapping", NAME, "unset", "account", "fax", "--yes")
    desk.run("mapping", NAME, "unset", "account", "sicCode", "--yes")
    back = desk.run("mapping", NAME, "back", "1", "--yes")
    once_back = rows(desk)
    reset = desk.run("mapping", NAME, "reset", "--yes")
    told = desk.run("mapping", NAME, "versions", "--json").document["versions"]
    [latest] = installation.audit.latest(1)

    assert (back.status, reset.status) == (0, 0)
    assert ("fax" in once_back, "sicCode" in once_back, "fax" in rows(desk)) == (False, True, True)
    assert {each["made_by"] for each in told} == {latest.who}
    assert [(each["version"], each["changed"]) for each in told] == [
        (4, "company.fax"),
        (3, "company.sicCode"),
        (2, "company.sicCode"),
        (1, "company.fax"),
    ]
    assert (latest.deed, latest.connection, latest.details) == (
        Deed.SETTINGS_CHANGED,
        NAME,
        {"settings.mapping": "company.fax"},
    )


def test_a_sample_shows_what_becomes_of_records(desk: Desk, office: Office) -> None:
    """And nothing is written."""
    account = office.account(Name="Ash", Phone=None, Type="Unheard of")
    mark = office.mark()

    tried = desk.run("mapping", NAME, "try", "--json").document
    shown = desk.run("mapping", NAME, "try")

    [sample] = tried["samples"]["companies"]
    assert (tried["ok"], sample["source_id"], sample["name"]) == (True, account, "Ash")
    assert (sample["values"]["companyName"], sample["values"]["phone"]) == ("Ash", "000-000-0000")
    assert {note["field"]: note["reason"] for note in sample["notes"]} == {
        "phone": "stand_in_used",
        "companyType": "type_unknown",
    }
    assert (shown.status, "phone: 000-000-0000" in shown.out) == (0, True)
    assert office.writes(mark) == []


def test_values_are_shown_with_what_they_become(desk: Desk, office: Office) -> None:
    """By name, by the table, by default or not at all; with how many records have each, and one that is alike."""
    for kind in ("Customer", "Customer", "Customers", "Reseller"):
        office.account(Type=kind, BillingCountry="Deutschland")
    office.account(Type=None, BillingCountry="Untied States")
    desk.run("mapping", NAME, "set", "account", "companyType", "--table", "Reseller=Vendor", "--yes")

    told = desk.run("mapping", NAME, "values", "account", "companyType", "--json").document
    countries = desk.run("mapping", NAME, "values", "account", "countryID", "--json").document
    shown = desk.run("mapping", NAME, "values", "account", "companyType")
    refused = desk.run("mapping", NAME, "values", "account", "fax")

    used = [tuple(each.values()) for each in told["values"] if each["count"]]
    assert used == [
        ("Customer", 2, "Customer", "name", ""),
        ("Customers", 1, "Customer", "default", "Customer"),
        ("Reseller", 1, "Vendor", "table", ""),
    ]
    assert (told["blank"], told["complete"], "Vendor" in told["labels"]) == (1, True, True)
    assert [tuple(each.values()) for each in countries["values"]] == [
        ("Deutschland", 4, "Germany", "name", ""),
        ("Untied States", 1, "", "none", "United States"),
    ]
    assert (shown.status, "1 without a value." in shown.out) == (0, True)
    assert refused.problems == [
        "Only the values of a row that takes one field for a picklist or a country are paired: fax."
    ]


def test_a_country_by_the_table(desk: Desk, office: Office) -> None:
    """What people write is given a country once, and is that country from then on; one that is none is refused."""
    account = office.account(BillingCountry="The Old Country")
    wrong = desk.run("mapping", NAME, "set", "account", "countryID", "--table", "The Old Country=Atlantis", "--yes")
    desk.run("mapping", NAME, "set", "account", "countryID", "--table", "the old country=Germany", "--yes")
    office.run()

    assert (wrong.status, "Autotask has no active country Atlantis." in wrong.text) == (1, True)
    assert office.company_of(account)["countryID"] == office.country("DE")


def test_a_field_that_vanished_stops_nothing(desk: Desk, shop: Office) -> None:
    """On either side; the other fields go on."""
    for source, target in (("Region__c", "udf:Region"), ("Tier__c", "fax")):
        desk.run("mapping", NAME, "set", "account", target, "--from", source, "--yes")
    account = shop.account(Region__c="North", Tier__c="Gold")
    shop.run()
    [region] = [each for each in shop.pair.autotask.records("UserDefinedFieldDefinitions") if each["name"] == "Region"]
    shop.edit("UserDefinedFieldDefinitions", region["id"], isActive=False)
    shop.pair.salesforce.change_settings({"custom_fields": {"Account": CUSTOM[:1]}})
    desk.run("check", NAME)
    shop.installation.stores(NAME).schemas.expire()
    shop.change("Account", account, Region__c="South", Phone="312-555-0177")

    run = shop.run()

    assert run.status.value == "done"
    assert (shop.company_of(account)["phone"], shop.company_of(account)["fax"]) == ("312-555-0177", "Gold")
