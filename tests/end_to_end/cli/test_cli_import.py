"""`taskforce import`: what it tells, what it writes, and what it leaves alone."""

import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from django.apps import apps
from django.db import models

from taskforce.domain.records import Entity
from taskforce.domain.run import RunStatus
from tests.end_to_end.cli.desk import Desk, ending, next_line
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.office import NAME, Office, SilentProgress

COUNTERS = ("created", "updated", "linked", "unchanged", "skipped", "held", "failed")
NOTHING = dict.fromkeys(COUNTERS, 0)
UNCHANGED = {**NOTHING, "unchanged": 1}
"""A record that changed within the last ten minutes is read again, and found to be as it was."""

NO_RECORD_OF_A_RUN = ("totalrow", "runrow", "changerow", "leaserow", "token")
"""Tables that a dry run may write: its own record and its part of the totals, who runs, and the vendors' sessions."""


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every row that a dry run must leave as it was."""
    kept: list[type[models.Model]] = [
        model for model in apps.get_models() if model._meta.model_name not in NO_RECORD_OF_A_RUN
    ]
    found = {str(model._meta.model_name): list(model.objects.order_by("pk").values()) for model in kept}  # type: ignore[attr-defined]
    for noted in found["schedulerow"]:
        del noted["told_at"]  # when it was looked at last; what is due, and when, stays
    return found


def test_the_last_line_is_an_object(desk: Desk, office: Office) -> None:
    """The real command as its own process: the documented keys, each with its figures."""
    office.contact(office.account())
    office.contact(None)

    said = desk.call("import", NAME, "--json")

    assert (said.status, said.is_tidy) == (0, True)
    document = said.document
    (run,) = office.installation.history.runs(NAME, limit=9)
    assert {name: document[name] for name in ("run_id", "status", "companies", "contacts", "standing")} == {
        "run_id": run.id,
        "status": "done",
        "companies": {**NOTHING, "created": 1},
        "contacts": {**NOTHING, "created": 1, "skipped": 1},
        "standing": {"held": 0, "failing": 0},
    }
    assert document["calls"] == {
        "salesforce": sum(each.counted for each in office.pair.salesforce.journal.entries()),
        "autotask": sum(each.counted for each in office.pair.autotask.journal.entries()),
    }
    assert document["duration_s"] == pytest.approx(run.duration.total_seconds(), abs=0.001)


def test_people_read_a_summary(desk: Desk, office: Office) -> None:
    """Counters in a table, reasons with an example, calls beside what is the least."""
    office.contact(office.account())
    office.contact(None, LastName="Solo")

    said = desk.run("import", NAME)

    assert (said.status, said.told) == (0, [])
    (run,) = office.installation.history.runs(NAME, limit=9)
    assert f"Import {run.id}: done." in said.text
    assert "companies 1 0 0 0 0 0 0 contacts 1 0 0 0 1 0 0" in said.text
    assert "The contact belongs to no account, so it is not imported." in said.text
    assert "no_account" in said.text
    assert "In all, 0 records wait for a decision or another record, 0 are failing." in said.text


def test_a_second_import_asks_salesforce_twice_and_autotask_nothing(desk: Desk, office: Office) -> None:
    """Nothing has changed, so nothing is spent: one read per object, with the session of the process before."""
    office.contact(office.account())
    desk.run("import", NAME)
    salesforce, autotask = office.pair.salesforce.journal, office.pair.autotask.journal
    salesforce.clear()
    autotask.clear()

    document = desk.call("import", NAME, "--json").document

    assert (document["status"], document["companies"], document["contacts"]) == ("done", UNCHANGED, UNCHANGED)
    assert document["calls"] == {"salesforce": 2, "autotask": 0}
    assert [each.operation for each in salesforce.entries()] == ["query", "query"]
    assert autotask.entries() == []


def test_one_change_is_one_write(desk: Desk, office: Office) -> None:
    """A value changed through Salesforce's own API arrives with exactly one request that writes."""
    account = office.account(Phone="312-555-0199")
    office.contact(account)
    desk.run("import", NAME)
    before, mark = office.company_of(account)["phone"], office.mark()

    patch(office, "Account", account, Phone="312-555-0142")
    document = desk.run("import", NAME, "--json").document

    assert document["companies"] == {**NOTHING, "updated": 1}
    assert document["contacts"] == UNCHANGED
    assert office.writes(mark) == ["patch /companies"]
    assert (before, office.company_of(account)["phone"]) == ("312-555-0199", "312-555-0142")


