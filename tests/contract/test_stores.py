"""What the engine may rely on of any Stores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from taskforce.domain.budget import Spent
from taskforce.domain.changes import Basis, Create, Decision, Hold, Subject, Unchanged, Update
from taskforce.domain.changes import Link as LinkChange
from taskforce.domain.cursor import Cursor, Position
from taskforce.domain.diffing import FieldChange
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.indexing import target_keys
from taskforce.engine.stores import Intent, IntentState, Planned, SoughtContact, Standing, Stores
from taskforce.errors import LeaseLost, TaskforceError
from tests.builders import (
    NOON,
    account,
    account_id,
    company,
    company_contact,
    contact,
    contact_id,
    settings,
    source_schema,
    target_schema,
)
from tests.contract.kept import Kept

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
LATER = NOON + timedelta(minutes=20)


def receive(stores: Stores, *records: SourceRecord) -> None:
    """Records are read from Salesforce."""
    with stores.transaction():
        for record in records:
            stores.inbox.put(record.entity, [record])


def due(stores: Stores, entity: Entity = COMPANY, *, at: timedelta = timedelta()) -> list[SourceId]:
    """All that is due."""
    return list(stores.inbox.due_ids(entity, NOON + at, after=None, limit=100))


def hold(stores: Stores, record: SourceRecord, *, waits_for: SourceId | None = None, key: str = "") -> None:
    """A record waits."""
    with stores.transaction():
        stores.inbox.hold(record.entity, record.id, Reason.AMBIGUOUS, waits_for=waits_for, match_key=key)


def index(stores: Stores, *records: TargetRecord) -> dict[TargetId, Keys]:
    """Records are read from Autotask; their keys."""
    keys = {record.id: target_keys(record, settings()) for record in records}
    with stores.transaction():
        for record in records:
            stores.index.put(record.entity, {record.id: (record, keys[record.id])})
    return keys


def link(stores: Stores, number: int, target: int, **details: LinkState | str) -> Link:
    """A pair of companies."""
    pair = Link(entity=COMPANY, source_id=account_id(number), target_id=TargetId(target))
    pair = replace(pair, **details)  # type: ignore[arg-type]
    with stores.transaction():
        stores.links.put([pair])
    return pair


# --- transactions and the lease ---


class Trouble(Exception):
    """Anything that goes wrong inside a transaction."""


def write_everything_and_fail(stores: Stores, run_id: int) -> None:
    """One transaction over every part of the store, which does not end well."""
    with stores.transaction():
        stores.cursors.put(COMPANY, Cursor(read_through=LATER))
        stores.inbox.put(COMPANY, [account()])
        stores.links.put([Link(entity=COMPANY, source_id=account_id(), target_id=TargetId(1))])
        stores.intents.send(COMPANY, [(account_id(), 7, "digest")], NOON)
        stores.index.put(COMPANY, {TargetId(101): (company(), Keys(match="m", name="n"))})
        stores.index.set_refreshed_through(COMPANY, NOON)
        stores.schemas.put_target(target_schema())
        stores.plan(run_id).add([(held(account()), None)])
        raise Trouble


def test_transaction_that_fails_leaves_nothing(stores: Stores) -> None:
    """All or nothing, over every part of the store."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    before = Cursor(read_through=NOON)
    with stores.transaction():
        stores.cursors.put(COMPANY, before)

    with pytest.raises(Trouble):
        write_everything_and_fail(stores, run.id)

    assert stores.cursors.get(COMPANY) == before
    assert (due(stores), stores.intents.unsettled()) == ([], [])
    assert stores.links.by_source(COMPANY, [account_id()]) == {}
    assert stores.index.records(COMPANY, [TargetId(101)]) == {}
    assert (stores.index.refreshed_through(COMPANY), stores.schemas.target()) == (None, None)
    assert stores.runs.finish(run).counts[COMPANY] == Counts()


def test_nothing_is_written_once_another_worker_has_taken_over(kept: Kept) -> None:
    """The lease is looked at in the same transaction as the writes, and before each request."""
    kept.stores.check_lease()
    kept.take_over()

    with pytest.raises(LeaseLost), kept.stores.transaction():
        kept.stores.inbox.put(COMPANY, [account()])
    with pytest.raises(LeaseLost):
        kept.stores.check_lease()
    assert due(kept.stores) == []


