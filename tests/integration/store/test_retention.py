"""What is too old goes; what is still needed stays, and the figures stay what they were (B18)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from taskforce.adapters.store import retention
from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.listing import Listing
from taskforce.adapters.store.models import (
    AuditRow,
    ChangeRow,
    DeliveryRow,
    InboxRow,
    IntentRow,
    LaunchRow,
    MailRow,
    NoticeRow,
    RunRow,
)
from taskforce.adapters.store.retention import Retention
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.audit import Deed
from taskforce.domain.records import ApiCalls
from taskforce.domain.retention import Pruned
from taskforce.domain.run import RunKind, RunStatus
from tests.builders import NOON

OLD = NOON - timedelta(days=401)
BEFORE = NOON - timedelta(days=400)
NOTHING = {"runs": 0, "changes": 0, "notices": 0, "mails": 0, "audit_values": 0}
PLAIN = {"entity": "company", "kind": "create", "reason": "no_candidate", "modified_at": NOON, "outcome": "created"}


def begin(
    store: DjangoStores,
    at: datetime,
    *sources: str,
    status: RunStatus = RunStatus.DONE,
    kind: RunKind = RunKind.IMPORT,
    is_dry_run: bool = False,
) -> int:
    """A run of that time with a change for each of these Salesforce records."""
    run = store.runs.start(kind, is_dry_run=is_dry_run, now=at)
    for each in sources:
        ChangeRow.objects.create(run_id=run.id, source_id=each, document=b"", notes=b"", **PLAIN)
    spent = ApiCalls(salesforce=1, autotask=2)
    store.runs.finish(replace(run, status=status, finished_at=at, calls=spent, duration=timedelta(seconds=1)))
    return run.id


def prune(**options: Any) -> Mapping[str, int]:
    """How much went."""
    return Retention().prune(BEFORE, **options).numbers


def runs() -> list[int]:
    """Those that stand."""
    return list(RunRow.objects.order_by("id").values_list("pk", flat=True))


def test_old_runs_go_with_their_records_and_stay_counted(store: DjangoStores, monkeypatch: pytest.MonkeyPatch) -> None:
    """In slices; a dry run of the command removes nothing."""
    monkeypatch.setattr(retention, "SLICE", 2)
    begin(store, OLD, "001A", "001B", "001C", "001D", "001E")
    begin(store, OLD, "001A", status=RunStatus.DONE_WITH_FAILURES)
    begin(store, OLD, "001A", is_dry_run=True)
    latest = [begin(store, NOON, "001A"), begin(store, NOON, is_dry_run=True)]
    before, told = Listing().totals(), []

    shown = prune(is_dry_run=True)
    stood = (RunRow.objects.count(), ChangeRow.objects.count())
    gone = Retention().prune(BEFORE, tell=lambda done, number: told.append((done, number)))

    assert (shown, stood) == ({**NOTHING, "runs": 3, "changes": 7}, (5, 8))
    assert gone == Pruned(before=BEFORE, runs=3, changes=7)
    assert (runs(), ChangeRow.objects.count(), told) == (latest, 1, [(1, 3), (2, 3), (3, 3)])
    assert (Listing().totals(), prune()) == (before, NOTHING)


def test_runs_by_which_it_is_told_how_imports_go_stay(store: DjangoStores) -> None:
    """However old: the latest ones, that which succeeded, the reconciliation that got through, a preview."""
    begin(store, OLD)
    kept = [
        begin(store, OLD, kind=RunKind.RECONCILIATION),
        begin(store, OLD, kind=RunKind.RECONCILIATION, status=RunStatus.COULD_NOT_RUN),
        begin(store, OLD, is_dry_run=True),
        begin(store, OLD),
        begin(store, OLD + timedelta(minutes=1), status=RunStatus.TO_BE_CONTINUED),
        begin(store, OLD, status=RunStatus.COULD_NOT_RUN),
    ]

    assert (prune()["runs"], runs()) == (1, kept)
    assert (store.runs.has_finished(), store.runs.succeeded_at(NOON)) == (True, OLD + timedelta(minutes=1))


def test_what_waits_for_somebody_stays(store: DjangoStores) -> None:
    """A plan that waits, one that was asked for, a write in doubt, and why a record is held."""
    waiting = begin(store, OLD, "001A", status=RunStatus.AWAITING_APPROVAL)
    approved, doubted = begin(store, OLD, "001A", is_dry_run=True), begin(store, OLD, "001B")
    held = begin(store, OLD, "001A", "001H")
    latest = [begin(store, NOON), begin(store, NOON, is_dry_run=True)]
    number = RunRow.objects.get(pk=held).connection_id
    LaunchRow.objects.create(
        connection_id=number, kind="import", is_dry_run=False, asked_by="helen", asked_at=NOON, approves=approved
    )
    IntentRow.objects.create(
        connection_id=number,
        entity="company",
        source_id="001B",
        state="doubt",
        body_digest="",
        attempt=1,
        sent_at=OLD,
        change_id=ChangeRow.objects.get(run_id=doubted).pk,
    )
    InboxRow.objects.create(
        connection_id=number,
        entity="company",
        source_id="001H",
        modified_at=OLD,
        document=b"",
        state="held",
        attempts=0,
    )

    assert prune() == {**NOTHING, "changes": 1}
    assert runs() == [waiting, approved, doubted, held, *latest]
    assert list(ChangeRow.objects.filter(run_id=held).values_list("source_id", flat=True)) == ["001H"]


def test_notices_that_are_over_and_mails_that_nobody_waits_for_go(store: DjangoStores) -> None:
    """What stands open stays."""
    number = RunRow.objects.get(pk=begin(store, NOON)).connection_id
    for subject, over_at in (("over", OLD), ("just over", NOON), ("open", None)):
        NoticeRow.objects.create(
            connection_id=number, kind="no_import", subject=subject, text="", told_at=OLD, over_at=over_at
        )
    for subject, at, state in (("sent", OLD, "sent"), ("waits", OLD, "waiting"), ("new", NOON, "sent")):
        mail = MailRow.objects.create(connection_id=number, subject=subject, text="", html="", written_at=at)
        DeliveryRow.objects.create(mail=mail, recipient="a@b.example", message_id=subject, state=state, due_at=at)

    assert prune() == {**NOTHING, "notices": 1, "mails": 1}
    assert list(NoticeRow.objects.order_by("id").values_list("subject", flat=True)) == ["just over", "open"]
    assert list(MailRow.objects.order_by("id").values_list("subject", flat=True)) == ["waits", "new"]


def test_the_audit_is_emptied_and_stays_whole(store: DjangoStores) -> None:
    """Who did what and when stays; what it says in detail goes."""
    ago = datetime(1999, 1, 1, tzinfo=NOON.tzinfo)  # the trail of other tests cannot be taken out, and is younger
    audit, before = Audit(), ago + timedelta(days=1)
    audit.add(Deed.USER_CHANGED, who="helen", origin="here", now=ago, details={"email": "rosa@birch.example"})
    audit.add(Deed.USER_CHANGED, who="helen", origin="here", now=NOON, details={"email": "rosa@birch.example"})

    first, again = (Retention().prune(before).audit_values for _ in range(2))

    rows = list(AuditRow.objects.order_by("-id").values_list("who", "details")[:2])
    assert (first, again, audit.first_break()) == (1, 0, None)
    assert rows == [("helen", {"email": "rosa@birch.example"}), ("helen", {})]


def test_asked_to_stop_the_rest_goes_another_time(store: DjangoStores) -> None:
    """Nothing is half done."""
    begin(store, OLD, "001A")
    begin(store, NOON)

    assert prune(should_stop=lambda: True) == NOTHING
    assert prune() == {**NOTHING, "runs": 1, "changes": 1}


def test_one_prunes_once_a_day(store: DjangoStores) -> None:
    """A moment that lies ahead was told by a clock that was wrong."""
    here, hour = Retention(), timedelta(hours=1)
    moments = (NOON, NOON + 23 * hour, NOON + 24 * hour, NOON + 25 * hour, NOON)

    assert (here.last_at(), [here.claim(each) for each in moments]) == (None, [True, False, True, False, True])
    assert here.last_at() == NOON
