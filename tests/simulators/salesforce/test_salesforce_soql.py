# ruff: noqa: S608 - what looks like SQL here is SOQL
"""SOQL: what queries find, and what is refused. Source: reference section 3."""

from datetime import date

import pytest

from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import Schema
from taskforce_simulators.salesforce.soql import compile_query, parse

ADVICE = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@pytest.fixture
def book(org):
    """Four accounts, three contacts."""
    parent = org.create("Account", Name="Acme", Type="Prospect", AnnualRevenue=1_000_000, BillingCity="Köln")
    org.create("Account", Name="acme Süd", ParentId=parent, NumberOfEmployees=12, BillingCity="KÖLN", Phone="555_1")
    org.create("Account", Name="Borealis", Type="Other", AnnualRevenue=250.6, Website="50% off")
    org.advance(seconds=60)
    org.create("Account", Name="O'Neill & Sons", AccountNumber="A\\1")
    org.create("Contact", LastName="Reed", FirstName="Ann", AccountId=parent, Birthdate="1990-05-17", Email="a@b.co")
    org.create("Contact", LastName="Stone", AccountId=parent)
    org.create("Contact", LastName="Zed")
    org.parent = parent
    return org


def names(org, condition):
    """The names of the accounts that fit a condition."""
    return [row[0] for row in org.rows(f"SELECT Name FROM Account WHERE {condition} ORDER BY Name")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name != 'acme'", ["acme Süd", "Borealis", "O'Neill & Sons"]),
        ("Name <> 'acme' AND Type = null", ["acme Süd", "O'Neill & Sons"]),
        ("Type = ''", ["acme Süd", "O'Neill & Sons"]),
        ("Type != null", ["Acme", "Borealis"]),
        ("Type != 'Other'", ["Acme", "acme Süd", "O'Neill & Sons"]),
        ("Type IN ('prospect', 'Nothing')", ["Acme"]),
        ("Type IN ('prospect', null)", ["Acme", "acme Süd", "O'Neill & Sons"]),
        ("Type NOT IN ('prospect')", ["acme Süd", "Borealis", "O'Neill & Sons"]),
        ("NOT Type = 'Prospect'", ["acme Süd", "Borealis", "O'Neill & Sons"]),
        ("NOT (Type = 'Prospect' OR Name LIKE 'b%')", ["acme Süd", "O'Neill & Sons"]),
        ("Type = 'Other' OR (Name LIKE 'acme%' AND ParentId != null)", ["acme Süd", "Borealis"]),
        ("BillingCity = 'köln'", ["Acme", "acme Süd"]),
        ("BillingCity LIKE 'KÖ__'", ["Acme", "acme Süd"]),
        (r"Phone LIKE '%\_1'", ["acme Süd"]),
        (r"Phone LIKE '5\_%'", []),
        (r"Website LIKE '50\% %'", ["Borealis"]),
        (r"Name = 'O\'Neill & Sons'", ["O'Neill & Sons"]),
        (r"Name = 'acme S\u00fcd'", ["acme Süd"]),
        (r"AccountNumber = 'A\\1'", ["O'Neill & Sons"]),
        (r"AccountNumber LIKE 'A\\%'", ["O'Neill & Sons"]),
        ("AnnualRevenue > 250.5", ["Acme", "Borealis"]),
        ("AnnualRevenue >= 1e6", ["Acme"]),
        ("AnnualRevenue < 1000 OR NumberOfEmployees <= 12", ["acme Süd", "Borealis"]),
        ("Name > 'acme' AND Name < 'c'", ["acme Süd", "Borealis"]),
        ("IsDeleted = true", []),
        ("IsPartner = FALSE AND IsDeleted != true", ["Acme", "acme Süd", "Borealis", "O'Neill & Sons"]),
        ("SystemModstamp >= 2026-11-23T10:01:00Z", ["O'Neill & Sons"]),
        ("SystemModstamp > 2026-11-23T11:00:00+01:00", ["O'Neill & Sons"]),
        ("SystemModstamp > 2026-11-23T10:00:00.500+0000", ["O'Neill & Sons"]),
        ("SystemModstamp < 2026-11-23T10:00:00.500Z", ["Acme", "acme Süd", "Borealis"]),
        ("SystemModstamp = TODAY AND Name LIKE 'b%'", ["Borealis"]),
        ("SystemModstamp != TODAY", []),
        ("SystemModstamp > YESTERDAY AND SystemModstamp <= LAST_N_DAYS:1 AND Type = 'Other'", ["Borealis"]),
        ("SystemModstamp < TODAY OR SystemModstamp >= TOMORROW", []),
        ("Parent.Name = 'acme'", ["acme Süd"]),
        ("Parent.Owner.LastName = 'User' AND Owner.IsActive = true", ["acme Süd"]),
        ("Account.Name = 'Borealis'", ["Borealis"]),
        ("name = 'borealis'", ["Borealis"]),
        ("CreatedBy.Username LIKE 'integration@%' AND NOT Parent.Name = 'Acme' AND Type = null", ["O'Neill & Sons"]),
    ],
)
def test_a_condition_finds_what_it_says(book, condition, expected):
    """Text without regard to case, null as a value, NOT as plain opposite."""
    assert names(book, condition) == expected


