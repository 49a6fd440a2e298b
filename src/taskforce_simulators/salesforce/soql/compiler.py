"""A SOQL query turned into SQL over the simulator's tables: one table per object, one column per field.

SOQL knows two truth values only: a comparison with null is false, and NOT makes it true. Text is compared without
regard to case (SQL function ``folded``), ids with regard to it, with 15 characters or 18.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import Field, Schema, SObject
from taskforce_simulators.salesforce.soql.conditions import Conditions, comparable
from taskforce_simulators.salesforce.soql.tokens import pointing
from taskforce_simulators.salesforce.soql.tree import Order, Path, Query

_MOST_RELATIONSHIPS: Final = 5
_ADVICE: Final = (
    " If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(slots=True)
class Selection:
    """What is selected of one object: its own fields, and what is selected of the objects it refers to."""

    sobject: SObject
    alias: str
    fields: list[Field] = field(default_factory=list)
    related: dict[str, "Selection"] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Alias and column of all that must be read, the ids and the components of addresses included."""
        wanted = {"Id": None} | {name: None for item in self.fields for name in stored_names(self.sobject, item)}
        yield from ((self.alias, name) for name in wanted)
        for related in self.related.values():
            yield from related.columns()


def stored_names(sobject: SObject, item: Field) -> list[str]:
    """The columns behind a field: its own, or the components of an address."""
    if item.stored:
        return [item.name]
    return [component.name for component in sobject.fields.values() if component.compound == item.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """SQL for the ids a query finds, in its order, and what to read of each.

    Names in the SQL come from the schema, values are bound.
    """

    selection: Selection
    joins: str
    where: str
    order: str
    limits: str
    parameters: tuple[object, ...]
    counted: tuple[tuple[str, str], ...]
    grouped: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()

    def ids(self) -> str:
        """SQL for the ids, in order."""
        return f"SELECT t0.Id FROM {self._from()} WHERE {self.where}{self.order}{self.limits}"  # noqa: S608

    def count(self) -> str:
        """SQL for the number of values of each counted field."""
        counts = ", ".join(f"COUNT({column})" for _, column in self.counted)
        return f"SELECT {counts} FROM {self._from()} WHERE {self.where}"  # noqa: S608

    def groups(self) -> str:
        """SQL for the groups, each with the number of values of each counted field."""
        by = ", ".join(self.grouped)
        told, counts = [column for _, column in self.told], [f"COUNT({column})" for _, column in self.counted]
        columns = ", ".join([*told, *counts])
        found = f"SELECT {columns} FROM {self._from()} WHERE {self.where}"  # noqa: S608
        return f"{found} GROUP BY {by}{self.order}{self.limits}"

    def page(self) -> str:
        """SQL for the selected columns of the records whose ids are given as a JSON array."""
        columns = ", ".join(f'{alias}."{name}"' for alias, name in self.selection.columns())
        return f"SELECT {columns} FROM {self._from()} WHERE t0.Id IN (SELECT value FROM json_each(?))"  # noqa: S608

    def _from(self) -> str:
        return f'"{self.selection.sobject.name}" t0{self.joins}'


def compile_query(query: Query, schema: Schema, *, today: date, deleted_too: bool) -> Compiled:
    """The SQL of a query over the objects and fields that the user may see."""
    return _Compiler(query, schema, today).compiled(deleted_too=deleted_too)


class _Compiler:
    def __init__(self, query: Query, schema: Schema, today: date) -> None:
        self._query = query
        self._schema = schema
        self._conditions = Conditions(query.text, today, self._column)
        self._joins: dict[tuple[str, ...], tuple[str, SObject]] = {}
        self._join_sql = ""
        sobject = schema.find(query.object_name)
        if sobject is None:
            raise ApiError(400, "INVALID_TYPE", self._unknown_object())
        self._root = sobject

    def compiled(self, *, deleted_too: bool) -> Compiled:
        selection = Selection(self._root, "t0") if self._query.groups else self._selection()
        counted = tuple((count.alias, self._column(count.path)[0]) for count in self._query.counts)
        grouped = tuple(self._group(path)[1] for path in self._query.groups)
        told = tuple(self._group(path) for path in self._query.fields) if grouped else ()
        conditions = ["t0.Id NOT IN (SELECT id FROM hidden)"]
        if "IsDeleted" in self._root.fields and not deleted_too:
            conditions.append("t0.IsDeleted = 0")
        if self._query.where is not None:
            conditions.append(f"({self._conditions.sql(self._query.where)})")
        return Compiled(
            selection=selection,
            where=" AND ".join(conditions),
            order=self._order(),
            limits=self._limits(),
            joins=self._join_sql,
            parameters=tuple(self._conditions.parameters),
            counted=counted,
            grouped=grouped,
            told=told,
        )

    def _selection(self) -> Selection:
        root = Selection(self._root, "t0")
        for path in self._query.fields:
            self._select(root, path)
        return root

    def _select(self, root: Selection, path: Path) -> None:
        selection = root
        for depth, name in enumerate(self._relationships(path), 1):
            alias, sobject = self._joined(path, depth)
            related = selection.related.setdefault(name, Selection(sobject, alias))
            if name not in selection.names:
                selection.names.append(name)
            selection = related
        item = self._field(selection.sobject, path)
        if item.name in selection.names:
            raise ApiError.malformed_query(self._at(f"duplicate field selected: {path.parts[-1]}", path.at))
        selection.fields.append(item)
        selection.names.append(item.name)

    def _relationships(self, path: Path) -> list[str]:
        """The relationship names of a path, spelt as the schema spells them; the object's own name may stand first."""
        names = list(path.parts[:-1])
        if names and names[0].lower() == self._root.name.lower():
            names.pop(0)
        sobject, spelt = self._root, []
        for name in names:
            reference = sobject.relationship(name)
            target = self._schema.find(reference.reference_to[0]) if reference and reference.reference_to else None
            if reference is None or target is None or len(names) > _MOST_RELATIONSHIPS:
                message = (
                    f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
                )
                message += "relationship, be sure to append the '__r' after the custom relationship name. "
                message += "Please reference your WSDL or the describe call for the appropriate names."
                raise ApiError(400, "INVALID_FIELD", self._at(message, path.at))
            sobject = target
            spelt.append(str(reference.relationship))
        return spelt

    def _joined(self, path: Path, depth: int) -> tuple[str, SObject]:
        """Alias and object at a depth of a path; what is not joined yet is joined."""
        names = tuple(self._relationships(path)[:depth])
        if not names:
            return "t0", self._root
        if names not in self._joins:
            parent_alias, parent = self._joined(path, depth - 1)
            reference = parent.relationship(names[-1])
            if reference is None:  # _relationships has made sure of it
                raise KeyError(names[-1])
            target = self._schema.find(reference.reference_to[0]) or parent
            alias = f"t{len(self._joins) + 1}"
            self._joins[names] = (alias, target)
            seen = f"{alias}.Id NOT IN (SELECT id FROM hidden)"  # noqa: S608
            reached = f'{alias}.Id = {parent_alias}."{reference.name}"'
            self._join_sql += f' LEFT JOIN "{target.name}" {alias} ON {reached} AND {seen}'
        return self._joins[names]

    def _group(self, path: Path) -> tuple[str, str]:
        """The name under which a group's value is told, and its column."""
        column, item = self._column(path)
        if not item.groupable:
            message = f"field '{item.name}' can not be grouped in a query call"
            raise ApiError(400, "INVALID_FIELD", self._at(message, path.at))
        return item.name, column

    def _column(self, path: Path) -> tuple[str, Field]:
        alias, sobject = self._joined(path, len(self._relationships(path)))
        item = self._field(sobject, path)
        return f'{alias}."{item.name}"', item

    def _field(self, sobject: SObject, path: Path) -> Field:
        item = sobject.field(path.parts[-1])
        if item is None:
            message = f"No such column '{path.parts[-1]}' on entity '{sobject.name}'.{_ADVICE}"
            raise ApiError(400, "INVALID_FIELD", self._at(message, path.at))
        return item

    def _order(self) -> str:
        keys = [self._order_key(order) for order in self._query.order]
        return f" ORDER BY {', '.join(keys)}" if keys else ""

    def _order_key(self, order: Order) -> str:
        if order.counts:
            return f"COUNT({self._column(order.path)[0]}){' DESC' if order.descending else ''}"
        return self._key(order.path, order.descending, order.nulls_last)

    def _key(self, path: Path, descending: bool, nulls_last: bool) -> str:
        column, item = self._column(path)
        if not (item.filterable and item.stored):
            raise ApiError(
                400, "INVALID_FIELD", self._at(f"field '{item.name}' can not be sorted in a query call", path.at)
            )
        nulls = f" NULLS {'LAST' if nulls_last else 'FIRST'}" if item.nillable or self._relationships(path) else ""
        return f"{comparable(column, item)}{' DESC' if descending else ''}{nulls}"

    def _limits(self) -> str:
        if self._query.limit is None and not self._query.offset:
            return ""
        return f" LIMIT {-1 if self._query.limit is None else self._query.limit} OFFSET {self._query.offset}"

    def _unknown_object(self) -> str:
        message = (
            f"sObject type '{self._query.object_name}' is not supported. If you are attempting to use a custom object, "
        )
        message += "be sure to append the '__c' after the entity name. "
        message += "Please reference your WSDL or the describe call for the appropriate names."
        return self._at(message, self._query.object_at)

    def _at(self, message: str, at: int) -> str:
        return pointing(self._query.text, at, message)
