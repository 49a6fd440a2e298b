"""The query language: operators, groups, types, limits (reference section 3)."""

import json

import pytest

COMPANIES = [
    {"id": 11, "companyName": "Acme", "companyType": 1, "city": "Boston", "countryID": 237, "assetValue": 10.5},
    {"id": 12, "companyName": "acme inc", "companyType": 3, "city": "", "isActive": False, "parentCompanyID": 11},
    {"id": 13, "companyName": "Zebra 100%", "companyType": 7, "address1": "1 Main Street", "phone": "555_0100"},
]
EVERYTHING = {"op": "exist", "field": "id"}


@pytest.fixture(autouse=True)
def _companies(tenant) -> None:
    tenant.load(Companies=COMPANIES)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"op": "eq", "field": "companyType", "value": 3}, [12]),
        ({"op": "noteq", "field": "companyType", "value": 1}, [12, 13]),
        ({"op": "gt", "field": "id", "value": 11}, [12, 13]),
        ({"op": "gte", "field": "id", "value": 12}, [12, 13]),
        ({"op": "lt", "field": "id", "value": 11}, [0]),
        ({"op": "lte", "field": "id", "value": 11}, [0, 11]),
        ({"op": "beginsWith", "field": "companyName", "value": "ac"}, [11, 12]),
        ({"op": "endsWith", "field": "companyName", "value": "%"}, [13]),
        ({"op": "contains", "field": "phone", "value": "5_0"}, [13]),
        ({"op": "exist", "field": "city"}, [11]),
        ({"op": "notExist", "field": "city"}, [0, 12, 13]),
        ({"op": "in", "field": "id", "value": [13, 11, 99]}, [11, 13]),
        ({"op": "notIn", "field": "id", "value": [13, 11]}, [0, 12]),
        ({"op": "eq", "field": "companyName", "value": "ACME"}, [11]),
        ({"op": "eq", "field": "parentCompanyID", "value": 11}, [12]),
        ({"op": "eq", "field": "countryID", "value": "237"}, [11]),
    ],
    ids=lambda case: json.dumps(case),
)
def test_each_operator_finds_what_it_says(tenant, condition, found) -> None:
    """Text is compared without regard to case; rows come in the order of their ids."""
    assert tenant.ids("Companies", condition) == found


@pytest.mark.parametrize(
    ("value", "found"), [(True, [0, 11, 13]), ("true", [0, 11, 13]), (1, [0, 11, 13]), (False, [12])]
)
def test_a_boolean_field_is_compared_with_true_as_word_text_or_number(tenant, value, found) -> None:
    """All three are in use."""
    assert tenant.ids("Companies", {"op": "eq", "field": "isActive", "value": value}) == found


def test_a_boolean_condition_without_a_value_means_false(tenant) -> None:
    """django-autotask leaves false values out of its queries."""
    assert tenant.ids("Companies", {"op": "eq", "field": "isActive"}) == [12]


@pytest.mark.parametrize("value", [None, "yes", 2])
def test_a_boolean_field_compared_with_anything_else_is_an_error(tenant, value) -> None:
    """Null among them."""
    answer = tenant.query("Companies", {"op": "eq", "field": "isActive", "value": value})
    assert tenant.errors(answer) == [f"Invalid value [{value}]: a boolean field is compared with true or false."]


def test_conditions_side_by_side_are_joined_by_and(tenant) -> None:
    """At the top of the filter."""
    both = ({"op": "gt", "field": "id", "value": 0}, {"op": "eq", "field": "isActive", "value": True})
    assert tenant.ids("Companies", *both) == [11, 13]


def test_groups_nest(tenant) -> None:
    """And within or, or within and."""
    nested = {
        "op": "or",
        "items": [
            {"op": "eq", "field": "id", "value": 0},
            {
                "op": "and",
                "items": [
                    {"op": "beginsWith", "field": "companyName", "value": "acme"},
                    {"op": "eq", "field": "city", "value": "Boston"},
                ],
            },
        ],
    }
    assert tenant.ids("Companies", nested) == [0, 11]


def test_names_of_keys_fields_and_operators_are_not_case_sensitive(tenant) -> None:
    """As clients write them."""
    body = {"Filter": [{"OP": "EQ", "Field": "COMPANYNAME", "Value": "Acme"}], "MAXRECORDS": 5, "includefields": ["ID"]}
    answer = tenant.post("Companies/query", body).json()
    assert answer == {
        "items": [{"id": 11, "userDefinedFields": []}],
        "pageDetails": {"count": 1, "requestCount": 5, "prevPageUrl": None, "nextPageUrl": None},
    }