def test_scratch_is_a_copy_that_is_thrown_away(stores: Stores) -> None:
    """A dry run sees everything and leaves nothing."""
    receive(stores, account())
    pair = link(stores, 7, 107)
    index(stores, company())

    with stores.scratch() as scratch:
        seen = (due(scratch), scratch.links.by_source(COMPANY, [account_id(7)]))
        parts = scratch.index.records(COMPANY, [TargetId(101)])
        with scratch.transaction():
            scratch.inbox.settle(COMPANY, [account_id()])
            scratch.cursors.put(COMPANY, Cursor(read_through=NOON))
        written = due(scratch)

    assert seen == ([account_id()], {account_id(7): pair})
    assert list(parts) == [TargetId(101)]
    assert written == []
    assert due(stores) == [account_id()]
    assert stores.cursors.get(COMPANY) == Cursor()


# --- cursors and the inbox ---


def test_cursor_is_kept_per_object(stores: Stores) -> None:
    """The beginning at first, then what was put."""
    position = Position(modified_at=NOON, id=account_id())
    cursor = Cursor(read_through=NOON, asked_at=LATER, position=position)

    with stores.transaction():
        stores.cursors.put(COMPANY, cursor)

    assert (stores.cursors.get(COMPANY), stores.cursors.get(CONTACT)) == (cursor, Cursor())


def test_records_are_due_in_the_order_of_their_ids(stores: Stores) -> None:
    """In slices, each record once, in its latest version."""
    receive(stores, account(3), account(1), account(2), contact(1))
    newer = account(2, Name="Newer", modified_at=LATER)
    receive(stores, newer)

    first = stores.inbox.due_ids(COMPANY, NOON, after=None, limit=2)

    assert list(first) == [account_id(1), account_id(2)]
    assert list(stores.inbox.due_ids(COMPANY, NOON, after=first[-1], limit=2)) == [account_id(3)]
    assert (stores.inbox.due(COMPANY, NOON), stores.inbox.due(CONTACT, NOON)) == (3, 1)
    assert list(stores.inbox.load(COMPANY, [account_id(2), account_id(1)])) == [newer, account(1)]


def test_ids_that_differ_only_in_case_are_two_records(stores: Stores) -> None:
    """Salesforce ids are case-sensitive."""
    other = SourceId(account_id().swapcase())

    receive(stores, account(), replace(account(), id=other))

    assert set(due(stores)) == {account_id(), other}
    assert stores.links.by_source(COMPANY, [other]) == {}


def test_due_accounts_come_with_their_parents(stores: Stores) -> None:
    """In the order of their ids."""
    receive(stores, account(2), account(1, ParentId=account_id(2)))

    assert list(stores.inbox.due_parents(NOON).items()) == [(account_id(1), account_id(2)), (account_id(2), None)]


def test_settled_record_is_gone(stores: Stores) -> None:
    """What is done leaves the inbox; the rest stays."""
    receive(stores, account(1), account(2))

    with stores.transaction():
        stores.inbox.settle(COMPANY, [account_id(1)])

    assert due(stores) == [account_id(2)]


def test_held_record_keeps_waiting_until_it_changes(stores: Stores) -> None:
    """The same version read again does not bring it back, a new one does."""
    receive(stores, account())
    hold(stores, account())
    receive(stores, account())
    waiting = (due(stores), stores.inbox.standing())
    receive(stores, account(Name="Changed", modified_at=LATER))

    assert waiting == ([], Standing(held=1, failing=0))
    assert (due(stores), stores.inbox.standing()) == ([account_id()], Standing(held=0, failing=0))


def test_held_record_comes_back_by_its_key_account_or_reason(stores: Stores) -> None:
    """Each of the three brings back what was held for it, and nothing else."""
    by_key, by_account, by_reason, other = (account(number) for number in range(1, 5))
    person = contact(5)
    receive(stores, by_key, by_account, by_reason, other, person)
    hold(stores, by_key, key="key")
    hold(stores, by_account, waits_for=account_id(77))
    hold(stores, other, key="other", waits_for=account_id(78))
    with stores.transaction():
        stores.inbox.hold(CONTACT, person.id, Reason.COMPANY_NOT_LINKED, waits_for=account_id(77), match_key="key")
        stores.inbox.hold(COMPANY, by_reason.id, Reason.OWNER_NOT_FOUND, waits_for=None, match_key="x")

    with stores.transaction():
        stores.inbox.release_keys(COMPANY, ["key", ""])
    keyed = (due(stores), due(stores, CONTACT))
    with stores.transaction():
        stores.inbox.release_waiting([account_id(77)])
    accounted = (due(stores), due(stores, CONTACT))
    with stores.transaction():
        stores.inbox.release_reasons([Reason.OWNER_NOT_FOUND])

    assert keyed == ([by_key.id], [])
    assert accounted == ([by_key.id, by_account.id], [person.id])
    assert due(stores) == [by_key.id, by_account.id, by_reason.id]
    assert stores.inbox.standing() == Standing(held=1, failing=0)


