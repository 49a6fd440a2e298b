"""Parents before children, whatever the parents."""

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.ordering import ParentOrder, parents_first
from taskforce.domain.records import SourceId

Family = dict[SourceId, SourceId | None]
IDS = st.integers(0, 12).map(lambda number: SourceId(f"A{number}"))
FAMILIES = st.dictionaries(IDS, st.none() | IDS, max_size=13)
"""Trees, loops, tails into loops, and parents that are not among the accounts."""


def loops_of(parents: Family) -> set[frozenset[SourceId]]:
    """Every loop, found by following each account for as long as there are accounts."""
    loops = set()
    for account in parents:
        line: list[SourceId] = []
        current: SourceId | None = account
        while current in parents and current not in line:
            line.append(current)
            current = parents[current]
        if current in line:
            loops.add(frozenset(line[line.index(current) :]))
    return loops


@given(FAMILIES)
def test_every_account_comes_once(parents: Family) -> None:
    """None is lost, none is doubled, none is added."""
    ordered = parents_first(parents)

    assert sorted(ordered.order) == sorted(parents)
    assert ordered.loop_closers <= parents.keys()


@given(FAMILIES)
def test_every_account_comes_after_its_parent(parents: Family) -> None:
    """Unless it closes a loop, or its parent is not among them."""
    ordered = parents_first(parents)

    place = {account: number for number, account in enumerate(ordered.order)}
    bound = {a: p for a, p in parents.items() if p in parents and a not in ordered.loop_closers}
    assert all(place[parent] < place[account] for account, parent in bound.items() if parent is not None)


@given(FAMILIES)
def test_every_loop_is_opened_exactly_once(parents: Family) -> None:
    """One account of each loop goes without its parent, and no account outside of a loop does."""
    closers = parents_first(parents).loop_closers

    loops = loops_of(parents)
    assert [len(loop & closers) for loop in loops] == [1] * len(loops)
    assert len(closers) == len(loops)


@given(FAMILIES)
def test_what_is_in_order_stays_in_order(parents: Family) -> None:
    """Once the loops are opened, ordering again changes nothing: the same plan comes of it."""
    ordered = parents_first(parents)

    opened = {account: None if account in ordered.loop_closers else parents[account] for account in ordered.order}
    assert parents_first(opened) == ParentOrder(order=ordered.order, loop_closers=frozenset())


@given(st.integers(1, 2000))
def test_a_long_line_of_ancestors_is_no_problem(length: int) -> None:
    """The youngest given first, the oldest is written first."""
    line = [SourceId(str(number)) for number in range(length)]
    ordered = parents_first(dict(zip(line, [*line[1:], None], strict=True)))

    assert ordered.order == tuple(reversed(line))
    assert ordered.loop_closers == frozenset()
