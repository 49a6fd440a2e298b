"""One installation: its connections, their runs, and what can be done with them.

Together with `bootstrap` the only place that knows all concrete classes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.db import connections as databases

from taskforce.adapters.autotask.checks import check_autotask
from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.checks import check_salesforce
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.history import History
from taskforce.adapters.store.leases import LONGEST_WAIT, Holder, Lease, acquire, acquire_in_time, release
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.schemas import TokenStore
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.stores import DjangoStores
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS, ConnectionConfig
from taskforce.domain.checking import Finding
from taskforce.domain.cursor import Cursor
from taskforce.domain.mapping import MAPPINGS
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind
from taskforce.domain.schedule import kind_due, next_import
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock
from taskforce.engine.runs import World, run_import
from taskforce.engine.stores import Stores
from taskforce.errors import LeaseLost, TaskforceError
from taskforce.log import log_end

TICK = timedelta(seconds=1)

SOLVED_BY_SETTINGS = (
    Reason.OWNER_NOT_FOUND,
    Reason.TYPE_NOT_FOUND,
    Reason.TOO_LONG,
    Reason.PLAN_REJECTED,
    Reason.REJECTED,
)
"""What is held or failing for these reasons is looked at again when the settings change."""


CONCERN_ALL_RECORDS = ("person_accounts", "clear_blanks", "overflow", "fallback_company_type", "autotask_currency")
"""Settings under which records that were settled before may be wanted otherwise."""


class Installation:
    """Connections by name, their history, and imports; closed at the end of a `with`."""

    def __init__(self, settings: InstallationSettings, clock: Clock) -> None:
        self.history = History()
        self._clock = clock
        self._box = SecretBox.open(settings.key_file)
        self._connections = Connections(self._box, SECRETS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        databases.close_all()

    def connections(self) -> dict[str, ConnectionConfig]:
        """Every connection by name."""
        return {row.name: self._config(row) for row in self._connections.all()}

    def connection(self, name: str) -> ConnectionConfig:
        """One connection."""
        return self._config(self._connections.row(name))

    def require(self, name: str) -> None:
        """Raises ConfigurationError when there is no such connection; its secrets need not be readable."""
        self._connections.row(name)

    def add_connection(self, name: str, config: ConnectionConfig) -> None:
        """Store a new connection."""
        self._connections.add(name, config.plain(), self._clock.now())

    def edit_connection(self, name: str, changes: Mapping[str, Any]) -> None:
        """Replace parts of a connection.

        What was held for its settings is looked at again; settings that concern all records have Salesforce read from
        the beginning by the next import (what does not change by that costs no request to Autotask).
        """
        before = self.connection(name)
        after = before.edited(changes)
        becomes_active = after.settings.active and not before.settings.active
        self._connections.replace(name, after.plain(), self._clock.now(), becomes_active=becomes_active)
        stores = DjangoStores(self._connections.row(name), self._clock.now)
        with stores.transaction():
            stores.inbox.release_reasons(SOLVED_BY_SETTINGS)
            if _concern_all_records(before.settings.as_settings(), after.settings.as_settings()):
                _read_anew(stores)

    def remove_connection(self, name: str) -> None:
        """Forget a connection with everything that belongs to it; refused while an import is under way."""
        acquire(self._connections.row(name).pk, Holder.this_process(), self._clock.now())
        self._connections.remove(name)

    def run_import(
        self,
        name: str,
        *,
        kind: RunKind = RunKind.IMPORT,
        is_dry_run: bool = False,
        is_by_hand: bool = True,
        accepts_missing: bool = False,
        progress: Progress,
        should_stop: Callable[[], bool],
    ) -> Run:
        """Import or reconcile once, or show what that would do. Waits for a run under way, at most 60 seconds."""
        with self.world(name, progress=progress, should_stop=should_stop) as world:
            run = run_import(
                world, kind=kind, is_dry_run=is_dry_run, is_by_hand=is_by_hand, accepts_missing=accepts_missing
            )
            log_end(run)
            if _concern_all_records(world.settings, self.connection(name).settings.as_settings()):
                with world.stores.transaction():
                    _read_anew(world.stores)
            return run

    @contextmanager
    def world(self, name: str, *, progress: Progress, should_stop: Callable[[], bool]) -> Iterator[World]:
        """What a run of a connection works with, and the right to run it.

        Waits for a run that is under way, at most 60 seconds; raises LeaseHeld then.
        """
        with ExitStack() as closing:
            lease, row = closing.enter_context(self._lease(name, progress, should_stop))
            config = self._config(row)
            salesforce, autotask = self._clients(row, config, closing)
            settings = config.settings.as_settings()
            yield World(
                settings=settings,
                source=SalesforceSource(salesforce, daily_share=settings.salesforce_share),
                target=AutotaskTarget(autotask, self._clock),
                stores=DjangoStores(row, self._clock.now, lease=lease),
                clock=self._clock,
                progress=progress,
                should_stop=should_stop,
            )

    def stores(self, name: str) -> Stores:
        """What is kept for one connection, to be looked at while an import may be under way."""
        return DjangoStores(self._connections.row(name), self._clock.now)

    def check(self, name: str) -> list[Finding]:
        """Whether an import would work, one finding per check."""
        row = self._connections.row(name)
        config = self._config(row)
        with ExitStack() as closing:
            salesforce, autotask = self._clients(row, config, closing)
            mapped = {entity: tuple(each.source for each in MAPPINGS[entity].fields) for entity in Entity}
            settings = config.settings
            target = AutotaskTarget(autotask, self._clock)
            found = check_autotask(
                target,
                default_account_manager=settings.default_account_manager,
                fallback_company_type=settings.fallback_company_type,
            )
            return [
                *check_salesforce(salesforce, method=config.salesforce.method, mapped=mapped),
                *(Finding(system="Autotask", **asdict(each)) for each in found),
            ]

    def serve(self, *, progress: Progress, should_stop: Callable[[], bool]) -> None:
        """Import each active connection when it is due, until asked to stop (S9, S14)."""
        told: dict[str, str] = {}
        while not should_stop():
            for name in self._names():
                trouble = self._import_if_due(name, progress, should_stop)
                if trouble and told.get(name) != trouble:
                    progress.say(f"{name}: {trouble}")
                told[name] = trouble
            self._clock.sleep(TICK)

    def _names(self) -> list[str]:
        """Every connection; none while the database does not answer."""
        try:
            return [row.name for row in self._connections.all()]
        except TaskforceError:
            return []

    def _import_if_due(self, name: str, progress: Progress, should_stop: Callable[[], bool]) -> str:
        """One connection's turn; what keeps it from running is told, and keeps no other."""
        try:
            row, now = self._connections.row(name), self._clock.now()
            if self._is_due(row, now):
                kind = self._kind_due(row, now)
                self.run_import(name, kind=kind, is_by_hand=False, progress=progress, should_stop=should_stop)
        except TaskforceError as error:
            return str(error)
        return ""

    def due(self, now: datetime) -> list[str]:
        """Active connections whose next import is due."""
        return [row.name for row in self._connections.all() if self._is_due(row, now)]

    def _is_due(self, row: Connection, now: datetime) -> bool:
        settings = self._config(row).settings.as_settings()
        latest = self.history.runs(row.name, limit=1)
        due_at = next_import(
            settings.interval,
            active_since=row.active_since,
            last_started_at=latest[0].started_at if latest else None,
            resume_at=latest[0].resume_at if latest else None,
            now=now,
        )
        return settings.active and due_at <= now

    def _kind_due(self, row: Connection, now: datetime) -> RunKind:
        settings, reconciled = self._config(row).settings.as_settings(), self.history.reconciled(row.name)
        return kind_due(settings, active_since=row.active_since, reconciled=reconciled, now=now)

    def _config(self, row: Connection) -> ConnectionConfig:
        return ConnectionConfig.of(self._connections.document(row))

    def _clients(
        self, row: Connection, config: ConnectionConfig, closing: ExitStack
    ) -> tuple[SalesforceClient, AutotaskClient]:
        """Clients of both systems; their sessions and zones are kept, encrypted, between processes."""
        scope = Scope(connection_id=row.pk)
        salesforce = SalesforceClient(
            SalesforceCredentials(**config.salesforce.model_dump(mode="json")),
            closing.enter_context(HttpClient(system="Salesforce", ca_file=config.ca_file)),
            TokenStore(scope, self._box, "salesforce"),
        )
        autotask = AutotaskClient(
            AutotaskCredentials(**config.autotask.model_dump(mode="json")),
            closing.enter_context(HttpClient(system="Autotask", ca_file=config.ca_file)),
            zones=TokenStore(scope, self._box, "autotask"),
        )
        return salesforce, autotask

    @contextmanager
    def _lease(
        self, name: str, progress: Progress, should_stop: Callable[[], bool]
    ) -> Iterator[tuple[Lease, Connection]]:
        """Hold the right to run this connection, which is looked up again: a restore may have replaced everything.

        Raises LeaseHeld after a minute's wait.
        """
        lease = acquire_in_time(
            self._connections.row(name).pk,
            self._clock,
            give_up_at=self._clock.monotonic() + LONGEST_WAIT.total_seconds(),
            tell=progress.say,
            should_stop=should_stop,
        )
        try:
            row = self._connections.row(name)
            if row.pk != lease.connection_id:
                raise LeaseLost("The database was replaced by a backup.", mend="Start the import again.")
            yield lease, row
        finally:
            release(lease)


def _concern_all_records(before: ConnectionSettings, after: ConnectionSettings) -> bool:
    """Settings changed under which every record may be wanted otherwise."""
    return any(getattr(after, each) != getattr(before, each) for each in CONCERN_ALL_RECORDS)


def _read_anew(stores: Stores) -> None:
    """Have the next import read everything again."""
    for entity in Entity:
        stores.cursors.put(entity, Cursor())
