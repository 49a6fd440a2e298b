"""Reading records: queries in pages, counts, single records (reference section 3)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote

from taskforce_simulators.autotask import errors, filters, values
from taskforce_simulators.autotask.comparisons import Compiler
from taskforce_simulators.autotask.definitions import Definition
from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.filters import Query
from taskforce_simulators.autotask.schema import Entity, Field
from taskforce_simulators.autotask.store import UDFS, Record, user_defined
from taskforce_simulators.autotask.tenant import Tenant

MOST_PAGES_KEPT: Final = 50
BEFORE_THE_FIRST: Final = -1
"""Less than every id: company 0 is the tenant's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """What stands in a page's URL: after which id it begins, and where the pages before it began."""

    page_size: int
    previous_ids: tuple[int, ...] = ()
    next_ids: tuple[int, ...] = (BEFORE_THE_FIRST,)

    @classmethod
    def of(cls, text: str) -> Self:
        """Read it back from a URL."""
        try:
            given = json.loads(text)
            size = int(given["pageSize"])
            previous, following = (tuple(map(int, given[name])) for name in ("previousIds", "nextIds"))
        except (ValueError, TypeError, KeyError) as problem:
            raise ApiError("The paging information is invalid.") from problem
        if not 1 <= size <= filters.LONGEST_PAGE or not following:
            raise ApiError("The paging information is invalid.")
        return cls(page_size=size, previous_ids=previous, next_ids=following)

    @property
    def text(self) -> str:
        """As it stands in a URL, before the escapes."""
        form = {"pageSize": self.page_size, "previousIds": self.previous_ids, "nextIds": self.next_ids}
        return json.dumps(form, separators=(",", ":"))

    def before(self) -> Self | None:
        """The page before."""
        if not self.previous_ids:
            return None
        *earlier, start = self.previous_ids
        return type(self)(page_size=self.page_size, previous_ids=tuple(earlier), next_ids=(start,))

    def after(self, last_id: int) -> Self:
        """The page after, when this one ends with `last_id`. The fifty most recent pages are kept."""
        previous = (*self.previous_ids, self.next_ids[-1])[-MOST_PAGES_KEPT:]
        return type(self)(page_size=self.page_size, previous_ids=previous, next_ids=(last_id,))


class Queries:
    """The reading half of the API."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._handed_out: set[str] = set()
        self._vanished: frozenset[str] = frozenset()

    def expire_pages(self) -> None:
        """Let every address of a page that was handed out by now lead nowhere, until it is handed out again."""
        self._vanished = self._vanished | self._handed_out
        self._handed_out = set()

    def page(self, entity: Entity, query: Query, paging: Paging | None, search: str | None) -> dict[str, object]:
        """One page of the records that fit; `search` is the query's text if it came in the URL."""
        if paging and paging.text in self._vanished and paging.text not in self._handed_out:
            raise ApiError("The paging information is invalid.")
        paging = paging or Paging(page_size=query.page_size)
        where, parameters = self._where(entity, query)
        table = self._tenant.lagging.table(entity.path)
        found = self._tenant.store.select(
            table, f"{where} AND id > ?", (*parameters, paging.next_ids[-1]), limit=paging.page_size + 1
        )
        records = found[: paging.page_size]
        following = paging.after(int(str(records[-1]["id"]))) if len(found) > len(records) else None
        items = self.items(entity, records, query.include_fields)
        if following and query.include_fields and "id" not in map(str.lower, query.include_fields):
            raise ApiError("IncludeFields must contain Id when a query has more results than fit on one page.")
        details = {
            "count": len(records),
            "requestCount": paging.page_size,
            "prevPageUrl": self._url(entity, "previous", paging.before(), search),
            "nextPageUrl": self._url(entity, "next", following, search),
        }
        return {"items": items, "pageDetails": details}

    def count(self, entity: Entity, query: Query) -> dict[str, object]:
        """How many records fit."""
        where, parameters = self._where(entity, query)
        table = self._tenant.lagging.table(entity.path)
        return {"queryCount": self._tenant.store.count(table, where, parameters)}

    def item(self, entity: Entity, record_id: int, parent_id: int | None = None) -> dict[str, object] | None:
        """One record by its id, under its parent if one is named; None if there is none."""
        record = self._tenant.store.row(entity.path, record_id)
        if record is None or (parent_id is not None and record[entity.parent_field] != parent_id):
            return None
        return self.items(entity, [record], None)[0]

    def children(self, entity: Entity, parent_id: int) -> dict[str, object]:
        """The records under a parent; further pages are those of the equivalent query."""
        search = {"filter": [{"op": "eq", "field": entity.parent_field, "value": parent_id}]}
        return self.page(entity, filters.parse(search), None, json.dumps(search))

    def items(
        self, entity: Entity, records: Sequence[Record], include: Sequence[str] | None
    ) -> list[dict[str, object]]:
        """Records as they are sent."""
        chosen, definitions, listed = self._selection(entity, include)
        with_z = self._tenant.settings.datetimes_with_z
        items = [values.wire(chosen, record, with_z=with_z) for record in records]
        if not entity.user_defined:
            return items
        keys = {str(definition.id) for definition in definitions}
        if any(keys & user_defined(record).keys() for record in records):
            for item, record in zip(items, records, strict=True):
                item[UDFS] = _user_defined(definitions, record, with_z=with_z)
        elif not listed:
            for item in items:
                item[UDFS] = []
        return items

    def _selection(
        self, entity: Entity, include: Sequence[str] | None
    ) -> tuple[list[Field], tuple[Definition, ...], bool]:
        """The fields and user-defined fields to send, and whether user-defined ones were asked for."""
        known, definitions = self._tenant.fields(entity), self._tenant.user_defined(entity)
        if include is None:
            return list(known.values()), definitions, True
        wanted = {name.lower() for name in include}
        by_name = {definition.name.lower(): definition for definition in definitions}
        for name in include:
            if name.lower() not in known and name.lower() not in by_name and name.lower() != UDFS.lower():
                raise errors.unknown_field(name, entity.name)
        chosen = [field for name, field in known.items() if name in wanted or name == "id"]
        if UDFS.lower() in wanted:
            return chosen, definitions, True
        asked = tuple(definition for name, definition in by_name.items() if name in wanted)
        return chosen, asked, bool(asked)

    def _where(self, entity: Entity, query: Query) -> tuple[str, list[object]]:
        compiler = Compiler(
            entity=entity,
            fields=self._tenant.fields(entity),
            user_defined={
                definition.name.lower(): (definition.id, definition.data_type)
                for definition in self._tenant.user_defined(entity)
            },
        )
        return compiler.sql(query.condition), compiler.parameters

    def _url(self, entity: Entity, word: str, paging: Paging | None, search: str | None) -> str | None:
        if paging is None:
            return None
        self._handed_out.add(paging.text)
        url = f"{self._tenant.public_url}/ATServicesRest/V1.0/{entity.path}/query/{word}?paging={quote(paging.text)}"
        return url if search is None else f"{url}&search={quote(search)}"


def _user_defined(
    definitions: Iterable[Definition], record: Mapping[str, object], *, with_z: bool
) -> list[dict[str, object]]:
    kept = user_defined(record)
    return [
        {
            "name": definition.name,
            "value": values.udf_wire(definition.data_type, kept.get(str(definition.id)), with_z=with_z),
        }
        for definition in definitions
    ]
