"""The Salesforce simulator as the server runs it."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from taskforce_simulators.core.browsing import Browsable
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database
from taskforce_simulators.core.faults import Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits
from taskforce_simulators.core.messages import received_body
from taskforce_simulators.salesforce import identifiers, organization, rendering, rest, soap
from taskforce_simulators.salesforce.browsing import Pages
from taskforce_simulators.salesforce.control import Control
from taskforce_simulators.salesforce.oauth import OAuth
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.rest import Rest
from taskforce_simulators.salesforce.schema import Field
from taskforce_simulators.salesforce.soap import Soap
from taskforce_simulators.salesforce.store import Row


class SalesforceSimulator:
    """One Salesforce org that speaks SOAP, OAuth and REST."""

    name = "salesforce"

    def __init__(self, clock: SimulatedClock | None = None, database: Database | None = None) -> None:
        self.clock = clock or SimulatedClock()
        self.database = database or Database()
        self.journal = Journal()
        self.faults = Faults()
        self.late = LateCommits(self.clock)
        self.org = Org(self.clock, self.database)

    @property
    def public_url(self) -> str:
        """The base of every absolute address that is handed out."""
        return self.org.public_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self.org.public_url = url

    def routes(self) -> Sequence[BaseRoute]:
        """The simulated API."""
        return [*Rest(self.org).routes(), *OAuth(self.org).routes(), *Soap(self.org).routes()]

    def control_routes(self) -> Sequence[BaseRoute]:
        """Control routes of this system alone."""
        return Control(self.org).routes()

    def control(self, route: str, **given: object) -> object:
        """What a control route of this system alone does, called directly: `control("merge", object="Account", …)`."""
        return Control(self.org).acts[route](given)

    def operation(self, request: Request) -> tuple[str, bool]:
        """A short name for the journal, and whether the request is counted."""
        path = request.url.path
        if path.startswith("/services/oauth2/token"):
            return "token", False
        if path.startswith(("/services/oauth2", "/id/")):
            return "oauth", False
        if path.startswith("/services/Soap"):
            return soap.operation(received_body(request))
        if path.startswith("/services/data"):
            return rest.operation(request.method, path)
        return "unknown", False

    def credentials(self) -> dict[str, str]:
        """What a client needs to log in, by every method."""
        return organization.credentials()

    def reset(self) -> None:
        """Empty but for its users, with the default settings."""
        self.org.reset()

    def load(self, data: Mapping[str, object]) -> None:
        """Take in one side of a scenario: lists of records by object, and ``settings``."""
        settings = data.get("settings")
        if isinstance(settings, Mapping):
            self.change_settings(settings)
        self.org.load({name: records for name, records in data.items() if name != "settings"})

    def settings(self) -> dict[str, object]:
        """The org's switches."""
        return self.org.settings.form()

    def change_settings(self, changes: Mapping[str, object]) -> None:
        """Set some switches."""
        self.org.set(self.org.settings.changed(changes))

    def records(self, object_name: str, record_id: str | None = None) -> list[dict[str, object]]:
        """All records of an object or one, every stored field shown, and every change that readers do not see yet."""
        fields = self.org.store.fields(object_name)
        with self.org.records.visibility.truth():
            if record_id is None:
                return [_shown(fields, row) for row in self.org.store.rows(object_name)]
            row = self.org.store.row(object_name, identifiers.full(record_id) or record_id)
            return [_shown(fields, row)] if row else []

    def save_record(self, object_name: str, record: Mapping[str, object]) -> dict[str, object]:
        """Insert or change a record past every validation."""
        currency = self.org.settings.currency
        row = self.org.records.save(object_name, record, organization.USER_ID, currency)
        return _shown(self.org.store.fields(object_name), row)

    def remove_record(self, object_name: str, record_id: str) -> bool:
        """Take a record out; no trace of it stays, not even in ``deleted``."""
        self.org.store.fields(object_name)
        return self.org.records.remove(object_name, identifiers.full(record_id) or record_id)

    def pages(self) -> Browsable:
        """What people see and edit in the browser."""
        return Pages(self.org)

    def expire_sessions(self) -> None:
        """End every session."""
        self.org.expire_sessions()

    def expire_pages(self) -> None:
        """Forget every open result: its locator is not known any more, nor is any bulk job."""
        self.org.queries.clear()
        self.org.jobs.expire()


def _shown(fields: Mapping[str, Field], row: Row) -> dict[str, object]:
    return {name: rendering.value(field, row[name]) for name, field in fields.items()}