def fail(stores: Stores, reason: Reason, *, at: timedelta = timedelta()) -> None:
    """The first account cannot be written."""
    with stores.transaction():
        stores.inbox.fail(COMPANY, account_id(), reason, NOON + at)


def test_failing_record_waits_longer_each_time(stores: Stores) -> None:
    """What may pass is due with the next import, then later and later; the same version read again changes nothing."""
    receive(stores, account())
    fail(stores, Reason.UNREACHABLE)
    at_once = due(stores)
    fail(stores, Reason.UNREACHABLE)
    receive(stores, account())
    second = [due(stores, at=timedelta(minutes=each)) for each in (0, 29, 38)]
    fail(stores, Reason.UNREACHABLE)
    third = [due(stores, at=timedelta(minutes=each)) for each in (38, 59, 75)]
    standing = stores.inbox.standing()
    receive(stores, account(Name="Changed", modified_at=LATER))

    assert at_once == [account_id()]
    assert second == third == [[], [], [account_id()]]
    assert standing == Standing(held=0, failing=1)
    assert due(stores) == [account_id()]


def test_rejected_record_waits_for_what_may_mend_it(stores: Stores) -> None:
    """No time makes it due, but a change of what it was refused for, a person, or a new version."""
    receive(stores, account())
    tries = []
    for bring_back in (
        lambda: stores.inbox.release_reasons([Reason.REJECTED]),
        lambda: stores.inbox.retry_failing(NOON),
        lambda: stores.inbox.put(COMPANY, [account(Name="Changed", modified_at=LATER)]),
    ):
        fail(stores, Reason.REJECTED)
        tries.append(due(stores, at=timedelta(days=365)))
        with stores.transaction():
            bring_back()
        tries.append(due(stores))

    assert tries == [[], [account_id()]] * 3


def test_attempt_planned_by_a_clock_that_was_ahead_is_due(stores: Stores) -> None:
    """No wait is so long: what seems to be a year away is tried now."""
    receive(stores, account())
    for _ in range(2):
        fail(stores, Reason.UNREACHABLE, at=timedelta(days=365))

    assert due(stores) == [account_id()]
    assert stores.inbox.due(COMPANY, NOON) == 1


def test_settled_record_may_be_looked_at_once_more(stores: Stores) -> None:
    """It counts neither as held nor as failing, and is due when the account it is kept for is linked."""
    receive(stores, account())
    with stores.transaction():
        stores.inbox.revisit(COMPANY, account_id(), after=account_id(9))
    quiet = (due(stores), stores.inbox.standing())
    receive(stores, account())
    read_again = due(stores)
    with stores.transaction():
        stores.inbox.release_waiting([account_id(9)])

    assert (quiet, read_again) == (([], Standing(held=0, failing=0)), [])
    assert due(stores) == [account_id()]


@pytest.mark.parametrize("released", ["by its account", "by a person", "by being wanted"])
def test_of_what_waits_for_its_account_only_the_id_is_kept(stores: Stores, released: str) -> None:
    """It is neither held nor due; released, it is read by its id; a new version of it is due as any other."""
    receive(stores, contact(1))
    receive(stores, contact(2))
    with stores.transaction():
        for each in (contact_id(1), contact_id(2)):
            stores.inbox.await_account(CONTACT, each, Reason.ACCOUNT_UNFIT, account=account_id(9))
    quiet = (due(stores, CONTACT), stores.inbox.wanted(CONTACT), stores.inbox.standing())
    receive(stores, contact(2))
    with stores.transaction():
        if released == "by its account":
            stores.inbox.release_waiting([account_id(9)])
        elif released == "by a person":
            stores.inbox.release(CONTACT, [contact_id(1)])
        else:
            stores.inbox.want(CONTACT, [contact_id(1)])
    wanted = (due(stores, CONTACT), stores.inbox.wanted(CONTACT))
    receive(stores, contact(1))

    assert quiet == ([], [], Standing(held=0, failing=0))
    assert wanted == ([contact_id(2)], [contact_id(1)])
    assert (due(stores, CONTACT), stores.inbox.wanted(CONTACT)) == ([contact_id(1), contact_id(2)], [])


# --- links and intents ---


