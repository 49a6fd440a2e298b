"""The totals of all runs: counted when a run ends, never less than before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.adapters.store.listing import Listing
from taskforce.adapters.store.models import ChangeRow, RunRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.figures import Totals
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from tests.builders import NOON


def totals(store: DjangoStores) -> Totals:
    """Of the one connection."""
    (found,) = Listing().totals().values()
    return found


def begin(store: DjangoStores, *outcomes: OutcomeKind | None, is_dry_run: bool = False) -> Run:
    """A run with companies that ended so; None is pending."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=is_dry_run, now=NOON)
    for outcome in outcomes:
        _change(run, outcome)
    return run


def _change(run: Run, outcome: OutcomeKind | None) -> None:
    plain = {"entity": "company", "kind": "create", "reason": "no_candidate", "modified_at": NOON}
    ChangeRow.objects.create(run_id=run.id, document=b"", notes=b"", outcome=outcome or "", **plain)


def end(store: DjangoStores, run: Run, status: RunStatus = RunStatus.DONE, calls: int = 1, seconds: int = 2) -> Run:
    """It has ended so."""
    spent = ApiCalls(salesforce=calls, autotask=2 * calls)
    return store.runs.finish(
        replace(run, status=status, finished_at=NOON, calls=spent, duration=timedelta(seconds=seconds))
    )


def test_runs_add_up(store: DjangoStores) -> None:
    """Dry ones cost requests and change no records."""
    end(store, begin(store, OutcomeKind.CREATED, OutcomeKind.CREATED, OutcomeKind.HELD))
    end(store, begin(store, OutcomeKind.CREATED), RunStatus.DONE_WITH_FAILURES)
    end(store, begin(store, OutcomeKind.CREATED, is_dry_run=True))

    assert totals(store) == Totals(
        runs={
            (RunKind.IMPORT, False, RunStatus.DONE): 1,
            (RunKind.IMPORT, False, RunStatus.DONE_WITH_FAILURES): 1,
            (RunKind.IMPORT, True, RunStatus.DONE): 1,
        },
        records={(Entity.COMPANY, OutcomeKind.CREATED): 3, (Entity.COMPANY, OutcomeKind.HELD): 1},
        calls={"salesforce": 3, "autotask": 6},
        milliseconds=6000,
    )


def test_a_plan_that_waited_counts_its_records_once(store: DjangoStores) -> None:
    """Its two ends both, and its requests and its time once each."""
    run = end(store, begin(store, OutcomeKind.UNCHANGED, None), RunStatus.AWAITING_APPROVAL, calls=5, seconds=3)
    resumed = store.runs.resume(run.id, NOON)
    ChangeRow.objects.filter(outcome="").update(outcome=OutcomeKind.CREATED)
    end(store, resumed, calls=7, seconds=4)

    assert totals(store) == Totals(
        runs={
            (RunKind.IMPORT, False, RunStatus.AWAITING_APPROVAL): 1,
            (RunKind.IMPORT, False, RunStatus.DONE): 1,
        },
        records={(Entity.COMPANY, OutcomeKind.UNCHANGED): 1, (Entity.COMPANY, OutcomeKind.CREATED): 1},
        calls={"salesforce": 7, "autotask": 14},
        milliseconds=4000,
    )


def test_a_run_that_died_counts_what_it_did(store: DjangoStores) -> None:
    """Once the next one finds it."""
    begin(store, OutcomeKind.CREATED)
    store.runs.bury(NOON)
    store.runs.bury(NOON)

    found = totals(store)
    assert found.runs == {(RunKind.IMPORT, False, RunStatus.TO_BE_CONTINUED): 1}
    assert found.records == {(Entity.COMPANY, OutcomeKind.CREATED): 1}


def test_totals_outlive_the_runs(store: DjangoStores) -> None:
    """What is pruned stays counted."""
    end(store, begin(store, OutcomeKind.CREATED))
    before = totals(store)

    RunRow.objects.all().delete()

    assert totals(store) == before


@pytest.mark.parametrize("outcome", [OutcomeKind.CREATED, OutcomeKind.UPDATED])
def test_what_became_of_a_write_after_all_is_counted(store: DjangoStores, outcome: OutcomeKind) -> None:
    """Beside what it counted as first: nothing ever goes down."""
    run = end(store, begin(store, OutcomeKind.POSTPONED))
    number = ChangeRow.objects.get(run_id=run.id).pk
    store.plan(run.id).settle_earlier(number, Outcome(kind=outcome, reason=Reason.NO_CANDIDATE), NOON)

    assert totals(store).records == {
        (Entity.COMPANY, OutcomeKind.POSTPONED): 1,
        (Entity.COMPANY, outcome): 1,
    }
