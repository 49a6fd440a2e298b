"""Sessions of a person as lines."""

from dataclasses import dataclass
from datetime import datetime

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session: times are aware UTC."""

    number: int
    browser: str
    address: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


def browser_of(user_agent: str) -> str:
    """What sent a request, in the words of its owner; a program by its own name."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or user_agent.split("/", maxsplit=1)[0][:40] or "unknown"