def test_links_are_read_back_and_replaced(stores: Stores) -> None:
    """One per Salesforce record, of each entity its own."""
    link(stores, 1, 101)
    replaced = link(stores, 1, 102, fingerprint="f")
    with stores.transaction():
        stores.links.set_state(COMPANY, account_id(1), LinkState.ORPHANED)

    assert stores.links.by_source(COMPANY, [account_id(1), account_id(2)]) == {
        account_id(1): replace(replaced, state=LinkState.ORPHANED)
    }
    assert stores.links.by_source(CONTACT, [account_id(1)]) == {}


def test_links_of_an_entity_forget_their_ids(stores: Stores) -> None:
    """After the user-defined field was made anew no record carries its id, until the pair is stored again."""
    first, second = link(stores, 1, 101), link(stores, 2, 102)
    person = Link(entity=CONTACT, source_id=contact_id(), target_id=TargetId(201))
    with stores.transaction():
        stores.links.put([person])
        stores.links.forget_ids(COMPANY)
        stores.links.put([second])

    assert stores.links.by_source(COMPANY, [account_id(1), account_id(2)]) == {
        account_id(1): replace(first, carries_id=False),
        account_id(2): second,
    }
    assert stores.links.by_source(CONTACT, [contact_id()]) == {contact_id(): person}


def test_links_of_an_entity_are_compared_once_more(stores: Stores) -> None:
    """After another rule says who wins; all else is remembered, and so are the contacts."""
    pair = link(stores, 1, 101, fingerprint="f", written=LastWritten.of({"fax": "1"}))
    person = Link(entity=CONTACT, source_id=contact_id(), target_id=TargetId(201), fingerprint="f")
    with stores.transaction():
        stores.links.put([person])
        stores.links.compare_all(COMPANY)

    assert stores.links.by_source(COMPANY, [account_id(1)]) == {account_id(1): replace(pair, fingerprint="")}
    assert stores.links.by_source(CONTACT, [contact_id()]) == {contact_id(): person}


def test_locks_stand_beside_a_pair_and_go_with_it(stores: Stores) -> None:
    """It is said as a whole each time; a pair that is stored again keeps it, one that is forgotten does not."""
    link(stores, 1, 101)
    link(stores, 2, 102)
    with stores.transaction():
        stores.links.lock(COMPANY, account_id(1), ["fax", "city", "fax"])
        stores.links.lock(COMPANY, account_id(1), ["fax", "udf:My field"])
        stores.links.lock(COMPANY, account_id(2), ["city"])
        stores.links.put([link(stores, 1, 103)])
    both = stores.links.locks(COMPANY, [account_id(1), account_id(2), account_id(3)])
    with stores.transaction():
        stores.links.remove(COMPANY, account_id(1))
        stores.links.lock(COMPANY, account_id(2), [])

    assert both == {account_id(1): frozenset({"fax", "udf:My field"}), account_id(2): frozenset({"city"})}
    assert stores.links.locks(COMPANY, [account_id(1), account_id(2)]) == {}


def test_autotask_record_is_linked_once(stores: Stores) -> None:
    """A second linked pair is refused; an unmapped one reserves nothing."""
    link(stores, 1, 101)
    link(stores, 2, 102, state=LinkState.UNMAPPED)
    beside = link(stores, 3, 102)

    with pytest.raises(TaskforceError, match="linked to another one already"):
        link(stores, 4, 101)

    assert stores.links.by_source(COMPANY, [account_id(3), account_id(4)]) == {account_id(3): beside}


def test_intent_goes_from_sent_to_doubt_to_closed(stores: Stores) -> None:
    """The attempt counts what was sent; the settle time begins once, with the first time that Autotask tells."""
    sent = Intent(entity=COMPANY, source_id=account_id(), state=IntentState.SENT, attempt=1, sent_at=NOON, number=7)
    with stores.transaction():
        stores.intents.send(COMPANY, [(account_id(), 7, "digest")], NOON)
    first = stores.intents.get(COMPANY, [account_id(), account_id(2)])
    with stores.transaction():
        stores.intents.doubt(COMPANY, account_id())
    second = stores.intents.unsettled()
    with stores.transaction():
        stores.intents.stamp(LATER)
        stores.intents.stamp(LATER + timedelta(hours=1))
    third = stores.intents.unsettled()
    with stores.transaction():
        stores.intents.close(COMPANY, [account_id()])

    assert first == {account_id(): sent}
    assert list(second) == [replace(sent, state=IntentState.IN_DOUBT)]
    assert list(third) == [replace(sent, state=IntentState.IN_DOUBT, server_since=LATER)]
    assert (stores.intents.get(COMPANY, [account_id()]), list(stores.intents.unsettled())) == ({}, [])


