"""What the engine may rely on of any Stores: when imports succeeded, and what becomes of runs that died."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.stores import Stores
from tests.builders import NOON, account
from tests.contract.test_stores import create, held, receive

LATER = NOON + timedelta(minutes=20)


def ran(
    stores: Stores,
    status: RunStatus,
    *,
    at: datetime,
    kind: RunKind = RunKind.IMPORT,
    is_dry_run: bool = False,
) -> Run:
    """A run with an end of its own."""
    run = stores.runs.start(kind, is_dry_run=is_dry_run, now=at)
    return stores.runs.finish(replace(run, status=status, finished_at=at))


@pytest.mark.parametrize("kind", [RunKind.IMPORT, RunKind.RECONCILIATION])
@pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.DONE_WITH_FAILURES, RunStatus.TO_BE_CONTINUED])
def test_latest_success_is_known(stores: Stores, kind: RunKind, status: RunStatus) -> None:
    """As far as that moment; what was no success, a dry run and an undo do not count."""
    none = stores.runs.succeeded_at(LATER)
    ran(stores, status, at=NOON, kind=kind)
    ran(stores, RunStatus.COULD_NOT_RUN, at=LATER)
    ran(stores, RunStatus.CANCELLED, at=LATER)
    ran(stores, RunStatus.AWAITING_APPROVAL, at=LATER)
    ran(stores, RunStatus.DONE, at=LATER, is_dry_run=True)
    ran(stores, RunStatus.DONE, at=LATER, kind=RunKind.UNDO)

    assert (none, stores.runs.succeeded_at(LATER)) == (None, NOON)


def test_success_of_the_future_does_not_hide_the_one_before(stores: Stores) -> None:
    """The clock was ahead for a while."""
    ran(stores, RunStatus.DONE, at=NOON)
    ran(stores, RunStatus.DONE, at=LATER)

    assert (stores.runs.succeeded_at(NOON), stores.runs.succeeded_at(LATER)) == (NOON, LATER)


def test_run_that_died_shows_what_it_did(stores: Stores) -> None:
    """What it had written is counted, what it had not reached is postponed, and it is no success."""
    receive(stores, account(1), account(2), account(3))
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    made = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    kept = Outcome(kind=OutcomeKind.HELD, reason=Reason.AMBIGUOUS)
    with stores.transaction():
        stores.plan(run.id).add([(create(account(1)), made), (held(account(2)), kept), (create(account(3)), None)])

    stores.runs.bury(LATER)

    dead = stores.runs.find(run.id)
    assert dead is not None
    assert (dead.status, dead.finished_at) == (RunStatus.TO_BE_CONTINUED, None)
    assert dead.counts == {Entity.COMPANY: Counts(created=1, held=1, postponed=1), Entity.CONTACT: Counts()}
    assert stores.runs.succeeded_at(LATER + timedelta(days=1)) is None


def test_runs_that_ended_are_not_buried(stores: Stores) -> None:
    """Only those still recorded as running have died."""
    run = ran(stores, RunStatus.DONE, at=NOON)

    stores.runs.bury(LATER)

    assert stores.runs.find(run.id) == run
