"""Running queries, page by page. Source: reference section 3, Query and queryMore.

A query's result is the ordered list of its ids; a page is read when it is asked for, by its ids.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database
from taskforce_simulators.salesforce import identifiers
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.rendering import Renderer
from taskforce_simulators.salesforce.schema import Schema
from taskforce_simulators.salesforce.settings import Settings
from taskforce_simulators.salesforce.soql import Compiled, compile_query, parse

_ID_LENGTH: Final = 18
_NO_MORE: Final = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a result; `following` is the locator of the next, if there is one."""

    total: int
    records: list[object]
    following: str | None = None


@dataclass(slots=True, kw_only=True)
class _Cursor:
    compiled: Compiled
    ids: str
    page_size: int
    used: datetime

    @property
    def total(self) -> int:
        return len(self.ids) // _ID_LENGTH

    def slice(self, offset: int) -> list[str]:
        end = min(offset + self.page_size, self.total)
        return [self.ids[n * _ID_LENGTH : (n + 1) * _ID_LENGTH] for n in range(offset, end)]


@dataclass(slots=True)
class Queries:
    """Open results of one org, each under its locator. Thread-safe."""

    database: Database
    clock: SimulatedClock
    _cursors: dict[str, _Cursor] = field(default_factory=dict)
    _opened: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        """Forget every open result."""
        self._cursors.clear()

    def run(self, soql: str, settings: Settings, schema: Schema, *, version: str, size: int, deleted_too: bool) -> Page:
        """The first page of a query's result."""
        query = parse(soql)
        compiled = compile_query(query, schema, today=self.clock.now().date(), deleted_too=deleted_too)
        if query.groups:
            return self._groups(compiled, size)
        if query.counts:
            return self._counts(compiled)
        rows = self.database.execute(compiled.ids(), compiled.parameters)
        if not query.fields:
            return Page(total=len(rows), records=[])
        cursor = _Cursor(
            compiled=compiled, ids="".join(row[0] for row in rows), page_size=size, used=self.clock.steady()
        )
        locator = self._keep(cursor, settings) if cursor.total > size else ""
        return self._page(cursor, locator, 0, version)

    def more(self, name: str, settings: Settings, *, version: str) -> Page:
        """A later page, by the name that the page before gave: locator, hyphen, offset."""
        locator, _, offset = name.rpartition("-")
        now = self.clock.steady()
        with self._lock:
            cursor = self._cursors.get(locator)
            if cursor is not None and now - cursor.used > timedelta(seconds=settings.locator_seconds):
                del self._cursors[locator]
                cursor = None
        if cursor is None or not offset.isdigit() or int(offset) >= cursor.total:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        cursor.used = now
        return self._page(cursor, locator, int(offset), version)

    def _keep(self, cursor: _Cursor, settings: Settings) -> str:
        """Open a result under a new locator; the one that has waited longest gives way."""
        with self._lock:
            while len(self._cursors) >= settings.most_locators:
                del self._cursors[min(self._cursors, key=lambda locator: self._cursors[locator].used)]
            self._opened += 1
            locator = identifiers.make("0r8", self._opened)
            self._cursors[locator] = cursor
        return locator

    def _page(self, cursor: _Cursor, locator: str, offset: int, version: str) -> Page:
        ids = cursor.slice(offset)
        renderer = Renderer(cursor.compiled.selection, version)
        rows = self.database.execute(cursor.compiled.page(), (json.dumps(ids),))
        by_id = {renderer.identifier(row): row for row in rows}
        records = [renderer.record(by_id[identifier]) for identifier in ids if identifier in by_id]
        end = offset + len(ids)
        return Page(total=cursor.total, records=records, following=f"{locator}-{end}" if end < cursor.total else None)

    def _groups(self, compiled: Compiled, size: int) -> Page:
        """All groups at once; what does not fit one page is refused, since there is no locator for them."""
        rows = self.database.execute(compiled.groups(), compiled.parameters)
        if len(rows) > size:
            raise ApiError(400, "EXCEEDED_ID_LIMIT", _NO_MORE)
        names = [name for name, _ in (*compiled.told, *compiled.counted)]
        attributes = {"attributes": {"type": "AggregateResult"}}
        return Page(total=len(rows), records=[attributes | dict(zip(names, row, strict=True)) for row in rows])

    def _counts(self, compiled: Compiled) -> Page:
        row = self.database.execute(compiled.count(), compiled.parameters)[0]
        record = {alias: row[place] for place, (alias, _) in enumerate(compiled.counted)}
        return Page(total=1, records=[{"attributes": {"type": "AggregateResult"}} | record])
