"""Fields of one record that people locked (B8): what stands there stays, but for what people type."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.properties.sync_machine.people import Source
from tests.properties.sync_machine.wanted import plain

if TYPE_CHECKING:
    from tests.properties.sync_machine.view import View

Broken = Iterator[str]


@dataclass(slots=True)
class Locked:
    """The locked fields of a pair with what stands in them."""

    target_id: int
    values: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Locks:
    """Has looked after every step: which fields are locked, and which of them were written all the same."""

    pairs: dict[Source, Locked] = field(default_factory=dict)
    overwritten: list[str] = field(default_factory=list)

    def lock(self, view: "View", source: Source, name: str) -> None:
        """A person locked a field of a pair."""
        target_id = view.links[source].target_id
        record = view.targets[source[0]].get(target_id, {})
        self.pairs.setdefault(source, Locked(target_id=target_id)).values[name] = record.get(name)

    def unlock(self, source: Source, name: str) -> None:
        """A person has it written again."""
        if source in self.pairs:
            self.pairs[source].values.pop(name, None)

    def look(self, view: "View") -> None:
        """Take in what is new: a lock goes with its pair when that is merged, and ends with it."""
        for source in list(self.pairs):
            locked = self.pairs.pop(source)
            owner = _owner(view, source, locked.target_id)
            if owner is not None:
                self.pairs[owner] = locked
                self._compare(view, owner, locked)
        view.book.typed_values.clear()

    def _compare(self, view: "View", source: Source, locked: Locked) -> None:
        kind, number = source[0], locked.target_id
        record = view.targets[kind].get(number, {})
        for name, value in locked.values.items():
            if name not in record:
                continue
            expected = view.book.typed_values.get((kind, number, name), value)
            if plain(record[name]) != plain(expected) and not _is_anothers(view, source, number):
                self.overwritten.append(f"{source}: {name} is locked, and became {record[name]!r}, not {expected!r}")
            locked.values[name] = record[name]

    def hold(self, source: Source, name: str) -> bool:
        """Whether a field of a pair is locked."""
        return source in self.pairs and name in self.pairs[source].values


def _owner(view: "View", source: Source, target_id: int) -> Source | None:
    """Whose pair it is now: the same record's, or that of the one which it was merged into."""
    kind, current = source
    while current in view.sources[kind]:
        link = view.links.get((kind, current))
        if link is not None:
            return (kind, current) if link.target_id == target_id else None
        current = str(view.sources[kind][current]["MasterRecordId"])
    return source if source in view.links and view.links[source].target_id == target_id else None


def _is_anothers(view: "View", source: Source, target_id: int) -> bool:
    """Whether the Autotask record is kept for another Salesforce record, which has no lock."""
    return any(
        other != source and other[0] == source[0] and link.target_id == target_id and link.state == "linked"
        for other, link in view.links.items()
    )


def locked_fields_stay(view: "View") -> Broken:
    """A locked field is never written by anything: what stood there, or was typed there since, stays."""
    yield from view.witness.locks.overwritten
