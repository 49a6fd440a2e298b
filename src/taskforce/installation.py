"""One installation: its connections, their runs, and what can be done with them.

Together with `bootstrap` and `systems` the only place that knows all concrete classes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.db import connections as databases

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.notifier import LogNotifier
from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.directory import Directory
from taskforce.adapters.store.erasing import Erasing
from taskforce.adapters.store.failures import Failures
from taskforce.adapters.store.health import Health
from taskforce.adapters.store.history import History
from taskforce.adapters.store.launches import Launches, SharedProgress, Watching
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
from taskforce.book import Book
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS, ConnectionConfig, settings_of
from taskforce.domain.added_rules import MatchRules
from taskforce.domain.checking import Finding
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind, Undoing
from taskforce.domain.settings import ConnectionSettings
from taskforce.editing import concern_what_is_stored, look_again_by
from taskforce.engine.adopting import run_adoption
from taskforce.engine.job import Progress
from taskforce.engine.metadata import Prepared, prepare_target
from taskforce.engine.ports import Clock, Notifier
from taskforce.engine.runs import World, run_import
from taskforce.engine.stores import Stores
from taskforce.engine.trying import Bench, Trial, try_rules
from taskforce.engine.undoing import run_undo
from taskforce.first_start import SetUpCode
from taskforce.leasing import Leasing
from taskforce.log import log_end
from taskforce.mapping_book import MappingBook
from taskforce.systems import Systems, right_to_send
from taskforce.timetable import Timetable, active_since_of


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
        self._box = SecretBox.open(settings.key_file)
        self._connections = Connections(self._box, SECRETS)
        self.mail_servers = MailServers(self._box)
        self._systems = Systems(self._box, clock, settings.hosts)
        self.timetable = Timetable(self._connections, self.history, self.launches, clock)
        self.leasing = Leasing(self._connections, clock)
        self.book = Book(self._connections, self.leasing, self.timetable, clock, settings.hosts)
        self.mappings = MappingBook(self.book, self._connections, self._systems, clock)

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

    def adopt(self, name: str, world: World, *, is_dry_run: bool = False) -> Run:
        """Take over what the old extension left, or show what that would do, with what `world` gave."""
        run = run_adoption(world, is_dry_run=is_dry_run)
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
            lease, row = closing.enter_context(self.leasing.for_a_run(name, progress, should_stop, waits=waits))
            closing.callback(self.timetable.note_if_possible, name)
            shared = SharedProgress(lease, self.clock, progress)
            closing.callback(shared.end)
            config, stores = self._config(row), DjangoStores(row, self.clock.now, lease=lease)
            source, target = closing.enter_context(
                self._systems.source_and_target(config, connection_id=row.pk, may_send=right_to_send(stores))
            )
            yield World(
                settings=config.settings.as_settings(),
                source=source,
                target=target,
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
        with self.leasing.at_once(name) as lease:
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

    def try_rules(self, name: str, rules: MatchRules, *, progress: Progress, is_quick: bool = False) -> Trial:
        """What match rules would do with the records as they are; nothing is stored."""
        row = self._connections.row(name)
        config, stores = self._config(row), DjangoStores(row, self.clock.now)
        with self._systems.source_and_target(config, connection_id=row.pk) as (source, target):
            bench = Bench(
                stores=stores,
                settings=replace(config.settings.as_settings(), match_rules=rules),
                source=source,
                target=target,
                clock=self.clock,
                progress=progress,
                is_quick=is_quick,
            )
            return try_rules(bench)

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

    def _config(self, row: Connection) -> ConnectionConfig:
        return ConnectionConfig.of(self._connections.document(row))
