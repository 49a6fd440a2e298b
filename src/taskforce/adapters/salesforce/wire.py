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


class DescribedField(msgspec.Struct):
    """One field of a describe; fields that the user may not see are not listed."""

    name: str


class Described(msgspec.Struct):
    """An object's describe."""

    name: str
    fields: list[DescribedField]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The org's daily requests, as each answer tells (`Sforce-Limit-Info`)."""

    used: int
    limit: int


def usage_of(header: str) -> Usage | None:
    """Read "api-usage=18/5000", with or without what may follow."""
    found = re.search(r"(?:^|[\s;,])api-usage=(\d+)/(\d+)", header)
    return Usage(used=int(found[1]), limit=int(found[2])) if found else None
