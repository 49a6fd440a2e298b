"""What approving may rely on of any Stores: plans with figures and digest, runs that wait and go on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.limits import PlanFigures
from taskforce.domain.match_rules import Keys
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.stores import Stores
from tests.builders import NOON, account, account_id, contact_id

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
LATER = NOON + timedelta(minutes=20)
BASIS = changes.Basis(keys=Keys(match="m", name="n"), fingerprint="f")
UPDATED = Outcome(kind=OutcomeKind.UPDATED, reason=Reason.CHANGED)
POSTPONED = Counts(postponed=1)
WAITS = RunStatus.AWAITING_APPROVAL


def subject(number: int, entity: Entity = COMPANY) -> changes.Subject:
    """A record by its number."""
    source_id = account_id(number) if entity is COMPANY else contact_id(number)
    return changes.Subject(entity=entity, source_id=source_id, name="Birch Dental", modified_at=NOON)


def a_create(number: int = 1, entity: Entity = COMPANY) -> changes.Create:
    """A new record."""
    return changes.Create(
        subject=subject(number, entity), reason=Reason.NO_CANDIDATE, basis=BASIS, values={"phone": "1", "fax": None}
    )


def a_patch(kind: type[changes.Patch], number: int, *field_changes: FieldChange) -> changes.Patch:
    """A change of an existing record."""
    return kind(
        subject=subject(number),
        reason=Reason.CHANGED,
        basis=BASIS,
        target_id=TargetId(100 + number),
        field_changes=field_changes,
    )


TO_FAX = FieldChange(field="fax", before="1", after="2")
CLEARED = FieldChange(field="city", before="Chicago", after=None)


def begin(stores: Stores, *decisions: changes.Decision, is_dry_run: bool = False) -> Run:
    """A run whose plan holds these, none of them carried out."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=is_dry_run, now=NOON)
    with stores.transaction():
        stores.plan(run.id).add([(decision, None) for decision in decisions])
    return run


def wait(stores: Stores, run: Run) -> Run:
    """Its plan waits for a person."""
    return stores.runs.finish(replace(run, status=WAITS, digest="d" * 32, finished_at=NOON, message="Asks."))


def numbers(stores: Stores, run: Run) -> list[int]:
    """The numbers of the pending changes of companies."""
    return [number for number, _ in stores.plan(run.id).next_pending(COMPANY, after=0, limit=99)]


def test_figures_are_those_of_what_is_pending(stores: Stores) -> None:
    """Links are updates; values that an update clears are counted, blanks of a create are not."""
    run = begin(
        stores,
        a_create(1),
        a_create(1, CONTACT),
        a_patch(changes.Update, 2, TO_FAX, CLEARED),
        a_patch(changes.Link, 3, CLEARED),
        a_patch(changes.Deactivate, 4, FieldChange(field="isActive", before=True, after=False)),
        a_patch(changes.Update, 5, CLEARED),
    )
    plan = stores.plan(run.id)
    with stores.transaction():
        plan.settle(numbers(stores, run)[-1], UPDATED, NOON)

    assert plan.figures() == PlanFigures(creates=2, updates=2, deactivations=1, cleared=2)
    assert stores.plan(run.id + 1).figures() == PlanFigures()


def test_digest_is_that_of_the_pending_changes(stores: Stores) -> None:
    """Asked twice it is the same; without one of them, in another order or with another value it is not."""
    one, two = a_create(1), a_patch(changes.Update, 2, TO_FAX)
    plans = [(one, two), (two, one), (one,), (one, replace(two, field_changes=(CLEARED,))), ()]

    digests = []
    for decisions in plans:
        plan = stores.plan(begin(stores, *decisions).id)
        digests.append(plan.digest())
        assert plan.digest() == digests[-1]

    assert len(set(digests)) == len(plans)