# --- the index ---


def test_index_keeps_records_and_their_keys(stores: Stores) -> None:
    """As they were last seen."""
    old, new = company(101, city="Chicago"), company(101, city="Springfield", source_id=account_id())
    index(stores, old)
    keys = index(stores, new)

    found = stores.index.records(COMPANY, [TargetId(101), TargetId(102)])

    assert list(found) == [TargetId(101)]
    assert (found[TargetId(101)].fields, found[TargetId(101)].source_id) == (new.fields, account_id())
    assert found[TargetId(101)].source_id_as_written == account_id()
    assert stores.index.keys(COMPANY, [TargetId(101), TargetId(102)]) == keys
    assert stores.index.records(CONTACT, [TargetId(101)]) == {}


def test_index_keeps_the_id_as_it_is_written(stores: Stores) -> None:
    """An id of 15 characters is found by its 18, and known as 15."""
    written = replace(company(101, source_id=account_id()), source_id_as_written=account_id()[:15])
    index(stores, written)

    assert stores.index.records(COMPANY, [TargetId(101)])[TargetId(101)].source_id_as_written == account_id()[:15]
    assert list(stores.index.carriers(COMPANY, [account_id()])) == [account_id()]


def test_candidates_are_found_by_id_and_by_key(stores: Stores) -> None:
    """With whom they belong to: by link first, by their user-defined field otherwise; only linked pairs reserve."""
    records = [
        company(101),
        company(102, source_id=account_id(2)),
        company(103, is_active=False),
        company(104, companyName="Other"),
    ]
    keys = index(stores, *records)
    link(stores, 1, 101)
    link(stores, 3, 103, state=LinkState.UNMAPPED)

    def as_candidate(number: int, **details: object) -> Candidate:
        base = Candidate(id=TargetId(number), keys=keys[TargetId(number)], name="Birch Dental", is_active=True)
        return replace(base, **details)  # type: ignore[arg-type]

    key = keys[TargetId(101)].match
    assert {each: list(found) for each, found in stores.index.fitting(COMPANY, [key, "none"]).items()} == {
        key: [
            as_candidate(101, linked_to=account_id(1)),
            as_candidate(102, linked_to=account_id(2)),
            as_candidate(103, is_active=False),
        ]
    }
    carriers = stores.index.carriers(COMPANY, [account_id(2), account_id(3)])
    assert {each: list(found) for each, found in carriers.items()} == {
        account_id(2): [as_candidate(102, linked_to=account_id(2))]
    }


def test_contact_candidates_know_their_company(stores: Stores) -> None:
    """The company and the key of its name, of all companies."""
    keys = index(stores, company(101), company_contact(201, company=101), company_contact(202, company=999))

    found = stores.index.fitting(CONTACT, [keys[TargetId(201)].match])[keys[TargetId(201)].match]

    assert [(each.id, each.name, each.company_id, each.company_name_key) for each in found] == [
        (TargetId(201), "Rosa Lind", TargetId(101), keys[TargetId(101)].name),
        (TargetId(202), "Rosa Lind", TargetId(999), None),
    ]


def test_contacts_are_looked_for_where_they_belong(stores: Stores) -> None:
    """Of all that have the key, those under the company, or under one of its name; nobody stands under no company."""
    keys = index(
        stores,
        company(101),
        company(102, city="Elsewhere"),
        company(103, companyName="Other"),
        *(company_contact(200 + number, company=100 + number) for number in (1, 2, 3, 4)),
        company_contact(205, company=101, lastName="Other"),
        replace(company_contact(206, company=101), company_id=None),
    )
    rosa, other = keys[TargetId(201)].match, keys[TargetId(205)].match
    birch, no_name = keys[TargetId(101)].name, ""

    def found(*sought: SoughtContact) -> Mapping[str, Sequence[int]]:
        known = stores.index.fitting_contacts(sought)
        assert all(
            list(candidates) == [each for each in stores.index.fitting(CONTACT, [key])[key] if each in candidates]
            for key, candidates in known.items()
        )
        return {key: [each.id for each in candidates] for key, candidates in known.items()}

    assert found() == {}
    assert found(SoughtContact(rosa, TargetId(103), no_name)) == {rosa: [203]}
    assert found(SoughtContact(rosa, TargetId(104), birch)) == {rosa: [201, 202, 204]}
    assert found(SoughtContact(rosa, None, birch)) == {rosa: [201, 202]}
    assert found(SoughtContact(rosa, None, no_name)) == {}
    assert found(SoughtContact(rosa, TargetId(103), no_name), SoughtContact(other, TargetId(101), no_name)) == {
        rosa: [203],
        other: [205],
    }
    assert found(SoughtContact("none", TargetId(101), birch)) == {}
    twice = (SoughtContact(rosa, TargetId(101), no_name), SoughtContact(rosa, TargetId(102), birch))
    assert found(*twice) == {rosa: [201, 202]}


