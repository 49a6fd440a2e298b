"""`taskforce privacy` and `taskforce prune`, and the worker that prunes once a day (B18)."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from taskforce import serving
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire, release
from taskforce.adapters.store.models import AuditRow, ChangeRow, IndexRow, IntentRow, RunRow
from taskforce.bootstrap import open_installation
from taskforce.domain.outcome import OutcomeKind
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce.testing.workers import on_the_spot
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office, SilentProgress

ROSA = "rosa.lind@birch.example"
SOURCES = (
    "Salesforce and Autotask are the sources: erase the person there, too. Otherwise the next import that sees the "
    "record changed, or a reconciliation, brings it back."
)
FOUND = {
    ("index", 1, "blanked"),
    ("links", 1, "kept"),
    ("runs", 1, "blanked"),
}


class Listener(SilentProgress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        """Something to know."""
        self.said.append(sentence)


def imported(office: Office) -> None:
    """A contact that was imported."""
    office.contact(office.account(), Email=ROSA)
    office.run()


def age() -> None:
    """As if all runs had been long ago."""
    old = FrozenClock().now() - timedelta(days=10_000)
    RunRow.objects.update(started_at=old, finished_at=old)


def deeds(number: int) -> list[tuple[str, str]]:
    """The latest in the audit, the latest first, each with its origin."""
    return list(AuditRow.objects.order_by("-id").values_list("deed", "origin")[:number])


def test_somebody_is_found_and_erased(desk: Desk, office: Office) -> None:
    """Whoever is asked may say no; the audit tells of it without the address, and its chain is whole."""
    imported(office)

    found = desk.run("privacy", "find", "Rosa.Lind@Birch.example", "--json")
    told = desk.run("privacy", "find", ROSA)
    refused = desk.run("privacy", "erase", ROSA, stdin="n\n")
    erased = desk.run("privacy", "erase", ROSA, "--yes")
    again = desk.run("privacy", "erase", ROSA)

    assert {(each["place"], each["number"], each["when_erased"]) for each in found.document["places"]} == FOUND
    assert (found.document["names"], found.document["sources"]) == (["Rosa Lind"], SOURCES)
    assert "Records that carry or carried it: Rosa Lind." in told.text
    assert (refused.status, refused.told) == (1, ["Erase it? [y/N]:Nothing was erased."])
    assert erased.out.splitlines()[0].startswith("✓ Erased here: 2 of 3 items")
    assert erased.out.splitlines()[1] == SOURCES
    assert again.out == "Nothing is kept about this address.\n"
    assert [deed for deed, _ in deeds(3)] == ["person_looked_up", "person_erased", "person_looked_up"]
    assert not any(ROSA in str(each) for each in AuditRow.objects.values_list("subject", "details"))
    assert desk.run("audit", "verify").out == "✓ Every entry is as it was written.\n"


def test_somebody_who_was_erased_is_not_created_twice(desk: Desk, office: Office) -> None:
    """Who stood in Autotask only is found again by the digest of the name when Salesforce has them, too."""
    account = office.account()
    office.run()
    person = office.person(office.company_of(account)["id"], emailAddress=ROSA)
    office.forget_the_look()
    office.contact(account, FirstName="Ann", Email="ann@birch.example")
    office.run()

    desk.run("privacy", "erase", ROSA, "--yes")
    names = list(IndexRow.objects.filter(target_id=person, entity="contact").values_list("name", flat=True))
    contact = office.contact(account, Email=ROSA)
    run = office.run()

    assert (names, office.outcomes(run)[contact].outcome) == (["(erased)"], OutcomeKind.LINKED)
    assert [each["id"] for each in office.people() if each["lastName"] == "Lind" and each["firstName"] == "Rosa"] == [
        person
    ]


def test_everything_about_somebody_is_written_to_a_file(desk: Desk, office: Office, tmp_path: Path) -> None:
    """For nobody else to read; one that is there is not replaced."""
    imported(office)
    file = tmp_path / "rosa.json"

    said = desk.run("privacy", "export", ROSA, "--out", str(file))
    again = desk.run("privacy", "export", ROSA, "--out", str(file))
    nowhere = desk.run("privacy", "export", ROSA, "--out", str(tmp_path / "no folder" / "rosa.json"))

    document = json.loads(file.read_text(encoding="utf-8"))
    assert (document["email"], len(document["items"])) == (ROSA, 3)
    assert document["items"][0]["content"]["document"]["fields"]["emailAddress"] == ROSA
    assert (stat.S_IMODE(file.stat().st_mode), said.out) == (0o600, f"✓ {file}: 3 items.\n")
    assert again.problems == [f"{file} is there already: name another file."]
    assert (nowhere.status, "cannot be written" in nowhere.problems[0]) == (2, True)


def test_nothing_is_erased_while_an_import_is_under_way(desk: Desk, office: Office) -> None:
    """It would write what was blanked."""
    imported(office)
    here = office.installation
    lease = acquire(here.number(NAME), Holder.this_process(), here.clock.now())

    said = desk.run("privacy", "erase", ROSA, "--yes")
    release(lease)

    assert (said.status, said.problems[0].startswith("Another import of this connection is under way.")) == (2, True)
    assert desk.run("privacy", "find", ROSA, "--json").document["names"] == ["Rosa Lind"]


def test_what_could_not_be_erased_is_not_told_of_as_erased(desk: Desk, office: Office) -> None:
    """While the answer to a write of the person is missing."""
    imported(office)
    change = ChangeRow.objects.get(entity="contact")
    IntentRow.objects.create(
        connection_id=office.installation.number(NAME),
        entity="contact",
        source_id=change.source_id,
        state="doubt",
        body_digest="",
        attempt=1,
        sent_at=office.installation.clock.now(),
        change_id=change.pk,
    )
    before = AuditRow.objects.count()

    said = desk.run("privacy", "erase", ROSA, "--yes")

    lost = "The answer to a write of this person was lost, so it is not known yet what stands in Autotask."
    mend = "An import settles that after the settle time; erase then."
    assert (said.status, said.problems) == (2, [f"{lost} {mend}"])
    assert AuditRow.objects.count() == before
    assert ChangeRow.objects.get(pk=change.pk).name == "Rosa Lind"


def test_what_is_no_address_is_told(desk: Desk) -> None:
    """With a sentence, by the real command as well."""
    problems = ["This is no mail address: it has the form name@example.com."]

    assert desk.run("privacy", "find", "rosa").problems == problems
    assert desk.call("privacy", "find", "rosa").problems == problems


def test_old_runs_are_pruned_by_hand(desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run says what would go; then it goes, and the audit tells how much."""
    monkeypatch.setenv("TASKFORCE_KEEP_DAYS", "30")
    desk.run("prune")  # the trail that other tests left
    imported(office)
    age()
    office.run()

    shown = desk.run("prune", "--dry-run", "--json")
    gone = desk.run("prune")
    again = desk.run("prune")

    numbers = {"runs": 1, "changes": 2, "notices": 0, "mails": 0, "audit_values": 0}
    assert {**shown.document, "before": ""} == {"dry_run": True, "keep_days": 30, "before": "", "pruned": numbers}
    assert gone.out.splitlines()[0].endswith("): 1 run, 2 records of runs.")
    assert "keeps its size" in gone.out.splitlines()[1]
    assert again.out.endswith("): nothing.\n")
    assert deeds(1) == [("pruned", "command line")]
    assert len(desk.run("runs", NAME, "--json").document) == 1


@pytest.fixture
def served(installation: Installation) -> Iterator[tuple[Installation, FrozenClock]]:
    """An installation whose time is the frozen clock's; `installation` forgets what it stores."""
    del installation
    clock = FrozenClock()
    with open_installation(clock) as opened:
        yield opened, clock


def test_a_worker_prunes_once_a_day(office: Office, served: tuple[Installation, FrozenClock]) -> None:
    """By itself, and says so."""
    here, clock = served
    imported(office)
    age()
    office.run()

    def serve(seconds: int) -> list[str]:
        end, listener = clock.now() + timedelta(seconds=seconds), Listener()
        serving.serve(here, progress=listener, should_stop=lambda: clock.now() >= end, start=on_the_spot, at_once=0)
        return [line.partition(",")[0] for line in listener.said]

    first = serve(130)
    office.run()
    age()
    office.run()
    same_day = serve(130)
    clock.sleep(timedelta(days=1))

    assert first == ["Pruned what was older than 400 days: 1 run"]
    assert (same_day, serve(130)) == ([], ["Pruned what was older than 400 days: 2 runs"])
    assert deeds(1) == [("pruned", "worker")]
