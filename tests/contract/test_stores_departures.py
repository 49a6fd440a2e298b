"""What the engine may rely on of any Stores: merges, sightings, watches, notices, and what a plan amounts to."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain.changes import Create, Deactivate, Decision
from taskforce.domain.diffing import FieldChange
from taskforce.domain.limits import PlanFigures
from taskforce.domain.links import LinkState
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity, TargetId
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.stores import Stores
from tests.builders import NOON, account, account_id, company, contact, contact_id
from tests.contract.test_stores import create, due, index, link, linking, planned, receive, updating

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
LATER = NOON + timedelta(minutes=20)


def deactivating(number: int, target: int) -> Deactivate:
    """A decision to set a company inactive."""
    update = updating(account(number), target)
    change = FieldChange(field="isActive", before=True, after=False)
    return Deactivate(
        subject=update.subject,
        reason=Reason.SOURCE_DELETED,
        basis=update.basis,
        target_id=update.target_id,
        field_changes=(change,),
    )


# --- merges ---


def test_survivors_are_followed_to_the_end(stores: Stores) -> None:
    """Whole chains, of one entity, in one question; a record that was merged into nothing is absent."""
    with stores.transaction():
        stores.merges.put(COMPANY, {account_id(1): account_id(2), account_id(3): account_id(4)})
        stores.merges.put(COMPANY, {account_id(2): account_id(3)})
        stores.merges.put(CONTACT, {contact_id(1): contact_id(2)})

    found = stores.merges.survivors(COMPANY, [account_id(number) for number in range(1, 6)])

    assert found == {account_id(number): account_id(4) for number in (1, 2, 3)}


def test_merge_that_is_taken_back_is_forgotten(stores: Stores) -> None:
    """A restored record stands on its own; a new survivor replaces an earlier one."""
    with stores.transaction():
        stores.merges.put(COMPANY, {account_id(1): account_id(2), account_id(3): account_id(2)})
        stores.merges.remove(COMPANY, [account_id(1), account_id(9)])
        stores.merges.put(COMPANY, {account_id(3): account_id(4)})

    assert stores.merges.survivors(COMPANY, [account_id(1), account_id(3)]) == {account_id(3): account_id(4)}


def test_ring_of_merges_ends(stores: Stores) -> None:
    """Read in pieces, two records may seem to be merged into each other."""
    with stores.transaction():
        stores.merges.put(COMPANY, {account_id(1): account_id(2), account_id(2): account_id(1)})

    assert stores.merges.survivors(COMPANY, [account_id(1)]) == {account_id(1): account_id(2)}


# --- records that have left ---


def test_plan_tells_whose_records_it_sets_inactive(stores: Stores) -> None:
    """Of one entity, among those asked for, and of this run alone; nothing is to be written under them."""
    planned(stores, [(deactivating(4, 104), None)])
    plan = stores.plan(planned(stores, [(deactivating(1, 101), None), (updating(account(2), 102), None)]))

    asked = [account_id(number) for number in (1, 2, 4)]
    assert (plan.leaving(COMPANY, asked), plan.leaving(CONTACT, asked)) == ({account_id(1)}, frozenset())


def test_departed_records_are_due_apart(stores: Stores) -> None:
    """Those that stand, and those that were deleted or are gone."""
    gone = replace(account(3), is_gone=True, fields={})
    receive(stores, account(1), replace(account(2), is_deleted=True, master_id=account_id(1)), gone)

    departed = stores.inbox.due_ids(COMPANY, NOON, after=None, limit=9, departed=True)

    assert (due(stores), list(departed)) == ([account_id(1)], [account_id(2), account_id(3)])
    assert list(stores.inbox.due_parents(NOON)) == [account_id(1)]
    assert stores.inbox.due(COMPANY, NOON) == 3
    assert stores.inbox.load(COMPANY, [account_id(3)]) == [gone]


def test_sightings_tell_which_linked_records_are_missing(stores: Stores) -> None:
    """By id, in pieces; pairs that are not kept current are not missed."""
    for number in (1, 2, 3, 5):
        link(stores, number, 100 + number)
    link(stores, 4, 104, state=LinkState.UNMAPPED)
    with stores.transaction():
        stores.sightings.begin()
        stores.sightings.add(COMPANY, [account_id(2), account_id(2), account_id(9)])
        stores.sightings.add(CONTACT, [contact_id(1)])

    first = stores.sightings.missing(COMPANY, after=None, limit=2)
    rest = stores.sightings.missing(COMPANY, after=first[-1], limit=2)
    with stores.transaction():
        stores.sightings.begin()
    anew = stores.sightings.missing(COMPANY, after=None, limit=9)

    assert (list(first), list(rest)) == ([account_id(1), account_id(3)], [account_id(5)])
    assert list(anew) == [account_id(number) for number in (1, 2, 3, 5)]


# --- links in all states ---


def test_links_are_gone_through_by_state(stores: Stores) -> None:
    """In order, and counted."""
    link(stores, 2, 102)
    away = link(stores, 1, 101, state=LinkState.UNMAPPED)
    held = link(stores, 3, 103, state=LinkState.HELD)

    assert list(stores.links.in_states([LinkState.UNMAPPED, LinkState.HELD])) == [away, held]
    assert [stores.links.count(COMPANY, state) for state in (LinkState.LINKED, LinkState.ORPHANED)] == [1, 0]


def test_pairs_of_one_autotask_record(stores: Stores) -> None:
    """The linked one and those that were separated from it, with all they remember."""
    away = link(stores, 1, 101, state=LinkState.UNMAPPED)
    kept = link(stores, 2, 101)
    remembering = replace(kept, former_id=account_id(7), carries_id=False, written_at=NOON, fingerprint="f")
    with stores.transaction():
        stores.links.put([remembering])

    assert list(stores.links.by_target(COMPANY, [TargetId(101)])) == [away, remembering]
    assert stores.links.by_source(COMPANY, [account_id(2)]) == {account_id(2): remembering}


def test_forgotten_pair_reserves_nothing(stores: Stores) -> None:
    """Another record may be linked then."""
    link(stores, 1, 101)
    with stores.transaction():
        stores.links.remove(COMPANY, account_id(1))
        stores.links.remove(COMPANY, account_id(8))
    other = link(stores, 2, 101)

    assert list(stores.links.by_target(COMPANY, [TargetId(101)])) == [other]


# --- what is looked at again ---


def test_wanted_records_are_due_once_they_were_read(stores: Stores) -> None:
    """One that is here becomes due at once, however it waits."""
    receive(stores, account(1))
    with stores.transaction():
        stores.inbox.hold(COMPANY, account_id(1), Reason.PLAN_REJECTED, waits_for=None, match_key="")
        stores.inbox.want(COMPANY, [account_id(1), account_id(2)])
    asked = (due(stores), list(stores.inbox.wanted(COMPANY)), list(stores.inbox.wanted(CONTACT)))
    receive(stores, account(2))

    assert asked == ([account_id(1)], [account_id(2)], [])
    assert (due(stores), list(stores.inbox.wanted(COMPANY))) == ([account_id(1), account_id(2)], [])


def test_watches_are_due_in_time(stores: Stores) -> None:
    """Once each, the earliest first; put again, the later time counts."""
    with stores.transaction():
        stores.watches.put(COMPANY, account_id(1), NOON)
        stores.watches.put(CONTACT, contact_id(1), NOON - timedelta(hours=1))
        stores.watches.put(COMPANY, account_id(1), LATER)

    early, late = stores.watches.due(NOON), stores.watches.due(LATER)
    with stores.transaction():
        stores.watches.remove(CONTACT, contact_id(1))

    assert (list(early), list(late)) == (
        [(CONTACT, contact_id(1))],
        [(CONTACT, contact_id(1)), (COMPANY, account_id(1))],
    )
    assert list(stores.watches.due(LATER)) == [(COMPANY, account_id(1))]


def test_notice_is_told_once_until_it_is_over(stores: Stores) -> None:
    """By kind and subject; afterwards it can be told anew."""
    notice = Notice(kind=NoticeKind.DUPLICATE_ID, subject=account_id(1), text="Two carry it.", told_at=NOON)
    other = replace(notice, subject=account_id(2))
    with stores.transaction():
        told = [stores.notices.tell(each) for each in (notice, replace(notice, told_at=LATER), other)]
        over = [stores.notices.end(NoticeKind.DUPLICATE_ID, each, LATER) for each in (account_id(2), account_id(3))]
    open_now = list(stores.notices.open(NoticeKind.DUPLICATE_ID))
    with stores.transaction():
        again = stores.notices.tell(other)

    assert (told, over, open_now, again) == ([True, False, True], [True, False], [notice], True)
    assert list(stores.notices.open(NoticeKind.APPROVAL)) == []


# --- the index of a whole reading ---


def test_what_a_whole_reading_did_not_see_is_gone(stores: Stores) -> None:
    """Of that entity, by the number of the run."""
    keys = index(stores, company(101), company(102))
    with stores.transaction():
        stores.index.put(COMPANY, {TargetId(102): (company(102), keys[TargetId(102)])}, run_id=7)
        stores.index.forget_unseen(COMPANY, 7)

    assert list(stores.index.records(COMPANY, [TargetId(101), TargetId(102)])) == [TargetId(102)]


def test_ids_that_stand_twice_are_found(stores: Stores) -> None:
    """With all their records; blank ones are no id."""
    twin = replace(company(102), source_id=account_id(1))
    index(stores, replace(company(101), source_id=account_id(1)), twin, company(103), company(104))

    found = stores.index.doubled(COMPANY)

    assert {source: [each.id for each in twins] for source, twins in found.items()} == {account_id(1): [101, 102]}
    assert stores.index.doubled(CONTACT) == {}


# --- plans ---


def test_figures_of_a_plan_are_those_of_its_pending_changes(stores: Stores) -> None:
    """Links are updates, values that are set to nothing are counted apart; what has an outcome is not."""
    done = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    decisions: list[tuple[Decision, Outcome | None]] = [
        (create(account(1)), None),
        (create(account(2)), done),
        (linking(account(3), 101), None),
        (updating(contact(1), 201), None),
        (deactivating(5, 105), None),
    ]
    plan = stores.plan(planned(stores, decisions))

    assert plan.figures() == PlanFigures(creates=1, updates=2, deactivations=1, cleared=1)


def test_deactivation_comes_back_whole(stores: Stores) -> None:
    """As it was decided, by its place in the plan and by its number."""
    plan = stores.plan(planned(stores, [(deactivating(5, 105), None)]))

    [(number, change)] = plan.next_pending(COMPANY, after=0, limit=9)

    assert change == plan.write(number) == deactivating(5, 105)
    assert plan.write(number + 1) is None
    assert plan.planned(COMPANY, [account_id(5)]) == {}


def test_digest_is_that_of_the_content(stores: Stores) -> None:
    """Equal for the same changes in another run; another for fewer, other ones, or another order."""
    made, paired, otherwise = create(account(1)), linking(account(3), 101), linking(account(3), 102)
    plans: list[list[Decision]] = [[made, paired], [made, paired], [made], [made, otherwise], [paired, made]]

    digests = [stores.plan(planned(stores, [(each, None) for each in decisions])).digest() for decisions in plans]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_what_was_not_reached_is_postponed(stores: Stores) -> None:
    """Each pending change gets its outcome; a settled one keeps its own."""
    done = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    run_id = planned(stores, [(create(account(1)), done), (create(account(2)), None)])
    with stores.transaction():
        number = stores.plan(run_id).postpone(LATER)
        again = stores.plan(run_id).postpone(LATER)

    assert (number, again, stores.plan(run_id).pending(COMPANY)) == (1, 0, 0)


def test_change_of_an_earlier_run_is_settled_after_all(stores: Stores) -> None:
    """The counts of that run follow."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    earlier = stores.plan(run.id)
    with stores.transaction():
        earlier.add([(create(account(1)), None)])
    [(number, _)] = earlier.next_pending(COMPANY, after=0, limit=9)
    with stores.transaction():
        earlier.settle(number, Outcome(kind=OutcomeKind.HELD, reason=Reason.WRITE_IN_DOUBT), NOON)
    held = stores.runs.finish(replace(run, status=RunStatus.AWAITING_APPROVAL, digest="d"))
    later = stores.plan(planned(stores, []))

    with stores.transaction():
        created = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE, target_id=TargetId(7))
        later.settle_earlier(number, created, LATER)
        later.settle_earlier(number + 99, created, LATER)

    counted = stores.runs.awaiting()
    assert held.counts[COMPANY] == Counts(held=1)
    assert counted is not None
    assert counted.counts[COMPANY] == Counts(created=1)


