"""The two systems of a connection, as they are spoken to: their clients, and what is asked of them outside imports."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import get_ident

from taskforce.adapters.autotask.checks import check_autotask
from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.error_map import Effect
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.checks import check_filter, check_salesforce
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.schemas import PassingTokens, TokenStore
from taskforce.adapters.store.scope import Scope
from taskforce.calling import addresses_of
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.checking import Finding
from taskforce.domain.field_map import FieldMap
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.host import on_clock
from taskforce.domain.mapping import fields_to_read
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.engine.ports import Clock
from taskforce.engine.stores import Stores
from taskforce.mapping_trial import MappingTrial, RowValues, read_values, try_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Clients of both systems, open."""

    salesforce: SalesforceClient
    autotask: AutotaskClient


def only_reads(effect: Effect) -> bool:
    """What may be sent to Autotask without the right to run a connection."""
    return effect is Effect.READ


def right_to_send(stores: Stores) -> Callable[[Effect], bool]:
    """What may be sent to Autotask by whoever has the right to run a connection: anything as long as it lasts.

    Once it ran out by the clocks here, no write; and before a read the store is asked whether another process has taken
    over (LeaseLost), since one that was asleep would spend what the other may spend. Only the thread that opened the
    store asks it; what another thread was to read must be sent by that one then.
    """
    asker = get_ident()

    def may_send(effect: Effect) -> bool:
        if stores.is_lease_live():
            return True
        if effect is not Effect.READ or get_ident() != asker:
            return False
        stores.check_lease()
        return True

    return may_send


