"""Records looked up in the database: what is found, in which order, and what each says of itself."""

from dataclasses import replace

import pytest

from taskforce.adapters.store.directory import Directory, Wanted
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.directory import KnownRecord, Standing, Waiting
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.match_rules import keys_of
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from tests.builders import NOON, account, account_id, company, company_contact, contact, contact_id, link
from tests.support.store import open_store

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT


@pytest.fixture
def name(store: DjangoStores) -> str:
    """The connection whose records these are."""
    return Connection.objects.get().name


def seen(store: DjangoStores, *records: TargetRecord) -> None:
    """Autotask records that are known here."""
    for record in records:
        keys = keys_of(record.entity, record.fields)
        store.index.put(record.entity, {record.id: (record, keys)})


def filled(store: DjangoStores) -> None:
    """A linked pair, one of which nothing is known but a decision, one held, one failing, one that is due."""
    seen(store, company(101, companyName="Ash"), company_contact(201, emailAddress="rosa@ash.example"))
    store.links.put(
        [
            link(account(1)),
            link(contact(1), 201),
            Link(entity=COMPANY, source_id=account_id(9), target_id=NO_TARGET, state=LinkState.IGNORED),
        ]
    )
    store.inbox.put(COMPANY, [account(2, Name="Birch"), account(3, Name="Cedar"), account(4, Name="Dogwood")])
    store.inbox.hold(COMPANY, account_id(2), Reason.AMBIGUOUS, waits_for=None, match_key="key")
    store.inbox.fail(COMPANY, account_id(3), Reason.REJECTED, NOON)


def ids(name: str, standing: Standing | None = None, words: str = "") -> list[SourceId]:
    """What is found, in its order."""
    return [each.source_id for each in Directory().each(Wanted(connections=[name], standing=standing, words=words))]


def test_names_in_one_database_find_nothing_in_another(store: DjangoStores, name: str) -> None:
    """Two Autotask databases have the same ids for different companies."""
    filled(store)
    other = open_store("other")
    seen(other, company(101, companyName="Elm"))
    other.links.put([link(account(7))])

    found = [
        (each.connection, each.source_id) for each in Directory().each(Wanted(connections=[name, "other"], words="ash"))
    ]

    assert found == [(name, account_id(1)), (name, contact_id(1))]


def test_those_that_need_somebody_come_first(store: DjangoStores, name: str) -> None:
    """Held, failing, due, and then the pairs, each by its id."""
    filled(store)

    expected = [account_id(number) for number in (2, 3, 4, 1, 9)]
    assert ids(name) == [*expected, contact_id(1)]


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        (Standing.HELD, [account_id(2)]),
        (Standing.FAILING, [account_id(3)]),
        (Standing.DUE, [account_id(4)]),
        (Standing.LINKED, [account_id(1), contact_id(1)]),
        (Standing.IGNORED, [account_id(9)]),
        (Standing.ORPHANED, []),
    ],
)
def test_filtered(store: DjangoStores, name: str, standing: Standing, found: list[SourceId]) -> None:
    """As many as are counted."""
    filled(store)

    assert (ids(name, standing), Directory().counts([name])[standing]) == (found, len(found))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ash", [account_id(1), contact_id(1)]),
        ("DOGWOOD", [account_id(4)]),
        ("ROSA@ash", [contact_id(1)]),
        (account_id(3), [account_id(3)]),
        (account_id(3)[:15], [account_id(3)]),
        ("101", [account_id(1)]),
        ("201", [contact_id(1)]),
        ("0", []),
        ("%", []),
        ("as_", []),
        ("nobody", []),
    ],
)
def test_searched(store: DjangoStores, name: str, words: str, found: list[SourceId]) -> None:
    """By a part of a name or address, or by a whole id of either system."""
    filled(store)

    assert ids(name, words=words) == found