def test_one_change_of_a_contact_is_one_write(desk: Desk, office: Office) -> None:
    """Contacts are written under their company."""
    account = office.account()
    contact = office.contact(account, Title="Dentist")
    desk.run("import", NAME)
    company, before, mark = office.company_of(account)["id"], office.person_of(contact)["title"], office.mark()

    patch(office, "Contact", contact, Title="Owner")
    document = desk.run("import", NAME, "--json").document

    assert (document["companies"], document["contacts"]) == (UNCHANGED, {**NOTHING, "updated": 1})
    assert office.writes(mark) == [f"patch /companies/{company}/contacts"]
    assert (before, office.person_of(contact)["title"]) == ("Dentist", "Owner")


def patch(office: Office, kind: str, record_id: str, **fields: object) -> None:
    """A change by way of Salesforce's REST API."""
    given = office.pair.salesforce.credentials()
    login = {
        "grant_type": "client_credentials",
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
    }
    token = httpx2.post(f"{office.pair.salesforce_url}/services/oauth2/token", data=login).json()["access_token"]
    answer = httpx2.patch(
        f"{office.pair.salesforce_url}/services/data/v66.0/sobjects/{kind}/{record_id}",
        headers={"Authorization": f"Bearer {token}"},
        json=fields,
    )
    assert answer.status_code == 204


def test_a_dry_run_writes_nothing_anywhere(desk: Desk, office: Office) -> None:
    """Autotask sees no write, and no table but the run's own changes; every intended change is listed by field."""
    linked = office.account()
    desk.run("import", NAME)
    office.change("Account", linked, Phone="312-555-0142")
    new = office.account(Name="Cedar Legal", Phone="312-555-0177")
    contact = office.contact(new, LastName="Roe")
    before, mark, companies = tables(), office.mark(), office.companies()

    said = desk.run("import", NAME, "--dry-run", "--json")

    document = said.document
    assert (said.status, document["status"], document["dry_run"]) == (0, "done", True)
    assert office.writes(mark) == []
    assert office.companies() == companies
    assert tables() == before
    changes = {each["source_id"]: each for each in document["changes"]}
    assert {source_id: each["change"] for source_id, each in changes.items()} == {
        linked: "update",
        new: "create",
        contact: "create",
    }
    assert changes[linked]["fields"] == [{"field": "phone", "before": "312-555-0199", "after": "312-555-0142"}]
    created = {each["field"]: each["after"] for each in changes[new]["fields"]}
    assert (created["companyName"], created["phone"]) == ("Cedar Legal", "312-555-0177")


def test_people_read_a_dry_run_field_by_field(desk: Desk, office: Office) -> None:
    """Each record with its reason, each field before and after."""
    account = office.account()
    desk.run("import", NAME)
    office.change("Account", account, Phone="312-555-0142", Fax=None)

    said = desk.run("import", NAME, "--dry-run")

    assert said.status == 0
    lines = [line.strip() for line in said.out.splitlines()]
    target = office.company_of(account)["id"]
    assert f"update: company Birch Dental {account} → Autotask {target}" in lines
    assert "phone: 312-555-0199 → 312-555-0142" in lines
    assert any(line.startswith("Dry run ") for line in lines)


def test_an_import_does_what_the_dry_run_said(desk: Desk, office: Office) -> None:
    """The same records, the same fields, the same values."""
    office.contact(office.account(), Title="Dentist")
    office.company(companyName="Cedar Legal")
    office.account(Name="Cedar Legal")
    intended = desk.run("import", NAME, "--dry-run", "--json").document

    done = desk.run("import", NAME, "--json").document

    records = desk.run("run", str(done["run_id"]), "--json").document["records"]
    by_record = {each["source_id"]: (each["change"], each["reason"], each["fields"]) for each in records}
    assert {each["source_id"]: (each["change"], each["reason"], each["fields"]) for each in intended["changes"]} == (
        by_record
    )


