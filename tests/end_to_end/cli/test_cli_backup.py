"""`taskforce backup` and `taskforce restore`: at any time, nothing twice, nothing lost."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskforce.bootstrap import open_installation
from taskforce.config import InstallationSettings
from taskforce.domain.run import RunStatus
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk, ending, line_with
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.office import COMPANY_ID_FIELD, CONTACT_ID_FIELD, NAME, Office, udf
from tests.support.vault import forget_kept, kept_before

SETTLED = 700
"""Seconds after which the settle time of ten minutes is certainly over."""

SIGNED_OUT = (
    "Everybody is signed out. Passwords, roles and second factors are those of the backup; who was disabled stays so."
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Where backups are written; the databases that restores keep are removed in the end."""
    yield tmp_path / "backup.sqlite3"
    forget_kept()


def carried(office: Office) -> tuple[Counter[str | None], Counter[str | None]]:
    """How many companies and contacts carry each Salesforce id."""
    companies = Counter(udf(each, COMPANY_ID_FIELD) for each in office.companies())
    return companies, Counter(udf(each, CONTACT_ID_FIELD) for each in office.people())


def later(office: Office, seconds: int) -> None:
    """Time passes at both vendors."""
    for system in ("salesforce", "autotask"):
        office.control(system, "clock", advance_seconds=seconds)


def import_until_quiet(desk: Desk, office: Office) -> None:
    """The settle time passes between two imports; the last one has nothing to do."""
    desk.run("import", NAME)
    later(office, SETTLED)
    desk.run("import", NAME)
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    mark = office.mark()
    assert desk.run("import", NAME, "--json").document["status"] == "done"
    assert office.writes(mark) == []


def test_a_backup_tells_what_is_in_it_and_what_is_not(desk: Desk, office: Office, file: Path) -> None:
    """No secret is shown or legible, and the place of the key is told."""
    office.account()
    desk.run("import", NAME)
    [run] = office.installation.history.runs(NAME, limit=9)

    said = desk.call("backup", str(file))

    assert (said.status, said.told) == (0, [])
    assert said.out == (
        f"✓ {file}: 1 connection ({NAME}), last import {run.started_at:%Y-%m-%d %H:%M:%S} UTC.\n"
        f"Its secrets are encrypted with the key file {InstallationSettings().key_file}, which is not in it. Keep a "
        "copy of that in another place: whoever has both has the secrets, and without the key nothing can be restored "
        "elsewhere.\n"
    )
    written = file.read_bytes()
    secrets = [office.pair.autotask.credentials()["secret"], office.pair.salesforce.credentials()["client_secret"]]
    assert [secret for secret in secrets if str(secret).encode() in written] == []