class Systems:
    """Opens the clients of a connection, and looks at both systems with them."""

    def __init__(self, box: SecretBox, clock: Clock, allowed_hosts: Iterable[str]) -> None:
        self._box = box
        self._clock = clock
        self._allowed_hosts = tuple(allowed_hosts)

    @contextmanager
    def clients(
        self,
        config: ConnectionConfig,
        *,
        connection_id: int | None,
        may_send: Callable[[Effect], bool] = only_reads,
    ) -> Iterator[Pair]:
        """Clients of both systems, closed at the end of a `with`.

        Their sessions and zones are kept, encrypted, between processes; not without `connection_id`, for what is not
        stored yet.
        """
        addresses = addresses_of(config, self._allowed_hosts)
        with ExitStack() as closing:
            salesforce = SalesforceClient(
                SalesforceCredentials(**config.salesforce.model_dump(mode="json")),
                closing.enter_context(HttpClient(system="Salesforce", addresses=addresses, ca_file=config.ca_file)),
                self._tokens(connection_id, "salesforce"),
            )
            autotask = AutotaskClient(
                AutotaskCredentials(**config.autotask.model_dump(mode="json")),
                closing.enter_context(HttpClient(system="Autotask", addresses=addresses, ca_file=config.ca_file)),
                zones=self._tokens(connection_id, "autotask"),
                at_once=config.settings.autotask_at_once,
                may_send=may_send,
            )
            yield Pair(salesforce=salesforce, autotask=autotask)

    @contextmanager
    def source_and_target(
        self, config: ConnectionConfig, *, connection_id: int, may_send: Callable[[Effect], bool] = only_reads
    ) -> Iterator[tuple[SalesforceSource, AutotaskTarget]]:
        """Both systems as the engine knows them, closed at the end of a `with`."""
        share = config.settings.as_settings().salesforce_share
        with self.clients(config, connection_id=connection_id, may_send=may_send) as pair:
            yield (
                SalesforceSource(pair.salesforce, self._clock, daily_share=share),
                AutotaskTarget(pair.autotask, self._clock),
            )

    def check(self, config: ConnectionConfig, *, connection_id: int | None) -> list[Finding]:
        """Whether an import would work, one finding per check (B12)."""
        with self.clients(config, connection_id=connection_id) as pair:
            settings = config.settings
            found = check_autotask(
                AutotaskTarget(pair.autotask, self._clock),
                default_account_manager=settings.default_account_manager,
                fallback_company_type=settings.fallback_company_type,
                stand_ins={
                    (Entity.COMPANY, "phone"): settings.phone_stand_in,
                    (Entity.CONTACT, "firstName"): settings.first_name_stand_in,
                },
                mappings=settings.as_settings().mappings,
            )
            autotask_clock = self._on_clock("Autotask", pair.autotask.server_time)
            return [
                *self._check_salesforce(pair.salesforce, config),
                *self._on_clock("Salesforce", pair.salesforce.server_time),
                *(Finding(system="Autotask", **asdict(each)) for each in found),
                *autotask_clock,
            ]

    def _check_salesforce(self, client: SalesforceClient, config: ConnectionConfig) -> list[Finding]:
        mappings = config.settings.as_settings().mappings
        mapped = {entity: mappings.of(entity).sources for entity in Entity}
        found = list(check_salesforce(client, method=config.salesforce.method, mapped=mapped))
        if not any(each.stops_import for each in found):
            found += check_filter(SalesforceSource(client, self._clock), config.settings.record_filter.as_filter())
        return found

    def look(
        self,
        config: ConnectionConfig,
        stores: Stores,
        entity: Entity,
        source_id: SourceId,
        target_id: TargetId | None,
        *,
        connection_id: int,
    ) -> tuple[SourceRecord | None, TargetRecord | None]:
        """Both sides of a record as they stand right now; None for what is gone or hidden. Nothing is stored."""
        settings = config.settings.as_settings()
        with self.source_and_target(config, connection_id=connection_id) as (source, target):
            known = stores.schemas.source()
            visible = known[0] if known is not None else source.describe(settings.mappings)
            found = source.read(entity, fields_to_read(entity, visible, settings), [source_id])
            schema = (stores.schemas.target() or target.describe()).reading(settings.mappings)
            present = target.read(entity, schema, [target_id]) if target_id is not None else {}
            return next(iter(found), None), next(iter(present.values()), None)

    def count_fitting(
        self, config: ConnectionConfig, record_filter: RecordFilter, *, connection_id: int
    ) -> Mapping[Entity, tuple[int, int]]:
        """How many accounts and contacts fit a filter, and how many there are; nothing is stored."""
        with self.source_and_target(config, connection_id=connection_id) as (source, _):
            return {
                entity: (source.count(entity, record_filter), source.count(entity, RecordFilter())) for entity in Entity
            }

    def try_mapping(self, config: ConnectionConfig, *, connection_id: int) -> MappingTrial:
        """What both systems say of a connection's mapping, and what it makes of a few records; nothing is stored."""
        with self.source_and_target(config, connection_id=connection_id) as (source, target):
            return try_mapping(source, target, config.settings.as_settings())

    def mapping_values(
        self, config: ConnectionConfig, entity: Entity, row: FieldMap, *, connection_id: int
    ) -> RowValues:
        """The values of a row's Salesforce field beside what they become; nothing is stored."""
        with self.source_and_target(config, connection_id=connection_id) as (source, target):
            return read_values(source, target, config.settings.as_settings(), entity, row)

    def zone(self, connection_id: int) -> str:
        """The address of a connection's Autotask zone, as far as it is known; empty otherwise."""
        return self._token_store(connection_id, "autotask").load() or ""

    def _on_clock(self, system: str, server_time: datetime | None) -> list[Finding]:
        """Nothing where no answer told the time."""
        return [] if server_time is None else [on_clock(system, server_time, self._clock.now())]

    def _tokens(self, connection_id: int | None, system: str) -> TokenStore | PassingTokens:
        return PassingTokens() if connection_id is None else self._token_store(connection_id, system)

    def _token_store(self, connection_id: int, system: str) -> TokenStore:
        return TokenStore(Scope(connection_id=connection_id), self._box, system)
