"""`taskforce approve` and `taskforce reject`: an unusual plan waits, and a person decides about exactly that plan."""

from typing import Any

import pytest

from taskforce.installation import Installation
from tests.end_to_end.cli.desk import Desk, Said, ending, next_line
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.cli.test_cli_import import NOTHING, company_names
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, SilentProgress

ASK_ALWAYS = {"brake_creates": 0, "brake_updates": 0, "brake_deactivations": 0, "brake_cleared": 0}


def both_sides(office: Office) -> list[Any]:
    """Everything that stands in the two systems."""
    salesforce = [office.pair.salesforce.records(kind) for kind in ("Account", "Contact", "User")]
    return [*([dict(each) for each in records] for records in salesforce), office.companies(), office.people()]


def a_small_book(office: Office, desk: Desk, **limits: int) -> dict[str, str]:
    """Two accounts that are imported, then changes of every kind; the Salesforce ids by name."""
    ids = {"birch": office.account(Name="Birch Dental"), "elm": office.account(Name="Elm Legal")}
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    office.settings(**(limits or ASK_ALWAYS))
    office.change("Account", ids["birch"], Phone="312-555-0142")
    office.change("Account", ids["elm"], Phone="312-555-0143")
    office.company(companyName="There", phone="312-555-0000", address1="1 Main St")
    ids["there"] = office.account(Name="There", BillingStreet="1 Main St")
    ids["new"] = office.account(Name="Cedar Legal", Phone="312-555-0177")
    ids["rosa"] = office.contact(ids["new"])
    return ids


def ask(desk: Desk) -> dict[str, Any]:
    """An import whose plan waits then."""
    said = desk.run("import", NAME, "--json")
    assert (said.status, said.document["status"]) == (1, "awaiting_approval")
    return dict(said.document)


