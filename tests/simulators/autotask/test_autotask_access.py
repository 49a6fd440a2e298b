"""Zone discovery, versions, credentials, security level, impersonation, paths (reference sections 1 and 2)."""

import pytest

PERMISSION = "The logged in Resource does not have the adequate permissions to {} this entity type."


def test_zone_discovery_needs_no_credentials_and_ends_its_own_address_with_a_slash(tenant) -> None:
    """Clients put V1.0/ straight behind the url."""
    answer = tenant.http.get(f"{tenant.base}/zoneInformation", params={"user": tenant.headers["UserName"]})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "zoneName": "Simulated Zone",
            "url": f"{tenant.url}/ATServicesRest/",
            "webUrl": f"{tenant.url}/",
            "ci": 100,
        },
    )


@pytest.mark.parametrize("query", [{}, {"user": ""}, {"user": "nobody@example.com"}])
def test_zone_discovery_knows_no_other_user(tenant, query) -> None:
    """An unknown or missing user is 500 with the recorded text."""
    answer = tenant.http.get(f"{tenant.base}/zoneInformation", params=query)
    assert tenant.errors(answer) == ["Zone information could not be determined"]


def test_zone_discovery_can_point_elsewhere(tenant) -> None:
    """For tests of clients: the zone's address is a setting."""
    tenant.set(zone_url="https://elsewhere.example/ATServicesRest/")
    answer = tenant.http.get(f"{tenant.base}/zoneInformation", params={"user": tenant.headers["UserName"]})
    assert answer.json()["url"] == "https://elsewhere.example/ATServicesRest/"


def test_versions_are_open_and_the_version_needs_credentials(tenant) -> None:
    """VersionInformation stands above V1.0; Version is a good probe of credentials."""
    versions = tenant.http.get(f"{tenant.url}/ATServicesRest/VersionInformation")
    assert versions.json() == {"apiVersions": ["V1.0"]}
    assert list(tenant.get("Version").json()) == ["majorVersion", "minorVersion", "build", "customerType"]
    assert tenant.http.get(f"{tenant.base}/Version").status_code == 401


@pytest.mark.parametrize("wrong", ["UserName", "Secret", "ApiIntegrationCode"])
@pytest.mark.parametrize("value", ["", "wrong"])
def test_any_wrong_or_missing_credential_is_401_without_a_body(tenant, wrong, value) -> None:
    """As measured in 2026."""
    answer = tenant.call("GET", "Companies/0", headers={wrong: value})
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["Content-Length"] == "0"
    assert answer.headers["WWW-Authenticate"] == 'Basic Realm="127.0.0.1"'


@pytest.mark.parametrize(
    ("wrong", "status"), [("UserName", 500), ("ApiIntegrationCode", 500), ("Secret", 401)], ids=lambda case: str(case)
)
def test_the_answers_of_2023_can_be_chosen(tenant, wrong, status) -> None:
    """Then only a wrong secret was 401."""
    tenant.set(auth_errors="2023")
    assert tenant.call("GET", "Companies/0", headers={wrong: "wrong"}).status_code == status