def test_a_backup_is_not_written_over_unasked(desk: Desk, file: Path) -> None:
    """Only with --force."""
    first, second, forced = (desk.run("backup", str(file), *words) for words in ((), (), ("--force",)))

    assert (first.status, second.status, forced.status) == (0, 2, 0)
    assert second.problems == [f"{file} is there already: give another name, or --force to replace it."]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_tools_of_its_own(desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Which are named; nothing is tried."""
    file.touch()
    monkeypatch.setenv("TASKFORCE_DATABASE_URL", "postgresql://ann:pa55w0rd@127.0.0.1:9/taskforce")

    said = desk.run(command, str(file))

    assert (said.status, said.out) == (2, "")
    assert said.text == (
        "✗ Backups are for the SQLite database. For PostgreSQL use pg_dump, and pg_restore while no import runs; that "
        "was not tried with Taskforce."
    )


def test_a_restore_says_in_figures_what_it_replaces(desk: Desk, office: Office, file: Path) -> None:
    """And asks; who declines has changed nothing, who agrees is told where the database of before is."""
    desk.run("backup", str(file))
    office.account()
    desk.run("import", NAME)
    [run] = office.installation.history.runs(NAME, limit=9)
    others = kept_before()

    declined = desk.run("restore", str(file), stdin="n\n")
    runs_then = len(office.installation.history.runs(NAME, limit=9))
    agreed = desk.run("restore", str(file), stdin="y\n")

    figures = [
        f"{file}: 1 connection ({NAME}), no import yet.",
        f"It replaces: 1 connection ({NAME}), last import {run.started_at:%Y-%m-%d %H:%M:%S} UTC.",
        "What was set up, decided and recorded here since the backup is not in it. Autotask stays as it is.",
    ]
    [kept] = kept_before() - others
    assert (declined.status, declined.told[:3]) == (1, figures)
    assert declined.told[-1].endswith("Nothing was restored.")
    assert runs_then == 1
    assert (agreed.status, agreed.told[:3]) == (0, figures)
    assert agreed.out.strip().split("\n") == [
        "y",
        f"✓ Restored from {file}.",
        f"The database of before is kept as {kept}.",
        SIGNED_OUT,
    ]
    assert office.installation.history.runs(NAME, limit=9) == []


def test_a_file_that_cannot_be_restored_is_refused_before_anybody_is_asked(desk: Desk, tmp_path: Path) -> None:
    """With status 2."""
    missing = tmp_path / "missing"

    said = desk.run("restore", str(missing))

    assert (said.status, said.problems, said.out) == (2, [f"There is no file {missing}."], "")


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "late_commit"])
def test_nothing_is_there_twice_after_a_restore(desk: Desk, office: Office, file: Path, fault: str) -> None:
    """Created, changed, linked since the backup, or in doubt when it is restored: each record is there once, and right.

    The create in doubt may have been carried out, or not, or is carried out after the restore.
    """
    accounts = [office.account(Name=f"Early {number}") for number in range(3)]
    contacts = [office.contact(account, LastName="Early") for account in accounts]
    desk.run("import", NAME)
    desk.run("backup", str(file))

    office.change("Account", accounts[0], Phone="312-555-0142")
    accounts += [office.account(Name=f"Late {number}") for number in range(3)]
    contacts += [office.contact(accounts[0], LastName="Later"), office.contact(accounts[3], LastName="Later")]
    typed_in = office.company(companyName="Typed in")
    accounts.append(office.account(Name="Typed in"))
    later(office, 60)
    desk.run("import", NAME)
    accounts.append(office.account(Name="In doubt"))
    office.control(
        "autotask",
        "faults",
        action=fault,
        method="POST",
        path="(?i)/Companies/?$",
        contains="In doubt",
        delay_seconds=300,
    )
    in_doubt = desk.run("import", NAME, "--json").document
    restored = desk.run("restore", str(file), "--yes")
    import_until_quiet(desk, office)

    assert (in_doubt["status"], restored.status) == ("to_be_continued", 0)
    assert carried(office) == (Counter(accounts), Counter(contacts))
    assert office.company_of(accounts[6])["id"] == typed_in
    assert {str(office.company_of(account)["phone"]) for account in accounts[1:6]} == {"312-555-0199"}
    assert office.company_of(accounts[0])["phone"] == "312-555-0142"


def test_a_value_that_went_to_and_fro_since_the_backup_is_put_right(desk: Desk, office: Office, file: Path) -> None:
    """Salesforce holds what the backup remembers to have written, Autotask what was written since."""
    account = office.account(Phone="312-555-0100")
    desk.run("import", NAME)
    desk.run("backup", str(file))
    office.change("Account", account, Phone="312-555-0142")
    desk.run("import", NAME)
    office.change("Account", account, Phone="312-555-0100")
    before = office.company_of(account)["phone"]

    desk.run("restore", str(file), "--yes")
    import_until_quiet(desk, office)

    assert (before, office.company_of(account)["phone"]) == ("312-555-0142", "312-555-0100")


def test_a_restored_installation_takes_its_own_writes_for_no_edits(desk: Desk, office: Office, file: Path) -> None:
    """What was written since the backup is not known any more: where edits are kept, it follows Salesforce all the
    same, and what was locked is so still."""
    told = desk.run("mapping", NAME, "set", "account", "fax", "--wins", "keep_edits", "--yes")
    account = office.account(Fax="312-555-0111", BillingCity="Springfield")
    desk.run("import", NAME)
    desk.run("lock", NAME, account, "city")
    desk.call("backup", str(file))
    office.change("Account", account, Fax="312-555-0122")
    desk.run("import", NAME)
    before = office.company_of(account)["fax"]
    desk.call("restore", str(file), "--yes")
    office.change("Account", account, Fax="312-555-0133", BillingCity="Chicago")
    later(office, SETTLED)
    desk.run("import", NAME)

    found = office.company_of(account)
    assert (told.status, before) == (0, "312-555-0122")
    assert (found["fax"], found["city"]) == ("312-555-0133", "Springfield")


def test_a_backup_of_the_middle_of_an_import(desk: Desk, office: Office, file: Path, gate: Gate) -> None:
    """It waits for nobody; restored, the create that was on its way is looked for, and not repeated."""
    accounts = [office.account(Name=f"Company {number:02}") for number in range(6)]
    send_through(gate, office)
    gate.shut(b"Company 03")
    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        backup = desk.run("backup", str(file))
        gate.open()
        imported = ending(process)
    restored = desk.run("restore", str(file), "--yes")

    import_until_quiet(desk, office)

    assert (backup.status, imported.document["status"], restored.status) == (0, "done", 0)
    assert carried(office)[0] == Counter(accounts)


def test_a_restore_waits_for_the_import_that_is_under_way(desk: Desk, office: Office, file: Path, gate: Gate) -> None:
    """It says so; both end well."""
    desk.run("backup", str(file))
    accounts = [office.account(Name=f"Company {number:02}") for number in range(4)]
    send_through(gate, office)
    gate.shut(b"Company 02")
    with desk.start("import", NAME, "--json") as first:
        gate.wait()
        with desk.start("restore", str(file), "--yes") as second:
            told = line_with(second.stderr, "Waiting")
            gate.open()
            imported, restored = ending(first), ending(second)

    import_until_quiet(desk, office)

    assert told == ("Another import of this connection is under way. Waiting for it to end, at most 60 seconds.")
    assert (imported.status, imported.document["status"], restored.status) == (0, "done", 0)
    assert carried(office)[0] == Counter(accounts)


def test_serve_goes_on_with_what_was_restored(
    desk: Desk, installation: Installation, pair: RunningPair, gate: Gate, file: Path
) -> None:
    """It need not be started anew: what is due in the restored database is imported, and nothing created twice."""
    del installation
    with open_installation(FrozenClock()) as opened:
        office = Office(pair, opened)
        send_through(gate, office)
        office.settings(active=True, interval_minutes=1)
    accounts = [office.account(Name=f"Company {number:02}") for number in range(3)]
    desk.run("backup", str(file))
    gate.shut(b"Company 02")
    with desk.start("serve") as process:
        gate.wait()
        with desk.start("restore", str(file), "--yes") as restoring:
            line_with(restoring.stderr, "Waiting")
            gate.open(then=b"Companies/query")
            restored = ending(restoring)
        gate.wait()
        process.send_signal(signal.SIGTERM)
        gate.open()
        served = ending(process)

    import_until_quiet(desk, office)

    runs = office.installation.history.runs(NAME, limit=9)
    assert (restored.status, served.status, served.is_tidy) == (0, 0, True)
    assert runs[-1].status in (RunStatus.DONE, RunStatus.CANCELLED)
    assert carried(office)[0] == Counter(accounts)
