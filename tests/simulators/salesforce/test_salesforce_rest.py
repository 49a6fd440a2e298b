"""Versions, sessions, limits, describe, composites. Source: reference sections 2 and 3."""

import gzip
import json

import pytest

from taskforce_simulators.salesforce.schema import Schema

QUERY = "/services/data/v68.0/query?q=SELECT+Name+FROM+Account"


def test_versions_are_for_anyone_and_not_counted(org):
    """With the names of the releases; no Sforce-Limit-Info."""
    answer = org.http.get("/services/data")
    first, last = answer.json()[0], answer.json()[-1]
    assert first == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert last == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert "sforce-limit-info" not in answer.headers
    assert org.http.get("/services/data/").json() == answer.json()
    entry = org.simulator.journal.entries()[-1]
    assert (entry.operation, entry.counted) == ("versions", False)


def test_the_versions_can_be_set(org):
    """A version that is not among them is not found, a retired one is gone."""
    org.set(versions=[63, 64])
    assert [entry["version"] for entry in org.http.get("/services/data").json()] == ["63.0", "64.0"]
    assert org.error(org.get("/limits")) == (404, "NOT_FOUND")
    assert org.error(org.http.get("/services/data/v30.0/limits")) == (410, "UNSUPPORTED_API_VERSION")
    assert org.http.get("/services/data/v64.0/limits", headers=org.headers).status_code == 200


def test_a_version_lists_its_resources(org):
    """By name with their addresses."""
    body = org.get("").json()
    assert (body["sobjects"], body["query"]) == (f"{org.base}/sobjects", f"{org.base}/query")


def test_the_date_is_that_of_the_simulated_clock(org):
    """Clients take their "now" from it."""
    assert org.get("/limits").headers["date"] == "Mon, 23 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_without_a_session_nothing_is_answered(org, headers):
    """The code is the one clients log in again for."""
    org.headers = headers
    answer = org.get("/limits")
    assert answer.status_code == 401
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_session_ends_after_idle_time(org):
    """Every call puts the end off."""
    for _ in range(2):
        org.advance(seconds=7200)
        assert org.get("/limits").status_code == 200
    org.advance(seconds=7201)
    assert org.error(org.get("/limits")) == (401, "INVALID_SESSION_ID")


def test_sessions_can_be_ended_by_control(org):
    """By the route and by a fault."""
    org.control("expire_sessions")
    assert org.error(org.get("/limits")) == (401, "INVALID_SESSION_ID")
    org.log_in()
    org.control("faults", action="expire_session", path="/query")
    assert org.get("/limits").status_code == 200
    assert org.error(org.query("SELECT Id FROM Account")) == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize(
    "settings", [{"edition": "Professional Edition"}, {"api_enabled": False}, {"user_api_enabled": False}]
)
def test_without_api_access_every_call_is_refused(org, settings):
    """The edition may have none, the org, or the user; the answer is the same."""
    org.set(**settings)
    message = "The REST API is not enabled for this Organization."
    answer = org.get("/limits")
    assert (answer.status_code, answer.json()) == (403, [{"message": message, "errorCode": "API_DISABLED_FOR_ORG"}])


def test_every_answer_says_what_is_used_of_the_daily_limit(org):
    """Failures too; after a day it is free again."""
    assert org.get("/limits").headers["sforce-limit-info"] == "api-usage=1/100000"
    assert org.get("/nothing").headers["sforce-limit-info"] == "api-usage=2/100000"
    org.advance(hours=25)
    org.log_in()
    assert org.get("/limits").headers["sforce-limit-info"] == "api-usage=1/100000"


def test_the_daily_limit_ends_it(org):
    """Refused calls do not count."""
    org.set(daily_request_limit=2)
    assert [org.get("/sobjects").status_code for _ in range(2)] == [200, 200]
    answer = org.get("/limits")
    expected = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    assert (answer.status_code, answer.json()) == (403, expected)


