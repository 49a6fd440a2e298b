"""Which records were changed or deleted in a span of time. Source: reference section 3, Replication."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from taskforce_simulators.salesforce import timestamps
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.schema import SObject

_UPDATED_DAYS: Final = 30
_MINUTE: Final = timedelta(minutes=1)


def answer(org: Org, sobject: SObject, kind: str, query: Mapping[str, str]) -> dict[str, object]:
    """The answer of ``updated`` or ``deleted``."""
    start, end = _instant(query, "start"), _instant(query, "end")
    now = org.clock.now()
    deleted = kind == "deleted"
    days = org.settings.deleted_days if deleted else _UPDATED_DAYS
    if end <= start or (deleted and end - start < _MINUTE):
        raise _refused("startDate must be before endDate; for deleted records by more than one minute")
    if start < now - timedelta(days=days):
        raise _refused(f"startDate cannot be more than {days} days ago")
    if start > now:
        raise _refused("startDate cannot be in the future")
    span = (timestamps.rendered(start), timestamps.rendered(end + _MINUTE))
    covered = timestamps.rendered(min(end, now))
    if not deleted:
        return {"ids": _updated(org, sobject, span), "latestDateCovered": covered}
    return {
        "deletedRecords": _deleted(org, sobject, span),
        "earliestDateAvailable": timestamps.rendered(now - timedelta(days=days)),
        "latestDateCovered": covered,
    }


def _updated(org: Org, sobject: SObject, span: tuple[str, str]) -> list[str]:
    shown = " AND IsDeleted = 0" if "IsDeleted" in sobject.fields else ""
    seen = f"Id NOT IN (SELECT id FROM hidden){shown}"  # noqa: S608 - a constant
    condition = f"SystemModstamp >= ? AND SystemModstamp < ? AND {seen} ORDER BY SystemModstamp, Id"
    sql = f'SELECT Id FROM "{sobject.name}" WHERE {condition}'  # noqa: S608 - a table's name
    return [row[0] for row in org.store.database.execute(sql, span)]


def _deleted(org: Org, sobject: SObject, span: tuple[str, str]) -> list[dict[str, str]]:
    found = org.store.database.execute(
        "SELECT id, deleted_date FROM purged WHERE object = ? AND deleted_date >= ? AND deleted_date < ?",
        (sobject.name, *span),
    )
    if "IsDeleted" in sobject.fields:
        condition = "IsDeleted = 1 AND SystemModstamp >= ? AND SystemModstamp < ? AND Id NOT IN (SELECT id FROM hidden)"
        sql = f'SELECT Id, SystemModstamp FROM "{sobject.name}" WHERE {condition}'  # noqa: S608 - a table's name
        found += org.store.database.execute(sql, span)
    return [{"id": row[0], "deletedDate": row[1]} for row in sorted(found, key=lambda row: (row[1], row[0]))]


def _instant(query: Mapping[str, str], name: str) -> datetime:
    """A time of the query; its seconds do not count."""
    try:
        return timestamps.parsed(query[name].replace(" ", "+")).replace(second=0, microsecond=0)
    except (KeyError, ValueError):
        raise _refused(f"{name} is required, as a time in ISO 8601") from None


def _refused(message: str) -> ApiError:
    return ApiError(400, "INVALID_REPLICATION_DATE", message)