@pytest.mark.parametrize("operator", ["noteExist", "like", "", "equals"])
def test_a_misspelled_operator_matches_everything(tenant, operator) -> None:
    """Recorded: it is not refused."""
    assert tenant.ids("Companies", {"op": operator, "field": "companyName", "value": "Acme"}) == [0, 11, 12, 13]


def test_a_query_works_by_get_and_by_post_alike_and_so_does_counting(tenant) -> None:
    """The same JSON in the URL and in the body."""
    search = {"filter": [{"op": "gt", "field": "id", "value": 11}]}
    by_get = tenant.get("Companies/query", search=json.dumps(search)).json()
    assert by_get == tenant.post("Companies/query", search).json()
    assert [item["id"] for item in by_get["items"]] == [12, 13]
    assert tenant.get("Companies/query/count", search=json.dumps(search)).json() == {"queryCount": 2}
    assert tenant.post("Companies/query/count", search).json() == {"queryCount": 2}


def test_a_field_that_the_entity_does_not_have_is_an_error(tenant) -> None:
    """Recorded text; a user-defined field asked for as an ordinary one gets it too."""
    tenant.user_defined_field("Region")
    for name in ("nothing", "Region", "sicCode"):  # the last one is not queryable
        answer = tenant.query("Companies", {"op": "eq", "field": name, "value": "x"})
        assert tenant.errors(answer) == [f"Unable to find {name} in the Company Entity"]


def test_text_against_a_whole_number_is_a_failed_conversion(tenant) -> None:
    """Recorded for a picklist."""
    answer = tenant.query("Companies", {"op": "eq", "field": "companyType", "value": "Customer"})
    assert tenant.errors(answer) == ["Conversion failed when converting varchar 'Customer' to data type int"]


def test_text_against_a_long_id_finds_nothing(tenant) -> None:
    """Recorded: no error."""
    assert tenant.ids("Companies", {"op": "eq", "field": "id", "value": "11"}) == []


def test_a_number_too_large_for_an_id_finds_nothing(tenant) -> None:
    """Neither in a query nor in a path."""
    assert tenant.ids("Companies", {"op": "eq", "field": "id", "value": 10**30}) == []
    assert tenant.item(f"Companies/{10**30}") is None


def test_a_date_is_compared_with_and_without_a_zone(tenant) -> None:
    """Always UTC."""
    tenant.load(Companies=[{"id": 20, "companyName": "Dated", "createDate": "2026-01-02T03:04:05.678Z"}])
    for text in ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678", "2026-01-02T04:04:05.678+01:00"):
        assert tenant.ids("Companies", {"op": "eq", "field": "createDate", "value": text}) == [20]
    assert 20 not in tenant.ids("Companies", {"op": "gte", "field": "createDate", "value": "2026-01-03"})


def test_what_is_no_date_is_a_failed_conversion(tenant) -> None:
    """Inferred from the recorded one for numbers."""
    answer = tenant.query("Companies", {"op": "gt", "field": "createDate", "value": "yesterday"})
    assert tenant.errors(answer) == ["Conversion failed when converting date and/or time from character string."]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": []},
        {"filter": [{"op": "eq"}]},
        {"filter": [{"op": "or", "items": []}]},
        {"filter": ["id"]},
        {"filter": [EVERYTHING], "maxRecords": 501},
        {"filter": [EVERYTHING], "maxRecords": 0},
        {"filter": [EVERYTHING], "maxRecords": "10"},
        {"filter": [{"op": "eq", "field": "id", "value": [1]}]},
        [],
    ],
    ids=lambda case: json.dumps(case),
)
def test_a_query_that_cannot_be_understood_is_500(tenant, body) -> None:
    """A filter is mandatory, and a page has 1 to 500 records: more is an error, not cut."""
    assert tenant.post("Companies/query", body).status_code == 500


def test_five_hundred_alternatives_are_the_most(tenant) -> None:
    """Each value of an in-list and each item of an or-group counts."""
    text = "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."
    listed = {"op": "in", "field": "id", "value": list(range(500))}
    assert tenant.ids("Companies", listed) == [0, 11, 12, 13]
    one = {"op": "eq", "field": "id", "value": 11}
    assert tenant.ids("Companies", {"op": "or", "items": [one] * 500}) == [11]
    for too_many in ({**listed, "value": list(range(501))}, {"op": "or", "items": [one] * 501}):
        assert tenant.errors(tenant.query("Companies", too_many)) == [text]
    assert tenant.errors(tenant.query("Companies", listed, {"op": "or", "items": [one]})) == [text]


def test_a_url_that_is_too_long_is_404(tenant) -> None:
    """The web server's own limit of 2,048 characters of query string."""
    for letters, status in ((1_900, 200), (2_000, 404)):
        search = '{"filter":[{"op":"eq","field":"city","value":"' + "x" * letters + '"}]}'
        assert tenant.get("Companies/query", search=search).status_code == status


