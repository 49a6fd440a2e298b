"""What is read back of runs."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.adapters.store.history import History
from taskforce.adapters.store.models import ChangeRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.diffing import FieldChange
from taskforce.domain.history import Cause, RecordedChange
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.errors import ConfigurationError
from taskforce.testing.clock import FrozenClock
from tests.builders import NOON, account_id
from tests.integration.store.decisions import CREATED, HELD, create, held, linking, unchanged
from tests.support.store import new_connection

COMPANY = Entity.COMPANY
NOW = FrozenClock().now()
REJECTED = Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED, detail="bad_picklist: no such type")


def test_changes_of_a_run_come_in_the_order_of_its_plan(store: DjangoStores) -> None:
    """Each with its reason, evidence, remarks, before and after, and what became of it."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    plan = store.plan(run.id)
    plan.add([(create(1, Reason.STAND_IN), None), (held(2), HELD), (linking(3, 103), None)])
    [(made, _), _] = plan.next_pending(COMPANY, after=0, limit=9)
    plan.settle(made, REJECTED, NOW)

    failed = RecordedChange(
        entity=COMPANY,
        source_id=account_id(1),
        name="Birch Dental",
        kind="create",
        reason=Reason.NO_CANDIDATE,
        notes=(Note(reason=Reason.STAND_IN, field="phone"),),
        field_changes=(FieldChange(field="companyName", before=None, after="Birch Dental"),),
        outcome=OutcomeKind.FAILED,
        outcome_reason=Reason.REJECTED,
        detail="bad_picklist: no such type",
        modified_at=NOON,
    )
    waiting = replace(
        failed,
        source_id=account_id(2),
        kind="hold",
        reason=Reason.AMBIGUOUS,
        notes=(),
        field_changes=(),
        evidence={"candidates": [101, 102]},
        outcome=OutcomeKind.HELD,
        outcome_reason=Reason.AMBIGUOUS,
        detail="",
    )
    pending = replace(
        waiting,
        source_id=account_id(3),
        kind="link",
        reason=Reason.EXACT_MATCH,
        evidence={},
        outcome=None,
        outcome_reason=None,
        target_id=TargetId(103),
    )
    assert list(History().changes(run.id)) == [failed, waiting, pending]


def test_created_record_shows_its_autotask_id(store: DjangoStores) -> None:
    """Known only once Autotask answered; a link and an unchanged record had theirs before."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    plan = store.plan(run.id)
    plan.add([(create(1), None), (unchanged(2), Outcome(kind=OutcomeKind.UNCHANGED, reason=Reason.UNCHANGED))])
    [(number, _)] = plan.next_pending(COMPANY, after=0, limit=9)

    plan.settle(number, CREATED, NOW)

    assert [change.target_id for change in History().changes(run.id)] == [101, 101]
    assert plan.planned(COMPANY, [account_id(1)])[account_id(1)].target_id == 101


def test_outcomes_and_remarks_are_grouped_with_an_example(store: DjangoStores) -> None:
    """Outcomes first, the most frequent of each entity first; each remark once per record, on what was decided only."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    store.plan(run.id).add(
        [
            (create(1, Reason.STAND_IN, name="First"), CREATED),
            (create(2, Reason.STAND_IN, Reason.STAND_IN, Reason.TYPE_DEFAULTED, name="Second"), CREATED),
            (create(3, name="Third"), REJECTED),
            (held(4, Reason.TYPE_DEFAULTED, name="Fourth"), HELD),
            (create(5, Reason.VALUE_CUT, name="Never applied"), None),
        ]
    )

    def cause(outcome: OutcomeKind, reason: Reason, number: int, example: str, *, is_note: bool = False) -> Cause:
        return Cause(entity=COMPANY, outcome=outcome, reason=reason, number=number, example=example, is_note=is_note)

    assert History().causes(run.id) == [
        cause(OutcomeKind.CREATED, Reason.NO_CANDIDATE, 2, "First"),
        cause(OutcomeKind.FAILED, Reason.REJECTED, 1, "Third"),
        cause(OutcomeKind.HELD, Reason.AMBIGUOUS, 1, "Fourth"),
        cause(OutcomeKind.CREATED, Reason.STAND_IN, 2, "First", is_note=True),
        cause(OutcomeKind.CREATED, Reason.TYPE_DEFAULTED, 1, "Second", is_note=True),
        cause(OutcomeKind.HELD, Reason.TYPE_DEFAULTED, 1, "Fourth", is_note=True),
    ]