def records(desk: Desk, run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The changes of a run by Salesforce id."""
    return {each["source_id"]: each for each in desk.run("run", str(run["run_id"]), "--json").document["records"]}


def outcomes(desk: Desk, run: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What became of each change of a run, and why."""
    return {source_id: (each["outcome"], each["reason"]) for source_id, each in records(desk, run).items()}


def test_nothing_is_written_over_a_limit(desk: Desk, office: Office) -> None:
    """Both systems are as before, and no request that writes was sent; the run says what it would have done."""
    a_small_book(office, desk, brake_creates=1)
    before, mark = both_sides(office), office.mark()

    said = desk.run("import", NAME, "--json")

    document = said.document
    assert (both_sides(office), office.writes(mark)) == (before, [])
    assert (said.status, document["status"], len(document["digest"])) == (1, "awaiting_approval", 32)
    assert document["message"] == (
        "This plan changes unusually much, so nothing of it was written: 2 records would be created (the limit is 1). "
        f"In all: 2 created, 3 changed, 0 set inactive, 0 values cleared. taskforce run {document['run_id']} shows "
        f"every change of it, taskforce approve {document['run_id']} carries out exactly these, "
        f"taskforce reject {document['run_id']} drops them."
    )
    assert (document["companies"]["created"], document["contacts"]["created"]) == (0, 0)


def test_people_see_every_change_before_they_decide(desk: Desk, office: Office) -> None:
    """Field by field before → after, and the figures with the commands below."""
    ids = a_small_book(office, desk)
    run = ask(desk)

    said = desk.run("run", str(run["run_id"]))

    lines = [line.strip() for line in said.out.splitlines()]
    target = office.company_of(ids["birch"])["id"]
    assert f"update: company Birch Dental {ids['birch']} → Autotask {target}" in lines
    assert "phone: 312-555-0199 → 312-555-0142" in lines
    assert f"create: company Cedar Legal {ids['new']}" in lines
    assert "companyName: blank → Cedar Legal" in lines
    assert f"create: contact Rosa Lind {ids['rosa']}" in lines
    assert "In all: 2 created, 3 changed" in said.text
    assert f"taskforce approve {run['run_id']}" in said.text


def test_approval_applies_exactly_the_plan(desk: Desk, office: Office) -> None:
    """What was shown is what was done: the same records, the same fields, the same values, one write for each."""
    ids = a_small_book(office, desk)
    run = ask(desk)
    shown, mark = records(desk, run), office.mark()

    said = desk.run("approve", str(run["run_id"]), "--json")

    document = said.document
    assert (said.status, document["status"], document["run_id"]) == (0, "done", run["run_id"])
    assert "digest" not in document
    assert {name: document[name] for name in ("companies", "contacts", "message")} == {
        "companies": {**NOTHING, "created": 1, "linked": 1, "updated": 2},
        "contacts": {**NOTHING, "created": 1},
        "message": "",
    }
    done = records(desk, run)
    assert {source_id: each["fields"] for source_id, each in done.items()} == {
        source_id: each["fields"] for source_id, each in shown.items()
    }
    assert len(office.writes(mark)) == len(shown) == 5
    assert office.company_of(ids["birch"])["phone"] == "312-555-0142"
    assert office.company_of(ids["there"])["companyName"] == "There"
    assert office.person_of(ids["rosa"])["companyID"] == office.company_of(ids["new"])["id"]
    assert desk.run("runs", NAME, "--json").document[0] == document
    assert desk.run("import", NAME, "--json").document["status"] == "done"


def test_people_read_how_the_approved_run_ended(desk: Desk, office: Office) -> None:
    """The summary of an import."""
    a_small_book(office, desk)
    run = ask(desk)

    said = desk.run("approve", str(run["run_id"]))

    assert (said.status, said.told) == (0, [])
    assert f"Import {run['run_id']}: done." in said.text
    assert "companies 1 1 2" in said.text


def test_what_changed_meanwhile_is_left_out(desk: Desk, office: Office) -> None:
    """Edited, separated, typed in or saved again while the plan waited: each is left as it is, and planned anew."""
    ids = a_small_book(office, desk)
    ids["stays"] = office.account(Name="Stays")
    ids["saved"] = office.account(Name="Saved again")
    run = ask(desk)
    office.edit("Companies", office.company_of(ids["birch"])["id"], phone="312-555-0666")
    office.edit(
        "Companies", office.company_of(ids["elm"])["id"], userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}]
    )
    office.company(companyName="There", address1="1 Main St")
    typed_in = office.company(companyName="Cedar Legal", phone="312-555-0000")
    office.change("Account", ids["saved"], Phone="312-555-0188")
    reminder = desk.run("import", NAME, "--json").document
    before, mark = office.companies(), office.mark()

    document = desk.run("approve", str(run["run_id"]), "--json").document

    changed = ("held", "changed_since_planned")
    assert outcomes(desk, run) == {
        **dict.fromkeys([ids[name] for name in ("birch", "elm", "there", "new", "saved")], changed),
        ids["stays"]: ("created", "no_candidate"),
        ids["rosa"]: ("held", "company_not_linked"),
    }
    assert (reminder["status"], "digest" in reminder) == ("awaiting_approval", False)
    assert document["message"].startswith("5 changes were left out, because their records are not as they were")
    assert office.writes(mark) == ["post /companies"]
    assert [each for each in office.companies() if each["companyName"] != "Stays"] == before
    office.settings(brake_creates=500, brake_updates=1000)
    rest = desk.run("import", NAME, "--json").document
    assert rest["status"] == "done"
    assert outcomes(desk, rest) == {
        ids["birch"]: ("updated", "changed"),
        ids["elm"]: ("skipped", "unmapped"),
        ids["there"]: ("held", "ambiguous"),
        ids["new"]: ("linked", "exact_match"),
        ids["saved"]: ("created", "no_candidate"),
        ids["stays"]: ("unchanged", "unchanged"),
        ids["rosa"]: ("created", "no_candidate"),
    }
    assert office.company_of(ids["new"])["id"] == typed_in


def test_rejection_writes_nothing_and_holds_the_records(desk: Desk, office: Office) -> None:
    """They come back when the settings change."""
    ids = a_small_book(office, desk)
    run = ask(desk)
    before, mark = both_sides(office), office.mark()

    said = desk.run("reject", str(run["run_id"]), "--json")

    document = said.document
    assert (said.status, document["status"], "digest" in document) == (0, "rejected", False)
    assert document["standing"] == {"held": 5, "failing": 0}
    assert set(outcomes(desk, run).values()) == {("held", "plan_rejected")}
    quiet = desk.run("import", NAME, "--json").document
    assert (quiet["status"], quiet["companies"]["created"], quiet["standing"]["held"]) == ("done", 0, 5)
    assert (both_sides(office), office.writes(mark)) == (before, [])
    office.settings(brake_creates=500, brake_updates=1000)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert office.person_of(ids["rosa"])["lastName"] == "Lind"


