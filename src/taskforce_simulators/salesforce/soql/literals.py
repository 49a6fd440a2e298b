"""Values of SOQL as the database has them; date literals as spans of days (UTC, the simulated user's zone)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from taskforce_simulators.salesforce import timestamps

Span = tuple[date, date]
"""From the first day to the day after the last."""

_DAY: Final = timedelta(days=1)


def _month(today: date, steps: int) -> date:
    months = today.year * 12 + today.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)


def _week(today: date, steps: int) -> date:
    """Weeks begin on Sunday in the locale of the simulated user."""
    return today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=steps)


_FIXED: Final[dict[str, Callable[[date], Span]]] = {
    "YESTERDAY": lambda today: (today - _DAY, today),
    "TODAY": lambda today: (today, today + _DAY),
    "TOMORROW": lambda today: (today + _DAY, today + 2 * _DAY),
    "LAST_WEEK": lambda today: (_week(today, -1), _week(today, 0)),
    "THIS_WEEK": lambda today: (_week(today, 0), _week(today, 1)),
    "NEXT_WEEK": lambda today: (_week(today, 1), _week(today, 2)),
    "LAST_MONTH": lambda today: (_month(today, -1), _month(today, 0)),
    "THIS_MONTH": lambda today: (_month(today, 0), _month(today, 1)),
    "NEXT_MONTH": lambda today: (_month(today, 1), _month(today, 2)),
    "LAST_90_DAYS": lambda today: (today - 90 * _DAY, today + _DAY),
    "NEXT_90_DAYS": lambda today: (today + _DAY, today + 91 * _DAY),
    "LAST_YEAR": lambda today: (date(today.year - 1, 1, 1), date(today.year, 1, 1)),
    "THIS_YEAR": lambda today: (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
    "NEXT_YEAR": lambda today: (date(today.year + 1, 1, 1), date(today.year + 2, 1, 1)),
}
_COUNTED: Final[dict[str, Callable[[date, int], Span]]] = {
    "LAST_N_DAYS": lambda today, n: (today - n * _DAY, today + _DAY),
    "NEXT_N_DAYS": lambda today, n: (today + _DAY, today + (n + 1) * _DAY),
    "N_DAYS_AGO": lambda today, n: (today - n * _DAY, today - (n - 1) * _DAY),
    "LAST_N_WEEKS": lambda today, n: (_week(today, -n), _week(today, 0)),
    "LAST_N_MONTHS": lambda today, n: (_month(today, -n), _month(today, 0)),
    "LAST_N_YEARS": lambda today, n: (date(today.year - n, 1, 1), date(today.year, 1, 1)),
}


def span(literal: str, today: date) -> Span | None:
    """The days a date literal such as TODAY or LAST_N_DAYS:7 stands for; None if there is no such literal."""
    if literal in _FIXED:
        return _FIXED[literal](today)
    name, _, count = literal.partition(":")
    return _COUNTED[name](today, int(count)) if count and name in _COUNTED else None


def stored_instant(literal: str) -> str:
    """A datetime literal in the stored form, with its milliseconds so that it sorts among whole seconds."""
    at = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", literal)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def stored_day(day: date, kind: str) -> str:
    """The beginning of a day as a date or datetime field stores it."""
    return day.isoformat() if kind == "date" else timestamps.rendered(datetime.combine(day, time(), UTC))