def test_causes_are_kept_when_a_run_ends(store: DjangoStores) -> None:
    """So that no page reads every record for them; the name of the example is looked up, and goes with the record."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    store.plan(run.id).add([(create(1, Reason.STAND_IN, name="First"), CREATED), (held(2, name="Second"), HELD)])
    live = History().causes(run.id)
    store.runs.finish(replace(run, status=RunStatus.DONE, finished_at=NOW))
    kept = History().causes(run.id)
    ChangeRow.objects.filter(name="First").delete()

    assert [each.example for each in live] == ["First", "Second", "First"]
    assert kept == live
    assert History().causes(run.id) == [replace(each, example=each.example.replace("First", "")) for each in live]


def test_runs_of_a_connection_come_latest_first(store: DjangoStores) -> None:
    """As they ended, up to the limit, and none of another connection."""
    first = store.runs.start(RunKind.IMPORT, is_dry_run=True, now=NOW)
    ended = store.runs.finish(
        replace(
            first,
            status=RunStatus.DONE,
            message="Words.",
            finished_at=NOW + timedelta(seconds=5),
            held=2,
            failing=1,
            calls=ApiCalls(salesforce=2, autotask=3),
            lower_bound=ApiCalls(salesforce=2, autotask=1),
            duration=timedelta(seconds=4.5),
        )
    )
    second = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    DjangoStores(new_connection("other"), lambda: NOW).runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)

    history = History()
    assert history.runs("acme", limit=5) == [second, ended]
    assert history.runs("acme", limit=1) == [second]
    assert history.run(first.id) == ended
    assert history.runs("nobody", limit=5) == []


def test_unknown_run_ends_in_a_sentence() -> None:
    """With the command that lists them."""
    with pytest.raises(ConfigurationError, match="There is no run 4711: taskforce runs NAME lists them"):
        History().run(4711)


def test_run_whose_process_died_is_closed_by_the_next_one(store: DjangoStores) -> None:
    """It would be under way for ever; the next run has the lease, so it cannot be."""
    dead = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)

    store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)

    closed = History().run(dead.id)
    assert (closed.status, closed.message) == (
        RunStatus.TO_BE_CONTINUED,
        "The process ended in the middle of this run; everything was kept, and the next import went on.",
    )


def test_counters_of_entities_are_apart(store: DjangoStores) -> None:
    """And count what has an outcome."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW)
    store.plan(run.id).add([(create(1), CREATED), (create(2), CREATED), (held(3), HELD), (create(4), None)])

    assert store.runs.finish(run).counts == {COMPANY: Counts(created=2, held=1), Entity.CONTACT: Counts()}


def peak_of_reading(run: Run) -> int:
    """Bytes at the most, while all changes of a run pass by."""
    tracemalloc.start()
    for _ in History().changes(run.id):
        pass
    History().causes(run.id)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_number_of_changes(store: DjangoStores) -> None:
    """Six times the records, no more memory."""
    short, long = (store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW) for _ in range(2))
    for run, pieces in ((short, 4), (long, 24)):
        for piece in range(pieces):
            numbers = range(piece * 250, piece * 250 + 250)
            store.plan(run.id).add([(create(number, Reason.STAND_IN), CREATED) for number in numbers])
    peak_of_reading(short)

    assert peak_of_reading(long) < peak_of_reading(short) * 1.3