# --- runs ---


def test_dead_run_is_counted_and_its_rest_postponed(stores: Stores) -> None:
    """The next start finds it still running."""
    dead = planned(stores, [(create(account(1)), None), (create(account(2)), None)])
    plan = stores.plan(dead)
    [(number, _), _] = plan.next_pending(COMPANY, after=0, limit=9)
    with stores.transaction():
        plan.settle(number, Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE), NOON)

    stores.runs.start(RunKind.RECONCILIATION, is_dry_run=False, now=LATER)

    assert plan.pending(COMPANY) == 0
    assert stores.runs.has_finished() is False


def test_waiting_run_is_found_until_it_is_decided(stores: Stores) -> None:
    """Of those whose plan waits; a dry run never waits."""
    run = stores.runs.start(RunKind.RECONCILIATION, is_dry_run=False, now=NOON)
    waiting = stores.runs.finish(replace(run, status=RunStatus.AWAITING_APPROVAL, digest="d", finished_at=LATER))
    found = stores.runs.awaiting()
    stores.runs.finish(replace(waiting, status=RunStatus.REJECTED))

    assert found == waiting
    assert (found.kind, found.digest) == (RunKind.RECONCILIATION, "d")
    assert stores.runs.awaiting() is None


def test_first_import_is_over_when_one_was_carried_through(stores: Stores) -> None:
    """Not by a dry run, and not by one that ended early."""
    over = []
    for status, is_dry_run in (
        (RunStatus.TO_BE_CONTINUED, False),
        (RunStatus.DONE, True),
        (RunStatus.DONE_WITH_FAILURES, False),
    ):
        run = stores.runs.start(RunKind.IMPORT, is_dry_run=is_dry_run, now=NOON)
        stores.runs.finish(replace(run, status=status))
        over.append(stores.runs.has_finished())

    assert over == [False, False, True]


def test_create_is_a_write_by_its_number(stores: Stores) -> None:
    """Any run's plan can tell it."""
    plan = stores.plan(planned(stores, [(create(account(1)), None)]))
    [(number, made)] = plan.next_pending(COMPANY, after=0, limit=1)

    assert isinstance(made, Create)
    assert stores.plan(planned(stores, [])).write(number) == made
