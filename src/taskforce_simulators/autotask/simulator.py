"""The simulator as the core serves it."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from taskforce_simulators.autotask import control, loading
from taskforce_simulators.autotask.api import Api
from taskforce_simulators.autotask.browsing import Pages
from taskforce_simulators.autotask.errors import NoMethodError, NoPathError
from taskforce_simulators.autotask.paths import understand
from taskforce_simulators.autotask.queries import Queries
from taskforce_simulators.autotask.schema import ENTITIES
from taskforce_simulators.autotask.tenant import Tenant
from taskforce_simulators.autotask.writing import Writing
from taskforce_simulators.core.browsing import Browsable
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database
from taskforce_simulators.core.faults import Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits


class AutotaskSimulator:
    """An Autotask database with its REST API V1.0."""

    name = "autotask"

    def __init__(self, database: Database | None = None) -> None:
        self.clock = SimulatedClock()
        self.journal = Journal()
        self.faults = Faults()
        self.late = LateCommits(self.clock)
        self.database = database or Database()
        self.tenant = Tenant(self.clock, self.database)
        self._queries = Queries(self.tenant)
        self._writing = Writing(self.tenant)
        self._api = Api(self.tenant, self._queries, self._writing)

    @property
    def public_url(self) -> str:
        """The address it is served at, without a slash at the end."""
        return self.tenant.public_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self.tenant.public_url = url

    def routes(self) -> Sequence[BaseRoute]:
        """The simulated API."""
        return self._api.routes()

    def control_routes(self) -> Sequence[BaseRoute]:
        """The picklists, fields and user-defined fields of the tenant, and what of the limit is used."""
        return control.routes(self.tenant)

    def control(self, route: str, **given: object) -> object:
        """What a control route of this system alone does, called directly: `control("udf", entity="Companies", …)`."""
        return control.ACTS[route](self.tenant, given)

    def operation(self, request: Request) -> tuple[str, bool]:
        """What a request is; zone discovery alone is not counted (reference section 7)."""
        try:
            action = understand(request.method, request.url.path).action
        except NoPathError:
            return "unknown path", True
        except NoMethodError:
            return "wrong method", True
        return action, action != "zone"

    def credentials(self) -> dict[str, str]:
        """What a client needs to log in."""
        settings = self.tenant.settings
        return {
            "username": settings.username,
            "secret": settings.secret,
            "integration_code": settings.integration_code,
        }

    def reset(self) -> None:
        """Empty the data and go back to the default settings."""
        self.tenant.reset()

    def load(self, data: Mapping[str, object]) -> None:
        """Take in one side of a scenario."""
        loading.load(self.tenant, data)

    def settings(self) -> dict[str, object]:
        """The switches."""
        return self.tenant.settings.form()

    def change_settings(self, changes: Mapping[str, object]) -> None:
        """Set some switches."""
        self.tenant.set(self.tenant.settings.changed(changes))

    def records(self, object_name: str, record_id: str | None = None) -> list[dict[str, object]]:
        """All records of an entity or one, as the API would send them."""
        entity = ENTITIES[object_name]
        if record_id is None:
            records = self.tenant.store.select(entity.path, "1", ())
        else:
            records = self.tenant.store.select(entity.path, "id = ?", (record_id,))
        return self._queries.items(entity, records, None)

    def save_record(self, object_name: str, record: Mapping[str, object]) -> dict[str, object]:
        """Insert or change a record past every validation."""
        entity = ENTITIES[object_name]
        return self._queries.items(entity, [loading.save(self.tenant, entity, record)], None)[0]

    def remove_record(self, object_name: str, record_id: str) -> bool:
        """Take a record out altogether."""
        entity = ENTITIES[object_name]
        removed = self.tenant.store.delete(entity.path, int(record_id))
        self.tenant.changed(entity.path, int(record_id))
        return removed

    def pages(self) -> Browsable:
        """What people see and edit in the browser."""
        return Pages(self.tenant, self._queries, self._writing)

    def expire_sessions(self) -> None:
        """There are none: every request carries its credentials."""

    def expire_pages(self) -> None:
        """Let the addresses of pages that were handed out by now lead nowhere."""
        self._queries.expire_pages()
