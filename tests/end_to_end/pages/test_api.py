"""What programs do with the REST API, in the words and shapes of the command line."""

from collections.abc import Callable
from typing import Any

import pytest

from taskforce import launching
from taskforce.connection_config import MASK
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.domain.run import RunKind, RunStatus
from taskforce.errors import AccessError, TaskforceError
from tests.end_to_end.cli.desk import Desk, secrets_of
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin
from tests.end_to_end.pages.program import OFFICE
from tests.end_to_end.pages.test_pages_launch import LONGEST


@pytest.fixture
def desk(office: Office) -> Desk:
    """The command line beside it."""
    return Desk()


@pytest.fixture(autouse=True)
def audit_begins(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests did stays in the audit, which forgets nothing."""
    monkeypatch.setattr(office, "audit_begins_at", office.installation.clock.now(), raising=False)


def deeds(office: Office) -> list[tuple[str, Deed, str, str]]:
    """What stands in the audit of this test, the latest first."""
    entries = [each for each in office.installation.audit.latest(99) if each.at >= vars(office)["audit_begins_at"]]
    return [(each.who, each.deed, each.connection, each.subject) for each in entries]


def held(office: Office) -> str:
    """An account that two Autotask companies fit."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    return office.account(Name="Birch")


def test_reading_tells_what_the_command_line_tells(office: Office, program: Begin, desk: Desk) -> None:
    """Word for word."""
    held(office)
    office.contact(office.account(Name="Ash <script>"), FirstName="Ιωάννα", LastName="عبد")
    run, reader = office.run(), program(Role.ADMINISTRATOR)

    told = {
        "runs": reader.get(f"{OFFICE}/runs"),
        "records": reader.get(f"/runs/{run.id}/records")["records"],
        "notices": reader.get(f"{OFFICE}/notices"),
        "configuration": reader.get(f"{OFFICE}/configuration"),
        "links": {key: reader.get(f"{OFFICE}/links")[key] for key in ("connection", "counts", "links")},
    }

    assert told == {
        "runs": desk.run("runs", NAME, "--json").document,
        "records": desk.run("run", str(run.id), "--json").document["records"],
        "notices": desk.run("notices", NAME, "--json").document,
        "configuration": desk.run("connections", "show", NAME, "--json").document,
        "links": desk.run("links", NAME, "--json").document,
    }


def test_no_secret_is_told(office: Office, program: Begin) -> None:
    """Only that there is one."""
    answer = program(Role.ADMINISTRATOR).ask("GET", f"{OFFICE}/configuration")

    plain = office.installation.connection(NAME).plain()
    assert [secret for secret in secrets_of(plain) if secret and secret in answer.text] == []
    assert answer.json()["autotask"]["secret"] == MASK


def test_how_a_connection_stands(office: Office, program: Begin) -> None:
    """At a glance: links, what waits, what is under way or wanted."""
    held(office)
    office.account(Name="Ash")
    office.run()
    reader = program(Role.OPERATOR)
    reader.post(f"{OFFICE}/launch")

    (told,) = reader.get("/connections")

    assert told == reader.get(OFFICE)
    links = told.pop("links")
    assert (links["companies"]["linked"], links["contacts"]["linked"]) == (1, 0)
    assert told == {
        "name": NAME,
        "active": False,
        "next_import_at": None,
        "standing": {"held": 1, "failing": 0},
        "wanted_by": "token a operator",
        "under_way": None,
    }


def test_which_records_are_imported(office: Office, program: Begin, desk: Desk) -> None:
    """Counted, stored and told; what is not understood is refused, and the audit has who it was."""
    for kind in ("Customer", "Prospect"):
        office.contact(office.account(Name=kind, Type=kind))
    setter = program(Role.ADMINISTRATOR)
    fitting = {"companies": {"fit": 1, "all": 2}, "contacts": {"fit": 1, "all": 2}}

    counted = setter.post(f"{OFFICE}/filter/count", accounts=["Type = Customer"])
    stored = setter.ask("PUT", f"{OFFICE}/filter", json={"accounts": ["Type = Customer"]}).json()
    refused = setter.refused("PUT", f"{OFFICE}/filter", json={"accounts": ["Type is"]})
    unknown = setter.refused("PUT", f"{OFFICE}/filter", json={"accounts": ["Colour__c = red"]})

    assert (counted, stored) == (fitting, fitting)
    assert setter.get(f"{OFFICE}/filter") == desk.run("filter", NAME, "show", "--json").document
    assert refused == (422, "accounts.1: 'Type is' is not understood: write it like Type = Customer.")
    assert unknown == (422, "Salesforce shows its user no field Colour__c.")
    assert deeds(office) == [("token a administrator", Deed.SETTINGS_CHANGED, NAME, "")]


def test_by_what_else_records_are_matched(office: Office, program: Begin, desk: Desk) -> None:
    """Tried, stored and told; what makes no sense is refused, and the audit has who it was."""
    office.contact(office.account(Name="Earlier"))
    office.run()
    company = office.company(companyName="Other Name", webAddress="https://acme.example")
    office.account(Name="Later", BillingStreet="2 Main St")
    office.run()
    account = office.account(Name="Acme", Website="www.acme.example")
    setter, rules = program(Role.ADMINISTRATOR), [{"trait": "domain", "verdict": "link"}]

    tried = setter.post(f"{OFFICE}/match-rules/try", companies=rules)
    stored = setter.ask("PUT", f"{OFFICE}/match-rules", json={"companies": rules}).json()
    refused = setter.refused("PUT", f"{OFFICE}/match-rules", json={"contacts": rules})

    [line] = [each for each in tried["companies"]["rules"] if each["rule"] == "domain"]
    candidates = [{"id": company, "name": "Other Name"}]
    assert line["examples"] == [{"source_id": account, "name": "Acme", "outcome": "link", "candidates": candidates}]
    assert tried["calls"]["autotask"] == 0
    assert stored == {"companies": rules, "contacts": []}
    assert setter.get(f"{OFFICE}/match-rules") == desk.run("match", NAME, "show", "--json").document == stored
    assert (
        setter.post(f"{OFFICE}/match-rules/try", companies=rules) == desk.run("match", NAME, "try", "--json").document
    )
    assert refused == (422, "contacts: cannot be matched by domain; choose among email, phone, mobile_phone.")
    assert deeds(office) == [("token a administrator", Deed.SETTINGS_CHANGED, NAME, "")]


def test_what_goes_where(office: Office, program: Begin, desk: Desk) -> None:
    """Tried, stored, told, gone back to; what cannot be is refused with its mend, and the audit has who it was."""
    office.account(Name="Ash", Type="Unheard of")
    setter = program(Role.ADMINISTRATOR)
    rows = setter.get(f"{OFFICE}/mapping")
    without = {"accounts": [each for each in rows["accounts"] if each["target"] != "fax"]}
    broken = {"accounts": [each for each in rows["accounts"] if each["target"] != "phone"]}

    tried = setter.post(f"{OFFICE}/mapping/try", **without)
    same = setter.ask("PUT", f"{OFFICE}/mapping", json=rows).json()
    stored = setter.ask("PUT", f"{OFFICE}/mapping", json=without).json()
    told = setter.get(f"{OFFICE}/mapping")
    values = setter.get(f"{OFFICE}/mapping/values/account/companyType")
    refused = setter.refused("PUT", f"{OFFICE}/mapping", json=broken)
    unread = setter.refused("PUT", f"{OFFICE}/mapping", json={"contacts": [{"target": "fax"}]})
    back = setter.ask("PUT", f"{OFFICE}/mapping", json={}).json()
    again = setter.post(f"{OFFICE}/mapping/back", version=1)

    assert (tried["ok"], tried["samples"]["companies"][0]["name"], "fax" in str(tried["samples"])) == (
        True,
        "Ash",
        False,
    )
    assert [each["changed"] for each in (same, stored, back, again)] == ["", *["company.fax"] * 3]
    assert told["accounts"] == without["accounts"]
    assert values == desk.run("mapping", NAME, "values", "account", "companyType", "--json").document
    assert refused == (
        422,
        (
            "phone: The row of phone is missing, by which records are created or matched. "
            "Add it again; if it is not to be written, let Autotask win it."
        ),
    )
    assert unread == (422, "contacts.1.source: is missing.")
    assert setter.refused("POST", f"{OFFICE}/mapping/back", json={"version": 9}) == (
        422,
        f"The mapping of {NAME} has no version 9.",
    )
    assert setter.refused("GET", f"{OFFICE}/mapping/values/account/nothing") == (
        422,
        "There is no row for nothing of companies.",
    )
    versions = setter.get(f"{OFFICE}/mapping/versions")["versions"]
    assert [(each["version"], each["made_by"]) for each in versions] == [
        (number, "token a administrator") for number in (3, 2, 1)
    ]
    assert deeds(office) == [("token a administrator", Deed.SETTINGS_CHANGED, NAME, "")] * 3


@pytest.mark.parametrize(
    ("what", "given", "kind", "is_dry_run"),
    [
        ("launch", {}, RunKind.IMPORT, False),
        ("launch", {"dry_run": True}, RunKind.IMPORT, True),
        ("reconcile", {}, RunKind.RECONCILIATION, False),
        ("reconcile", {"dry_run": True}, RunKind.RECONCILIATION, True),
    ],
)
def test_launching(
    office: Office, program: Begin, what: str, given: dict[str, Any], kind: RunKind, is_dry_run: bool
) -> None:
    """The scheduler is asked, once; the audit says by whom."""
    operator = program(Role.OPERATOR)

    answer = operator.ask("POST", f"{OFFICE}/{what}", json=given)
    again = operator.refused("POST", f"{OFFICE}/{what}", json=given)

    wanted = launching.wanted(office.installation, NAME)
    assert wanted is not None
    assert (wanted.kind, wanted.is_dry_run, wanted.asked_by) == (kind, is_dry_run, "token a operator")
    assert answer.status_code == 202
    assert answer.json() == {
        "connection": NAME,
        "kind": kind.value,
        "dry_run": is_dry_run,
        "asked_by": "token a operator",
    }
    assert again == (409, f"An import of {NAME} is under way or wanted already. Ask again when it has ended.")
    assert deeds(office) == [("token a operator", Deed.LAUNCHED, NAME, "")]


@pytest.mark.usefixtures("scheduler")
def test_an_import_from_afar(office: Office, program: Begin) -> None:
    """Launched, watched to its end, read."""
    office.account(Name="Ash")
    operator = program(Role.OPERATOR)

    operator.post(f"{OFFICE}/launch")
    run = look_until(operator.get, lambda runs: bool(runs) and runs[0]["status"] == "done")[0]

    assert (run["companies"]["created"], [each["companyName"] for each in office.companies()]) == (1, ["Ash"])


def look_until(get: Callable[[str], Any], is_so: Callable[[Any], bool]) -> Any:
    """The runs once they are so."""
    import threading

    for _ in range(LONGEST):
        if is_so(told := get(f"{OFFICE}/runs")):
            return told
        threading.Event().wait(0.05)
    raise AssertionError(f"it never was so: {told}")


def test_nothing_to_stop(office: Office, program: Begin) -> None:
    """It says so, and the audit says nothing."""
    assert program(Role.OPERATOR).refused("POST", f"{OFFICE}/stop") == (409, f"No import of {NAME} is under way.")
    assert deeds(office) == []


def waiting_plan(office: Office) -> tuple[int, str]:
    """A run whose plan waits, with its digest."""
    office.account(Name="Elm")
    office.run()
    office.settings(brake_creates=0)
    office.account(Name="Ash")
    run = office.run()
    assert run.status is RunStatus.AWAITING_APPROVAL
    return run.id, run.digest


def test_a_plan_is_approved_by_its_digest(office: Office, program: Begin) -> None:
    """Exactly that one; a second time it is told that it was."""
    run_id, digest = waiting_plan(office)
    operator = program(Role.OPERATOR)

    other = operator.refused("POST", f"/runs/{run_id}/approve", json={"digest": "another"})
    done = operator.post(f"/runs/{run_id}/approve", digest=digest)
    again = operator.refused("POST", f"/runs/{run_id}/approve", json={"digest": digest})

    assert (other[0], done["status"], done["companies"]["created"]) == (409, "done", 1)
    assert again == (409, f"Run {run_id} was approved already. No plan of this connection waits.")
    assert [str(company["companyName"]) for company in office.companies()] == ["Elm", "Ash"]
    assert deeds(office) == [("token a operator", Deed.PLAN_APPROVED, NAME, str(run_id))]


def test_a_plan_is_rejected(office: Office, program: Begin) -> None:
    """Nothing is written."""
    run_id, _ = waiting_plan(office)

    done = program(Role.OPERATOR).post(f"/runs/{run_id}/reject")

    assert (done["status"], len(office.companies())) == ("rejected", 1)
    assert deeds(office) == [("token a operator", Deed.PLAN_REJECTED, NAME, str(run_id))]


def test_a_held_record_is_created_by_a_program(office: Office, program: Begin) -> None:
    """What somebody decided is carried out by the next import."""
    office.settings(near_match="hold")
    office.company(companyName="Ash Dental LLC", phone="312-555-0142")
    account = office.account(Name="Ash Dental", Phone="312-555-0142")
    office.run()
    before = len(office.companies())

    told = program(Role.OPERATOR).post(f"{OFFICE}/records/{account}/create")
    office.run()

    assert (told["command"], told["source_id"], told["state"]) == ("create", account, None)
    assert (before, len(office.companies())) == (1, 2)
    assert deeds(office) == [("token a operator", Deed.RECORD_DECIDED, NAME, account)]


def test_decisions_about_a_record(office: Office, program: Begin) -> None:
    """Each as on the command line, each in the audit, each repeatable."""
    account = office.account(Name="Ash")
    office.run()
    operator, target = program(Role.OPERATOR), int(office.company_of(account)["id"])
    about = f"{OFFICE}/records/{account[:15]}"

    states = {
        command: operator.post(f"{about}/{command}", **given).get("state")
        for command, given in [
            ("unmap", {}),
            ("relink", {"target_id": target}),
            ("ignore", {}),
            ("forget", {}),
            ("retry", {}),
        ]
    }

    assert states == {"unmap": "unmapped", "relink": "linked", "ignore": "ignored", "forget": None, "retry": None}
    assert deeds(office) == [("token a operator", Deed.RECORD_DECIDED, NAME, account)] * 5
    assert office.run().status is RunStatus.DONE


def test_fields_are_locked_by_a_program(office: Office, program: Begin) -> None:
    """Listed with the pair; unlocked one by one or all at once; a field that is not mapped is refused."""
    account = office.account(Name="Ash", Fax="312-555-0111")
    office.run()
    operator = program(Role.OPERATOR)
    about = f"{OFFICE}/records/{account}"

    locked = operator.post(f"{about}/lock", fields=["fax", "city"])
    [listed] = operator.get(f"{OFFICE}/links")["links"]
    refused = operator.refused("POST", f"{about}/lock", json={"fields": ["isActive"]})
    office.change("Account", account, Fax="312-555-0122", Phone="312-555-0133")
    office.run()
    kept = office.company_of(account)
    one = operator.post(f"{about}/unlock", fields=["fax"])
    rest = operator.post(f"{about}/unlock")
    office.forget_the_writes()
    office.run()

    assert (locked["command"], locked["fields"], locked["locked"]) == ("lock", ["city", "fax"], ["city", "fax"])
    assert listed["locked"] == ["city", "fax"]
    assert refused[0] == 409
    assert (kept["fax"], kept["phone"]) == ("312-555-0111", "312-555-0133")
    assert (one["locked"], rest["fields"], rest["locked"]) == (["city"], ["city"], [])
    assert office.company_of(account)["fax"] == "312-555-0122"
    assert deeds(office) == [("token a operator", Deed.RECORD_DECIDED, NAME, account)] * 3


def test_what_waits_and_is_decided(office: Office, program: Begin) -> None:
    """With the reason, its mend, and the way on."""
    account = held(office)
    office.run()
    operator = program(Role.OPERATOR)

    (told,) = operator.get(f"{OFFICE}/waiting", state="held")["records"]
    failing = operator.get(f"{OFFICE}/waiting", state="failing")
    chosen = int(office.companies()[0]["id"])
    operator.post(f"{OFFICE}/records/{account}/relink", target_id=chosen)
    office.run()

    assert (told["source_id"], told["name"], told["reason"]) == (account, "Birch", "ambiguous")
    assert f"taskforce relink {NAME} {account} AUTOTASK_ID" in told["mend"]
    assert failing == {"connection": NAME, "records": [], "next": None}
    assert (operator.get(f"{OFFICE}/waiting")["records"], office.company_of(account)["id"]) == ([], chosen)


@pytest.mark.parametrize(
    ("record", "given", "sentence"),
    [
        ("nonsense", {}, "This is no Salesforce id of an account (001…) or a contact (003…), of 15 or 18 characters."),
        ("001000000000001AAA", {"new": True}, "new is for contacts that moved, and without target_id."),
        ("003000000000001AAA", {"new": True, "target_id": 5}, "new is for contacts that moved, and without target_id."),
    ],
)
def test_decisions_that_are_not_understood(
    office: Office, program: Begin, record: str, given: dict[str, Any], sentence: str
) -> None:
    """Nothing is done."""
    said = program(Role.OPERATOR).refused("POST", f"{OFFICE}/records/{record}/relink", json=given)

    assert (said, deeds(office)) == ((422, sentence), [])


def test_a_decision_that_cannot_stand(office: Office, program: Begin) -> None:
    """Is refused with what comes first."""
    status, sentence = program(Role.OPERATOR).refused("POST", f"{OFFICE}/records/001000000000001AAA/unmap")

    assert (status, "has no pair to be separated" in sentence, deeds(office)) == (409, True, [])


def test_lists_go_on_after_the_last_one(office: Office, program: Begin) -> None:
    """Every item once, in pages of any size."""
    accounts = {office.account(Name=f"Company {number}") for number in range(5)}
    runs = [office.run().id, office.run().id, office.run().id]
    reader = program(Role.VIEWER)

    pairs, after, pages = [], "", 0
    while after is not None:
        page = reader.get(f"{OFFICE}/links", state=["linked"], limit=2, after=after)
        pairs += [each["source_id"] for each in page["links"]]
        after, pages = page["next"], pages + 1
    latest = reader.get(f"{OFFICE}/runs", limit=2)
    earlier = reader.get(f"{OFFICE}/runs", limit=2, before=latest[-1]["run_id"])
    records = [reader.get(f"/runs/{runs[0]}/records", page=number, size=2) for number in (1, 3, 4)]

    assert (sorted(pairs), pages) == (sorted(accounts), 3)
    assert [each["run_id"] for each in (*latest, *earlier)] == runs[::-1]
    assert [(each["count"], each["pages"], len(each["records"])) for each in records] == [
        (5, 3, 2),
        (5, 3, 1),
        (5, 3, 0),
    ]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{OFFICE}/runs", {"limit": 201}),
        (f"{OFFICE}/runs", {"limit": 0}),
        (f"{OFFICE}/runs", {"before": 2**63}),
        (f"{OFFICE}/runs", {"nonsense": 1}),
        (f"{OFFICE}/links", {"state": "nonsense"}),
        (f"{OFFICE}/links", {"after": "' OR 1=1"}),
        (f"{OFFICE}/waiting", {"state": "due"}),
        ("/runs/1/records", {"outcome": "nonsense"}),
        (f"/runs/{2**63}", {}),
        ("/runs/one", {}),
    ],
)
def test_questions_that_are_not_understood(office: Office, program: Begin, path: str, query: dict[str, object]) -> None:
    """A sentence, and which part of it; never a defect."""
    status, sentence = program(Role.VIEWER).refused("GET", path, params=query)

    assert (status, bool(sentence)) == (422, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b'{"dry_run": 7}', 422),
        (b'{"wet_run": true}', 422),
    ],
)
def test_bodies_that_are_not_understood(office: Office, program: Begin, body: bytes, status: int) -> None:
    """Nothing is begun, and keys that are not known are not passed over."""
    said = program(Role.OPERATOR).refused("POST", f"{OFFICE}/launch", content=body)

    assert (said[0], launching.wanted(office.installation, NAME)) == (status, None)


