"""The Autotask half of `taskforce check`: all is well, and every line fails once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from taskforce.adapters.autotask.checks import check_autotask
from taskforce.adapters.autotask.findings import Finding
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce.domain.field_map import FieldMap, Wins
from taskforce.domain.standard_mapping import STANDARD
from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.certificates import make_certificates
from taskforce_simulators.core.server import start
from tests.integration.autotask.autotask_bench import Bench, Mouthpiece, Said, page
from tests.support.addresses import HERE

NAMES = (
    "reachable",
    "zone",
    "login",
    "request_limit",
    "permission_companies",
    "permission_contacts",
    "permission_resources",
    "permission_countries",
    "id_fields",
    "company_types",
    "market_segments",
    "classifications",
    "required_fields_companies",
    "required_fields_contacts",
    "mapping_companies",
    "mapping_contacts",
    "default_account_manager",
)


@pytest.fixture
def manager(bench: Bench) -> str:
    """The full name of an active resource that nobody shares."""
    number = bench.resource()
    saved = bench.simulator.save_record("Resources", {"id": number, "firstName": "Ute", "lastName": "Unik"})
    return f"{saved['firstName']} {saved['lastName']}"


def check(bench: Bench, manager: str, fallback: str = "Customer") -> dict[str, Finding]:
    """Every finding by its name; no name comes twice."""
    findings = check_autotask(bench.target(), default_account_manager=manager, fallback_company_type=fallback)
    by_name = {finding.name: finding for finding in findings}
    assert len(by_name) == len(findings)
    return by_name


def state(finding: Finding) -> str:
    """What the line is marked with."""
    return "ok" if finding.ok else "stop" if finding.stops_import else "warning"


def test_all_is_well(bench: Bench, manager: str) -> None:
    """Every check is named in a stable order, and nothing needs a mend."""
    bench.with_id_fields()
    findings = check(bench, manager)

    assert tuple(findings) == NAMES
    assert {finding.name for finding in findings.values() if not finding.ok} == set()
    assert findings["zone"].message == "The database of this user is at 127.0.0.1."
    assert findings["id_fields"].message == (
        'The user-defined fields for the Salesforce id exist: "Salesforce Company ID" and "Salesforce Contact ID".'
    )


def test_fields_that_can_be_created_stop_nothing(bench: Bench, manager: str) -> None:
    """The first import creates them; the check creates nothing."""
    finding = check(bench, manager)["id_fields"]

    assert finding.ok
    assert '"Salesforce Company ID" on companies and "Salesforce Contact ID" on contacts' in finding.message
    assert bench.simulator.records("UserDefinedFieldDefinitions") == []


def picklist(field: str, *labels: str) -> Callable[[Bench], None]:
    """A company picklist with these labels."""
    values = [{"value": str(number), "label": label} for number, label in enumerate(labels, 1)]
    return lambda bench: bench.simulator.tenant.set_picklist("Companies", field, values)


def required(entity: str, field: str) -> Callable[[Bench], None]:
    """A field that the tenant requires."""
    return lambda bench: bench.simulator.tenant.change_field(entity, field, {"isRequired": True})


def settings(**changes: object) -> Callable[[Bench], None]:
    """Switches of the simulator."""
    return lambda bench: bench.simulator.change_settings(changes)


def denied(entity: str, *actions: str) -> Callable[[Bench], None]:
    """Rights that the security level does not grant."""
    return settings(permissions={entity: dict.fromkeys(actions, False)})


@pytest.mark.parametrize(
    ("arrange", "name", "expected", "words"),
    [
        (settings(zone_url="https://webservices5.autotask.net/ATServicesRest/"), "zone", "stop", "webservices5"),
        (settings(other_use=7_500, added_delays=False), "request_limit", "warning", "of 10000 requests in 60 minutes"),
        (settings(other_use=10_000), "request_limit", "stop", "used up"),
        (
            denied("Companies", "create", "update"),
            "permission_companies",
            "stop",
            "may not create and update Companies",
        ),
        (denied("Contacts", "query"), "permission_contacts", "stop", "may not query Contacts"),
        (denied("Resources", "query"), "permission_resources", "stop", "may not query Resources"),
        (denied("Countries", "query"), "permission_countries", "stop", "may not query Countries"),
        (denied("UserDefinedFieldDefinitions", "create"), "id_fields", "stop", "may not create them"),
        (picklist("companyType", "Client", "Lead"), "company_types", "stop", 'no active company type "Customer"'),
        (picklist("marketSegmentID"), "market_segments", "warning", "no active market segments"),
        (picklist("classification"), "classifications", "warning", "no active classifications"),
        (required("Companies", "taxID"), "required_fields_companies", "stop", "taxID"),
        (required("Companies", "city"), "required_fields_companies", "warning", "may be blank in Salesforce: city"),
        (required("Contacts", "roomNumber"), "required_fields_contacts", "stop", "roomNumber"),
        (
            lambda bench: bench.simulator.save_record(
                "UserDefinedFieldDefinitions",
                {"name": "Region", "entity": "Company", "type": "Text", "isRequired": True},
            ),
            "mapping_companies",
            "warning",
            "Autotask asks people for Region, and no row fills it.",
        ),
    ],
)
def test_what_is_wrong(
    bench: Bench, manager: str, arrange: Callable[[Bench], None], name: str, expected: str, words: str
) -> None:
    """Each line fails by itself, says why and how to mend it."""
    arrange(bench)
    finding = check(bench, manager)[name]

    assert state(finding) == expected
    assert words in finding.message
    assert bool(finding.mend) is not finding.ok


def test_each_mend_says_what_it_is_for(bench: Bench, manager: str) -> None:
    """Of two fields that people are asked for and no row fills."""
    for name in ("Region", "Tier"):
        definition = {"name": name, "entity": "Company", "type": "Text", "isRequired": True}
        bench.simulator.save_record("UserDefinedFieldDefinitions", definition)

    finding = check(bench, manager)["mapping_companies"]

    assert [word for word in finding.mend.split() if word.endswith(":")] == ["udf:Region:", "udf:Tier:"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (FieldMap(source="Tax__c", target="taxID"), "warning"),
        (FieldMap(source='"none"', target="taxID"), "ok"),
        (FieldMap(source='"none"', target="taxID", wins=Wins.NEVER), "stop"),
    ],
)
def test_a_row_may_fill_a_required_field(bench: Bench, manager: str, row: FieldMap, expected: str) -> None:
    """Always, or as far as Salesforce has a value; not where it is never written."""
    required("Companies", "taxID")(bench)
    mappings = STANDARD.replaced(STANDARD.companies.with_row(row))

    findings = check_autotask(bench.target(), default_account_manager=manager, mappings=mappings)

    assert [state(each) for each in findings if each.name == "required_fields_companies"] == [expected]


def test_a_refused_login_ends_the_check(bench: Bench, manager: str) -> None:
    """What depends on a login is left out."""
    target = bench.target(secret="wrong-secret")
    findings = check_autotask(target, default_account_manager=manager)

    assert [(finding.name, state(finding)) for finding in findings] == [
        ("reachable", "ok"),
        ("zone", "ok"),
        ("login", "stop"),
    ]


def test_an_unknown_user_ends_the_check(bench: Bench) -> None:
    """Without a user there is no zone."""
    findings = check_autotask(bench.target(username="nobody@elsewhere.example"))

    assert [(finding.name, state(finding)) for finding in findings] == [("login", "stop")]


def test_a_host_that_does_not_answer(bench: Bench) -> None:
    """Nothing else can be said."""
    (finding,) = check_autotask(bench.target(url="http://127.0.0.1:9"))

    assert (finding.name, state(finding)) == ("reachable", "stop")


@pytest.mark.parametrize(
    ("name", "expected", "words"),
    [
        ("", "warning", "No default account manager is set"),
        ("Nobody Atall", "stop", "no resource"),
        ("Ida Idle", "stop", "inactive"),
        ("Tom Twin", "stop", "Several"),
        (" Ute Unik ", "ok", "active resource"),
    ],
)
def test_the_default_account_manager(bench: Bench, manager: str, name: str, expected: str, words: str) -> None:
    """One active resource of exactly that name."""
    first, second, third, *_ = [
        each["id"] for each in bench.simulator.records("Resources") if each["firstName"] != "Ute"
    ]
    for number, given, family, is_active in (
        (first, "Tom", "Twin", True),
        (second, "Tom", "Twin", True),
        (third, "Ida", "Idle", False),
    ):
        record = {"id": number, "firstName": given, "lastName": family, "isActive": is_active}
        bench.simulator.save_record("Resources", record)
    finding = check(bench, name)["default_account_manager"]

    assert state(finding) == expected
    assert words in finding.message
    assert not any(part in str(finding) for part in ("Twin", "Idle", "Atall"))


def test_another_fallback_type(bench: Bench, manager: str) -> None:
    """The configured type counts, without letter case."""
    picklist("companyType", "Client")(bench)

    assert check(bench, manager, "client")["company_types"].ok


def test_part_of_the_records(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A security level that sees only some records would lead to duplicates; access may be told in words."""
    everything = {"canQuery": True, "canCreate": 1, "canUpdate": "true", "userAccessForQuery": 1}
    mouthpiece.say(
        Said(body={}),
        Said(body={"info": {**everything, "userAccessForQuery": 2}}),
        Said(body={"info": {**everything, "userAccessForUpdate": "None"}}),
        Said(body={"info": everything}),
        Said(status=403),
        Said(body={"fields": []}),
        Said(body={"fields": []}),
        Said(body={"fields": None}),
        Said(body={}),
        page([]),
        page([]),
        Said(status=403),
    )
    findings = {finding.name: finding for finding in check_autotask(told)}

    assert {name: state(findings[name]) for name in NAMES[3:9]} == {
        "request_limit": "ok",
        "permission_companies": "warning",
        "permission_contacts": "stop",
        "permission_resources": "ok",
        "permission_countries": "stop",
        "id_fields": "stop",
    }
    assert "created a second time" in findings["permission_companies"].message


