"""Addresses beside those of both vendors: whoever writes them on the command line may have them called."""

import json

import pytest

from taskforce.installation import Installation
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

pytestmark = pytest.mark.usefixtures("nothing_is_allowed")

VENDORS = {
    "salesforce": {"url": "https://acme.my.salesforce.com"},
    "autotask": {"url": "https://webservices.autotask.net"},
}


@pytest.fixture
def nothing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who has set nothing."""
    monkeypatch.delenv("TASKFORCE_ALLOWED_HOSTS")


def test_what_the_command_line_adds_is_called(desk: Desk, pair: RunningPair, installation: Installation) -> None:
    """Its hosts are noted down with the connection, shown, and called."""
    desk.give(pair.connection(), "connections", "add", "acme")

    assert installation.connection("acme").own_hosts == ("127.0.0.1",)
    assert "own_hosts: 127.0.0.1" in desk.run("connections", "show", "acme").text
    assert desk.run("check", "acme").status == 0


def test_what_was_stored_without_it_is_not_called(desk: Desk, office: Office) -> None:
    """Nothing is sent, both findings say what to do, and doing it mends it."""
    said = desk.run("check", NAME, "--json")

    findings = said.document["checks"]
    assert [(each["system"], each["name"], each["stops_import"]) for each in findings] == [
        ("Salesforce", "reachable", True),
        ("Autotask", "reachable", True),
    ]
    assert {each["message"] for each in findings} == {
        "Taskforce does not call 127.0.0.1: it is no host of Salesforce or Autotask. Nothing was sent there."
    }
    assert office.pair.salesforce.journal.entries() == office.pair.autotask.journal.entries() == []

    desk.give({"settings": {"interval_minutes": 20}}, "connections", "edit", NAME)
    assert desk.run("check", NAME).status == 0


def test_an_address_that_is_left_is_no_longer_called(desk: Desk, office: Office) -> None:
    """Hosts of the addresses that stand there count, not those that once did, and not what is typed as own_hosts."""
    desk.give({"settings": {}}, "connections", "edit", NAME)
    desk.give({**VENDORS, "own_hosts": ["evil.example"]}, "connections", "edit", NAME)

    assert office.installation.connection(NAME).own_hosts == ()


def test_the_environment_allows_hosts(desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an edit."""
    monkeypatch.setenv("TASKFORCE_ALLOWED_HOSTS", "psa.example, 127.0.0.1")

    assert desk.run("check", NAME).status == 0


def test_an_instance_elsewhere_gets_no_session(desk: Desk, pair: RunningPair, installation: Installation) -> None:
    """What Salesforce names after signing in is checked before the session is sent there."""
    document = json.loads(json.dumps(pair.connection()))
    before = pair.salesforce.public_url
    pair.salesforce.public_url = before.replace("127.0.0.1", "localhost")
    try:
        desk.give(document, "connections", "add", "acme")
        said = desk.run("check", "acme", "--json")
    finally:
        pair.salesforce.public_url = before

    first = said.document["checks"][0]
    assert (first["name"], first["message"]) == (
        "reachable",
        "Taskforce does not call localhost: it is no host of Salesforce or Autotask. Nothing was sent there.",
    )
    assert [entry.path for entry in pair.salesforce.journal.entries()] == ["/services/oauth2/token"]
