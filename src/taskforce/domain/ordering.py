"""Parents before children, loops told (spec section 2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from taskforce.domain.records import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentOrder:
    """Accounts in the order in which they can be written; those in `loop_closers` go without their parent."""

    order: tuple[SourceId, ...]
    loop_closers: frozenset[SourceId]


def parents_first(parents: Mapping[SourceId, SourceId | None]) -> ParentOrder:
    """Order accounts so that each comes after its parent, if that is among them.

    Every loop is opened at one place: the account whose parent would close it is written first, without its parent.
    Accounts otherwise keep the order in which they were given.
    """
    order: dict[SourceId, None] = {}
    loop_closers: set[SourceId] = set()
    for account in parents:
        line = list(_line_to_root(account, parents, order))
        top_parent = parents[line[-1]] if line else None
        if top_parent in line:
            loop_closers.add(line[-1])
        order.update(dict.fromkeys(reversed(line)))
    return ParentOrder(order=tuple(order), loop_closers=frozenset(loop_closers))


def _line_to_root(
    account: SourceId, parents: Mapping[SourceId, SourceId | None], done: Mapping[SourceId, None]
) -> Iterator[SourceId]:
    """The account, its parent, grandparent … until one is done, unknown, or met twice."""
    met: set[SourceId] = set()
    current: SourceId | None = account
    while current is not None and current in parents and current not in done and current not in met:
        met.add(current)
        yield current
        current = parents[current]
