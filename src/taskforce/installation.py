"""One installation: its connections, their runs, and what can be done with them.

Together with `bootstrap` and `systems` the only place that knows all concrete classes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.db import connections as databases

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.notifier import LogNotifier
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.directory import Directory
from taskforce.adapters.store.erasing import Erasing
from taskforce.adapters.store.failures import Failures
from taskforce.adapters.store.health import Health
from taskforce.adapters.store.history import History
from taskforce.adapters.store.launches import Launches, SharedProgress, Watching
from taskforce.adapters.store.leases import LONGEST_WAIT, Holder, Lease, acquire, acquire_in_time, release, take_back
from taskforce.adapters.store.listing import Listing
from taskforce.adapters.store.mail_servers import MailServers
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.outbox import Outbox
from taskforce.adapters.store.persons import Persons
from taskforce.adapters.store.plan_pages import PlanPages
from taskforce.adapters.store.retention import Retention
from taskforce.adapters.store.second_factors import SecondFactors
from taskforce.adapters.store.stores import DjangoStores
from taskforce.adapters.store.tokens import Tokens
from taskforce.adapters.store.users import Users
from taskforce.calling import address_problems, with_own_hosts
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS, ConnectionConfig, settings_of, sides_of
from taskforce.domain.checking import Finding
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind, Undoing
from taskforce.domain.settings import ConnectionSettings
from taskforce.editing import concern_what_is_stored, is_elsewhere, look_again, look_again_by
from taskforce.engine.doubts import doubt_sent, refuse_doubt
from taskforce.engine.job import Progress
from taskforce.engine.metadata import Prepared, prepare_target
from taskforce.engine.ports import Clock, Notifier
from taskforce.engine.runs import World, run_import
from taskforce.engine.stores import Stores
from taskforce.engine.undoing import run_undo
from taskforce.errors import ConfigurationError, LeaseLost
from taskforce.first_start import SetUpCode
from taskforce.log import log_end
from taskforce.systems import Systems, right_to_send
from taskforce.timetable import Timetable, active_since_of

Noted = Callable[[], None]
"""Writes down who did what, in the transaction in which it is done."""


def unnoted() -> None:
    """For whoever notes it otherwise."""


class Installation:
    """Connections by name, their history, and imports; closed at the end of a `with`."""

    def __init__(self, settings: InstallationSettings, clock: Clock) -> None:
        self.history = History()
        self.directory = Directory()
        self.audit = Audit()
        self.users = Users()
        self.failures = Failures()
        self.second_factors = SecondFactors()
        self.set_up_code = SetUpCode(clock.now())
        self.launches = Launches()
        self.watching = Watching()
        self.outbox = Outbox()
        self.health = Health()
        self.listing = Listing()
        self.plans = PlanPages()
        self.tokens = Tokens()
        self.retention = Retention()
        self.persons, self.erasing = Persons(), Erasing()
        self.keep_days = settings.keep_days
        self.home, self.key_file, self.last_backup_file = settings.home, settings.key_file, settings.last_backup_file
        self.requires_second_factor = settings.require_second_factor
        self.single_sign_on = settings.single_sign_on
        self.session_idle = timedelta(minutes=settings.session_idle_minutes)
        self.trusted_proxies = settings.proxies
        self.metrics_token = settings.metrics_token
        self.imports_at_once, self.imports_in_all = settings.imports_at_once, settings.imports_in_all
        self.clock = clock
        self.notifier: Notifier = LogNotifier()
        self.pages_host, self.pages_port = settings.pages_host, settings.pages_port
        self.pages_url = settings.pages_url.rstrip("/")
        self._allowed_hosts = settings.hosts
        self._held: dict[str, Lease] = {}
        self._box = SecretBox.open(settings.key_file)
        self._connections = Connections(self._box, SECRETS)
        self.mail_servers = MailServers(self._box)
        self._systems = Systems(self._box, clock, settings.hosts)
        self.timetable = Timetable(self._connections, self.history, self.launches, clock)

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

    def add_connection(
        self, name: str, config: ConnectionConfig, *, by_operator: bool = False, noted: Noted = unnoted
    ) -> None:
        """Store a new connection. Raises ConfigurationError when another pairs the same two systems already.

        `by_operator`: whoever runs this machine says so, and may have any host called. `noted` is called in the same
        transaction: what is done and what the audit says of it stand or fall together.
        """
        config = with_own_hosts(config) if by_operator else config
        with self._connections.alone():
            self._refuse_second(name, config)
            self._connections.add(name, config.plain(), self.clock.now())
            self.timetable.note(name)
            noted()

    def version(self, name: str) -> str:
        """A text that is another one after every edit of a connection; its secrets need not be readable."""
        return self._connections.version(name)

    def address_problems(self, config: ConnectionConfig) -> list[str]:
        """A sentence for each address of a connection that would not be called, for those who may not allow it."""
        return address_problems(config, self._allowed_hosts)

    def edit_connection(
        self,
        name: str,
        changes: Mapping[str, Any],
        *,
        shown: str | None = None,
        by_operator: bool = False,
        noted: Noted = unnoted,
    ) -> None:
        """Replace parts of a connection, and have its next import look again at what that concerns.

        Another address or user is refused while an import is under way. With `shown`, the version that was looked at,
        raises StaleEditError, with nothing changed, if somebody has edited it since. `by_operator` and `noted` as for
        adding.
        """
        before = self.connection(name)
        after = before.edited(changes)
        after = with_own_hosts(after) if by_operator else after
        is_moved = is_elsewhere(before, after)
        with self._lease_at_once(name) if is_moved else nullcontext():
            stores = DjangoStores(self._connections.row(name), self.clock.now)
            becomes_active = after.settings.active and not before.settings.active
            with self._connections.alone(), stores.transaction():
                self._connections.refuse_edited(name, since=shown)
                if is_moved:
                    self._refuse_second(name, after)
                look_again(stores, before, after)
                self._connections.replace(name, after.plain(), self.clock.now(), becomes_active=becomes_active)
                self.timetable.note(name)
                noted()

    def remove_connection(self, name: str, *, noted: Noted = unnoted) -> None:
        """Forget a connection with everything that belongs to it; `noted` as for adding.

        Refused while an import is under way, or while Autotask may still carry out a write that only this connection
        knows of.
        """
        with self._lease_at_once(name):
            refuse_doubt(self.stores(name), self.settings(name).settle_time, self.clock.now())
            with self._connections.alone():
                self._connections.remove(name)
                noted()

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
            return self.run(
                name,
                world,
                kind=kind,
                is_dry_run=is_dry_run,
                is_by_hand=is_by_hand,
                accepts_missing=accepts_missing,
            )

    def run(
        self,
        name: str,
        world: World,
        *,
        kind: RunKind,
        is_dry_run: bool = False,
        is_by_hand: bool = False,
        accepts_missing: bool = False,
        approved: str = "",
    ) -> Run:
        """Import or reconcile once with what `world` gave; `approved` as for `engine.runs.run_import`."""
        run = run_import(
            world,
            kind=kind,
            is_dry_run=is_dry_run,
            is_by_hand=is_by_hand,
            accepts_missing=accepts_missing,
            approved=approved,
        )
        self._end(name, world, run)
        return run

    def undo(self, name: str, world: World, undoing: Undoing, *, is_dry_run: bool = False, approved: str = "") -> Run:
        """Take back what a run wrote, or show what that would do, with what `world` gave."""
        run = run_undo(world, undoing, is_dry_run=is_dry_run, approved=approved)
        self._end(name, world, run)
        return run

    def _end(self, name: str, world: World, run: Run) -> None:
        """Log it; settings that were changed meanwhile hold from the next import on."""
        log_end(run)
        now = self.settings(name)
        if concern_what_is_stored(world.settings, now):
            with world.stores.transaction():
                look_again_by(world.stores, world.settings, now)

    @contextmanager
    def world(
        self,
        name: str,
        *,
        progress: Progress,
        should_stop: Callable[[], bool],
        waits: bool = True,
    ) -> Iterator[World]:
        """What a run of a connection works with, and the right to run it; when it is due next is noted at the end.

        Waits for a run that is under way, at most 60 seconds, or not at all; raises LeaseHeld then.
        """
        with ExitStack() as closing:
            lease, row = closing.enter_context(self._lease(name, progress, should_stop, waits=waits))
            closing.callback(self.timetable.note_if_possible, name)
            shared = SharedProgress(lease, self.clock, progress)
            closing.callback(shared.end)
            config, stores = self._config(row), DjangoStores(row, self.clock.now, lease=lease)
            opened = self._systems.clients(config, connection_id=row.pk, may_send=right_to_send(stores))
            pair = closing.enter_context(opened)
            settings = config.settings.as_settings()
            yield World(
                settings=settings,
                source=SalesforceSource(pair.salesforce, self.clock, daily_share=settings.salesforce_share),
                target=AutotaskTarget(pair.autotask, self.clock),
                stores=stores,
                clock=self.clock,
                progress=shared,
                should_stop=lambda: should_stop() or shared.should_stop(),
                notifier=self.notifier,
                active_since=active_since_of(row),
            )

    def stores(self, name: str) -> Stores:
        """What is kept for one connection, to be looked at while an import may be under way."""
        return DjangoStores(self._connections.row(name), self.clock.now)

    def check(self, name: str) -> list[Finding]:
        """Whether an import would work, one finding per check."""
        row = self._connections.row(name)
        return self._systems.check(self._config(row), connection_id=row.pk)

    def check_config(self, config: ConnectionConfig) -> list[Finding]:
        """The same of what is not stored; nothing of the vendors' answers is kept."""
        return self._systems.check(config, connection_id=None)

    def prepare_autotask(self, name: str) -> Prepared:
        """Read Autotask's metadata and create its missing user-defined fields (S10), as an import does.

        Raises LeaseHeld while an import is under way, which does so itself.
        """
        with self._lease_at_once(name) as lease:
            row = self._connections.row(name)
            stores = DjangoStores(row, self.clock.now, lease=lease)
            config, may_send = self._config(row), right_to_send(stores)
            with self._systems.clients(config, connection_id=row.pk, may_send=may_send) as pair:
                return prepare_target(stores, AutotaskTarget(pair.autotask, self.clock))

    def look(
        self, name: str, entity: Entity, source_id: SourceId, target_id: TargetId | None
    ) -> tuple[SourceRecord | None, TargetRecord | None]:
        """Both sides of a record as they stand right now; None for what is gone or hidden. Nothing is stored."""
        row = self._connections.row(name)
        stores = DjangoStores(row, self.clock.now)
        return self._systems.look(self._config(row), stores, entity, source_id, target_id, connection_id=row.pk)

    def count_fitting(self, name: str, record_filter: RecordFilter) -> Mapping[Entity, tuple[int, int]]:
        """How many accounts and contacts fit a filter right now, and how many there are (B10)."""
        row = self._connections.row(name)
        return self._systems.count_fitting(self._config(row), record_filter, connection_id=row.pk)

    def addresses(self, name: str) -> tuple[str, str]:
        """Where the org is, and the API of the Autotask zone as far as it is known."""
        row = self._connections.row(name)
        return row.configuration["salesforce"]["url"], self._systems.zone(row.pk) or row.configuration["autotask"][
            "url"
        ]

    def names(self) -> list[str]:
        """Every connection; their secrets need not be readable."""
        return [row.name for row in self._connections.all()]

    def secret_for(self, purpose: str) -> str:
        """A secret of this installation for one purpose, the same in each of its processes."""
        return self._box.derived(purpose)

    def sealed(self, secret: str) -> str:
        """A secret as it may be stored: encrypted with the key of this installation."""
        return self._box.encrypt(secret).decode("ascii")

    def unsealed(self, text: str) -> str:
        """The secret again. Raises ConfigurationError when the key is another one."""
        return self._box.decrypt(text.encode("ascii"))

    def number(self, name: str) -> int:
        """What the store knows a connection by; its secrets need not be readable."""
        return self._connections.row(name).pk

    def settings(self, name: str) -> ConnectionSettings:
        """The rules of a connection; its secrets need not be readable."""
        return settings_of(self._connections.row(name).configuration)

    def active_since(self, name: str) -> datetime | None:
        """Since when a connection is imported by itself; None while it is not."""
        return active_since_of(self._connections.row(name))

    def leave(self, name: str) -> None:
        """A run of this process comes to no end: it sends and stores nothing more, what it had sent is in doubt."""
        held, now = self._held.get(name), self.clock.now()
        if held is None:
            return
        lease = take_back(held, now)
        stores = DjangoStores(self._connections.row(name), self.clock.now, lease=lease)
        with stores.transaction():
            doubt_sent(stores)
            stores.runs.bury(now)
        release(lease)

    @contextmanager
    def nobody_imports(self) -> Iterator[Callable[[], None]]:
        """Keep imports of every connection away meanwhile. Raises LeaseHeld while one is under way.

        What is given raises LeaseLost if this took so long that one could begin; called first in a transaction, none
        begins before its end.
        """
        with ExitStack() as held:
            leases = [held.enter_context(self._lease_at_once(name)) for name in self.names()]

            def check() -> None:
                for lease in leases:
                    lease.check(self.clock.now())

            yield check

    def _refuse_second(self, name: str, config: ConnectionConfig) -> None:
        """Two connections between the same two systems know nothing of each other: both create every record."""
        for row in self._connections.all():
            if row.name != name and sides_of(row.configuration) == sides_of(config.plain()):
                problem = (
                    f"The connection {row.name} pairs the same Salesforce org with the same Autotask database; a "
                    "second one would create records twice. Edit that one instead."
                )
                raise ConfigurationError([problem])

    def _config(self, row: Connection) -> ConnectionConfig:
        return ConnectionConfig.of(self._connections.document(row))

    @contextmanager
    def _lease_at_once(self, name: str) -> Iterator[Lease]:
        """Keep imports away meanwhile. Raises LeaseHeld while one is under way."""
        lease = acquire(self._connections.row(name).pk, Holder.this_process(), self.clock.now())
        try:
            yield lease
        finally:
            release(lease)

    @contextmanager
    def _lease(
        self, name: str, progress: Progress, should_stop: Callable[[], bool], *, waits: bool
    ) -> Iterator[tuple[Lease, Connection]]:
        """Hold the right to run this connection, which is looked up again: a restore may have replaced everything.

        Raises LeaseHeld after a minute's wait, or at once.
        """
        lease = acquire_in_time(
            self._connections.row(name).pk,
            self.clock,
            give_up_at=self.clock.monotonic() + LONGEST_WAIT.total_seconds(),
            waits=waits,
            tell=progress.say,
            should_stop=should_stop,
        )
        try:
            row = self._connections.row(name)
            if row.pk != lease.connection_id:
                raise LeaseLost("The database was replaced by a backup.", mend="Start the import again.")
            self._held[name] = lease
            yield lease, row
        finally:
            self._held.pop(name, None)
            release(lease)
