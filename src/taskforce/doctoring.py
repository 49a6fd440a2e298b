"""The doctor (B12): this machine and every connection checked, each finding with its mend; and what monitoring asks."""

import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from taskforce import delivering, launching
from taskforce.domain import host
from taskforce.domain.checking import Finding
from taskforce.domain.figures import ConnectionFigures, Figures, Totals
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity
from taskforce.errors import TaskforceError

if TYPE_CHECKING:
    from taskforce.installation import Installation

HostCheck = Callable[["Installation"], Sequence[Finding]]
"""Looks at one thing of this machine; cheap, and without a word to the vendors. May raise errors of Taskforce."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found of one connection; `trouble` says why the check itself could not begin."""

    connection: str
    findings: Sequence[Finding] = ()
    trouble: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether an import would run."""
        return not self.trouble and not any(finding.stops_import for finding in self.findings)


def examine_host(installation: "Installation") -> list[Finding]:
    """Everything that this machine has to have, in the order of `HOST_CHECKS`."""
    findings: list[Finding] = []
    for check in HOST_CHECKS:
        try:
            findings += check(installation)
        except TaskforceError as error:
            findings.append(host.on_database_trouble(str(error)))
    return list(dict.fromkeys(findings))


def examine(installation: "Installation", name: str) -> Examined:
    """One connection, live on both sides: about twenty requests."""
    try:
        return Examined(connection=name, findings=installation.check(name))
    except TaskforceError as error:
        return Examined(connection=name, trouble=str(error))


def readiness(installation: "Installation") -> str:
    """What is missing, in one word, before imports are looked after here; empty when nothing is."""
    try:
        if not installation.health.is_up_to_date():
            return "migrations"
        is_alive = host.is_alive(installation.health.beaten_at(), installation.clock.now())
    except TaskforceError:
        return "database"
    return "" if is_alive else "scheduler"


def figures(installation: "Installation") -> Figures:
    """For those who watch from outside; read from the database, so that every process tells the same."""
    now, totals = installation.clock.now(), installation.listing.totals()
    return Figures(
        now=now,
        version=version(),
        python=".".join(map(str, sys.version_info[:3])),
        is_scheduler_alive=host.is_alive(installation.health.beaten_at(), now),
        connections=tuple(_figures(installation, name, totals, now) for name in installation.names()),
    )


def version() -> str:
    """Of Taskforce; "unknown" where it runs without having been installed."""
    try:
        return metadata.version("taskforce-sync")
    except metadata.PackageNotFoundError:
        return "unknown"


def _figures(installation: "Installation", name: str, totals: dict[int, Totals], now: datetime) -> ConnectionFigures:
    number, stores = installation.number(name), installation.stores(name)
    return ConnectionFigures(
        name=name,
        active_since=installation.active_since(name),
        alarm_after=installation.settings(name).alarm_after,
        is_under_way=launching.under_way(installation, name) is not None,
        succeeded_at=stores.runs.succeeded_at(now),
        linked={entity: stores.links.count(entity, LinkState.LINKED) for entity in Entity},
        queue=installation.listing.queue(number, now),
        totals=totals.get(number, Totals()),
    )


# --- this machine ---


def _versions(_: "Installation") -> list[Finding]:
    return [host.on_versions(version(), tuple(sys.version_info[:3]))]


def _space(installation: "Installation") -> list[Finding]:
    return [host.on_space(shutil.disk_usage(installation.home).free)]


def _database(installation: "Installation") -> list[Finding]:
    return [host.on_database(installation.health.facts())]


def _key_file(installation: "Installation") -> list[Finding]:
    try:
        mode = stat.S_IMODE(installation.key_file.stat().st_mode)
    except OSError:
        return [host.on_key_file(None)]
    return [host.on_key_file(mode)]


def _scheduler(installation: "Installation") -> list[Finding]:
    return [host.on_scheduler(installation.health.beaten_at(), installation.clock.now())]


def _backup(installation: "Installation") -> list[Finding]:
    try:
        made_at = datetime.fromtimestamp(installation.last_backup_file.stat().st_mtime, UTC)
    except OSError:
        made_at = None
    return [host.on_backup(made_at, installation.clock.now())]


def _mail(installation: "Installation") -> list[Finding]:
    return [delivering.check(installation, delivering.HURRIED)]


HOST_CHECKS: tuple[HostCheck, ...] = (_versions, _database, _key_file, _space, _scheduler, _backup, _mail)
"""Whatever else a machine has to have adds its check here."""