def test_include_fields_leaves_the_others_out(tenant) -> None:
    """The id always comes; user-defined fields only when they are named."""
    tenant.user_defined_field("Region")
    tenant.control("records/Companies", {"id": 11, "userDefinedFields": [{"name": "Region", "value": "North"}]})
    asked = {"op": "eq", "field": "id", "value": 11}

    def item(*names: str) -> dict[str, object]:
        return tenant.query("Companies", asked, includeFields=list(names)).json()["items"][0]

    region = [{"name": "Region", "value": "North"}]
    assert item("companyName") == {"id": 11, "companyName": "Acme", "userDefinedFields": []}
    assert item("CITY", "region") == {"id": 11, "city": "Boston", "userDefinedFields": region}
    assert item("userDefinedFields") == {"id": 11, "userDefinedFields": region}


def test_an_unknown_name_in_include_fields_is_an_error(tenant) -> None:
    """Inferred: as in a filter."""
    answer = tenant.query("Companies", EVERYTHING, includeFields=["nothing"])
    assert tenant.errors(answer) == ["Unable to find nothing in the Company Entity"]


def test_user_defined_fields_are_absent_when_no_row_has_a_value_and_whole_otherwise(tenant) -> None:
    """Documented: one row with a value makes all rows list all fields."""
    tenant.user_defined_field("Region")
    tenant.user_defined_field("Tier")
    tenant.control("records/Companies", {"id": 12, "userDefinedFields": [{"name": "Tier", "value": "2"}]})
    with_value = tenant.query("Companies", {"op": "gt", "field": "id", "value": 11}).json()["items"]
    assert [item["userDefinedFields"] for item in with_value] == [
        [{"name": "Region", "value": None}, {"name": "Tier", "value": "2"}],
        [{"name": "Region", "value": None}, {"name": "Tier", "value": None}],
    ]
    without = tenant.query("Companies", {"op": "eq", "field": "id", "value": 11}).json()["items"]
    assert "userDefinedFields" not in without[0]
    assert "userDefinedFields" not in tenant.item("Companies/11")


def test_user_defined_fields_can_be_asked_for_one_at_a_time(tenant) -> None:
    """With udf true; two in one query are refused."""
    tenant.user_defined_field("Region")
    tenant.control("records/Companies", {"id": 12, "userDefinedFields": [{"name": "Region", "value": "North"}]})
    region = {"udf": True, "field": "region"}
    assert tenant.ids("Companies", {"op": "eq", "value": "north", **region}) == [12]
    assert tenant.ids("Companies", {"op": "in", "value": ["North", "South"], **region}) == [12]
    assert tenant.ids("Companies", {"op": "exist", **region}) == [12]
    assert tenant.ids("Companies", {"op": "notExist", **region}) == [0, 11, 13]
    refused = tenant.query("Companies", {"op": "exist", **region}, {"op": "exist", **region})
    assert tenant.errors(refused) == ["Invalid query syntax. Queries are limited to 1 user-defined field."]
    unknown = tenant.query("Companies", {"op": "exist", "udf": True, "field": "Tier"})
    assert tenant.errors(unknown) == ["Unable to find Tier in the Company Entity"]


def test_numbers_and_dates_in_user_defined_fields_are_compared_as_such(tenant) -> None:
    """9 is less than 10; a date is read before it is compared."""
    tenant.user_defined_field("Seats", kind="Number")
    tenant.user_defined_field("Renewal", kind="Date")
    values = [{"name": "Seats", "value": "9"}, {"name": "Renewal", "value": "2026-05-01"}]
    assert tenant.patch("Companies", {"id": 11, "userDefinedFields": values}).status_code == 200
    assert tenant.ids("Companies", {"op": "lt", "field": "Seats", "udf": True, "value": 10}) == [11]
    before = {"op": "lt", "field": "Renewal", "udf": True, "value": "2026-05-01T00:00:01Z"}
    assert tenant.ids("Companies", before) == [11]
    assert tenant.item("Companies/11")["userDefinedFields"] == [
        {"name": "Seats", "value": "9.0000"},
        {"name": "Renewal", "value": "2026-05-01T00:00:00Z"},
    ]


def test_contacts_can_be_asked_for_by_active_as_a_number_and_as_a_word(tenant) -> None:
    """The field is a number; django-autotask asks with the text "true"."""
    tenant.load(Contacts=[{"id": 1, "companyID": 11, "isActive": 1}, {"id": 2, "companyID": 11, "isActive": 0}])
    for value in (1, "1", "true"):
        assert tenant.ids("Contacts", {"op": "eq", "field": "isActive", "value": value}) == [1]


