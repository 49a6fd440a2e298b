"""What the engine may rely on of any Stores: what a reconciliation asks of them."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain.links import Link, LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.engine.indexing import target_keys
from taskforce.engine.stores import Standing, Stores
from tests.builders import NOON, account, account_id, company, contact, contact_id, settings

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
STATES = list(LinkState)


def missing(stores: Stores, entity: Entity = COMPANY) -> list[SourceId]:
    """All that should have been seen and were not, two at a time."""
    found: list[SourceId] = []
    while piece := stores.sightings.missing(entity, after=found[-1] if found else None, limit=2):
        found += piece
    return found


def seen(stores: Stores, *numbers: int) -> None:
    """A reconciliation sees these accounts."""
    with stores.transaction():
        stores.sightings.add(COMPANY, [account_id(number) for number in numbers])


def test_pairs_are_missing_until_they_are_seen(stores: Stores) -> None:
    """Linked and orphaned ones; of the others nothing is expected, not even when they are in the Inbox."""
    with stores.transaction():
        stores.sightings.begin()
        stores.links.put(
            Link(entity=COMPANY, source_id=account_id(number), target_id=TargetId(100 + number), state=state)
            for number, state in enumerate(STATES)
        )
        stores.inbox.put(COMPANY, [account(number) for number in range(len(STATES))])
    linked, orphaned = (STATES.index(state) for state in (LinkState.LINKED, LinkState.ORPHANED))

    before = missing(stores)
    seen(stores, linked, 77)
    seen(stores, linked)
    after = missing(stores)
    with stores.transaction():
        stores.sightings.begin()

    assert before == sorted([account_id(linked), account_id(orphaned)])
    assert after == [account_id(orphaned)]
    assert missing(stores) == before


def test_records_of_the_inbox_without_a_pair_are_missing_until_they_are_seen(stores: Stores) -> None:
    """However they wait; those of another entity are another matter."""
    with stores.transaction():
        stores.sightings.begin()
        stores.inbox.put(COMPANY, [account(1), account(2), account(3), account(4)])
        stores.inbox.hold(COMPANY, account_id(3), Reason.AMBIGUOUS, waits_for=None, match_key="")
        stores.inbox.want(COMPANY, [account_id(5)])
        stores.inbox.put(CONTACT, [contact(1)])
    seen(stores, 2)

    assert missing(stores) == [account_id(number) for number in (1, 3, 4, 5)]
    assert missing(stores, CONTACT) == [contact_id(1)]


def test_released_records_are_due_unless_they_wait_for_that_reason(stores: Stores) -> None:
    """What a person rejected stays with the person."""
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(number) for number in (1, 2, 3, 4)])
        stores.inbox.hold(COMPANY, account_id(1), Reason.PLAN_REJECTED, waits_for=None, match_key="")
        stores.inbox.hold(COMPANY, account_id(2), Reason.AMBIGUOUS, waits_for=None, match_key="")
        stores.inbox.fail(COMPANY, account_id(3), Reason.REJECTED, NOON)
        stores.inbox.revisit(COMPANY, account_id(4), after=account_id(9))
        stores.inbox.release(COMPANY, [account_id(number) for number in range(1, 9)], unless=Reason.PLAN_REJECTED)

    due = stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9)

    assert list(due) == [account_id(number) for number in (2, 3, 4)]
    assert stores.inbox.standing() == Standing(held=1, failing=0)


def test_what_is_held_becomes_due_when_its_id_is_carried(stores: Stores) -> None:
    """Not what a person rejected, nor what waits for another reason than a decision, nor another kind of record."""
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(number) for number in (1, 2, 3, 4, 5)])
        stores.inbox.hold(COMPANY, account_id(1), Reason.PLAN_REJECTED, waits_for=None, match_key="")
        stores.inbox.hold(COMPANY, account_id(2), Reason.TAKEN, waits_for=None, match_key="key")
        stores.inbox.fail(COMPANY, account_id(3), Reason.REJECTED, NOON)
        stores.inbox.revisit(COMPANY, account_id(4), after=account_id(9))
        stores.inbox.hold(COMPANY, account_id(5), Reason.TAKEN, waits_for=None, match_key="key")
        stores.inbox.release_carried(CONTACT, [account_id(5)])
        stores.inbox.release_carried(COMPANY, [account_id(number) for number in range(1, 5)])

    due = stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9)

    assert list(due) == [account_id(2)]
    assert stores.inbox.standing() == Standing(held=2, failing=1)


def test_record_that_is_gone_comes_back_whole(stores: Stores) -> None:
    """It has left Salesforce, and is due among those that have; one that is shown again replaces it."""
    gone = replace(account(1), fields={"Name": "Birch Dental"}, is_deleted=True, is_gone=True)
    with stores.transaction():
        stores.inbox.put(COMPANY, [gone])

    assert list(stores.inbox.load(COMPANY, [account_id(1)])) == [gone]
    assert list(stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9, departed=True)) == [account_id(1)]

    shown = account(1, modified_at=NOON + timedelta(hours=1))
    with stores.transaction():
        stores.inbox.put(COMPANY, [shown])

    assert list(stores.inbox.load(COMPANY, [account_id(1)])) == [shown]
    assert list(stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9)) == [account_id(1)]


def test_index_counts_what_a_run_has_seen(stores: Stores) -> None:
    """All of one entity, or those that one run has stored last."""
    records = {number: company(number) for number in (101, 102, 103)}
    indexed = {record.id: (record, target_keys(record, settings())) for record in records.values()}
    with stores.transaction():
        stores.index.put(COMPANY, indexed, run_id=1)
        stores.index.put(COMPANY, {TargetId(102): indexed[TargetId(102)]}, run_id=2)

    assert stores.index.count(COMPANY) == 3
    assert (stores.index.count(COMPANY, seen_in=1), stores.index.count(COMPANY, seen_in=2)) == (2, 1)
    assert stores.index.count(CONTACT) == 0


def test_index_tells_how_records_stood_before(stores: Stores) -> None:
    """Those that were known; the others, and those that changed, stand as they are put, whichever run has seen them."""
    old, new = company(101), company(101, companyName="Birch Dental Group")
    same, other = company(102), company(103)
    indexed = {each.id: (each, target_keys(each, settings())) for each in (new, same, other)}
    known = {each.id: (each, target_keys(each, settings())) for each in (old, same)}
    with stores.transaction():
        assert stores.index.put(COMPANY, known, run_id=1) == {}
        before = stores.index.put(COMPANY, indexed, run_id=2)

    assert before == known
    assert stores.index.records(COMPANY, indexed) == {TargetId(101): new, TargetId(102): same, TargetId(103): other}
    assert stores.index.keys(COMPANY, indexed) == {target_id: keys for target_id, (_, keys) in indexed.items()}
    assert stores.index.count(COMPANY, seen_in=2) == 3