def test_people_read_that_a_plan_was_rejected(desk: Desk, office: Office) -> None:
    """And what becomes of its records."""
    a_small_book(office, desk)
    run = ask(desk)

    said = desk.run("reject", str(run["run_id"]))

    assert said.status == 0
    assert f"Import {run['run_id']}: rejected. A person rejected this plan" in said.text


@pytest.mark.parametrize("second", ["approve", "reject"])
@pytest.mark.parametrize("first", ["approve", "reject"])
def test_one_decision_is_final(desk: Desk, office: Office, first: str, second: str) -> None:
    """Whoever decides afterwards is told so, and changes nothing."""
    a_small_book(office, desk)
    number = str(ask(desk)["run_id"])
    desk.run(first, number)
    before = (both_sides(office), desk.run("runs", NAME, "--json").document)

    plain, as_json = desk.run(second, number), desk.run(second, number, "--json")

    already = (
        "was approved already." if first == "approve" else "was decided about already. A person rejected this plan"
    )
    assert (plain.status, as_json.status, plain.out) == (2, 2, "")
    assert plain.problems[0].startswith(f"Run {number} {already}")
    assert (as_json.document["run_id"], as_json.document["status"]) == (None, "could_not_run")
    assert (both_sides(office), desk.run("runs", NAME, "--json").document) == before


def test_only_a_run_that_waits_is_decided_about(desk: Desk, office: Office) -> None:
    """No run at all, an import that is done, a dry run, an import that only met the waiting one."""
    office.account()
    done = str(desk.run("import", NAME, "--json").document["run_id"])
    office.settings(**ASK_ALWAYS)
    office.account(Name="Cedar Legal")
    dry = str(desk.run("import", NAME, "--dry-run", "--json").document["run_id"])
    waiting = str(ask(desk)["run_id"])
    reminder = str(desk.run("import", NAME, "--json").document["run_id"])

    said = {number: desk.run("approve", number) for number in (done, dry, reminder, "999999")}

    assert {each.status for each in said.values()} == {2}
    there = f"The one that waits is run {waiting}."
    assert said[done].problems == [f"The plan of run {done} does not wait for a person. {there}"]
    stale = f"Run {reminder} came after preview {dry}, so its plan may not be what an import would do now."
    assert said[dry].problems == [f"{stale} Make a new preview, and approve that."]
    assert said[reminder].problems == [f"The plan of run {reminder} does not wait for a person. {there}"]
    assert said["999999"].problems == ["There is no run 999999: taskforce runs NAME lists them."]


def test_a_dry_run_is_approved_as_it_was_seen(desk: Desk, office: Office) -> None:
    """Its plan is carried out if an import still plans it; otherwise that one waits."""
    office.settings(**ASK_ALWAYS)
    account = office.account()
    first = desk.run("import", NAME, "--dry-run", "--json").document
    approved = desk.run("approve", str(first["run_id"]), "--digest", str(first["digest"]), "--json").document
    office.change("Account", account, Phone="312-555-0142")
    second = desk.run("import", NAME, "--dry-run", "--json").document
    office.change("Account", account, Phone="312-555-0143")

    otherwise = desk.run("approve", str(second["run_id"]), "--json")

    assert (approved["status"], approved["companies"]["created"], approved["dry_run"]) == ("done", 1, False)
    assert (otherwise.status, otherwise.document["status"]) == (1, "awaiting_approval")
    assert "The plan is not the one you saw any more" in otherwise.document["message"]
    assert office.company_of(account)["phone"] == "312-555-0199"


def test_programs_approve_what_they_have_seen(desk: Desk, office: Office) -> None:
    """With the digest of another plan nothing happens; with that of this one it is carried out."""
    a_small_book(office, desk)
    run = ask(desk)
    number, before = str(run["run_id"]), both_sides(office)

    refused = desk.run("approve", number, "--digest", "f" * 32, "--json")

    assert (refused.status, refused.document["status"]) == (2, "could_not_run")
    assert refused.document["message"].startswith(f"The plan of run {number} is not the one of the digest given;")
    assert both_sides(office) == before
    shown = desk.run("run", number, "--json").document
    assert (shown["status"], shown["digest"]) == ("awaiting_approval", run["digest"])
    approved = desk.run("approve", number, "--digest", run["digest"], "--json")
    assert (approved.status, approved.document["status"]) == (0, "done")


