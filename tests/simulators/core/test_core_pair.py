"""Both simulators at once, as `taskforce-simulators serve` runs them."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from taskforce_simulators.core.faults import Fault
from taskforce_simulators.core.server import PortUnavailableError
from taskforce_simulators.scenarios import UnknownScenarioError, build
from taskforce_simulators.serving import in_process_pair, start_pair

COMMAND = (sys.executable, "-W", "error", "-m", "taskforce_simulators")


def _get(url: str, path: str, ca_file: str | None = None) -> tuple[int, bytes]:
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    if address.scheme == "https":
        trust = ssl.create_default_context(cafile=ca_file)
        connection: HTTPConnection = HTTPSConnection(address.hostname, address.port, context=trust, timeout=10)
    else:
        connection = HTTPConnection(address.hostname, address.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def _serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, dict[str, str]]]]:
    with subprocess.Popen(
        [*COMMAND, "serve", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def _run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("scenario", ["demo", "duplicate_names", "empty"])
def test_every_scenario_loads_on_both_sides(scenario: str) -> None:
    """Both simulators take in each scenario whole."""
    built = build(scenario)
    with start_pair(scenario=scenario) as pair:
        salesforce = {name: len(pair.salesforce.records(name)) for name in ("Account", "Contact")}
        autotask = {name: len(pair.autotask.records(name)) for name in ("Companies", "Contacts")}
    assert salesforce == {name: len(built.salesforce[name]) for name in salesforce}  # type: ignore[arg-type]
    assert autotask == {name: len(built.autotask[name]) for name in autotask}  # type: ignore[arg-type]


def test_sizes_combine_with_any_scenario() -> None:
    """So many accounts and contacts are there as were asked for."""
    with start_pair(scenario="empty", accounts=30, contacts=70) as pair:
        counted = {name: len(pair.salesforce.records(name)) for name in ("Account", "Contact")}
    assert counted == {"Account": 30, "Contact": 70}


def test_connection_has_all_a_client_needs() -> None:
    """The connection document has both addresses, credentials for every login, and an account manager."""
    with start_pair(scenario="empty") as pair:
        connection = pair.connection()
    assert {name: sorted(part) for name, part in connection.items()} == {  # type: ignore[call-overload]
        "salesforce": sorted(
            (
                "url",
                "method",
                "client_id",
                "client_secret",
                "private_key",
                "username",
                "password",
                "security_token",
            )
        ),
        "autotask": ["integration_code", "secret", "url", "username"],
        "settings": ["default_account_manager"],
    }


def test_pair_in_process() -> None:
    """Without sockets both answer through their transports, and Autotask names its own address as the zone's."""
    with in_process_pair("demo") as pair:
        salesforce = httpx2.Client(base_url=pair.salesforce_url, transport=pair.salesforce_transport)
        autotask = httpx2.Client(base_url=pair.autotask_url, transport=pair.autotask_transport)
        versions = salesforce.get("/services/data").json()
        user = pair.autotask.credentials()["username"]
        zone = autotask.get("/ATServicesRest/V1.0/zoneInformation", params={"user": user}).json()
        with start_pair(scenario="demo") as served:
            documents = (pair.connection(), served.connection())
            assert documents[0].keys() == documents[1].keys()
    assert (versions[-1]["version"], zone["url"]) == ("68.0", f"{pair.autotask_url}/ATServicesRest/")


def test_refilled_pair_is_as_new() -> None:
    """Refilling forgets data, settings, faults, waiting late commits, the journals and the clocks' movements."""
    with in_process_pair("demo") as pair, httpx2.Client(transport=pair.autotask_transport) as client:
        pair.autotask.clock.advance(timedelta(days=1))
        pair.autotask.change_settings({"missing_item": "404"})
        pair.autotask.faults.add(Fault(action="late_commit", delay_seconds=60))
        pair.autotask.faults.add(Fault(action="html", times=None))
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(f"{pair.autotask_url}/late")
        pair.refill("empty")
        autotask = pair.autotask
        left = (autotask.settings()["missing_item"], autotask.faults.listing(), len(autotask.late))
        assert (left, autotask.journal.entries()) == (("null", [], 0), [])
        assert [company["id"] for company in autotask.records("Companies")] == [0]
        assert autotask.clock.now() - datetime.now(UTC) < timedelta(hours=1)


def test_limits_are_passed_on() -> None:
    """The request limit and the thread limit reach Autotask."""
    with start_pair(scenario="empty", request_limit=77, thread_limit=False) as pair:
        settings = pair.autotask.settings()
    assert (settings["request_limit"], settings["thread_limit"]) == (77, False)


