"""Queries as texts, with nothing in them that was not checked or quoted (SOQL and SOSL Reference)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from taskforce.domain.cursor import Position
from taskforce.errors import ConfigurationError

_NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*){0,5}", re.ASCII)
_ESCAPES = str.maketrans({"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"})


def changes_query(
    object_name: str,
    fields: Sequence[str],
    *,
    since: datetime | None,
    after: Position | None,
    in_order: bool = True,
) -> str:
    """Records in the order (SystemModstamp, Id) unless in none, changed at or after `since`, behind the place `after`.

    The place is told by stamp and id together: bulk changes give many records the same stamp. Raises
    ConfigurationError for a name that no field can have.
    """
    _refuse_names(object_name, fields)
    conditions = [f"SystemModstamp >= {datetime_literal(since)}"] if since else []
    if after is not None:
        at, behind = datetime_literal(after.modified_at), text_literal(after.id)
        conditions.append(f"((SystemModstamp = {at} AND Id > {behind}) OR SystemModstamp > {at})")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = " ORDER BY SystemModstamp, Id" if in_order else ""
    return f"SELECT {', '.join(fields)} FROM {object_name}{where}{order}"  # noqa: S608 - SOQL  # nosec B608


def read_query(object_name: str, fields: Sequence[str], ids: Sequence[str]) -> str:
    """Records by their ids. Raises ConfigurationError as `changes_query` does."""
    _refuse_names(object_name, fields)
    wanted = ", ".join(text_literal(each) for each in ids)
    return f"SELECT {', '.join(fields)} FROM {object_name} WHERE Id IN ({wanted})"  # noqa: S608 - SOQL  # nosec B608


def latest_query(object_name: str, fields: Sequence[str], limit: int) -> str:
    """The records that were changed last. Raises ConfigurationError as `changes_query` does."""
    _refuse_names(object_name, fields)
    order = f"ORDER BY SystemModstamp DESC, Id LIMIT {limit}"
    return f"SELECT {', '.join(fields)} FROM {object_name} {order}"  # noqa: S608 - SOQL  # nosec B608


def count_query(object_name: str, conditions: Sequence[str]) -> str:
    """How many records meet all of the clauses that are not empty."""
    clauses = " AND ".join(filter(None, conditions))
    where = f" WHERE {clauses}" if clauses else ""
    return f"SELECT COUNT() FROM {object_name}{where}"  # noqa: S608 - SOQL  # nosec B608


def values_query(object_name: str, field: str, limit: int) -> str:
    """The values of a field, each with the number of records that have it, the most frequent first."""
    _refuse_names(object_name, [field])
    counted = f"SELECT {field}, COUNT(Id) FROM {object_name} GROUP BY {field}"  # noqa: S608 - SOQL  # nosec B608
    return f"{counted} ORDER BY COUNT(Id) DESC, {field} LIMIT {limit}"


def _refuse_names(object_name: str, fields: Sequence[str]) -> None:
    wrong = [name for name in (object_name, *fields) if not _NAME.fullmatch(name)]
    if wrong:
        raise ConfigurationError([f"{name!r} is no name of a Salesforce field." for name in wrong])


def datetime_literal(moment: datetime) -> str:
    """A moment in UTC, unquoted; to the millisecond where it has any, as SOQL compares them."""
    moment = moment.astimezone(UTC)
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def text_literal(text: str) -> str:
    """A text in quotes, with the characters escaped that would end it."""
    return f"'{text.translate(_ESCAPES)}'"
