"""The two commands for a first look: `taskforce demo`, and the simulators that it starts."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from taskforce_simulators.__main__ import app
from tests.end_to_end.cli.desk import ROOT, Desk, ending, next_line, secrets_of
from tests.end_to_end.pages.visitor import Visitor, words


@contextmanager
def simulators(*options: str) -> Iterator[str]:
    """The line of `taskforce-simulators serve`; interrupted afterwards, it ends well."""
    with subprocess.Popen(
        [sys.executable, "-m", "taskforce_simulators", "serve", "--scenario", "empty", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield next_line(process.stdout)
        process.send_signal(signal.SIGINT)
        said = ending(process)
    assert (said.status, said.out) == (0, "")


def test_the_demo_runs_to_its_end(desk: Desk, tmp_path: Path) -> None:
    """One import of the made-up book: done, with records of every kind but failures."""
    said = desk.call("demo", "--once", "--json", home=tmp_path)

    document = said.document
    assert (said.status, document["status"], said.is_tidy) == (0, "done", True)
    for entity in ("companies", "contacts"):
        counts = document[entity]
        assert counts["failed"] == 0
        assert (
            min(
                counts[name]
                for name in ("created", "linked", "skipped", "held")
                if (entity, name) != ("companies", "skipped")
            )
            > 0
        )
    assert document["standing"]["failing"] == 0
    assert (document["calls"]["salesforce"], document["calls"]["autotask"]) >= (1, 1)
    assert not Path(document["home"]).exists()


def test_the_demo_goes_on_with_the_pages(desk: Desk, tmp_path: Path) -> None:
    """Its line tells where they are and how to get in, beside what the import came to; an interrupt ends it well."""
    with desk.start("demo", "--json", home=tmp_path, is_loud=False) as process:
        document = json.loads(next_line(process.stdout))
        with Visitor(document["url"]) as visitor:
            page = words(visitor.sign_in(document["user"], document["password"]))
        process.send_signal(signal.SIGINT)
        said = ending(process)

    assert (document["status"], "records are in step." in page) == ("done", True)
    assert (said.status, said.is_tidy) == (0, True)


@pytest.mark.parametrize("options", [(), ("--tls",)])
def test_the_line_of_the_simulators_is_a_connection(desk: Desk, options: tuple[str, ...]) -> None:
    """`connections add --from -` takes it as it is, and the pair passes every check, by TLS too."""
    with simulators(*options) as line:
        added = desk.run("connections", "add", "acme", "--from", "-", stdin=line)
        checked = desk.run("check", "acme", "--json")
        document = json.loads(line)

    scheme = "https" if options else "http"
    assert (added.status, checked.status, checked.document["ok"]) == (0, 0, True)
    assert document["salesforce"]["url"].startswith(f"{scheme}://")
    assert document["autotask"]["url"].startswith(f"{scheme}://")
    assert ("ca_file" in document) is bool(options)
    assert added.shown(secrets_of(document)) == checked.shown(secrets_of(document)) == []


def test_an_unknown_authority_is_told(desk: Desk) -> None:
    """Without its file, a certificate that nobody vouches for stops both sides, and the mend names the file."""
    with simulators("--tls") as line:
        document = json.loads(line)
        del document["ca_file"]
        desk.give(document, "connections", "add", "acme")
        said = desk.run("check", "acme", "--json")

    mend = "If your network inspects TLS, name your company's certificate file as ca_file."
    assert said.status == 1
    assert [(each["system"], each["name"], each["mend"]) for each in said.document["checks"]] == [
        ("Salesforce", "reachable", mend),
        ("Autotask", "reachable", mend),
    ]


def test_a_port_that_is_taken() -> None:
    """One line says why the simulators cannot start, with status 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["serve", "--scenario", "empty", "--salesforce-port", port])

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("taskforce-simulators: ")
    assert port in done.stderr


def test_a_scenario_that_is_not_there() -> None:
    """Those there are are named."""
    done = CliRunner().invoke(app, ["serve", "--scenario", "nonsense"])

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "duplicate_names" in done.stderr


def test_a_home_of_its_own(desk: Desk, tmp_path: Path) -> None:
    """Everything lives under TASKFORCE_HOME; the key is for its owner only, and no secret stands in it plainly."""
    with simulators() as line:
        home = tmp_path / "new" / "home"
        added = desk.call("connections", "add", "acme", "--from", "-", home=home, stdin=line)

    document = json.loads(line)
    assert added.status == 0
    files = {path.name: path for path in home.iterdir()}
    assert {"secrets.key", "taskforce.sqlite3"} <= set(files)
    assert files["secrets.key"].stat().st_mode & 0o777 == 0o600
    stored = b"".join(path.read_bytes() for path in files.values())
    assert [secret for secret in secrets_of(document) if secret.encode() in stored] == []
    assert document["salesforce"]["url"].encode() in stored


def test_a_home_that_cannot_be_made(desk: Desk, tmp_path: Path) -> None:
    """A file stands in its place: a sentence says what to do."""
    (tmp_path / "file").write_text("")

    said = desk.call("connections", "list", home=tmp_path / "file" / "home")

    assert (said.status, said.out, said.is_tidy) == (2, "", True)
    assert "cannot be made: set TASKFORCE_HOME to one that can." in said.text