@pytest.mark.parametrize(
    ("number", "shown", "page"),
    [(None, [2, 3], 1), ("2", [4, 1], 2), ("3", [9], 3), ("99", [9], 3), ("0", [2, 3], 1), ("x", [2, 3], 1)],
)
def test_a_page_goes_over_all_tables(
    store: DjangoStores, name: str, number: str | None, shown: list[int], page: int
) -> None:
    """The nearest one, where there is none of this number."""
    filled(store)
    store.links.remove(CONTACT, contact_id(1))

    found = Directory().page(Wanted(connections=[name]), number=number, size=2)

    assert [each.source_id for each in found.records] == [account_id(each) for each in shown]
    assert (found.number, found.last, found.count) == (page, 3, 5)


def test_what_a_record_says_of_itself(store: DjangoStores, name: str) -> None:
    """Its pair, and what it waits for."""
    filled(store)
    store.inbox.mark_new(COMPANY, account_id(2), is_new=True)

    assert Directory().find(name, account_id(1)) == KnownRecord(
        connection=name,
        entity=COMPANY,
        source_id=account_id(1),
        name="Ash",
        target_id=TargetId(101),
        state=LinkState.LINKED,
    )
    assert Directory().find(name, account_id(2)) == KnownRecord(
        connection=name,
        entity=COMPANY,
        source_id=account_id(2),
        name="Birch",
        waiting=Waiting.HELD,
        reason=Reason.AMBIGUOUS,
        modified_at=NOON,
        is_new=True,
    )
    assert Directory().find(name, account_id(77)) is None
    assert Directory().find("nobody", account_id(1)) is None
    assert Directory().find(name, SourceId("0065g0000000001AAA")) is None


def test_one_that_is_to_be_read_is_due(store: DjangoStores, name: str) -> None:
    """Nothing of its values is known."""
    store.inbox.want(COMPANY, [account_id(1)])

    found = Directory().find(name, account_id(1))

    assert found is not None
    assert (found.standing, found.is_read, found.name) == (Standing.DUE, False, "")


def test_another_mark_after_every_change(store: DjangoStores, name: str) -> None:
    """So that nobody decides about what they have not seen."""
    filled(store)
    marks = [_mark(name)]

    store.inbox.mark_new(COMPANY, account_id(2), is_new=True)
    marks.append(_mark(name))
    store.inbox.hold(COMPANY, account_id(2), Reason.TAKEN, waits_for=None, match_key="key")
    marks.append(_mark(name))
    store.inbox.release(COMPANY, [account_id(2)])
    marks.append(_mark(name))
    store.links.put([link(account(2), 102)])
    marks.append(_mark(name))
    store.links.put([replace(link(account(2), 102), state=LinkState.UNMAPPED)])
    marks.append(_mark(name))

    assert len(set(marks)) == len(marks)


def _mark(name: str) -> str:
    found = Directory().find(name, account_id(2))
    assert found is not None
    return found.mark


def test_held_by_reason(store: DjangoStores, name: str) -> None:
    """How many there are, and a page of them."""
    filled(store)

    page = Directory().held_page(name, Reason.AMBIGUOUS, number="7", size=20)

    assert Directory().held([name]) == {(name, Reason.AMBIGUOUS): 1}
    assert ([each.source_id for each in page.records], page.number, page.count) == ([account_id(2)], 1, 1)


def test_an_accent_is_found_however_it_was_typed(store: DjangoStores, name: str) -> None:
    """As one character or as two, in the name and in the words."""
    composed, apart = "Caf\u00e9 Zo\u00eb", "Cafe\u0301 Zoe\u0308"
    with store.transaction():
        store.inbox.put(COMPANY, [account(each, Name=title) for each, title in ((1, composed), (2, apart))])

    assert ids(name, words="CAF\u00c9") == ids(name, words="Cafe\u0301") == [account_id(1), account_id(2)]


@pytest.mark.parametrize("name_of_it", ["nul\0 in it", "x" * 900, "ÄÖÜ straße", "東京"])
def test_any_name_can_be_searched(store: DjangoStores, name: str, name_of_it: str) -> None:
    """As far as its column reaches, without letter case."""
    store.inbox.put(COMPANY, [account(1, Name=name_of_it)])

    asked = name_of_it.replace("\0", "")[:50].upper()

    assert ids(name, words=asked) == [account_id(1)]