def test_digest_changes_when_a_change_is_settled(stores: Stores) -> None:
    """What was carried out is not part of what waits."""
    run = begin(stores, a_create(1), a_create(2))
    before = stores.plan(run.id).digest()
    with stores.transaction():
        stores.plan(run.id).settle(numbers(stores, run)[0], UPDATED, NOON)

    assert stores.plan(run.id).digest() != before


def test_waiting_run_is_found_until_it_goes_on(stores: Stores) -> None:
    """It is under way again with the same number, digest and counts, and ends like any run."""
    waiting = wait(stores, begin(stores, a_create(1)))
    assert (stores.runs.awaiting(), stores.runs.find(waiting.id)) == (waiting, waiting)

    resumed = stores.runs.resume(waiting.id, LATER)

    assert resumed == replace(waiting, status=RunStatus.RUNNING, finished_at=None, message="")
    assert stores.runs.awaiting() is None
    ended = stores.runs.finish(replace(resumed, status=RunStatus.DONE, finished_at=LATER))
    assert stores.runs.find(waiting.id) == ended
    assert ended.digest == waiting.digest


def test_plan_of_a_waiting_run_is_left_alone_by_later_ones(stores: Stores) -> None:
    """Runs that begin while it waits do not take it for dead."""
    waiting = wait(stores, begin(stores, a_create(1)))

    later = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=LATER)
    stores.runs.finish(replace(later, status=WAITS))

    assert (stores.runs.awaiting(), numbers(stores, waiting)) == (waiting, numbers(stores, waiting))
    assert stores.plan(waiting.id).pending(COMPANY) == 1


def test_resumed_run_that_died_is_buried_by_the_next(stores: Stores) -> None:
    """What it had not reached is postponed, and it waits no more."""
    waiting = wait(stores, begin(stores, a_create(1)))
    stores.runs.resume(waiting.id, LATER)

    stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=LATER)

    dead = stores.runs.find(waiting.id)
    assert dead is not None
    assert (dead.status, dead.counts[COMPANY], dead.digest) == (RunStatus.TO_BE_CONTINUED, POSTPONED, waiting.digest)
    assert (stores.runs.awaiting(), stores.plan(waiting.id).pending(COMPANY)) == (None, 0)


def test_resuming_buries_one_that_died_meanwhile(stores: Stores) -> None:
    """An import that died while the plan waited."""
    waiting = wait(stores, begin(stores, a_create(1)))
    died = begin(stores, a_create(2))

    stores.runs.resume(waiting.id, LATER)

    found = stores.runs.find(died.id)
    assert found is not None
    assert (found.status, found.counts[COMPANY]) == (RunStatus.TO_BE_CONTINUED, POSTPONED)
    assert stores.plan(waiting.id).pending(COMPANY) == 1


def test_dry_run_never_waits(stores: Stores) -> None:
    """Nor does a run that only says that another waits."""
    wait(stores, begin(stores, a_create(1), is_dry_run=True))
    stores.runs.finish(replace(begin(stores), status=WAITS))

    assert stores.runs.awaiting() is None


@pytest.mark.parametrize(
    ("status", "is_over"),
    [(status, status in (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES)) for status in RunStatus],
)
def test_first_import_is_over_when_one_was_carried_through(stores: Stores, status: RunStatus, *, is_over: bool) -> None:
    """Dry runs do not count, nor do runs that ended early."""
    stores.runs.finish(replace(begin(stores, is_dry_run=True), status=RunStatus.DONE))
    stores.runs.finish(replace(begin(stores), status=status))

    assert stores.runs.has_finished() is is_over


def test_run_that_never_was(stores: Stores) -> None:
    """Nothing is found."""
    assert (stores.runs.find(1_000_000), stores.runs.awaiting()) == (None, None)


def test_records_that_are_not_in_the_inbox_are_left_out(stores: Stores) -> None:
    """The others come in the order asked for."""
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(1), account(2)])

    found = stores.inbox.load(COMPANY, [account_id(2), account_id(7), account_id(1)])

    assert [record.id for record in found] == [account_id(2), account_id(1)]