@pytest.mark.parametrize(
    "path", ["/connections/nobody", "/connections/nobody/runs", "/connections/%00/links", "/runs/9999"]
)
def test_what_is_not_there(office: Office, program: Begin, path: str) -> None:
    """A sentence with the way to what is."""
    assert program(Role.ADMINISTRATOR).refused("GET", path)[0] == 404


def test_a_check_from_afar(office: Office, program: Begin, desk: Desk) -> None:
    """As on the command line; what cannot even begin is told, and is no error of the API."""
    operator = program(Role.OPERATOR)

    told = operator.post(f"{OFFICE}/check")
    office.installation.book.edit(NAME, {"autotask": {"secret": "wrong"}})
    wrong = operator.post(f"{OFFICE}/check")

    assert (told, wrong["ok"]) == (
        desk.run("check", NAME, "--json").document | {"ok": True, "checks": told["checks"]},
        False,
    )
    assert [each["name"] for each in wrong["checks"] if each["stops_import"]] == ["login"]
    assert {each["system"] for each in operator.get("/doctor")["host"]} == {"This machine"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AccessError("Autotask refused.", system="Autotask", operation="query"), 502),
        (TaskforceError("Too many at once."), 503),
        (KeyError("Rosa Lind"), 500),
    ],
)
def test_errors_are_sentences(
    office: Office, program: Begin, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    """Those of Taskforce their own; a defect tells nothing of what was worked on."""

    def fail(*_: object, **__: object) -> None:
        raise error

    shown = program(Role.VIEWER)
    monkeypatch.setattr(office.installation.history, "notices", fail)

    said = shown.refused("GET", f"{OFFICE}/notices")

    expected = "This is a defect of Taskforce; its log says where." if status == 500 else str(error)
    assert said == (status, expected)


def test_the_description_names_every_operation(office: Office, program: Begin) -> None:
    """With the token that it needs; without a token, since it tells nothing of this office."""
    told = program(None).get("/openapi.json")

    operations = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert ("/api/v1/connections/{name}/launch", "post") in operations
    assert len(operations) == 44
    assert told["components"]["securitySchemes"] == {"_Bearer": {"type": "http", "scheme": "bearer"}}