def test_candidates_that_are_alike_share_something(stores: Stores) -> None:
    """A domain, a phone, or the beginning of the name."""
    keys = index(
        stores,
        company(101, companyName="Domain", webAddress="https://birch.example", phone=None),
        company(102, companyName="Phone", webAddress=None, phone="+1 312 555 0199"),
        company(103, companyName="Birch Dental Practice, Inc.", webAddress=None, phone=None),
        company(104, companyName="Nothing", webAddress=None, phone=None),
    )
    sought = Keys(match="m", name="n", domain="birch.example", phone="3125550199", similar="birch dental")

    found = stores.index.alike(COMPANY, [sought])

    assert sorted(each.id for each in found) == [101, 102, 103]
    assert stores.index.alike(COMPANY, [replace(sought, domain=None, phone=None, similar="")]) == []
    assert set(keys) == {101, 102, 103, 104}


def test_index_knows_parents_and_its_age(stores: Stores) -> None:
    """The parent as last seen, and how far it was refreshed, by entity."""
    index(stores, company(101, parentCompanyID=TargetId(55)), company(102))
    with stores.transaction():
        stores.index.set_refreshed_through(COMPANY, NOON)
        stores.index.set_refreshed_through(COMPANY, LATER)

    parents = [stores.index.parent(TargetId(number)) for number in (101, 102, 103)]

    assert parents == [55, None, None]
    assert (stores.index.refreshed_through(COMPANY), stores.index.refreshed_through(CONTACT)) == (LATER, None)


def test_index_that_has_expired_is_read_wholly(stores: Stores) -> None:
    """As if nothing had been read yet; what is known stays."""
    with stores.transaction():
        stores.index.set_refreshed_through(COMPANY, NOON)
        stores.index.expire()

    assert stores.index.refreshed_through(COMPANY) is None


# --- metadata ---


def test_metadata_is_kept_until_it_expires(stores: Stores) -> None:
    """Whole, with the time at which it was read; what has expired is kept as read long ago, to be compared with."""
    empty = (stores.schemas.source(), stores.schemas.target())
    with stores.transaction():
        stores.schemas.put_source(source_schema(), NOON)
        stores.schemas.put_target(target_schema())
    kept = (stores.schemas.source(), stores.schemas.target())
    with stores.transaction():
        stores.schemas.expire()

    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    assert empty == (None, None)
    assert kept == ((source_schema(), NOON), target_schema())
    assert stores.schemas.source() == (source_schema(), long_ago)
    assert stores.schemas.target() == replace(target_schema(), read_at=long_ago)


# --- plans and runs ---


def subject(record: SourceRecord) -> Subject:
    """Whom a decision is about."""
    return Subject(entity=record.entity, source_id=record.id, name="Birch Dental", modified_at=record.modified_at)


def held(record: SourceRecord) -> Hold:
    """A decision not to write."""
    return Hold(subject=subject(record), reason=Reason.AMBIGUOUS, match_key="key")


def create(record: SourceRecord, *, key: str = "key", company: SourceId | None = None) -> Create:
    """A decision to create."""
    return Create(
        subject=subject(record),
        reason=Reason.NO_CANDIDATE,
        notes=(Note(reason=Reason.STAND_IN, field="phone", evidence={"stand_in": "000-000-0000"}),),
        basis=Basis(
            keys=Keys(match=key, name="name", domain="birch.example", phone="3125550199", similar="birch"),
            fingerprint="f",
            references={"parentCompanyID": account_id(8)},
            revisit_after=account_id(9),
        ),
        values={"companyName": "Birch Dental", "companyType": 1, "assetValue": None, "isPrivate": True},
        company=company,
    )


def linking(record: SourceRecord, target: int) -> LinkChange:
    """A decision to link."""
    return LinkChange(
        subject=subject(record),
        reason=Reason.EXACT_MATCH,
        evidence={"candidates": [target], "names": ["Birch Dental"]},
        basis=Basis(keys=Keys(match="linked", name="name"), fingerprint="f"),
        target_id=TargetId(target),
        company_id=None,
        field_changes=(FieldChange(field="city", before=None, after="Chicago"),),
        writes_id=True,
    )