def test_limits_tell_of_the_daily_requests(org):
    """They need the permission View Setup."""
    assert org.get("/limits/").json()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}
    org.set(view_setup=False)
    assert org.error(org.get("/limits")) == (403, "INSUFFICIENT_ACCESS")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", (404, "NOT_FOUND")),
        ("GET", "/sobjects/Nothing", (404, "NOT_FOUND")),
        ("GET", "/sobjects/Nothing/describe", (404, "NOT_FOUND")),
        ("GET", "/sobjects/Account/x/y/z", (404, "NOT_FOUND")),
        ("GET", "/query/a/b", (404, "NOT_FOUND")),
        ("POST", "/limits", (405, "METHOD_NOT_ALLOWED")),
        ("PUT", "/sobjects/Account/001Hn0000000001IAA", (405, "METHOD_NOT_ALLOWED")),
        ("POST", "/sobjects/Organization", (405, "METHOD_NOT_ALLOWED")),
        ("DELETE", "/composite", (405, "METHOD_NOT_ALLOWED")),
        ("POST", "/composite/graph", (404, "NOT_FOUND")),
    ],
)
def test_what_is_not_there_is_refused(org, method, path, expected):
    """As an array with one error."""
    assert org.error(org.call(method, path)) == expected


def test_versions_take_nothing_but_get(org):
    """And nothing stands below a path without a version."""
    assert org.error(org.http.post("/services/data")) == (405, "METHOD_NOT_ALLOWED")
    assert org.error(org.http.get("/services/data/limits")) == (404, "NOT_FOUND")


