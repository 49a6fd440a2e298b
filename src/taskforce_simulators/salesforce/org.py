"""Everything that makes up one simulated org, for the parts that speak its protocols."""

from datetime import UTC, datetime, timedelta

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.database import Database
from taskforce_simulators.salesforce import loading, organization, timestamps
from taskforce_simulators.salesforce.bulk.jobs import Jobs
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.queries import Queries
from taskforce_simulators.salesforce.records import Records
from taskforce_simulators.salesforce.sessions import Session, Sessions
from taskforce_simulators.salesforce.settings import Settings
from taskforce_simulators.salesforce.store import Row, Store
from taskforce_simulators.salesforce.usage import Usage


class Org:
    """An org: settings, records, sessions, open queries, and what of the daily limit is used."""

    def __init__(self, clock: SimulatedClock, database: Database) -> None:
        self.clock = clock
        self.public_url = ""
        self.store = Store(database)
        self.records = Records(self.store, clock)
        self.queries = Queries(database, clock)
        self.jobs = Jobs(database, clock)
        self.sessions = Sessions(clock)
        self.usage = Usage(clock)
        self.described_at = datetime.min.replace(tzinfo=UTC)
        self.reset()

    def reset(self) -> None:
        """Empty but for its users, with the default settings."""
        self.store.clear()
        self.queries.clear()
        self.jobs.clear()
        self.sessions.clear()
        self.usage.clear()
        self.set(Settings())
        self.load({"User": organization.users()})

    def set(self, settings: Settings) -> None:
        """Take over other settings."""
        self.settings = settings
        self.schema = settings.schema()
        now = self.clock.now().replace(microsecond=0)
        self.described_at = max(now, self.described_at + timedelta(seconds=1))  # the clock may have been set back
        for object_name, fields in settings.custom().items():
            for field in fields:
                self.store.add_field(object_name, field)
        self.store.hide(settings.hidden_records)
        self.records.visibility.lag = timedelta(seconds=settings.read_lag_seconds)
        self._write_organization()

    def load(self, data: dict[str, object]) -> None:
        """Take in records in bulk."""
        now, currency = timestamps.rendered(self.clock.now()), self.settings.currency
        loading.load(self.store, data, now=now, user_id=organization.USER_ID, currency=currency)

    def expire_sessions(self) -> None:
        """End every session."""
        self.sessions.expire()

    def is_active(self, user_id: str) -> bool:
        """Whether a user may log in at all."""
        user = self.store.row("User", user_id)
        return user is not None and bool(user["IsActive"]) and self.settings.user_active

    def user(self, session: Session) -> Row:
        """The user who is logged in."""
        row = self.store.row("User", session.user_id)
        if row is None:
            raise ApiError.of_session()
        return row

    def session(self, token: str) -> Session:
        """The session of a token that may use the API, or the error that says why not."""
        session = self.sessions.find(token, timedelta(seconds=self.settings.session_seconds))
        if session is None:
            raise ApiError.of_session()
        if session.restricted:
            message = (
                "The users password has expired, you must call SetPassword before attempting any other API operations"
            )
            raise ApiError(403, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", message)
        if not self.settings.has_api:
            raise ApiError(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
        if not self.settings.user_api_enabled:
            raise ApiError(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
        self.usage.spend(self.settings.daily_request_limit)
        return session

    def _write_organization(self) -> None:
        """Keep the record of the org itself in step with the settings."""
        settings = self.settings
        form: dict[str, object] = {
            "Id": organization.ORGANIZATION_ID,
            "Name": settings.organization_name,
            "OrganizationType": settings.edition,
            "IsSandbox": settings.sandbox,
            "InstanceName": "SIM1",
            "DefaultLocaleSidKey": "en_US",
            "TimeZoneSidKey": "UTC",
            "LanguageLocaleKey": "en_US",
        }
        self.store.remove("Organization", organization.ORGANIZATION_ID)
        self.load({"Organization": [form]})