@pytest.mark.parametrize(("setting", "status", "body"), [("null", 200, {"item": None}), ("404", 404, None)])
def test_a_missing_id_is_an_empty_item_or_404_by_choice(tenant, setting, status, body) -> None:
    """Clients have met both."""
    tenant.set(missing_item=setting)
    answer = tenant.get("Companies/999")
    assert answer.status_code == status
    assert body is None or answer.json() == body


@pytest.mark.parametrize(("with_z", "shown"), [(True, "2026-01-02T03:04:05.67Z"), (False, "2026-01-02T03:04:05.67")])
def test_dates_come_with_or_without_a_z_and_without_zeros_at_the_end(tenant, with_z, shown) -> None:
    """Recorded with in 2023, without in 2020 and 2026."""
    tenant.set(datetimes_with_z=with_z)
    tenant.load(Companies=[{"id": 20, "createDate": "2026-01-02T03:04:05.670Z"}])
    assert tenant.item("Companies/20")["createDate"] == shown


def test_empty_texts_of_companies_are_empty_or_null_as_recorded(tenant) -> None:
    """Null for the first street line and the web address, "" for the others."""
    company = tenant.item("Companies/12")
    blank = {name: company[name] for name in ("city", "fax", "address1", "webAddress", "assetValue")}
    assert blank == {"city": "", "fax": "", "address1": None, "webAddress": None, "assetValue": None}


def test_the_tenants_own_company_is_always_there(tenant) -> None:
    """Under the id 0."""
    assert tenant.item("Companies/0")["companyName"] == "The tenant's own company"


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ("Tickets", "contactID"),
        ("Contracts", "contactID"),
        ("Opportunities", "contactID"),
        ("Projects", "contractID"),
        ("ConfigurationItems", "contactID"),
    ],
)
def test_what_hangs_on_a_company_can_be_read(tenant, entity, field) -> None:
    """Query, count and get; nothing is written there."""
    tenant.load(**{entity: [{"id": 5, "companyID": 11, field: 7}, {"id": 6, "companyID": 12}]})
    of_company = {"op": "eq", "field": "companyID", "value": 11}
    assert tenant.ids(entity, of_company) == [5]
    assert tenant.post(f"{entity}/query/count", {"filter": [of_company]}).json() == {"queryCount": 1}
    item = tenant.item(f"{entity}/5")
    assert (item["companyID"], item[field]) == (11, 7)


@pytest.mark.parametrize(
    ("entity", "open_labels", "closed_labels"),
    [
        ("Tickets", ["New", "Waiting Customer", "In Progress"], ["Complete"]),
        ("Contracts", ["Active"], ["Inactive"]),
        ("Opportunities", ["Not Ready To Buy", "Active"], ["Lost", "Closed", "Implemented"]),
        ("Projects", ["New", "In Progress"], ["Inactive", "Complete"]),
    ],
)
def test_open_ones_are_told_by_their_status(tenant, entity, open_labels, closed_labels) -> None:
    """Its values stand in the metadata; those of a company are counted with or without the closed ones."""
    fields = tenant.get(f"{entity}/entityInformation/fields").json()["fields"]
    [values] = [field["picklistValues"] for field in fields if field["name"] == "status"]
    codes = {value["label"]: int(value["value"]) for value in values}
    assert sorted(codes) == sorted(open_labels + closed_labels)
    for code in codes.values():
        tenant.simulator.save_record(entity, {"companyID": 11, "status": code})
    tenant.simulator.save_record(entity, {"companyID": 12, "status": codes[open_labels[0]]})
    of_company = {"op": "eq", "field": "companyID", "value": 11}
    is_open = {"op": "in", "field": "status", "value": [codes[label] for label in open_labels]}
    not_closed = {"op": "notIn", "field": "status", "value": [codes[label] for label in closed_labels]}
    counted = [
        tenant.post(f"{entity}/query/count", {"filter": [of_company, *more]}).json()["queryCount"]
        for more in ([], [is_open], [not_closed])
    ]
    assert counted == [len(codes), len(open_labels), len(open_labels)]
    assert len(tenant.ids(entity, of_company, is_open)) == len(open_labels)


def test_icons_and_countries_can_be_read(tenant) -> None:
    """The United States are 237."""
    tenant.load(ClassificationIcons=[{"id": 200, "name": "Gold", "isActive": True}])
    assert tenant.item("ClassificationIcons/200")["name"] == "Gold"
    assert tenant.ids("Countries", {"op": "eq", "field": "countryCode", "value": "US"}) == [237]
    assert tenant.post("Countries/query/count", {"filter": [EVERYTHING]}).json() == {"queryCount": 249}
