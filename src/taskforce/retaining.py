"""What is kept for how long (`TASKFORCE_KEEP_DAYS`): pruned once a day by a worker, or by hand."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from django.db import connections as databases

from taskforce.domain.audit import Deed
from taskforce.domain.retention import Pruned, Tell
from taskforce.engine.defects import sentence_on
from taskforce.engine.scheduler import Start, Worker
from taskforce.errors import TaskforceError

if TYPE_CHECKING:
    from taskforce.installation import Installation

WHO, ORIGIN = "taskforce", "worker"
"""As whom the audit knows the daily turn."""

GRACE = 5
"""Seconds that a worker which ends waits for the transaction under way."""


def prune(
    installation: "Installation",
    *,
    who: str,
    origin: str,
    is_dry_run: bool = False,
    tell: Tell | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Pruned:
    """Remove what is older than the installation keeps, or say what that would be; the audit tells how much it was."""
    now = installation.clock.now()
    before = now - timedelta(days=installation.keep_days)
    watching = {} if tell is None else {"tell": tell}
    pruned = installation.retention.prune(before, is_dry_run=is_dry_run, should_stop=should_stop, **watching)
    if pruned.is_anything and not is_dry_run:
        numbers = {name.replace("_", " "): str(number) for name, number in pruned.numbers.items() if number}
        installation.audit.add(Deed.PRUNED, who=who, origin=origin, now=now, details=numbers)
    return pruned


def pruned_document(pruned: Pruned, *, keep_days: int, is_dry_run: bool) -> dict[str, Any]:
    """What went, as programs read it."""
    before, numbers = pruned.before.isoformat(), dict(pruned.numbers)
    return {"dry_run": is_dry_run, "keep_days": keep_days, "before": before, "pruned": numbers}


class DailyPruning:
    """Beside everything else: years may be pruned the first time."""

    def __init__(self, installation: "Installation", say: Callable[[str], None], start: Start) -> None:
        self._installation = installation
        self._say = say
        self._ends = Event()
        self._start = start
        self._worker: Worker | None = None

    def look(self) -> None:
        """Begin, if this is the day's turn and nobody else has taken it."""
        here = self._installation
        if (self._worker is None or not self._worker.is_alive()) and here.retention.claim(here.clock.now()):
            self._worker = self._start("pruning", self._prune)

    def end(self) -> None:
        """Stop after the transaction under way; the rest goes another day."""
        self._ends.set()
        if self._worker is not None:
            self._worker.join(GRACE)

    def _prune(self) -> None:
        try:
            pruned = prune(self._installation, who=WHO, origin=ORIGIN, should_stop=self._ends.is_set)
            if pruned.is_anything:
                self._say(f"Pruned what was older than {self._installation.keep_days} days: {pruned.sentence}.")
        except TaskforceError as error:
            self._say(str(error))
        except Exception as error:  # noqa: BLE001 - a defect here must not be silent, nor end the worker
            self._say(sentence_on(error))
        finally:
            databases.close_all()