@pytest.mark.parametrize(
    "path", ["companies/0", "COMPANIES/0/", "Companies/query?search=%7B%22filter%22%3A%5B%7B%22op%22%3A1%7D%5D%7D"]
)
def test_letter_case_and_a_slash_at_the_end_do_not_matter(tenant, path) -> None:
    """Clients mix them."""
    base = tenant.url + "/atservicesREST/v1.0/"
    assert tenant.http.get(base + path, headers=tenant.headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "Nothing"),
        ("GET", "Nothing/query"),
        ("POST", "Contacts"),
        ("PATCH", "Contacts/"),
        ("PUT", "Contacts"),
        ("POST", "Resources"),
        ("POST", "Companies/0/Contacts/query"),
        ("GET", "Companies/abc"),
        ("POST", "Tickets"),
    ],
)
def test_a_path_that_does_not_exist_is_the_web_servers_404_page(tenant, method, path) -> None:
    """So is a write to contacts at the top, and a query under a company."""
    answer = tenant.call(method, path, json={})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "404 - File or directory not found." in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "Companies/0"),
        ("PATCH", "Companies/0"),
        ("GET", "Companies"),
        ("PATCH", "Companies/0/Contacts/7"),
        ("PUT", "Contacts/7"),
        ("DELETE", "UserDefinedFieldDefinitions/7"),
        ("POST", "ThresholdInformation"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_405_with_a_message(tenant, method, path) -> None:
    """There is no deletion of companies, and no update on a record's own path."""
    answer = tenant.call(method, path, json={})
    assert (answer.status_code, answer.json()) == (
        405,
        {"Message": f"The requested resource does not support http method '{method}'."},
    )


@pytest.mark.parametrize("status", [500, 403])
def test_a_security_level_that_is_too_low_refuses_each_action_by_itself(tenant, status) -> None:
    """Documented as 403, in practice 500; both can be chosen."""
    tenant.set(
        permissions={"Companies": {"query": False, "create": False, "update": False}}, permission_errors=str(status)
    )
    refused = {
        "query": tenant.query("Companies", {"op": "exist", "field": "id"}),
        "create": tenant.post("Companies", {}),
        "update": tenant.patch("Companies", {}),
    }
    assert {action: tenant.errors(answer, status) for action, answer in refused.items()} == {
        action: [PERMISSION.format(action)] for action in refused
    }
    assert tenant.get("Contacts/1").status_code == 200


def test_a_write_can_be_made_for_another_resource(tenant) -> None:
    """The record tells for whom."""
    body = {"companyName": "Acme", "companyType": 1, "phone": "1", "ownerResourceID": tenant.owner}
    headers = {"ImpersonationResourceId": str(tenant.owner)}
    created = tenant.call("POST", "Companies", json=body, headers=headers)
    assert tenant.item(f"Companies/{created.json()['itemId']}")["impersonatorCreatorResourceID"] == tenant.owner


@pytest.mark.parametrize("resource", ["4002", "4003", "99", "x"])
def test_nobody_inactive_unknown_or_an_api_user_can_be_impersonated(tenant, resource) -> None:
    """Resources of license type 7 neither."""
    headers = {"ImpersonationResourceId": resource}
    answer = tenant.call("POST", "Companies", json={}, headers=headers)
    assert tenant.errors(answer) == [PERMISSION.format("create")]


def test_reading_for_another_resource_is_refused(tenant) -> None:
    """With the text of a missing permission."""
    answer = tenant.call("GET", "Companies/0", headers={"ImpersonationResourceId": str(tenant.owner)})
    assert tenant.errors(answer) == [PERMISSION.format("query")]


def test_requests_stand_in_the_journal_under_what_they_are(tenant) -> None:
    """Zone discovery alone is not counted."""
    tenant.http.get(f"{tenant.base}/zoneInformation")
    company = tenant.company()
    tenant.patch("Companies", {"id": company})
    tenant.call("PUT", "Companies", json={})
    tenant.query("Companies", {"op": "exist", "field": "id"})
    tenant.post("Companies/query/count", {"filter": [{"op": "exist", "field": "id"}]})
    tenant.get("Companies/0")
    tenant.get("Companies/0/Contacts")
    tenant.get("Companies/entityInformation")
    tenant.get("ThresholdInformation")
    tenant.call("DELETE", "Companies/0/Contacts/7")
    tenant.get("Nothing")
    entries = tenant.simulator.journal.entries()
    assert [(entry.operation, entry.counted) for entry in entries] == [
        ("zone", False),
        ("create", True),
        ("update", True),
        ("replace", True),
        ("query", True),
        ("count", True),
        ("get", True),
        ("list", True),
        ("metadata", True),
        ("threshold", True),
        ("delete", True),
        ("unknown path", True),
    ]
