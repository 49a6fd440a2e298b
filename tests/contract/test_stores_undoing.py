"""What an undo may rely on of any Stores."""

from dataclasses import replace

from taskforce.domain.links import Link
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.run import RunKind, Undoing
from taskforce.engine.stores import CarriedOut, Stores
from tests.builders import NOON, account, account_id
from tests.contract.test_stores import create, held, receive


def test_what_a_run_carried_out_is_told_the_latest_first(stores: Stores) -> None:
    """In pieces; what was held or refused, and other runs, are left out."""
    records = [account(number) for number in range(1, 6)]
    receive(stores, *records)
    run, other = (stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON) for _ in range(2))
    made = [
        Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE, target_id=TargetId(number))
        for number in (7, 8, 9)
    ]
    failed = Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED)
    kept = Outcome(kind=OutcomeKind.HELD, reason=Reason.AMBIGUOUS)
    with stores.transaction():
        stores.plan(run.id).add([(create(records[0]), made[0]), (create(records[1]), failed), (held(records[2]), kept)])
        stores.plan(run.id).add([(create(records[3]), made[1]), (create(records[4]), made[2])])
        stores.plan(other.id).add([(create(records[0]), made[0])])

    plan = stores.plan(run.id)
    first = plan.carried_out(Entity.COMPANY, before=None, limit=2)
    rest = plan.carried_out(Entity.COMPANY, before=first[-1].number, limit=2)

    changes = [(each.change, each.target_id) for each in [*first, *rest]]
    assert changes == [(create(records[4]), 9), (create(records[3]), 8), (create(records[0]), 7)]
    assert {type(each) for each in first} == {CarriedOut}
    assert plan.carried_out(Entity.CONTACT, before=None, limit=2) == []


def test_an_undo_knows_what_it_takes_back(stores: Stores) -> None:
    """Also when its plan waits, or it is looked up later."""
    undoing = Undoing(run_id=7, creates=True)
    run = stores.runs.start(RunKind.UNDO, is_dry_run=False, now=NOON, undoes=undoing)

    found = stores.runs.find(run.id)

    assert (run.undoes, found and found.undoes) == (undoing, undoing)


def test_a_pair_remembers_what_was_undone(stores: Stores) -> None:
    """Until it is told otherwise."""
    link = Link(entity=Entity.COMPANY, source_id=account_id(1), target_id=TargetId(7), undone="f" * 32)
    with stores.transaction():
        stores.links.put([link])
    kept = stores.links.by_source(Entity.COMPANY, [account_id(1)])
    with stores.transaction():
        stores.links.put([replace(link, undone="")])

    ended = stores.links.by_source(Entity.COMPANY, [account_id(1)])

    assert (kept, ended) == ({account_id(1): link}, {account_id(1): replace(link, undone="")})