def test_metadata_that_cannot_be_read(bench: Bench, manager: str) -> None:
    """A right that the entity's own word does not tell of."""
    bench.fault(
        "status",
        path="userDefinedFields",
        status=500,
        body={"errors": ["The logged in Resource does not have the adequate permissions to query this entity type."]},
    )
    finding = check(bench, manager)["metadata"]

    assert (state(finding), finding.message) == ("stop", "The API user may not query Companies in Autotask.")


def test_an_address_that_cannot_be_used(bench: Bench) -> None:
    """Credentials travel over https."""
    (finding,) = check_autotask(bench.target(url="http://webservices5.autotask.net"))

    assert (finding.name, state(finding)) == ("reachable", "stop")
    assert "https://" in finding.message


def test_no_limit(bench: Bench, manager: str) -> None:
    """A tenant may have none, or not tell."""
    bench.fault("status", path="ThresholdInformation", status=200, body={"externalRequestThreshold": None})

    assert check(bench, manager)["request_limit"].message == "Autotask reports no request limit."


def test_a_limit_that_is_used_up(bench: Bench, manager: str) -> None:
    """If Autotask still tells it, the check does as well, and goes on."""
    body = {"externalRequestThreshold": 10_000, "currentTimeframeRequestCount": "10000"}
    bench.fault("status", path="ThresholdInformation", status=200, body=body)
    findings = check(bench, manager)

    assert (state(findings["request_limit"]), len(findings)) == ("stop", len(NAMES))
    assert findings["request_limit"].message == (
        "10000 of 10000 requests in 60 minutes are used, by all integrations together."
    )


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """The company's certificate file is what helps."""
    certificates = make_certificates(tmp_path)
    simulator = AutotaskSimulator()
    with start(simulator, tls=certificates) as server:
        found = []
        for ca_file in (None, certificates.ca_file):
            with HttpClient(system="Autotask", addresses=HERE, ca_file=ca_file) as http:
                found.append(check_autotask(Bench(simulator, server.url, http).target())[0])
    simulator.database.close()

    assert [(finding.name, state(finding)) for finding in found] == [("reachable", "stop"), ("reachable", "ok")]
    assert "ca_file" in found[0].mend
