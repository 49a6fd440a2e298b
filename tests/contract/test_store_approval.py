"""What approving may rely on of any Stores: runs that wait, go on, and die."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain import changes
from taskforce.domain.match_rules import Keys
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.stores import Stores
from tests.builders import NOON, account, account_id

COMPANY = Entity.COMPANY
LATER = NOON + timedelta(minutes=20)
BASIS = changes.Basis(keys=Keys(match="m", name="n"), fingerprint="f")
UPDATED = Outcome(kind=OutcomeKind.UPDATED, reason=Reason.CHANGED)
POSTPONED = Counts(postponed=1)
WAITS = RunStatus.AWAITING_APPROVAL


def a_create(number: int) -> changes.Create:
    """A new company."""
    subject = changes.Subject(entity=COMPANY, source_id=account_id(number), name="Birch Dental", modified_at=NOON)
    return changes.Create(subject=subject, reason=Reason.NO_CANDIDATE, basis=BASIS, values={"phone": "1"})


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


def test_digest_changes_when_a_change_is_settled(stores: Stores) -> None:
    """What was carried out is not part of what waits."""
    run = begin(stores, a_create(1), a_create(2))
    before = stores.plan(run.id).digest()
    with stores.transaction():
        stores.plan(run.id).settle(numbers(stores, run)[0], UPDATED, NOON)

    assert stores.plan(run.id).digest() != before


def test_digest_of_a_dry_run_is_that_of_the_plan_it_shows(stores: Stores) -> None:
    """Its changes are settled as they are planned; an import that plans the same has the same digest."""
    made = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    dry = stores.runs.start(RunKind.IMPORT, is_dry_run=True, now=NOON)
    with stores.transaction():
        stores.plan(dry.id).add([(a_create(number), made) for number in (1, 2)])
    seen = stores.plan(dry.id).digest(is_dry_run=True)

    same = stores.plan(begin(stores, a_create(1), a_create(2)).id).digest()
    other = stores.plan(begin(stores, a_create(2)).id).digest()

    assert (same == seen, other == seen) == (True, False)


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


def test_run_that_never_was(stores: Stores) -> None:
    """Nothing is found."""
    assert (stores.runs.find(1_000_000), stores.runs.awaiting()) == (None, None)


def test_records_that_are_not_in_the_inbox_are_left_out(stores: Stores) -> None:
    """The others come in the order asked for."""
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(1), account(2)])

    found = stores.inbox.load(COMPANY, [account_id(2), account_id(7), account_id(1)])

    assert [record.id for record in found] == [account_id(2), account_id(1)]
