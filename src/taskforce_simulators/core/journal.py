"""What a simulator was asked, in order."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

LONGEST_BODY = 2_000
MOST_ENTRIES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One request as it was answered; status 0 means that the connection was cut instead."""

    number: int
    at: datetime
    method: str
    path: str
    query: str
    status: int
    operation: str
    counted: bool
    fault: str | None
    body: str


class Journal:
    """The requests of the simulated API. The control API and the pages are not in it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_ENTRIES)
        self._last = 0

    def record(
        self,
        *,
        at: datetime,
        method: str,
        path: str,
        query: str = "",
        status: int,
        operation: str,
        counted: bool,
        fault: str | None = None,
        body: str = "",
    ) -> JournalEntry:
        """Append one request and number it; only the beginning of a long body is kept."""
        with self._lock:
            self._last += 1
            entry = JournalEntry(
                number=self._last,
                at=at,
                method=method,
                path=path,
                query=query,
                status=status,
                operation=operation,
                counted=counted,
                fault=fault,
                body=body[:LONGEST_BODY],
            )
            self._entries.append(entry)
            return entry

    def entries(self, since: int = 0) -> list[JournalEntry]:
        """The entries with a number greater than `since`, oldest first."""
        with self._lock:
            return [entry for entry in self._entries if entry.number > since]

    def clear(self) -> None:
        """Forget every entry; numbering starts anew."""
        with self._lock:
            self._entries.clear()
            self._last = 0
