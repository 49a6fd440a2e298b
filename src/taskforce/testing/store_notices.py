"""Watches and notices in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.records import Entity, SourceId
from taskforce.testing.store_state import State


@dataclass(frozen=True, slots=True)
class MemoryWatches:
    """Ids to be looked for once more."""

    state: State

    def put(self, entity: Entity, source_id: SourceId, due_at: datetime) -> None:
        """Look for it at that time."""
        self.state.watches[entity, source_id] = due_at

    def due(self, now: datetime) -> Sequence[tuple[Entity, SourceId]]:
        """Those whose time has come."""
        found = sorted((due_at, place) for place, due_at in self.state.watches.items() if due_at <= now)
        return [place for _, place in found]

    def remove(self, entity: Entity, source_id: SourceId) -> None:
        """It was looked for."""
        self.state.watches.pop((entity, source_id), None)


@dataclass(frozen=True, slots=True)
class MemoryNotices:
    """What people were told."""

    state: State

    def open(self, kind: NoticeKind) -> Sequence[Notice]:
        """What is not over."""
        return [notice for notice in self.state.notices.values() if notice.kind is kind and notice.over_at is None]

    def tell(self, notice: Notice) -> bool:
        """Unless one like it stands open."""
        if any(each.subject == notice.subject for each in self.open(notice.kind)):
            return False
        self.state.notices[len(self.state.notices) + 1] = notice
        return True

    def end(self, kind: NoticeKind, subject: str, now: datetime) -> bool:
        """It is over."""
        found = [number for number, each in self.state.notices.items() if _is_open(each, kind, subject)]
        for number in found:
            self.state.notices[number] = replace(self.state.notices[number], over_at=now)
        return bool(found)


def _is_open(notice: Notice, kind: NoticeKind, subject: str) -> bool:
    return (notice.kind, notice.subject, notice.over_at) == (kind, subject, None)
