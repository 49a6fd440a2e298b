"""`taskforce doctor` and `taskforce tokens`."""

import re
from typing import Any

import pytest

from taskforce.adapters.store.tokens import PREFIX
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation
from tests.end_to_end.cli.bad_input import WRONG
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

HOST = ["versions", "database", "key_file", "disk", "scheduler", "backup", "mail"]


def test_the_doctor_looks_at_everything(desk: Desk, office: Office, secrets: list[str]) -> None:
    """This machine, then every connection as `taskforce check` does; a warning stops nothing."""
    as_json, plain = desk.run("doctor", "--json"), desk.run("doctor")

    told = as_json.document
    assert (as_json.status, plain.status, told["ok"]) == (0, 0, True)
    assert [each["name"] for each in told["host"]] == HOST
    (connection,) = told["connections"]
    assert (connection["connection"], connection["ok"], len(connection["checks"]) > 20) == (NAME, True, True)
    lines = plain.out.splitlines()
    assert (lines[0], NAME in lines, lines[-1]) == ("This machine", True, "Imports can run.")
    assert as_json.shown(secrets) == plain.shown(secrets) == []


def test_what_stops_imports(desk: Desk, office: Office) -> None:
    """Status 1, and the mend beside it."""
    office.installation.book.edit(NAME, {"autotask": {"secret": WRONG}})

    as_json, plain = desk.run("doctor", "--json"), desk.run("doctor")

    assert (as_json.status, plain.status, as_json.document["ok"]) == (1, 1, False)
    assert [line for line in plain.out.splitlines() if line.startswith("✗ Autotask: ")] != []
    assert plain.out.splitlines()[-1] == "Imports would be stopped by what is marked ✗."


def test_a_connection_that_cannot_be_checked(desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not end the doctor."""
    monkeypatch.setattr(Installation, "check", _unreadable)

    as_json, plain = desk.run("doctor", "--json"), desk.run("doctor")

    (connection,) = as_json.document["connections"]
    assert connection == {"connection": NAME, "ok": False, "message": "Restore the key.", "checks": []}
    assert (plain.status, "✗ Restore the key." in plain.out) == (1, True)


def test_a_database_that_cannot_be_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told in both forms, with status 2."""
    monkeypatch.setattr("taskforce.cli.commands.checks.open_installation", _unreadable)

    as_json, plain = desk.run("doctor", "--json"), desk.run("doctor")

    assert as_json.document == {"ok": False, "message": "Restore the key.", "host": [], "connections": []}
    assert (as_json.status, plain.status, plain.problems) == (2, 2, ["Restore the key."])


def test_a_backup_is_known_afterwards(desk: Desk, office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    """By the date that `taskforce backup` leaves."""
    file = office.installation.last_backup_file
    file.unlink(missing_ok=True)

    def told() -> Any:
        host = desk.run("doctor", "--json").document["host"]
        return next(each for each in host if each["name"] == "backup")

    before = told()
    try:
        assert desk.run("backup", str(tmp_path_factory.mktemp("backup") / "copy.sqlite3")).status == 0
        after = told()
    finally:
        file.unlink(missing_ok=True)

    assert (before["message"], before["ok"], after["ok"]) == ("No backup is known.", False, True)


def test_tokens(desk: Desk, installation: Installation) -> None:
    """Given out once, listed without what they are, taken back; each stands in the audit."""
    none = desk.run("tokens", "list")
    given = desk.run("tokens", "add", "billing", "--role", "operator", "--days", "30")
    listed, table = desk.run("tokens", "list", "--json"), desk.run("tokens", "list")
    token = given.out.split()[-1]
    known = installation.tokens.known(token, installation.clock.now())
    gone = desk.run("tokens", "revoke", "billing")

    assert none.out == "No tokens yet: taskforce tokens add NAME --role viewer\n"
    assert given.out.startswith("The token billing opens what the role operator opens. Shown this once: tf_")
    assert re.fullmatch(PREFIX + r"[\w-]{43}", token)
    (document,) = listed.document
    assert (document["name"], document["role"], document["revoked_at"]) == ("billing", "operator", None)
    assert token not in listed.out + table.out
    assert known is not None
    assert known.role is Role.OPERATOR
    assert gone.out == "The token billing is revoked.\n"
    assert installation.tokens.known(token, installation.clock.now()) is None
    entries = installation.audit.latest(2)
    assert [(each.origin, each.subject, sorted(each.details)) for each in entries] == [
        ("command line", "billing", ["revoked"]),
        ("command line", "billing", ["days", "given out"]),
    ]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("add", " "), "A token has a name of 1 to 50 letters, for example that of the program."),
        (("add", "x" * 51), "A token has a name of 1 to 50 letters, for example that of the program."),
        (("add", "there"), "There is a token there already: choose another name."),
        (("revoke", "nobody"), "There is no token nobody: taskforce tokens list shows them all."),
    ],
)
def test_what_is_refused(desk: Desk, installation: Installation, words: tuple[str, ...], problem: str) -> None:
    """With a sentence."""
    desk.run("tokens", "add", "there")

    said = desk.run("tokens", *words)

    assert (said.status, said.problems) == (2, [problem])


def _unreadable(*_: object) -> None:
    raise ConfigurationError(["Restore the key."])