def test_scheduled_imports_wait_for_the_decision(desk: Desk, office: Office, installation: Installation) -> None:
    """They read, write nothing, and say what they wait for; what they read follows the decision."""
    ids = a_small_book(office, desk)
    waiting = ask(desk)
    office.change("Account", ids["elm"], Phone="312-555-0155")
    late = office.account(Name="Late")
    before, mark = both_sides(office), office.mark()

    runs = [
        installation.run_import(NAME, is_by_hand=False, progress=SilentProgress(), should_stop=lambda: False)
        for _ in range(2)
    ]

    assert {(run.status.value, run.digest) for run in runs} == {("awaiting_approval", "")}
    assert all(f"the plan of run {waiting['run_id']} waits for a person" in run.message for run in runs)
    assert (both_sides(office), office.mark()) == (before, mark)
    desk.run("approve", str(waiting["run_id"]))
    office.settings(brake_creates=500, brake_updates=1000)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert (office.company_of(ids["elm"])["phone"], office.company_of(late)["companyName"]) == ("312-555-0155", "Late")


def test_approved_and_rejected_at_once(desk: Desk, office: Office, gate: Gate) -> None:
    """The one that comes second waits, and is told of the first decision; nothing is half done."""
    a_small_book(office, desk)
    send_through(gate, office)
    number = str(ask(desk)["run_id"])
    gate.shut(b"Cedar Legal")

    with desk.start("approve", number, "--json") as approving:
        gate.wait()
        with desk.start("reject", number, "--json") as rejecting:
            line = next_line(rejecting.stderr)
            gate.open()
            approved, rejected = ending(approving), ending(rejecting)

    assert line == "Another import of this connection is under way. Waiting for it to end, at most 60 seconds."
    assert (approved.status, approved.document["status"]) == (0, "done")
    assert (rejected.status, rejected.document["message"]) == (
        2,
        f"Run {number} was approved already. No plan of this connection waits.",
    )
    assert len(office.companies()) == 4


def test_two_decisions_in_a_race(desk: Desk, office: Office) -> None:
    """Started at the same moment, exactly one is carried out, whichever that is."""
    a_small_book(office, desk)
    number = str(ask(desk)["run_id"])
    before, mark = both_sides(office), office.mark()

    with desk.start("approve", number, "--json") as approving, desk.start("reject", number, "--json") as rejecting:
        approved, rejected = ending(approving), ending(rejecting)

    assert sorted([approved.status, rejected.status]) == [0, 2]
    if approved.status == 0:
        assert (len(office.writes(mark)), approved.document["status"]) == (5, "done")
    else:
        assert (both_sides(office), rejected.document["status"]) == (before, "rejected")


@pytest.mark.parametrize("holds_answer", [False, True])
def test_killed_approval_is_asked_about_again(desk: Desk, office: Office, gate: Gate, *, holds_answer: bool) -> None:
    """What it did stands, what it did not reach is planned anew and asked about; nothing is there twice."""
    names = [f"Company {number:02}" for number in range(13)]
    office.account(Name=names[0])
    desk.run("import", NAME)
    send_through(gate, office)
    office.settings(brake_creates=0)
    for name in names[1:]:
        office.account(Name=name)
    run = ask(desk)
    gate.shut(b"Company 03", holds_answer=holds_answer)
    with desk.start("approve", str(run["run_id"]), "--json") as process:
        gate.wait()
        process.kill()
        process.communicate()
        gate.open()

    again = ask(desk)

    assert again["run_id"] != run["run_id"]
    said = desk.run("approve", str(again["run_id"]), "--json")
    assert (said.status, said.document["status"]) == (0, "done")
    assert company_names(office) == names
    assert None not in {outcome for outcome, _ in outcomes(desk, run).values()}
    refused: Said = desk.run("approve", str(run["run_id"]))
    assert (refused.status, refused.problems) == (
        2,
        [f"Run {run['run_id']} was approved already. No plan of this connection waits."],
    )
