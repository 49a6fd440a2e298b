"""The JSON of Salesforce's REST API, typed (REST API Developer Guide: query, describe, versions)."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec


class Version(msgspec.Struct):
    """One entry of `/services/data`."""

    version: str


class QueryPage(msgspec.Struct, rename="camel"):
    """An answer to query, queryAll or a next page."""

    total_size: int
    done: bool
    records: list[dict[str, Any]]
    next_records_url: str | None = None


class CountedPage(msgspec.Struct, rename="camel"):
    """An answer to a query that groups: aggregate results, whose first count is `expr0`."""

    done: bool
    records: list[dict[str, Any]]

    def counts(self, field: str) -> list[tuple[str | None, int]]:
        """The grouped values with their counts. Raises LookupError or ValueError for what is no aggregate result."""
        name = field.rpartition(".")[2]
        return [(_text(each[name]), int(each["expr0"])) for each in self.records]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class DescribedValue(msgspec.Struct):
    """One value of a picklist."""

    value: str | None = None
    active: bool = True


class DescribedField(msgspec.Struct, rename="camel"):
    """One field of a describe; fields that the user may not see are not listed."""

    name: str
    type: str = ""
    label: str | None = None
    length: int = 0
    picklist_values: list[DescribedValue] = []
    relationship_name: str | None = None
    reference_to: list[str] = []


class Described(msgspec.Struct):
    """An object's describe."""

    name: str
    fields: list[DescribedField]


class BulkJob(msgspec.Struct, rename="camel"):
    """What Salesforce tells of a query job (Bulk API 2.0, Get Information About a Query Job)."""

    id: str
    state: str
    number_records_processed: int = 0
    error_message: str | None = None

    @property
    def cause(self) -> str:
        """The word that an error message begins with; the rest may quote what was asked for."""
        found = re.match(r"\w{1,60}", self.error_message or "")
        return found[0] if found else "with no cause told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The org's daily requests, as each answer tells (`Sforce-Limit-Info`)."""

    used: int
    limit: int


def usage_of(header: str) -> Usage | None:
    """Read "api-usage=18/5000", with or without what may follow."""
    found = re.search(r"(?:^|[\s;,])api-usage=(\d+)/(\d+)", header)
    return Usage(used=int(found[1]), limit=int(found[2])) if found else None
