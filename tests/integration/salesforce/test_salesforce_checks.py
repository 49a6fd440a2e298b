"""The Salesforce half of `taskforce check`: every line, and how each of them fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.checks import check_salesforce
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.domain.checking import Finding
from taskforce.domain.records import Entity
from taskforce.domain.standard_mapping import STANDARD
from taskforce_simulators.core.certificates import make_certificates
from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator
from tests.integration.salesforce.simulated_org import MemoryCache, SimulatedOrg
from tests.support.addresses import HERE

MAPPED = {entity: tuple(each.source for each in STANDARD.of(entity).fields) for entity in Entity}
ALL = [
    "reachable",
    "login",
    "api_version",
    "account_access",
    "contact_access",
    "api_access",
    "owner_names",
    "account_fields",
    "contact_fields",
    "view_all",
    "daily_limit",
]


def check(client: SalesforceClient, method: str = "client_credentials") -> list[Finding]:
    """All findings."""
    return list(check_salesforce(client, method=method, mapped=MAPPED))


def bad(findings: list[Finding]) -> list[tuple[str, bool]]:
    """What is not ok, and whether it stops an import; each has its mend."""
    assert all(finding.system == "Salesforce" and finding.message for finding in findings)
    assert all(finding.mend for finding in findings if not finding.ok)
    return [(finding.name, finding.stops_import) for finding in findings if not finding.ok]


def said(findings: list[Finding], name: str) -> str:
    """Message and mend of one finding."""
    [finding] = [each for each in findings if each.name == name]
    return f"{finding.message} {finding.mend}".strip()


def test_all_is_well(org: SimulatedOrg) -> None:
    """One line per check, in an order that goes from the wire to the fields."""
    findings = check(org.client())

    assert [finding.name for finding in findings] == ALL
    assert bad(findings) == []
    assert said(findings, "reachable") == "Salesforce answers at 127.0.0.1."
    assert said(findings, "login") == "Signed in (client_credentials)."
    assert said(findings, "api_version") == "API version 66.0 is used."
    assert said(findings, "api_access") == "The user may use the API; the org is of Enterprise Edition."
    assert said(findings, "daily_limit") == "4 of 100000 requests of today are used."
    assert "needs the permission View All" in said(findings, "view_all")


def test_check_signs_in_anew(org: SimulatedOrg) -> None:
    """A session that is still good proves nothing about the credentials."""
    cache = MemoryCache()
    org.client(cache).session()
    org.set(client_credentials_enabled=False)

    findings = check(org.client(cache))

    assert bad(findings) == [("login", True)]
    assert cache.load() is None


def test_password_is_warned_about(org: SimulatedOrg) -> None:
    """It works, and ends in Summer '27."""
    findings = check(org.client(method="password"), "password")

    assert [finding.name for finding in findings] == [*ALL[:3], "login_method", *ALL[3:]]
    assert bad(findings) == [("login_method", False)]
    assert "Summer '27" in said(findings, "login_method")


@pytest.mark.parametrize("fault", [{"action": "cut_before", "times": None}, {"action": "cut_after", "times": None}])
def test_unreachable(org: SimulatedOrg, fault: dict[str, Any]) -> None:
    """Nobody answers."""
    org.goes_wrong(path="/services/oauth2/token", **fault)

    assert bad(check(org.client())) == [("reachable", True)]


def test_closed_port(org: SimulatedOrg) -> None:
    """Nobody is there."""
    findings = check(org.client(url="http://127.0.0.1:1"))

    assert bad(findings) == [("reachable", True)]
    assert "could not be reached at 127.0.0.1: the connection was refused" in said(findings, "reachable")


def test_plain_http_elsewhere(org: SimulatedOrg) -> None:
    """An address that is not called stops an import with its sentence."""
    findings = check(org.client(url="http://acme.my.salesforce.com"))

    assert bad(findings) == [("login", True)]
    assert "must begin with https://" in said(findings, "login")


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({}, {"client_secret": "wrong"}),
        ({}, {"method": "password", "security_token": "wrong"}),
        ({"soap_login_enabled": False}, {"method": "password"}),
        ({"app_approved": False}, {"method": "jwt_bearer"}),
    ],
)
def test_login_refused(org: SimulatedOrg, settings: dict[str, Any], changes: dict[str, str]) -> None:
    """The reason is that of the login; no secret is shown."""
    org.set(**settings)

    findings = check(org.client(None, **changes))

    assert bad(findings) == [("login", True)]
    assert not [secret for secret in org.secrets if secret in repr(findings)]


def test_version_not_offered(org: SimulatedOrg) -> None:
    """An org that is too new stops an import."""
    org.set(versions=[99])

    findings = check(org.client())

    assert bad(findings) == [("api_version", True)]
    assert "Install a newer version of Taskforce." in said(findings, "api_version")


@pytest.mark.parametrize(
    "settings", [{"edition": "Professional Edition"}, {"api_enabled": False}, {"user_api_enabled": False}]
)
def test_no_api_access(org: SimulatedOrg, settings: dict[str, Any]) -> None:
    """The editions that have it are named (S12)."""
    org.set(**settings)

    findings = check(org.client())

    assert bad(findings) == [("api_access", True)]
    assert "editions Enterprise, Unlimited, Performance and Developer" in said(findings, "api_access")


