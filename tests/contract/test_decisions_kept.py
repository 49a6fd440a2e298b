"""What people's decisions need of the stores: records that are wanted, pairs by either side, changes in a row."""

from dataclasses import replace
from decimal import Decimal

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.limits import PlanFigures
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.run import RunKind
from taskforce.engine.stores import Standing, Stores
from tests.builders import NOON, account, account_id, contact_id, link

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT


def due(stores: Stores) -> list[SourceId]:
    """The accounts that are due."""
    return list(stores.inbox.due_ids(COMPANY, NOON, after=None, limit=100))


def pair(number: int, target: int, state: LinkState = LinkState.LINKED, *, of: Entity = COMPANY) -> Link:
    """A link of the n-th account or contact."""
    source_id = (account_id if of is COMPANY else contact_id)(number)
    return Link(entity=of, source_id=source_id, target_id=TargetId(target), state=state)


def test_wanted_records_are_not_due_before_they_were_read(stores: Stores) -> None:
    """They are known by their ids, in order, and neither held nor failing."""
    with stores.transaction():
        stores.inbox.want(COMPANY, [account_id(2), account_id(1)])
        stores.inbox.want(COMPANY, [account_id(2)])

    assert stores.inbox.wanted(COMPANY) == [account_id(1), account_id(2)]
    assert (stores.inbox.wanted(CONTACT), due(stores)) == ([], [])
    assert stores.inbox.standing() == Standing(held=0, failing=0)


def test_a_record_that_waits_is_due_when_it_is_wanted(stores: Stores) -> None:
    """Held, failing or settled for now: it is here already, and need not be read."""
    numbers = [account_id(number) for number in (1, 2, 3)]
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(number) for number in (1, 2, 3)])
        stores.inbox.hold(COMPANY, numbers[0], Reason.AMBIGUOUS, waits_for=None, match_key="k")
        stores.inbox.fail(COMPANY, numbers[1], Reason.REJECTED, NOON)
        stores.inbox.revisit(COMPANY, numbers[2], after=account_id(9))
    before = due(stores)

    with stores.transaction():
        stores.inbox.want(COMPANY, numbers)

    assert (before, due(stores), stores.inbox.wanted(COMPANY)) == ([], numbers, [])
    assert stores.inbox.standing() == Standing(held=0, failing=0)


def test_released_records_are_due_if_they_are_here(stores: Stores) -> None:
    """One that is merely wanted stays so, one that is not here stays away."""
    with stores.transaction():
        stores.inbox.put(COMPANY, [account(1)])
        stores.inbox.hold(COMPANY, account_id(1), Reason.AMBIGUOUS, waits_for=None, match_key="k")
        stores.inbox.want(COMPANY, [account_id(2)])

    with stores.transaction():
        stores.inbox.release(COMPANY, [account_id(number) for number in (1, 2, 3)])

    assert (due(stores), stores.inbox.wanted(COMPANY)) == ([account_id(1)], [account_id(2)])


def test_pairs_are_listed_and_counted_by_state(stores: Stores) -> None:
    """Companies before contacts, each by Salesforce id; every state is kept as it is."""
    pairs = [pair(number, 10 + number, state) for number, state in enumerate(LinkState, start=1)]
    person = replace(pair(1, 20, of=CONTACT), carries_id=False, former_id=contact_id(5))
    with stores.transaction():
        stores.links.put([person, *reversed(pairs)])

    assert list(stores.links.in_states(LinkState)) == [*pairs, person]
    assert list(stores.links.in_states([LinkState.IGNORED])) == [pairs[2]]
    assert [stores.links.count(COMPANY, state) for state in LinkState] == [1] * len(LinkState)
    assert stores.links.count(CONTACT, LinkState.LINKED) == 1
    assert [stores.links.count(CONTACT, LinkState.LINKED, at_most=most) for most in (0, 1, 2)] == [0, 1, 1]


