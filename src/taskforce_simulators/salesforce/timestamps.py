"""Datetimes as Salesforce keeps and writes them: UTC, whole seconds (reference sections 3 and 6)."""

import re
from datetime import UTC, date, datetime
from typing import Final

_ZONE: Final = re.compile(r"([+-]\d\d):?(\d\d)$")


def rendered(at: datetime) -> str:
    """``2026-11-23T10:00:00.000+0000``; sorted as text it is in the order of time, so it is stored so."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def parsed(text: str) -> datetime:
    """A datetime in any of the ISO forms that Salesforce takes; without a zone it is UTC."""
    at = datetime.fromisoformat(_ZONE.sub(r"\1:\2", text.strip()))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def normalised(value: object) -> str:
    """A datetime given as text or as a datetime, in the stored form."""
    return rendered(value if isinstance(value, datetime) else parsed(str(value)))


def parsed_date(text: str) -> date:
    """A date of the form YYYY-MM-DD; a datetime gives its date."""
    return date.fromisoformat(text.strip()[:10])