def test_ids_compare_with_15_and_18_characters_and_with_regard_to_case(book):
    """An id in other case is another id."""
    identifier = book.parent
    assert names(book, f"Id = '{identifier}'") == ["Acme"]
    assert names(book, f"Id = '{identifier[:15]}'") == ["Acme"]
    assert names(book, f"Id IN ('{identifier[:15]}', null)") == ["Acme"]
    assert names(book, f"ParentId = '{identifier[:15]}'") == ["acme Süd"]
    assert names(book, f"Id = '{identifier[:15].swapcase()}'") == []
    assert "Acme" not in names(book, f"Id > '{identifier}'")


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("ORDER BY Type, Name DESC", ["O'Neill & Sons", "acme Süd", "Borealis", "Acme"]),
        ("ORDER BY Type NULLS LAST, Name", ["Borealis", "Acme", "acme Süd", "O'Neill & Sons"]),
        ("ORDER BY Type DESC NULLS FIRST, Name ASC", ["acme Süd", "O'Neill & Sons", "Acme", "Borealis"]),
        ("ORDER BY Parent.Name NULLS LAST, Name LIMIT 2", ["acme Süd", "Acme"]),
        ("ORDER BY Name LIMIT 2 OFFSET 1", ["acme Süd", "Borealis"]),
        ("ORDER BY Name OFFSET 3", ["O'Neill & Sons"]),
        ("ORDER BY Name LIMIT 0", []),
        ("ORDER BY SystemModstamp DESC, Id LIMIT 1", ["O'Neill & Sons"]),
    ],
)
def test_order_limit_and_offset(book, clause, expected):
    """Nulls come first unless they are sent to the end."""
    assert [row[0] for row in book.rows(f"SELECT Name FROM Account {clause}")] == expected


def test_the_record_has_the_fields_in_the_order_of_the_query(book):
    """Relationships nested, the compound address as an object, numbers and booleans as such."""
    fields = "name, Parent.Name, BillingAddress, NumberOfEmployees, isdeleted, Id"
    answer = book.query(f"SELECT {fields} FROM Account WHERE ParentId != ''")
    identifier = answer.json()["records"][0]["Id"]
    parts = ("country", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "street")
    expected = {
        "attributes": {"type": "Account", "url": f"{book.base}/sobjects/Account/{identifier}"},
        "Name": "acme Süd",
        "Parent": {
            "attributes": {"type": "Account", "url": f"{book.base}/sobjects/Account/{book.parent}"},
            "Name": "Acme",
        },
        "BillingAddress": {"city": "KÖLN"} | dict.fromkeys(parts),
        "NumberOfEmployees": 12,
        "IsDeleted": False,
        "Id": identifier,
    }
    assert answer.json() == {"totalSize": 1, "done": True, "records": [expected]}
    assert list(answer.json()["records"][0]) == list(expected)