def test_pages_of_both_answer() -> None:
    """Each simulator has its pages, with a form that has a tab for user-defined fields in Autotask."""
    with start_pair(scenario="demo") as pair:
        company = pair.autotask.records("Companies")[1]["id"]
        pages = [
            _get(pair.salesforce_url, "/__page__/Account"),
            _get(pair.salesforce_url, "/__page__/Contact"),
            _get(pair.autotask_url, "/__page__/Companies"),
            _get(pair.autotask_url, f"/__page__/Companies/{company}"),
        ]
    assert [status for status, _ in pages] == [200] * 4
    assert b">User-Defined</label>" in pages[3][1]


def test_salesforce_id_is_cleared_on_the_user_defined_tab() -> None:
    """Clearing the field on a company's page, as people un-map it, clears it and moves the modification time (S23)."""
    with start_pair(scenario="demo") as pair:
        company = next(item for item in pair.autotask.records("Companies") if item["companyName"] == "Juniper Books")
        before = pair.autotask.records("Companies", str(company["id"]))[0]
        browsable = pair.autotask.pages()
        form = browsable.form("Companies", str(company["id"]))
        assert form is not None
        values = {field.name: field.value for tab in form.tabs for field in tab.fields if field.kind != "readonly"}
        carried = next(field for tab in form.tabs for field in tab.fields if field.label == "Salesforce Account ID")
        answer = httpx2.post(
            f"{pair.autotask_url}/__page__/Companies/{company['id']}",
            data={**values, carried.name: ""},
            trust_env=False,
        )
        after = pair.autotask.records("Companies", str(company["id"]))[0]
        journal = pair.autotask.journal.entries()
    assert (answer.status_code, journal, len(carried.value)) == (303, [], 18)
    moved = {"lastTrackedModifiedDateTime", "userDefinedFields"}
    assert {name for name in before if before[name] != after.get(name)} - {"lastActivityDate"} == moved
    assert carried.value not in str(after)


def test_a_failed_start_leaves_no_port_open() -> None:
    """If a scenario is unknown, neither port stays in use."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnknownScenarioError):
        start_pair(scenario="dmeo", salesforce_port=port)
    with start_pair(scenario="empty", salesforce_port=port) as pair:
        assert pair.salesforce_url == f"http://127.0.0.1:{port}"


def test_port_in_use() -> None:
    """A port that is in use is told as such, and the other server is stopped again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            PortUnavailableError, match=f"port {port} on 127.0.0.1 cannot be had: Address already in use"
        ):
            start_pair(scenario="empty", autotask_port=port)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_until_interrupted(number: signal.Signals) -> None:
    """The command prints one line when both servers answer, and ends by a signal with status 0 and without a word."""
    with _serving("--scenario", "empty", "--accounts", "5") as (process, connection):
        statuses = [_get(connection[side]["url"], "/")[0] for side in ("salesforce", "autotask")]
        os.kill(process.pid, number)
        rest, errors = process.communicate(timeout=30)
    assert (statuses, process.returncode, rest, errors) == ([200, 200], 0, "", "")


def test_serve_with_tls() -> None:
    """With TLS the addresses are https, a client that trusts the file given is served, and the file goes at the end."""
    with _serving("--scenario", "empty", "--tls") as (process, connection):
        ca_file = str(connection["ca_file"])
        urls = [connection[side]["url"] for side in ("salesforce", "autotask")]
        statuses = [_get(url, "/", ca_file)[0] for url in urls]
        with pytest.raises(ssl.SSLCertVerificationError):
            _get(urls[0], "/")
        process.terminate()
        process.communicate(timeout=30)
    assert ([url.partition("://")[0] for url in urls], statuses) == (["https", "https"], [200, 200])
    assert (process.returncode, Path(ca_file).exists()) == (0, False)


def test_serve_with_an_unknown_scenario() -> None:
    """An unknown scenario is one line with the names there are, and status 2."""
    assert _run("serve", "--scenario", "dmeo") == (
        2,
        "",
        "taskforce-simulators: there is no scenario 'dmeo'; there are demo, duplicate_names, empty\n",
    )


def test_serve_on_a_port_in_use() -> None:
    """A port in use is one line, and status 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = _run("serve", "--scenario", "empty", "--salesforce-port", str(port))
    said = f"taskforce-simulators: port {port} on 127.0.0.1 cannot be had: Address already in use\n"
    assert answer == (2, "", said)
