"""Everything that makes up one simulated Autotask database, for the parts that speak its protocol."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from taskforce_simulators.autotask import definitions
from taskforce_simulators.autotask.blanks import blank, with_blanks
from taskforce_simulators.autotask.definitions import Definition, Definitions
from taskforce_simulators.autotask.lagging import Lagging
from taskforce_simulators.autotask.limits import Threads, Usage
from taskforce_simulators.autotask.schema import ENTITIES, PICKLISTS, Entity, Field, Value
from taskforce_simulators.autotask.schema.countries import countries
from taskforce_simulators.autotask.settings import Settings
from taskforce_simulators.autotask.store import Store
from taskforce_simulators.autotask.values import moment_text
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database

API_USER_ID: Final = 29_682_800
OWN_COMPANY_ID: Final = 0


class Tenant:
    """One tenant's database: settings, metadata, records, and what of the limits is used."""

    def __init__(self, clock: SimulatedClock, database: Database) -> None:
        self.clock = clock
        self.public_url = ""
        self.store = Store(database)
        self.definitions = Definitions(self.store)
        self.lagging = Lagging(self.store, clock)
        self.usage = Usage(clock)
        self.threads = Threads()
        self.reset()

    def reset(self) -> None:
        """Empty but for countries, the own company and the API user, with the default settings and picklists."""
        self.settings = Settings()
        self.picklists = {path: dict(lists) for path, lists in PICKLISTS.items()}
        self.store.clear()
        self.usage.clear()
        self._fields = {path: entity.by_lower_name for path, entity in ENTITIES.items()}
        self.definitions.forget()
        self.store.insert("Countries", countries())
        self.store.insert("Resources", [self._api_user()])
        self.store.insert("Companies", [self._own_company()])
        self.catch_up()

    def set(self, settings: Settings) -> None:
        """Take over other settings."""
        before, self.settings = self.settings, settings
        if settings.read_lag_seconds != before.read_lag_seconds:
            self.catch_up()

    def catch_up(self) -> None:
        """Let queries see everything that is written by now, and lag behind by what the settings say from then on."""
        self.lagging.set(timedelta(seconds=self.settings.read_lag_seconds))

    def now(self) -> str:
        """The simulated time as the store keeps instants."""
        return moment_text(self.clock.now())

    def fields(self, entity: Entity) -> Mapping[str, Field]:
        """The fields of an entity as this tenant has them, by name in lower case."""
        return self._fields[entity.path]

    def change_field(self, path: str, name: str, changes: Mapping[str, object]) -> Field:
        """Give a field another length or other flags; an unknown one is a KeyError."""
        fields = self._fields[path]
        changed = fields[name.lower()].changed(changes)
        self._fields[path] = {**fields, name.lower(): changed}
        return changed

    def picklist(self, path: str, field_name: str) -> tuple[Value, ...]:
        """The values of a picklist."""
        return self.picklists.get(path, {}).get(field_name, ())

    def set_picklist(self, path: str, field_name: str, values: Sequence[Mapping[str, object]]) -> None:
        """Replace the values of a picklist."""
        fields = {field.name: field for field in ENTITIES[path].fields}
        if field_name not in fields or not fields[field_name].picklist:
            raise ValueError(f"{path} has no picklist {field_name}")
        self.picklists.setdefault(path, {})[field_name] = tuple(map(Value.of, values))
        self.definitions.forget()

    def user_defined(self, entity: Entity) -> tuple[Definition, ...]:
        """The active user-defined fields of an entity."""
        if not entity.user_defined:
            return ()
        return self.definitions.of(entity.name, *self.definition_picklists())

    def definition_picklists(self) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """The picklists of udfType and dataType."""
        return self.picklist(definitions.PATH, "udfType"), self.picklist(definitions.PATH, "dataType")

    def changed(self, path: str, record_id: int) -> None:
        """A record was written: reads see it now, or when the lag is over."""
        if path in {definitions.PATH, definitions.ITEMS_PATH}:
            self.definitions.forget()
        self.lagging.note(path, record_id)

    def _api_user(self) -> dict[str, object]:
        return {
            "id": API_USER_ID,
            "firstName": "Salesforce",
            "lastName": "Integration",
            "userName": "integration",
            "email": self.settings.username,
            "emailTypeCode": "PRIMARY",
            "isActive": 1,
            "hireDate": self.now(),
            "licenseType": 7,
            "locationID": 1,
            "numberFormat": "X,XXX.XX",
            "payrollType": 1,
            "resourceType": "Employee",
            "userType": 17,
        }

    def _own_company(self) -> dict[str, object]:
        now = self.now()
        given = {
            **blank(ENTITIES["Companies"]),
            "id": OWN_COMPANY_ID,
            "companyName": "The tenant's own company",
            "companyType": 1,
            "phone": "555-0100",
            "ownerResourceID": API_USER_ID,
            "isActive": 1,
            "createDate": now,
            "lastTrackedModifiedDateTime": now,
            "lastActivityDate": now,
        }
        return with_blanks(ENTITIES["Companies"], given)
