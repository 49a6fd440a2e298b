"""`taskforce links`, `unmap`, `relink`, `ignore` and `forget`: what people see of the pairs and decide about them."""

import signal
from typing import Any

import pytest

from taskforce.adapters.store.models import AuditRow
from taskforce.domain.audit import Deed
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.records import Entity
from taskforce.engine.review import LISTED_AT_ONCE
from tests.builders import account_id
from tests.end_to_end.cli.desk import Desk, ending, next_line
from tests.end_to_end.cli.gate import LONGEST, Gate, send_through
from tests.end_to_end.office import COMPANY_ID_FIELD, CONTACT_ID_FIELD, NAME, Office, udf

NOBODY = {state.value: 0 for state in LinkState}
AN_ACCOUNT = "001Hs00000012ABIAY"


def imported(desk: Desk, office: Office, **fields: Any) -> tuple[str, int]:
    """An account that is imported already, and its company."""
    account = office.account(**fields)
    desk.run("import", NAME)
    return account, int(office.company_of(account)["id"])


def outcomes(desk: Desk, run: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What became of each record of a run, as programs read it."""
    records = desk.run("run", str(run["run_id"]), "--json").document["records"]
    return {each["source_id"]: (each["outcome"], each["reason"]) for each in records}


def test_there_are_no_links_at_first(desk: Desk, office: Office) -> None:
    """The list is empty, and says so."""
    plain, as_json = desk.run("links", NAME), desk.run("links", NAME, "--json")

    assert (plain.status, plain.out.splitlines()) == (0, ["companies: none", "contacts: none"])
    assert (as_json.status, as_json.document) == (
        0,
        {"connection": NAME, "counts": {"companies": NOBODY, "contacts": NOBODY}, "links": []},
    )


def test_links_are_listed(desk: Desk, office: Office) -> None:
    """Both sides, the name, the state in words, and how many there are; all or those in some states."""
    account, company = imported(desk, office, Name="[bold]Birch\x1b[2J")
    contact = office.contact(account)
    desk.run("import", NAME)
    desk.run("ignore", NAME, AN_ACCOUNT)

    plain, as_json = desk.run("links", NAME), desk.run("links", NAME, "--json")
    ignored = desk.run("links", NAME, "--state", "ignored", "--state", "held", "--json").document

    person = office.person_of(contact)["id"]
    first, second, third, *counts = plain.out.splitlines()
    listed = {each["source_id"]: each for each in as_json.document["links"]}
    assert {first, second} == {
        f"company {account} ↔ Autotask {company} [bold]Birch [2J: linked (kept current)",
        f"company {AN_ACCOUNT} ↔ nothing in Autotask: ignored (left out by a person)",
    }
    assert third == f"contact {contact} ↔ Autotask {person} Rosa Lind: linked (kept current)"
    assert counts == ["companies: 1 linked, 1 ignored", "contacts: 1 linked"]
    assert listed[contact] == {
        "entity": "contact",
        "source_id": contact,
        "target_id": person,
        "name": "Rosa Lind",
        "state": "linked",
        "meaning": "kept current",
        "locked": [],
    }
    assert (listed[AN_ACCOUNT]["target_id"], listed[AN_ACCOUNT]["name"]) == (None, "")
    assert as_json.document["counts"]["companies"] == {**NOBODY, "linked": 1, "ignored": 1}
    assert [each["source_id"] for each in ignored["links"]] == [AN_ACCOUNT]


def test_a_pair_is_separated_and_joined_again(desk: Desk, office: Office) -> None:
    """S23, B5: nothing is written until a person says so, then the cleared id and the values are."""
    account, company = imported(desk, office)
    office.edit("Companies", company, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])

    separated = desk.run("unmap", NAME, account[:15], "--json").document
    office.change("Account", account, Phone="312-555-0177")
    quiet = desk.run("import", NAME, "--json").document
    left = office.companies()[0]
    joined = desk.run("relink", NAME, account)
    mark = office.mark()
    desk.run("import", NAME)

    assert separated == {
        "connection": NAME,
        "command": "unmap",
        "entity": "company",
        "source_id": account,
        "target_id": company,
        "name": "Birch Dental",
        "state_before": "linked",
        "state": "unmapped",
        "message": (
            f"Account {account} is separated from Autotask company {company}: nothing is written or matched again "
            "until a person says so, and the Salesforce id in Autotask is left as it is. "
            "Its contacts are left alone as well."
        ),
    }
    assert outcomes(desk, quiet) == {account: ("skipped", "unmapped")}
    assert (left["phone"], udf(left, COMPANY_ID_FIELD)) == ("312-555-0199", None)
    assert (joined.status, joined.out) == (
        0,
        (
            f"✓ Account {account} is joined with Autotask company {company}: the next import writes its id there, and "
            "every value that differs. (Birch Dental)\n"
        ),
    )
    assert office.writes(mark) == ["patch /companies"]
    assert office.company_of(account)["phone"] == "312-555-0177"


@pytest.mark.parametrize("command", ["unmap", "ignore", "forget", "relink"])
def test_the_same_command_twice(desk: Desk, office: Office, command: str) -> None:
    """The second time ends as well as the first, and leaves the same behind."""
    account, _ = imported(desk, office)

    first, second = desk.run(command, NAME, account, "--json"), desk.run(command, NAME, account, "--json")

    listed = desk.run("links", NAME, "--json").document["links"]
    assert (first.status, second.status) == (0, 0)
    assert first.document["state"] == second.document["state"] == second.document["state_before"]
    assert [each["state"] for each in listed] == [second.document["state"]] * (command != "forget")


def test_decisions_are_in_the_audit(desk: Desk, office: Office) -> None:
    """With who ran the command; one that is refused decides nothing."""
    account, _ = imported(desk, office)

    statuses = [desk.run(command, NAME, account).status for command in ("unmap", "create", "relink")]

    latest = [
        (each.origin, each.deed, each.connection, each.subject, dict(each.details))
        for each in office.installation.audit.latest(2)
    ]
    assert statuses == [0, 2, 0]
    assert latest == [
        ("command line", Deed.RECORD_DECIDED, NAME, account, {"decision": "relink"}),
        ("command line", Deed.RECORD_DECIDED, NAME, account, {"decision": "unmap"}),
    ]


def test_a_person_chooses_one_of_two(desk: Desk, office: Office) -> None:
    """B4: what is held for want of a decision says which words decide it."""
    office.company()
    chosen = office.company()
    account = office.account()
    held = desk.run("import", NAME, "--json").document
    record = desk.run("run", str(held["run_id"]), "--json").document["records"][0]

    said = desk.run("relink", NAME, account, str(chosen), "--json")
    done = desk.run("import", NAME, "--json").document

    otherwise = f"If it is none of them: taskforce create {NAME} {account}."
    assert (record["reason"], record["mend"]) == (
        "ambiguous",
        f"Choose the right one: taskforce relink {NAME} {account} AUTOTASK_ID. {otherwise}",
    )
    assert (said.status, said.document["target_id"], said.document["state_before"]) == (0, chosen, None)
    assert done["standing"] == {"held": 0, "failing": 0}
    assert office.company_of(account)["id"] == chosen


def test_a_record_is_left_out_and_taken_in(desk: Desk, office: Office) -> None:
    """Without a pair nothing is created for it, until it is forgotten that it was left out."""
    account = office.account()
    ignored = desk.run("ignore", NAME, account)
    first = desk.run("import", NAME, "--json").document
    nothing = office.companies()
    forgotten = desk.run("forget", NAME, account)
    second = desk.run("import", NAME, "--json").document

    assert ignored.out == (
        f"✓ Account {account} is left out, with its contacts, of every import until a person says otherwise.\n"
    )
    assert forgotten.out == (
        f"✓ What was remembered of account {account} is forgotten: the next import decides by the rules.\n"
    )
    assert (outcomes(desk, first), nothing) == ({account: ("skipped", "ignored")}, [])
    assert outcomes(desk, second) == {account: ("created", "no_candidate")}


def test_two_accounts_change_places(desk: Desk, office: Office) -> None:
    """One to one at every moment: who stands in the way is named, with the words that free it."""
    first, one = imported(desk, office, Name="First")
    second, two = imported(desk, office, Name="Second")

    taken = desk.run("relink", NAME, first, str(two))
    desk.run("unmap", NAME, second)
    doubled = desk.run("relink", NAME, first, str(two))
    office.edit("Companies", one, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])
    joined = desk.run("relink", NAME, first, str(two))
    desk.run("import", NAME)
    back = desk.run("relink", NAME, second, str(one))
    desk.run("import", NAME)

    assert (taken.status, taken.problems) == (
        2,
        [f"The Autotask company {two} is linked to the account {second}. taskforce unmap {NAME} {second} frees it."],
    )
    assert doubled.problems == [
        (
            f"The id of the account {first} stands on the Autotask company {one}. "
            f"Clear the field {COMPANY_ID_FIELD} there in Autotask, then say this again."
        )
    ]
    assert f"writes its id there over that of account {second}" in joined.out
    assert back.status == 0
    assert (office.company_of(first)["id"], office.company_of(second)["id"]) == (two, one)
    assert (office.company_of(first)["companyName"], office.company_of(second)["companyName"]) == ("First", "Second")


def test_a_contact_that_moved(desk: Desk, office: Office) -> None:
    """It is held with both choices; the words of the first, as they stand there, have another take its place."""
    first, _ = imported(desk, office, Name="First")
    second, two = imported(desk, office, Name="Second")
    contact = office.contact(first)
    desk.run("import", NAME)
    old = office.person_of(contact)["id"]
    office.change("Contact", contact, AccountId=second)
    held = desk.run("import", NAME, "--json").document
    told = desk.run("run", str(held["run_id"]))

    said = desk.run("relink", NAME, contact, "--new", "--json").document
    done = desk.run("import", NAME, "--json").document

    choices = (
        f"Deactivate it and create another: taskforce relink {NAME} {contact} --new. "
        f"Or leave it: taskforce ignore {NAME} {contact}."
    )
    assert outcomes(desk, held)[contact] == ("held", "moved_to_other_account")
    assert choices in told.text
    assert (said["target_id"], said["state_before"], said["state"]) == (old, "linked", "leaving")
    people = {each["id"]: each for each in office.people()}
    new = office.person_of(contact)
    assert (people[old]["isActive"], udf(people[old], CONTACT_ID_FIELD)) == (0, None)
    assert (new["companyID"], new["isActive"], new["lastName"]) == (two, 1, "Lind")
    assert (done["contacts"]["created"], done["deactivated"]["contacts"]) == (1, 1)
    records = desk.run("run", str(done["run_id"]), "--json").document["records"]
    changes = [each for each in records if each["source_id"] == contact]
    assert [(each["change"], each["outcome"], each["reason"], each["target_id"]) for each in changes] == [
        ("deactivate", "deactivated", "replaced", old),
        ("create", "created", "no_candidate", new["id"]),
    ]


# --- what is wrong ---


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("unmap", NAME, "12345"), "no Salesforce id"),
        (("forget", NAME, ""), "no Salesforce id"),
        (("ignore", NAME, "001Hs00000012ABIA_"), "no Salesforce id"),
        (("relink", NAME, AN_ACCOUNT.lower()), "no Salesforce id"),
        (("unmap", NAME, "005Hs00000012AB"), "the id of something else"),
        (("relink", NAME, AN_ACCOUNT, "0"), "Company 0 is your own company in Autotask"),
        (("relink", NAME, AN_ACCOUNT, "999999"), "Autotask has no company 999999."),
        (("relink", NAME, "003Hs00000012AB", "999999"), "Autotask has no contact 999999."),
        (("relink", NAME, AN_ACCOUNT, str(2**63)), "no Autotask id"),
        (("relink", NAME, AN_ACCOUNT, "--", "-1"), "no Autotask id"),
        (("relink", NAME, AN_ACCOUNT, "--new"), "accounts do not move"),
        (("relink", NAME, "003Hs00000012AB", "7", "--new"), "not both"),
        (("relink", NAME, "003Hs00000012AB", "--new"), "has no pair that an import keeps current"),
        (("unmap", NAME, AN_ACCOUNT), "has no pair to be separated"),
        (("links", "nobody"), "There is no connection nobody"),
        (("forget", "nobody", AN_ACCOUNT), "There is no connection nobody"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True], ids=["plain", "json"])
def test_what_cannot_be_decided(
    desk: Desk, office: Office, words: tuple[str, ...], problem: str, *, as_json: bool
) -> None:
    """One sentence that says what is wrong, with status 2, and nothing is remembered."""
    options = ("--json",) if as_json else ()

    said = desk.run(words[0], *options, *words[1:])

    assert (said.status, said.out, said.is_tidy, len(said.problems)) == (2, "", True, 1)
    assert problem in said.problems[0]
    assert desk.run("links", NAME, "--json").document["links"] == []


@pytest.mark.parametrize(
    "words", [("unmap", NAME), ("relink", NAME, AN_ACCOUNT, "seven"), ("links", NAME, "--state", "gone"), ("ignore",)]
)
def test_words_that_are_no_decision(desk: Desk, words: tuple[str, ...]) -> None:
    """The usage is shown, with status 2."""
    said = desk.run(*words)

    assert (said.status, said.out, said.is_tidy) == (2, "", True)
    assert "Usage: " in said.err


def test_a_connection_that_does_not_work(desk: Desk, office: Office, secrets: list[str]) -> None:
    """What needs no look at Autotask is decided all the same; what does says what is wrong."""
    account, company = imported(desk, office)
    desk.give({"autotask": {"secret": "hunter2"}}, "connections", "edit", NAME)

    separated, joined = desk.run("unmap", NAME, account), desk.run("relink", NAME, account, str(company))

    assert (separated.status, joined.status) == (0, 2)
    assert joined.problems[0].startswith("Autotask refused the login")
    assert joined.shown([*secrets, "hunter2"]) == []
    assert desk.run("links", NAME, "--json").document["links"][0]["state"] == "unmapped"


# --- while an import is under way ---


def test_a_decision_waits_for_the_import(desk: Desk, office: Office, gate: Gate) -> None:
    """It says so, stands once the import has ended, and the import is not disturbed."""
    account, company = imported(desk, office)
    office.account(Name="Company 01")
    send_through(gate, office)
    gate.shut(b"Company 01")

    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        with desk.start("unmap", NAME, account, "--json") as deciding:
            told = next_line(deciding.stderr)
            gate.open()
            decided = ending(deciding)
        said = ending(process)

    assert "Another import of this connection is under way." in told
    assert "at most 60 seconds" in told
    assert (said.status, said.document["status"]) == (0, "done")
    assert (decided.status, decided.document["target_id"], decided.document["state"]) == (0, company, "unmapped")


def test_a_signal_ends_the_wait(desk: Desk, office: Office, gate: Gate) -> None:
    """Nothing is decided then; looking at the links needs no wait."""
    account, _ = imported(desk, office)
    office.account(Name="Company 01")
    send_through(gate, office)
    gate.shut(b"Company 01")

    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        listed = desk.run("links", NAME, "--json").document["links"]
        with desk.start("forget", NAME, account) as deciding:
            next_line(deciding.stderr)
            deciding.send_signal(signal.SIGTERM)
            try:
                status = deciding.wait(timeout=LONGEST / 2)
            finally:
                gate.open()
        said = ending(process)

    assert (status, said.status) == (2, 0)
    assert [each["source_id"] for each in listed] == [account]
    assert account in {each["source_id"] for each in desk.run("links", NAME, "--json").document["links"]}


def test_whoever_reads_the_list_may_stop(desk: Desk, office: Office) -> None:
    """More links than are read at once, and nobody to read them (`| head`): it ends without a word."""
    stores = office.installation.stores(NAME)
    ids = [account_id(number) for number in range(1, LISTED_AT_ONCE + 2)]
    with stores.transaction():
        stores.links.put(
            Link(entity=Entity.COMPANY, source_id=each, target_id=NO_TARGET, state=LinkState.IGNORED) for each in ids
        )

    with desk.start("links", NAME) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()

    assert (process.returncode, told) == (1, "")


def test_a_near_match_is_created_anyway(desk: Desk, office: Office) -> None:
    """Held where the settings say so; the next import creates what a person says is another one."""
    office.settings(near_match="hold")
    office.company(companyName="Birch, Inc.")
    account = office.account(Name="Birch")
    held = desk.run("import", NAME, "--json").document

    said = desk.run("create", NAME, account, "--json").document
    created = desk.run("import", NAME, "--json").document

    assert outcomes(desk, held) == {account: ("held", "near_match_held")}
    assert outcomes(desk, created) == {account: ("created", "no_candidate")}
    assert said == {
        "connection": NAME,
        "command": "create",
        "entity": "company",
        "source_id": account,
        "target_id": None,
        "name": "",
        "state_before": None,
        "state": None,
        "message": f"Account {account} is created by the next import, whatever stands in Autotask that is like it.",
    }


def test_a_record_is_looked_at_again(desk: Desk, office: Office) -> None:
    """Though it did not change; what has a pair cannot be created beside it."""
    account, company = imported(desk, office)

    retried, refused = desk.run("retry", NAME, account), desk.run("create", NAME, account)
    looked_at = desk.run("import", NAME, "--json").document

    assert retried.out.strip() == f"✓ Account {account} is looked at again by the next import. (Birch Dental)"
    assert refused.status == 2
    assert f"has a pair already: the Autotask company {company}." in refused.err
    assert outcomes(desk, looked_at) == {account: ("unchanged", "unchanged")}


def test_a_field_is_locked_and_unlocked(desk: Desk, office: Office) -> None:
    """No import writes it meanwhile, which is listed, told, remarked and in the audit."""
    account, company = imported(desk, office, Fax="312-555-0111")

    locked = desk.run("lock", NAME, account, "fax", "city", "--json")
    listed = desk.run("links", NAME)
    as_json = desk.run("links", NAME, "--json").document["links"]
    office.change("Account", account, Fax="312-555-0122")
    run = desk.run("import", NAME, "--json").document
    kept = office.company_of(account)["fax"]
    unlocked = desk.run("unlock", NAME, account, "fax")
    all_unlocked = desk.run("unlock", NAME, account, "--json")
    desk.run("import", NAME)

    assert locked.document == {
        "connection": NAME,
        "command": "lock",
        "entity": "company",
        "source_id": account,
        "target_id": company,
        "name": "Birch Dental",
        "state_before": "linked",
        "state": "linked",
        "message": (
            f"No import writes city and fax of Autotask company {company}, the pair of account {account}, until a "
            "person unlocks that."
        ),
        "fields": ["city", "fax"],
        "locked": ["city", "fax"],
    }
    assert listed.out.splitlines()[0].endswith("Birch Dental: linked (kept current); locked: city, fax")
    assert [each["locked"] for each in as_json] == [["city", "fax"]]
    assert (run["companies"]["unchanged"], kept) == (1, "312-555-0111")
    assert "fax of Autotask company" in unlocked.out
    assert (all_unlocked.document["fields"], all_unlocked.document["locked"]) == (["city"], [])
    assert office.company_of(account)["fax"] == "312-555-0122"
    decided = [each for each in AuditRow.objects.order_by("-id")[:9] if each.deed == Deed.RECORD_DECIDED]
    assert [each.details for each in decided[:3]] == [
        {"decision": "unlock", "fields": "city"},
        {"decision": "unlock", "fields": "fax"},
        {"decision": "lock", "fields": "city, fax"},
    ]


def test_what_cannot_be_locked_is_said(desk: Desk, office: Office) -> None:
    """A field that no import writes, with the list of those that are; a record without a pair."""
    account, _ = imported(desk, office)

    unknown = desk.run("lock", NAME, account, "Fax")
    nobody = desk.run("lock", NAME, AN_ACCOUNT, "fax")

    assert (unknown.status, nobody.status) == (2, 2)
    assert "No such field is mapped: Fax. The mapping fills: address1, address2, assetValue" in unknown.text
    assert f"The account {AN_ACCOUNT} has no pair in which a field could be locked." in nobody.text