def test_a_body_may_be_compressed(org):
    """With gzip."""
    body = gzip.compress(b'{"Name":"Packed"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert org.call("POST", "/sobjects/Account", content=body, headers=headers).status_code == 201


@pytest.mark.parametrize("body", ["{", "[1]", ""])
def test_a_body_that_is_no_object_is_refused(org, body):
    """With the parser's error."""
    assert org.error(org.call("POST", "/sobjects/Account", content=body)) == (400, "JSON_PARSER_ERROR")


def test_global_describe_lists_the_objects(org):
    """With their key prefixes."""
    body = org.get("/sobjects").json()
    listed = [(entry["name"], entry["keyPrefix"], entry["deletable"]) for entry in body["sobjects"]]
    assert listed == [
        ("Account", "001", True),
        ("Contact", "003", True),
        ("Organization", "00D", False),
        ("User", "005", False),
    ]
    assert org.get("/sobjects/Account").json()["objectDescribe"] == body["sobjects"][0]


@pytest.mark.parametrize(("name", "count"), [("Account", 64), ("Contact", 59), ("User", 173)])
def test_describe_has_the_standard_fields(org, name, count):
    """As many as the recorded describes have, each with all keys."""
    body = org.get(f"/sobjects/{name}/describe").json()
    assert (body["name"], len(body["fields"])) == (name, count)
    assert {len(field) for field in body["fields"]} == {57}


def test_describe_of_one_field(org):
    """Its type, length, flags and picklist values."""
    fields = {field["name"]: field for field in org.get("/sobjects/Account/describe").json()["fields"]}
    rating = fields["Rating"]
    chosen = {key: rating[key] for key in ("type", "length", "label", "soapType", "updateable", "restrictedPicklist")}
    assert chosen == {
        "type": "picklist",
        "length": 40,
        "label": "Account Rating",
        "soapType": "xsd:string",
        "updateable": True,
        "restrictedPicklist": False,
    }
    assert [value["value"] for value in rating["picklistValues"]] == ["Hot", "Warm", "Cold"]
    owner = fields["OwnerId"]
    assert (owner["referenceTo"], owner["relationshipName"], owner["nillable"]) == (["User"], "Owner", False)
    revenue = fields["AnnualRevenue"]
    assert (revenue["type"], revenue["precision"], revenue["scale"], revenue["groupable"]) == ("currency", 18, 0, False)
    assert (fields["BillingCity"]["compoundFieldName"], fields["Description"]["filterable"]) == (
        "BillingAddress",
        False,
    )


def test_describe_is_not_sent_again_when_nothing_changed(org):
    """If-Modified-Since with the date it gave: 304; after a change of the schema it is sent."""
    first = org.get("/sobjects/Contact/describe")
    since = {"If-Modified-Since": first.headers["last-modified"]}
    answer = org.call("GET", "/sobjects/Contact/describe", headers=since)
    assert (answer.status_code, answer.content) == (304, b"")
    org.advance(seconds=5)
    org.set(opt_out_fields=True)
    assert org.call("GET", "/sobjects/Contact/describe", headers=since).status_code == 200
    assert org.call("GET", "/sobjects/Contact/describe", headers={"If-Modified-Since": "x"}).status_code == 200


def test_a_hidden_field_is_as_if_it_were_not_there(org):
    """Field-level security: absent from describe, unknown to queries, records and writes."""
    org.set(hidden_fields={"Account": ["Sic"]})
    assert "Sic" not in {field["name"] for field in org.get("/sobjects/Account/describe").json()["fields"]}
    assert org.error(org.query("SELECT Sic FROM Account")) == (400, "INVALID_FIELD")
    assert org.error(org.call("POST", "/sobjects/Account", json={"Name": "A", "Sic": "1"})) == (400, "INVALID_FIELD")
    identifier = org.create("Account", Name="A")
    assert "Sic" not in org.get(f"/sobjects/Account/{identifier}").json()


@pytest.mark.parametrize(
    ("setting", "name", "fields"),
    [
        ("person_accounts", "Account", {"PersonEmail", "LastName", "IsPersonAccount", "PersonContactId"}),
        ("person_accounts", "Contact", {"IsPersonAccount"}),
        ("multi_currency", "Account", {"CurrencyIsoCode"}),
        ("state_country_picklists", "Contact", {"MailingStateCode", "MailingCountryCode"}),
        ("middle_names", "Contact", {"MiddleName", "Suffix"}),
        ("opt_out_fields", "Contact", {"DoNotCall", "HasOptedOutOfEmail"}),
    ],
)
def test_a_feature_brings_its_fields(org, setting, name, fields):
    """Off by default, there when the org has it."""
    assert not fields & set(Schema().find(name).fields)
    org.set(**{setting: True})
    described = {field["name"] for field in org.get(f"/sobjects/{name}/describe").json()["fields"]}
    assert fields <= described


def test_custom_fields_and_picklists_are_the_orgs_own(org):
    """They are described, stored and found."""
    org.set(
        custom_fields={"Account": [{"name": "Region__c", "length": 20, "label": "Region"}]},
        picklists={"Account": {"Type": ["Managed", "Former"]}},
    )
    org.create("Account", Name="A", Region__c="North", Type="Managed")
    assert org.rows("SELECT Region__c FROM Account WHERE Region__c = 'north'") == [("North",)]
    fields = {field["name"]: field for field in org.get("/sobjects/Account/describe").json()["fields"]}
    assert (fields["Region__c"]["custom"], fields["Region__c"]["label"]) == (True, "Region")
    assert [value["value"] for value in fields["Type"]["picklistValues"]] == ["Managed", "Former"]


@pytest.mark.parametrize(
    "settings",
    [
        {"nothing": 1},
        {"sandbox": 1},
        {"hidden_fields": {"Nothing": []}},
        {"custom_fields": {"Account": [{"name": "Region"}]}},
    ],
)
def test_a_wrong_setting_is_refused(org, settings):
    """And nothing is changed."""
    before = org.simulator.settings()
    assert org.control("settings", **settings).status_code == 400
    assert org.simulator.settings() == before


def test_the_org_tells_its_edition(org):
    """In a record of its own."""
    org.set(edition="Developer Edition", sandbox=True)
    rows = org.rows("SELECT Name, OrganizationType, IsSandbox FROM Organization")
    assert rows == [("Taskforce Demo", "Developer Edition", True)]


def composite(org, *requests):
    """The parts' answers."""
    form = [{"method": "GET", "referenceId": f"r{number}"} | request for number, request in enumerate(requests)]
    return org.call("POST", "/composite", json={"compositeRequest": form})


def test_a_composite_counts_once_and_answers_each_part(org):
    """Failures of a part are part of the answer; later parts can use earlier answers."""
    account = {"method": "POST", "url": f"{org.base}/sobjects/Account", "body": {"Name": "A"}}
    contact = {
        "method": "POST",
        "url": f"{org.base}/sobjects/Contact",
        "body": {"LastName": "C", "AccountId": "@{r0.id}"},
    }
    found = {"url": f"{org.base}/query?q=SELECT+Account.Name+FROM+Contact"}
    answer = composite(
        org, account, contact, found, {"url": f"{org.base}/sobjects/Account/@{{r0.nothing}}"}, {"url": "/x"}
    )
    parts = answer.json()["compositeResponse"]
    assert [(part["referenceId"], part["httpStatusCode"]) for part in parts] == [
        ("r0", 201),
        ("r1", 201),
        ("r2", 200),
        ("r3", 400),
        ("r4", 404),
    ]
    assert parts[0]["httpHeaders"] == {"Location": f"{org.base}/sobjects/Account/{parts[0]['body']['id']}"}
    assert parts[2]["body"]["records"][0]["Account"]["Name"] == "A"
    assert answer.headers["sforce-limit-info"] == "api-usage=1/100000"


@pytest.mark.parametrize(
    ("requests", "code"),
    [
        ([{"url": QUERY}] * 6, "LIMIT_EXCEEDED"),
        ([{"url": "/services/data/v68.0/limits"}] * 26, "LIMIT_EXCEEDED"),
        ([{"url": QUERY, "referenceId": "a"}] * 2, "DUPLICATE_VALUE"),
        ([{"url": QUERY, "referenceId": ""}], "JSON_PARSER_ERROR"),
    ],
)
def test_a_composite_has_its_limits(org, requests, code):
    """25 parts, 5 queries, references of their own."""
    assert org.error(composite(org, *requests)) == (400, code)
    assert org.error(org.call("POST", "/composite", json={})) == (400, "JSON_PARSER_ERROR")


def test_a_composite_can_be_all_or_none(org):
    """Then one failure takes back what the other parts did."""
    parts = [
        {"method": "POST", "url": f"{org.base}/sobjects/Account", "body": {"Name": "A"}, "referenceId": "a"},
        {"method": "POST", "url": f"{org.base}/sobjects/Account", "body": {}, "referenceId": "b"},
    ]
    form = {"allOrNone": True, "compositeRequest": parts}
    answers = org.call("POST", "/composite", json=form).json()["compositeResponse"]
    codes = [(answer["httpStatusCode"], answer["body"][0]["errorCode"]) for answer in answers]
    assert codes == [(400, "PROCESSING_HALTED"), (400, "REQUIRED_FIELD_MISSING")]
    assert org.simulator.records("Account") == []
    form["compositeRequest"] = parts[:1]
    assert org.call("POST", "/composite", json=form).json()["compositeResponse"][0]["httpStatusCode"] == 201


def test_what_a_part_takes_from_another_is_encoded(org):
    """In an address and in a body."""
    name = 'Q & "A"'
    parts = [
        {"method": "GET", "url": f"{org.base}/sobjects/Account/{org.create('Account', Name=name)}", "referenceId": "a"},
        {
            "method": "POST",
            "url": f"{org.base}/sobjects/Contact",
            "body": {"LastName": "@{a.Name}"},
            "referenceId": "b",
        },
        {"url": f"{org.base}/query?q=SELECT+Name+FROM+Contact+WHERE+LastName='@{{a.Name}}'", "referenceId": "c"},
    ]
    answer = composite(org, *parts).json()["compositeResponse"][2]
    assert answer["body"]["records"][0]["Name"] == name


def test_an_address_that_is_too_long_is_refused(org):
    """Address and headers together have 16,384 bytes."""
    answer = org.query("SELECT Id FROM Account WHERE Name = '" + "x" * 15_700 + "'")
    assert answer.status_code == 200
    assert org.error(org.query("SELECT Id FROM Account WHERE Name = '" + "x" * 16_300 + "'")) == (414, "URI_TOO_LONG")


def test_a_batch_goes_on_after_a_failure_unless_told_otherwise(org):
    """With haltOnError the rest is not tried."""
    assert org.get("/composite").json() == {"batch": f"{org.base}/composite/batch"}
    parts = [{"method": "GET", "url": "v68.0/nothing"}, {"method": "GET", "url": "v68.0/limits"}]
    for halt, expected in ((False, [404, 200]), (True, [404, 412])):
        answer = org.call("POST", "/composite/batch", json={"batchRequests": parts, "haltOnError": halt}).json()
        assert (answer["hasErrors"], [part["statusCode"] for part in answer["results"]]) == (True, expected)


def test_the_journal_names_the_operations(org):
    """One word for each kind of call."""
    identifier = org.create("Account", Name="A")
    path = f"/sobjects/Account/{identifier}"
    for method, target in (("GET", path), ("PATCH", path), ("DELETE", path), ("GET", "/sobjects/Account/describe")):
        org.call(method, target, content=json.dumps({}))
    org.query("SELECT Id FROM Account")
    org.query("SELECT Id FROM Account", "queryAll")
    org.get("/query/x-1")
    org.get("")
    entries = org.simulator.journal.entries()[1:]
    names = ["create", "retrieve", "update", "delete", "describe", "query", "query", "query_more", "resources"]
    assert [entry.operation for entry in entries] == names
    assert all(entry.counted for entry in entries)