def test_a_pair_is_forgotten(stores: Stores) -> None:
    """That one only; nothing happens where there is none."""
    with stores.transaction():
        stores.links.put([pair(1, 7), pair(2, 8)])

    with stores.transaction():
        stores.links.remove(COMPANY, account_id(1))
        stores.links.remove(COMPANY, account_id(3))

    assert list(stores.links.in_states(LinkState)) == [pair(2, 8)]


def test_a_record_gives_up_its_id_before_another_gets_it(stores: Stores) -> None:
    """Two changes of one contact come back whole, in order; the first counts as a deactivation."""
    subject = changes.Subject(entity=CONTACT, source_id=contact_id(1), name="Jo Doe", modified_at=NOON)
    basis = changes.Basis(keys=Keys(match="m", name="n"), fingerprint="f")
    farewell = changes.Deactivate(
        subject=subject,
        basis=basis,
        reason=Reason.REPLACED,
        target_id=TargetId(7),
        company_id=TargetId(3),
        field_changes=(FieldChange(field="isActive", before=True, after=False),),
        clears_id=True,
    )
    create = changes.Create(
        subject=subject,
        basis=basis,
        reason=Reason.NO_CANDIDATE,
        values={"lastName": "Doe"},
        company=account_id(1),
        follows=TargetId(7),
    )
    plan = stores.plan(stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON).id)
    with stores.transaction():
        plan.add([(farewell, None), (create, None)])

    assert [change for _, change in plan.next_pending(CONTACT, after=0, limit=10)] == [farewell, create]
    assert plan.figures() == PlanFigures(creates=1, deactivations=1)


def test_accounts_are_brought_along_once(stores: Stores) -> None:
    """A parent is wanted when it is brought for the first time, and stays brought until the filter changes."""
    inbox = stores.inbox
    with stores.transaction():
        inbox.bring(Entity.COMPANY, [account_id(1), account_id(2)])
    first = list(inbox.wanted(Entity.COMPANY))
    with stores.transaction():
        inbox.put(Entity.COMPANY, [account(1), account(2)])
        inbox.settle(Entity.COMPANY, [account_id(1), account_id(2)])
        inbox.bring(Entity.COMPANY, [account_id(2), account_id(3)])
    second = list(inbox.wanted(Entity.COMPANY))
    brought = set(inbox.brought(Entity.COMPANY, [account_id(each) for each in (1, 2, 3, 4)]))
    with stores.transaction():
        inbox.bring_no_more()

    assert (first, second) == ([account_id(1), account_id(2)], [account_id(3)])
    assert brought == {account_id(1), account_id(2), account_id(3)}
    assert not inbox.brought(Entity.COMPANY, [account_id(1)])


def test_locks_are_kept_with_their_record(stores: Stores) -> None:
    """Those fields and no others; forgotten with the pair."""
    with stores.transaction():
        stores.links.put([link(account(1))])
        stores.links.lock(Entity.COMPANY, account_id(1), ["phone", "fax", "phone"])
    first = dict(stores.links.locks(Entity.COMPANY, [account_id(1), account_id(2)]))
    with stores.transaction():
        stores.links.lock(Entity.COMPANY, account_id(1), ["fax"])
    second = dict(stores.links.locks(Entity.COMPANY, [account_id(1)]))
    with stores.transaction():
        stores.links.remove(Entity.COMPANY, account_id(1))

    assert (first, second) == ({account_id(1): frozenset({"fax", "phone"})}, {account_id(1): frozenset({"fax"})})
    assert not stores.links.locks(Entity.COMPANY, [account_id(1)])


def test_what_was_last_written_is_kept_with_its_link(stores: Stores) -> None:
    """Byte for byte."""
    written = LastWritten.of({"phone": "312-555-0100", "fax": None, "assetValue": Decimal("1.50")})
    with stores.transaction():
        stores.links.put([replace(link(account(1)), written=written)])

    [found] = stores.links.by_source(Entity.COMPANY, [account_id(1)]).values()

    assert found.written == written