def updating(record: SourceRecord, target: int) -> Update:
    """A decision to update."""
    return Update(
        subject=subject(record),
        reason=Reason.CHANGED,
        basis=Basis(keys=Keys(match="updated", name="name"), fingerprint="f"),
        target_id=TargetId(target),
        company_id=TargetId(5),
        field_changes=(FieldChange(field="title", before="CEO", after=None),),
    )


def planned(stores: Stores, decisions: Sequence[tuple[Decision, Outcome | None]]) -> int:
    """A run with this plan."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    with stores.transaction():
        stores.plan(run.id).add(decisions)
    return run.id


def test_pending_changes_come_whole_and_in_order(stores: Stores) -> None:
    """Writes without an outcome, by entity, in pieces, as they were decided."""
    made, paired, changed = create(account(2)), linking(account(1), 101), updating(contact(1), 201)
    outcome = Outcome(kind=OutcomeKind.HELD, reason=Reason.AMBIGUOUS)
    plan = stores.plan(planned(stores, [(made, None), (held(account(4)), outcome), (paired, None), (changed, None)]))

    [(first, one)] = plan.next_pending(COMPANY, after=0, limit=1)
    [(second, two)] = plan.next_pending(COMPANY, after=first, limit=5)

    assert (one, two) == (made, paired)
    assert [change for _, change in plan.next_pending(CONTACT, after=0, limit=5)] == [changed]
    assert (plan.pending(COMPANY), plan.pending(CONTACT)) == (2, 1)
    assert plan.next_pending(COMPANY, after=second, limit=5) == []


def test_pending_creations_and_whose_change_is_pending(stores: Stores) -> None:
    """By entity; what is settled, and what another run intends, is none of them."""
    newcomers = [create(contact(number), company=account_id(1)) for number in (1, 2, 3)]
    paired, made = updating(contact(4), 201), linking(account(1), 101)
    done = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    planned(stores, [(create(contact(5)), None), (linking(account(2), 102), None)])
    plan = stores.plan(planned(stores, [(newcomers[0], None), (paired, None), (newcomers[1], done), (made, None)]))
    with stores.transaction():
        plan.add([(newcomers[2], None)])

    [(first, one)] = plan.next_creations(CONTACT, after=0, limit=1)
    [(_, two)] = plan.next_creations(CONTACT, after=first, limit=5)

    assert (one, two) == (newcomers[0], newcomers[2])
    assert plan.next_creations(COMPANY, after=0, limit=5) == []
    assert plan.pending_among(COMPANY, [account_id(1), account_id(2)]) == {account_id(1)}
    assert plan.pending_among(CONTACT, [contact_id(2), contact_id(4)]) == {contact_id(4)}


def test_settled_change_is_no_longer_pending(stores: Stores) -> None:
    """It may be settled again when a doubt ends."""
    plan = stores.plan(planned(stores, [(create(account()), None)]))
    [(number, _)] = plan.next_pending(COMPANY, after=0, limit=5)

    with stores.transaction():
        plan.settle(number, Outcome(kind=OutcomeKind.HELD, reason=Reason.WRITE_IN_DOUBT), NOON)
        plan.settle(number, Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE, target_id=TargetId(7)), NOON)

    assert plan.pending(COMPANY) == 0


def test_plan_tells_what_it_intends(stores: Stores) -> None:
    """By record, by key and by Autotask record; of this run alone, settled or not."""
    person = contact(1)
    outcome = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)
    run = planned(
        stores,
        [
            (create(account(1)), None),
            (create(person, company=account_id(1)), outcome),
            (linking(account(2), 101), None),
            (held(account(3)), outcome),
        ],
    )
    planned(stores, [(create(account(4)), None)])
    plan = stores.plan(run)

    made = Planned(source_id=account_id(1), target_id=None, name_key="name")
    assert plan.planned(COMPANY, [account_id(number) for number in range(1, 5)]) == {
        account_id(1): made,
        account_id(2): Planned(source_id=account_id(2), target_id=TargetId(101), name_key="name"),
    }
    assert {key: list(each) for key, each in plan.planned_by_key(COMPANY, ["key", "linked"]).items()} == {"key": [made]}
    assert [each.account for each in plan.planned_by_key(CONTACT, ["key"])["key"]] == [account_id(1)]
    assert plan.claims(COMPANY, [TargetId(101), TargetId(102)]) == {TargetId(101): account_id(2)}


def test_run_ends_with_the_counts_of_its_outcomes(stores: Stores) -> None:
    """Each counter by entity; what has no outcome is not counted."""
    unchanged = Unchanged(subject=subject(account(5)), reason=Reason.UNCHANGED, target_id=TargetId(5), fingerprint="f")
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=True, now=NOON)
    with stores.transaction():
        stores.plan(run.id).add(
            [
                (create(account(1)), Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE)),
                (create(account(2)), Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED, detail="bad")),
                (create(account(3)), None),
                (unchanged, Outcome(kind=OutcomeKind.UNCHANGED, reason=Reason.UNCHANGED)),
                (updating(contact(1), 201), Outcome(kind=OutcomeKind.UPDATED, reason=Reason.CHANGED)),
            ]
        )
    ended = replace(
        run,
        status=RunStatus.DONE_WITH_FAILURES,
        message="Words.",
        finished_at=LATER,
        held=3,
        failing=1,
        calls=ApiCalls(salesforce=2, autotask=5),
        lower_bound=ApiCalls(salesforce=2, autotask=4),
        duration=timedelta(seconds=90),
        resume_at=LATER + timedelta(minutes=20),
        autotask_seconds_per_call=0.375,
    )

    finished = stores.runs.finish(ended)

    counts = {COMPANY: Counts(created=1, failed=1, unchanged=1), CONTACT: Counts(updated=1)}
    assert (run.status, run.is_dry_run, run.started_at) == (RunStatus.RUNNING, True, NOON)
    assert finished == replace(ended, counts=counts)


def test_recent_runs_tell_what_they_spent(stores: Stores) -> None:
    """Those that ended after a moment, dry runs too, from beginning to end; one that died tells nothing."""
    for minutes, calls, is_dry_run in ((0, 10, False), (10, 20, True), (20, 30, False)):
        begun = NOON + timedelta(minutes=minutes)
        run = stores.runs.start(RunKind.IMPORT, is_dry_run=is_dry_run, now=begun)
        took = timedelta(minutes=5)
        ended = replace(run, status=RunStatus.TO_BE_CONTINUED, finished_at=begun + took, duration=took)
        stores.runs.finish(replace(ended, calls=ApiCalls(salesforce=2, autotask=calls)))
    stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON + timedelta(minutes=30))
    stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON + timedelta(minutes=40))

    assert stores.runs.spent(NOON + timedelta(minutes=5)) == [
        Spent(since=NOON + timedelta(minutes=minutes), until=NOON + timedelta(minutes=minutes + 5), calls=calls)
        for minutes, calls in ((10, 20), (20, 30))
    ]


def test_plan_of_a_dry_run_outlives_its_scratch(stores: Stores) -> None:
    """What a dry run would do is history, too."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=True, now=NOON)
    plan = stores.plan(run.id)

    with stores.scratch() as scratch, scratch.transaction():
        plan.add([(held(account()), Outcome(kind=OutcomeKind.HELD, reason=Reason.AMBIGUOUS))])

    assert stores.runs.finish(run).counts[COMPANY] == Counts(held=1)


