"""What an administrator gets wrong or a network does: a clear sentence with the mend, status 2, and nothing lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from taskforce.domain.run import RunStatus
from tests.end_to_end.cli.bad_input import AUTOTASK_LOGIN, LOGINS, REFUSED_LOGIN, RIGHTS, WAYS, WRONG, Case
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office


def spoil(desk: Desk, office: Office, case: Case) -> None:
    """Make it as the case wants it."""
    if changes := case.connection(office):
        assert desk.give(changes, "connections", "edit", NAME).status == 0
    if case.settings:
        office.control(case.system, "settings", **case.settings)
    if case.fault:
        office.control(case.system, "faults", **case.fault)


def settings(office: Office) -> dict[str, dict[str, Any]]:
    """The switches of both systems."""
    return {"salesforce": office.pair.salesforce.settings(), "autotask": office.pair.autotask.settings()}


@pytest.mark.parametrize("case", [*LOGINS, *RIGHTS, *WAYS], ids=lambda case: case.name)
def test_what_is_wrong_is_told_and_nothing_is_lost(desk: Desk, office: Office, secrets: list[str], case: Case) -> None:
    """The sentence says what happened and how to mend it; once it is mended, the next import does the work."""
    account = office.account()
    contact = office.contact(account)
    good, switches = office.installation.connection(NAME).plain(), settings(office)
    spoil(desk, office, case)

    said = desk.run("import", NAME)

    told = case.told.replace("{salesforce_url}", office.pair.salesforce_url)
    (run,) = office.installation.history.runs(NAME, limit=9)
    assert (run.status, run.message) == (RunStatus.COULD_NOT_RUN, told)
    assert (said.status, said.is_tidy, said.shown([*secrets, WRONG])) == (2, True, [])
    assert f"could not run. {told}" in said.text
    assert "<html" not in said.text.lower()
    mend(office, good, switches)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert office.person_of(contact)["companyID"] == office.company_of(account)["id"]


def mend(office: Office, good: dict[str, Any], switches: dict[str, dict[str, Any]]) -> None:
    """Everything as it was before."""
    office.installation.book.edit(NAME, good)
    for system, url in (("salesforce", office.pair.salesforce_url), ("autotask", office.pair.autotask_url)):
        office.control(system, "settings", **switches[system])
        httpx2.delete(f"{url}/__sim__/faults").raise_for_status()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"salesforce": {"method": "password", "password": WRONG}}, REFUSED_LOGIN),
        ({"autotask": {"secret": WRONG}}, AUTOTASK_LOGIN),
    ],
)
def test_a_process_of_its_own_tells_it_too(
    desk: Desk, office: Office, secrets: list[str], changes: dict[str, Any], told: str
) -> None:
    """The same by the real command: its last line is the object, and its logs hold no secret."""
    office.account()
    desk.give(changes, "connections", "edit", NAME)

    said = desk.call("import", NAME, "--json")

    assert (said.status, said.is_tidy, said.shown([*secrets, WRONG]), said.told) == (2, True, [], [])
    assert (said.document["status"], said.document["message"]) == ("could_not_run", told)
    assert "action='http_request'" in said.err


def test_an_address_that_is_not_https(desk: Desk, office: Office, secrets: list[str]) -> None:
    """It is not even stored."""
    document = json.loads(json.dumps(office.pair.connection()))
    document["salesforce"]["url"] = "http://acme.my.salesforce.com"

    said = desk.give(document, "connections", "add", "acme")

    assert (said.status, said.shown(secrets), list(office.installation.connections())) == (2, [], [NAME])
    assert said.problems == ["salesforce.url: must begin with https://; plain http is accepted for this machine only."]


def test_output_that_cannot_be_written_is_no_defect(office: Office) -> None:
    """A full disk behind it ends the command with a sentence, and Python adds nothing."""
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "taskforce", "connections", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    sentence = "✗ The output cannot be written (No space left on device): make room, or have it written elsewhere.\n"
    assert (told.returncode, told.stderr) == (2, sentence)