@pytest.mark.parametrize(("hidden", "name"), [("Account", "account_access"), ("Contact", "contact_access")])
def test_object_out_of_sight(org: SimulatedOrg, hidden: str, name: str) -> None:
    """The other object is looked at all the same."""
    gone = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    org.goes_wrong("status", f"/sobjects/{hidden}/describe", status=404, body=gone)

    findings = check(org.client())

    assert bad(findings) == [(name, True)]
    assert "read access to accounts and contacts" in said(findings, name)
    assert len(findings) == len(ALL) - 1


def test_edition_out_of_sight(org: SimulatedOrg) -> None:
    """It is only told where the user may read it."""
    org.goes_wrong("status", "/query", query="Organization", status=400, body=[{"errorCode": "INVALID_TYPE"}])

    findings = check(org.client())

    assert bad(findings) == []
    assert said(findings, "api_access") == "The user may use the API."


def test_owner_names_out_of_sight(org: SimulatedOrg) -> None:
    """Without them no account manager is found (S19)."""
    org.set(hidden_fields={"User": ["FirstName"]})

    findings = check(org.client())

    assert bad(findings) == [("owner_names", True)]
    assert "(FirstName)" in said(findings, "owner_names")


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ({"Account": ["Sic", "Fax"]}, [("account_fields", False)]),
        ({"Contact": ["Title"]}, [("contact_fields", False)]),
        ({"Account": ["Sic"], "Contact": ["Title"]}, [("account_fields", False), ("contact_fields", False)]),
    ],
)
def test_hidden_fields(org: SimulatedOrg, hidden: dict[str, list[str]], expected: list[tuple[str, bool]]) -> None:
    """A mapped field out of sight is a warning that names it."""
    org.set(hidden_fields=hidden)

    findings = check(org.client())

    assert bad(findings) == expected
    for object_name, fields in hidden.items():
        names = ", ".join(sorted(fields))
        assert f"does not see {names} of {object_name}" in said(findings, f"{object_name.lower()}_fields")


@pytest.mark.parametrize(("hidden", "expected"), [(["Email"], [("account_fields", False)]), ([], [])])
def test_hidden_field_of_a_related_record(
    org: SimulatedOrg, hidden: list[str], expected: list[tuple[str, bool]]
) -> None:
    """A row that takes one is warned about in the same words."""
    org.set(hidden_fields={"User": hidden})
    mapped = {Entity.COMPANY: ("Name", "Owner.Email"), Entity.CONTACT: ("LastName",)}

    findings = list(check_salesforce(org.client(), method="client_credentials", mapped=mapped))

    assert bad(findings) == expected
    said_of_it = "does not see Owner.Email of Account" if hidden else "All mapped fields of Account are visible."
    assert said_of_it in said(findings, "account_fields")


def test_essential_fields_hidden(org: SimulatedOrg) -> None:
    """Without the account of a contact nothing can be imported."""
    org.set(hidden_fields={"Contact": ["AccountId"]})

    findings = check(org.client())

    assert bad(findings) == [("contact_fields", True)]
    assert "does not see AccountId of Contact" in said(findings, "contact_fields")


def test_daily_limit_nearly_used_up(org: SimulatedOrg) -> None:
    """A warning from four fifths on."""
    org.set(daily_request_limit=5)

    findings = check(org.client())

    assert bad(findings) == [("daily_limit", False)]
    assert said(findings, "daily_limit").startswith("4 of 5 requests of today are used.")


def test_daily_limit_used_up(org: SimulatedOrg) -> None:
    """Nothing can be read today."""
    org.set(daily_request_limit=0)

    assert bad(check(org.client())) == [("daily_limit", True)]


def test_daily_limit_not_told(org: SimulatedOrg) -> None:
    """Not every proxy lets the header through."""
    org.goes_wrong("status", "/query", status=200, body={"totalSize": 0, "done": True, "records": []}, times=None)
    org.goes_wrong("status", "/sobjects/Account", status=200, body=described("Account"))
    org.goes_wrong("status", "/sobjects/Contact", status=200, body=described("Contact"))

    findings = check(org.client())

    assert said(findings, "daily_limit") == "Salesforce did not tell how many requests are left today."


def described(object_name: str) -> dict[str, object]:
    """A describe in which everything that is mapped is visible."""
    entity = next(each for each in Entity if each.source_object == object_name)
    names = {*MAPPED[entity], "Id", "SystemModstamp", "IsDeleted", "AccountId", "OwnerId"}
    return {"name": object_name, "fields": [{"name": name} for name in sorted(names)]}


@pytest.fixture
def secure_org(tmp_path: Path) -> Iterator[tuple[SalesforceSimulator, Path]]:
    """A simulator that speaks TLS, and the file of its authority."""
    certificates = make_certificates(tmp_path)
    simulated = SalesforceSimulator()
    with start(simulated, tls=certificates):
        yield simulated, certificates.ca_file
    simulated.database.close()


@pytest.mark.parametrize(("knows_authority", "expected"), [(True, []), (False, [("reachable", True)])])
def test_certificates(
    secure_org: tuple[SalesforceSimulator, Path], *, knows_authority: bool, expected: list[tuple[str, bool]]
) -> None:
    """An authority that is not known is mended by ca_file."""
    simulated, ca_file = secure_org
    credentials = SalesforceCredentials(
        url=simulated.public_url, method="client_credentials", **simulated.credentials()
    )
    with HttpClient(system="Salesforce", addresses=HERE, ca_file=ca_file if knows_authority else None) as http:
        findings = check(SalesforceClient(credentials, http, MemoryCache()))

    assert bad(findings) == expected
    if not knows_authority:
        assert "name your company's certificate file as ca_file" in said(findings, "reachable")