def test_what_is_not_there_is_null(book):
    """A reference that leads nowhere, an empty address."""
    fields = "Account.Name, MailingAddress, FirstName, Account.Owner.Name"
    rows = book.rows(f"SELECT {fields} FROM Contact WHERE LastName = 'Zed'")
    assert rows == [(None, None, None)]


def test_dates_compare_with_dates(book):
    """And are written without a time."""
    assert book.rows("SELECT Birthdate FROM Contact WHERE Birthdate = 1990-05-17") == [("1990-05-17",)]
    assert book.rows("SELECT Name FROM Contact WHERE Birthdate >= LAST_N_DAYS:5") == []


def test_counting(book):
    """COUNT() gives the size alone, COUNT(field) counts values."""
    assert book.query("SELECT COUNT() FROM Contact").json() == {"totalSize": 3, "done": True, "records": []}
    assert book.query("select count() from Contact where FirstName = null").json()["totalSize"] == 2
    record = {"attributes": {"type": "AggregateResult"}, "expr0": 3, "named": 1}
    assert book.query("SELECT COUNT(Id), COUNT(FirstName) named FROM Contact").json() == {
        "totalSize": 1,
        "done": True,
        "records": [record],
    }


def test_an_unknown_column_is_shown_where_it_stands(book):
    """With the text, the place and the advice of Salesforce."""
    answer = book.query("SELECT Id, Nme FROM Account")
    message = (
        "\nSELECT Id, Nme FROM Account\n           ^\nERROR at Row:1:Column:12\n"
        f"No such column 'Nme' on entity 'Account'. {ADVICE}"
    )
    assert answer.status_code == 400
    assert answer.json() == [{"message": message, "errorCode": "INVALID_FIELD"}]


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id FRM Account", "MALFORMED_QUERY", "unexpected token: 'FRM'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected end of query"),
        ("SELECT FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account WHERE Name ? 'x'", "MALFORMED_QUERY", "unexpected token: '?'"),
        ("SELECT Id FROM Account WHERE Name 'x'", "MALFORMED_QUERY", "unexpected token: ''x''"),
        ("SELECT Id FROM Account WHERE Name = 'x' AND Type = 'y' OR Site = 'z'", "MALFORMED_QUERY", "token: 'OR'"),
        ("SELECT Id FROM Account LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'"),
        ("SELECT Id FROM Account ORDER BY Name LIMIT 1 WHERE Id = null", "MALFORMED_QUERY", "token: 'WHERE'"),
        ("SELECT Id, Id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT Id, COUNT(Id) FROM Account", "MALFORMED_QUERY", "must be grouped or aggregated"),
        ("SELECT Name, COUNT(Id) FROM Account GROUP BY Type", "MALFORMED_QUERY", "grouped or aggregated: Name"),
        ("SELECT COUNT() FROM Account GROUP BY Type", "MALFORMED_QUERY", "does not understand COUNT() beside GROUP BY"),
        ("SELECT COUNT(Id) FROM Account GROUP BY Nme", "INVALID_FIELD", "No such column 'Nme'"),
        ("SELECT COUNT(Id) FROM Account GROUP BY Description", "INVALID_FIELD", "'Description' can not be grouped"),
        ("SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type)", "MALFORMED_QUERY", "the function ROLLUP"),
        ("SELECT Type FROM Account GROUP BY Type HAVING COUNT(Id) > 1", "MALFORMED_QUERY", "understand HAVING"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "MALFORMED_QUERY", "a query in a query"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)", "MALFORMED_QUERY", "a query in a query"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "the function FIELDS"),
        ("SELECT a.Id FROM Account a", "MALFORMED_QUERY", "an alias"),
        ("SELECT Id FROM Account WHERE CreatedDate > SOMEDAY", "MALFORMED_QUERY", "unexpected token: 'SOMEDAY'"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE", "sObject type 'Nothing' is not supported"),
        ("SELECT Owner.Nme FROM Account", "INVALID_FIELD", "No such column 'Nme' on entity 'User'"),
        ("SELECT Boss.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT RecordType.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'RecordType'"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "'Description' can not be filtered"),
        ("SELECT Id FROM Account WHERE BillingAddress = null", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", "'Description' can not be sorted"),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 'x'",
            "INVALID_FIELD",
            "must be of type dateTime and should not be",
        ),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE AnnualRevenue > '1'", "INVALID_FIELD", "must be of type double and should not"),
        ("SELECT Id FROM Account WHERE IsDeleted = 'true'", "INVALID_FIELD", "must be of type boolean and should not"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Account WHERE Name = TODAY", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
        ("SELECT Id FROM Account WHERE Id = 5", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: 5"),
        (
            "SELECT Id FROM Account WHERE Type INCLUDES ('Other')",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on picklist field: Type",
        ),
        (
            "SELECT Id FROM Account WHERE Id LIKE '001%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on id field",
        ),
        (
            "SELECT Id FROM Account WHERE IsDeleted > true",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator for field",
        ),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
        (f"SELECT Id FROM Account WHERE Name = '{'x' * 9}" + " " * 100_000 + "'", "MALFORMED_QUERY", "too long"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(soql, code, words):
    """With status 400, the code, and a message that says what."""
    with pytest.raises(ApiError) as caught:
        compile_query(parse(soql), Schema(), today=date(2026, 11, 23), deleted_too=False)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("INCLUDES ('AAA;BBB', 'ccc')", ["1 AAA;BBB", "2 AAA;BBB;DDD", "3 CCC", "4 CCC;EEE", "5 AAA;CCC"]),
        ("INCLUDES ('EEE')", ["4 CCC;EEE"]),
        ("EXCLUDES ('AAA', 'EEE')", ["3 CCC", "6 None"]),
        ("= 'AAA;BBB'", ["1 AAA;BBB"]),
        ("= null", ["6 None"]),
    ],
)
def test_several_choices(org, condition, expected):
    """A semicolon means both, a comma either (SOQL Reference, Query Multi-Select Picklists)."""
    org.set(custom_fields={"Account": [{"name": "MSP1__c", "type": "multipicklist"}]})
    for number, choices in enumerate(("AAA;BBB", "AAA;BBB;DDD", "CCC", "CCC;EEE", "AAA;CCC", None), start=1):
        org.create("Account", Name=f"{number} {choices}", MSP1__c=choices)

    assert names(org, f"MSP1__c {condition}") == expected


@pytest.mark.parametrize(
    ("soql", "expected"),
    [
        (
            "SELECT type, COUNT(Id) FROM Account GROUP BY Type ORDER BY COUNT(Id) DESC, Type",
            [{"Type": None, "expr0": 2}, {"Type": "Other", "expr0": 1}, {"Type": "Prospect", "expr0": 1}],
        ),
        ("SELECT COUNT(Type) kinds FROM Account GROUP BY ParentId ORDER BY ParentId LIMIT 1", [{"kinds": 2}]),
        ("SELECT Account.Name FROM Contact GROUP BY Account.Name", [{"Name": None}, {"Name": "Acme"}]),
        ("SELECT Type, COUNT(Id) FROM Account WHERE Name = 'nobody' GROUP BY Type", []),
    ],
)
def test_groups_are_counted(book, soql, expected):
    """Aggregate results, blank as null; what is selected stands in them and nothing else."""
    answer = book.query(soql).json()

    assert answer["records"] == [{"attributes": {"type": "AggregateResult"}} | each for each in expected]
    assert (answer["totalSize"], answer["done"], "nextRecordsUrl" in answer) == (len(expected), True, False)


def test_more_groups_than_a_page_are_refused(book):
    """There is no way to ask for the rest."""
    book.set(page_size=2)

    answer = book.get("/query", q="SELECT Type, COUNT(Id) FROM Account GROUP BY Type")

    assert book.error(answer) == (400, "EXCEEDED_ID_LIMIT")


def test_a_query_must_be_given(org):
    """Without q there is nothing to run."""
    assert org.error(org.get("/query")) == (400, "MALFORMED_QUERY")