# --- what a person wants created ---


def test_a_mark_lasts_until_the_record_is_settled(stores: Stores) -> None:
    """Through a change, a hold and a failure; a record that is not here has none."""
    record = account(1)
    receive(stores, record)
    with stores.transaction():
        stores.inbox.mark_new(COMPANY, record.id, is_new=True)
        stores.inbox.mark_new(COMPANY, account_id(2), is_new=True)
    receive(stores, account(1, modified_at=LATER, Name="Elm"))
    hold(stores, record)
    with stores.transaction():
        stores.inbox.fail(COMPANY, record.id, Reason.REJECTED, NOON)
        stores.inbox.want(COMPANY, [record.id])
    kept = stores.inbox.marked_new(COMPANY, [record.id, account_id(2)])
    with stores.transaction():
        stores.inbox.settle(COMPANY, [record.id])
    receive(stores, record)

    assert (kept, stores.inbox.marked_new(COMPANY, [record.id])) == ({record.id}, set())


def test_a_mark_is_taken_back_or_over_with_the_create(stores: Stores) -> None:
    """A person decides otherwise; or it was created, and is only to be looked at once more."""
    first, second = account(1), account(2)
    receive(stores, first, second)
    with stores.transaction():
        for record in (first, second):
            stores.inbox.mark_new(COMPANY, record.id, is_new=True)
        stores.inbox.mark_new(COMPANY, first.id, is_new=False)
        stores.inbox.revisit(COMPANY, second.id, after=account_id(7))

    assert stores.inbox.marked_new(COMPANY, [first.id, second.id]) == set()