def test_a_dry_run_lists_missing_fields(desk: Desk, office: Office) -> None:
    """User-defined fields that the first import would create are named, and nothing is made, here or there."""
    office.account()
    before = tables()

    document = desk.run("import", NAME, "--dry-run", "--json").document

    assert document["message"] == (
        "Autotask has no user-defined field for the Salesforce id on companies and contacts; an import creates it."
    )
    assert office.pair.autotask.records("UserDefinedFieldDefinitions") == []
    assert tables() == before


@dataclass(slots=True)
class AtTheFirstPhase(SilentProgress):
    """Does something once, in the middle of a run."""

    act: Callable[[], None]
    has_acted: bool = False

    def phase(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - as the engine calls it
        """The first phase begins."""
        if not self.has_acted:
            self.has_acted = True
            self.act()


def test_two_imports_at_once(desk: Desk, office: Office) -> None:
    """The second says that it waits, and both end well, without a duplicate."""
    for number in range(3):
        office.account(Name=f"Company {number}")
    others: list[subprocess.Popen[str]] = []
    lines: list[str] = []

    def start_another() -> None:
        others.append(desk.start("import", NAME, "--json"))
        lines.append(next_line(others[0].stderr))

    first = office.installation.run_import(NAME, progress=AtTheFirstPhase(act=start_another), should_stop=lambda: False)
    with others[0] as other:
        second = ending(other)

    assert lines == ["Another import of this connection is under way. Waiting for it to end, at most 60 seconds."]
    assert first.counts[Entity.COMPANY].created == 3
    assert (second.status, second.document["companies"]) == (0, {**NOTHING, "unchanged": 3})
    assert len(office.companies()) == 3


def company_names(office: Office) -> list[str]:
    """The names of all companies, in order."""
    return sorted(str(each["companyName"]) for each in office.companies())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_import_in_order(desk: Desk, office: Office, gate: Gate, number: signal.Signals) -> None:
    """The run is cancelled with status 2, nothing is lost, and the next import goes on."""
    names = [f"Company {number:02}" for number in range(30)]
    accounts = [office.account(Name=name) for name in names]
    office.contact(accounts[-1])
    send_through(gate, office)
    gate.shut(b"Company 03")

    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        process.send_signal(number)
        gate.open()
        said = ending(process)

    document = said.document
    assert (said.status, document["status"], said.is_tidy) == (2, "cancelled", True)
    assert document["message"] == "Stopped on request; everything is kept, and the next import goes on."
    assert document["companies"]["created"] == len(office.companies()) < len(names)
    rest = desk.run("import", NAME, "--json").document
    assert (rest["status"], company_names(office), len(office.people())) == ("done", names, 1)
    assert rest["companies"]["created"] + document["companies"]["created"] == len(names)


@pytest.mark.parametrize("holds_answer", [False, True])
def test_a_killed_import_is_taken_over_at_once(desk: Desk, office: Office, gate: Gate, *, holds_answer: bool) -> None:
    """Whether or not the create that was under way was carried out, the next import ends without a duplicate."""
    names = [f"Company {number:02}" for number in range(6)]
    for name in names:
        office.account(Name=name)
    send_through(gate, office)
    gate.shut(b"Company 03", holds_answer=holds_answer)
    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        process.kill()
        process.communicate()
        gate.open()

    said = desk.run("import", NAME, "--json")

    assert (said.status, said.document["status"], said.told) == (0, "done", [])
    assert company_names(office) == names
    earlier = office.installation.history.runs(NAME, limit=9)[-1]
    assert (earlier.status, earlier.message) == (
        RunStatus.TO_BE_CONTINUED,
        "The process ended in the middle of this run; everything was kept, and the next import went on.",
    )
