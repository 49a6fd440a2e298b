"""A connection as people write it: one JSON object, checked as a whole, every problem told at once."""

import ipaddress
import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from taskforce.config_section import Line, Section, refusal
from taskforce.domain.settings import BrakeLimits, ConnectionSettings, Deletion, NearMatch, Overflow, PersonAccounts
from taskforce.errors import ConfigurationError
from taskforce.filter_config import FilterConfig
from taskforce.mapping_config import MappingConfig
from taskforce.match_config import RulesConfig

SECRETS = {
    "salesforce": ("client_secret", "private_key", "password", "security_token"),
    "autotask": ("secret", "integration_code"),
}
"""What is encrypted at rest and masked wherever it is shown."""

MASK = "••••••••"


class LoginMethod(StrEnum):
    """How Taskforce signs in to Salesforce (spec section 3)."""

    CLIENT_CREDENTIALS = "client_credentials"
    JWT_BEARER = "jwt_bearer"
    PASSWORD = "password"  # noqa: S105 - the name of a method  # nosec B105


NEEDED = {
    LoginMethod.CLIENT_CREDENTIALS: ("client_id", "client_secret"),
    LoginMethod.JWT_BEARER: ("client_id", "private_key", "username"),
    LoginMethod.PASSWORD: ("username", "password"),
}


def parse_object(text: str, *, keys: str = "salesforce and autotask") -> dict[str, Any]:
    """Decode a JSON object, with or without the mark that some editors begin a file with.

    Raises ConfigurationError with the place where it stops being one, never what is there; `keys` says what is wanted.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ConfigurationError([f"This is not JSON (line {error.lineno}, column {error.colno})."]) from None
    except RecursionError:
        raise ConfigurationError(["This is not JSON that can be read: it is nested too deeply."]) from None
    except ValueError:
        raise ConfigurationError(["This is not JSON that can be read: a number in it is too long."]) from None
    if not isinstance(document, dict):
        raise ConfigurationError([f"This must be a JSON object with the keys {keys}."])
    return document


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine."""
    return is_this_machine(urlsplit(url).hostname or "")


def is_this_machine(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_of(configuration: Mapping[str, Any]) -> ConnectionSettings:
    """The rules of a connection as it is stored; its secrets need not be readable."""
    return SettingsConfig.model_validate(configuration.get("settings", {})).as_settings()


def sides_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells which org and which database a connection pairs: their hosts, and the API user, who belongs to one.

    Salesforce's own addresses for signing in serve every org: there the user tells which.
    """
    salesforce, autotask = document["salesforce"], document["autotask"]
    host = _host(salesforce["url"])
    org = f"{salesforce['username'].casefold()} {host}" if host in _FOR_ALL_ORGS else host
    return org, _host(autotask["url"]), autotask["username"].casefold()


_FOR_ALL_ORGS = frozenset({"login.salesforce.com:https", "test.salesforce.com:https"})


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or parts.scheme}"


def _checked_url(url: str) -> str:
    parts = _split(url.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://example.my.salesforce.com")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or a password")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("must begin with https://; plain http is accepted for this machine only")
    return url.strip()


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None if its host or port cannot be one."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


Url = Annotated[str, AfterValidator(_checked_url)]


class SalesforceConfig(Section):
    """The Salesforce side."""

    url: Url
    method: LoginMethod = LoginMethod.CLIENT_CREDENTIALS
    client_id: str = ""
    client_secret: str = Field(default="", repr=False)
    private_key: str = Field(default="", repr=False)
    username: str = ""
    password: str = Field(default="", repr=False)
    security_token: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def _has_what_the_method_needs(self) -> Self:
        missing = [name for name in NEEDED[self.method] if not getattr(self, name)]
        if missing:
            raise ValueError(f"method {self.method.value} needs {' and '.join(missing)}")
        return self


class AutotaskConfig(Section):
    """The Autotask side: an API user, and the integration code of the tracking identifier."""

    url: Url = "https://webservices.autotask.net"
    username: str = Field(min_length=1)
    secret: str = Field(min_length=1, repr=False)
    integration_code: str = Field(min_length=1, repr=False)


class SettingsConfig(Section):
    """The rules; see `taskforce.domain.settings` for what each means."""

    active: bool = False
    interval_minutes: int = Field(default=20, ge=1, le=1440)
    default_account_manager: Line = ""
    create_settle_seconds: int = Field(default=600, ge=0, le=86400)
    phone_stand_in: Line = Field(default="000-000-0000", min_length=1, max_length=25)
    first_name_stand_in: Line = Field(default="-", min_length=1, max_length=50)
    fallback_company_type: Line = Field(default="Customer", min_length=1)
    overflow: Overflow = Overflow.CUT
    person_accounts: PersonAccounts = PersonAccounts.SKIP
    clear_blanks: bool = True
    autotask_currency: str = Field(default="", pattern="^([A-Z]{3})?$")
    deletion: Deletion = Deletion.KEEP
    brake_creates: int | None = Field(default=500, ge=0)
    brake_updates: int | None = Field(default=1000, ge=0)
    brake_deactivations: int | None = Field(default=20, ge=0)
    brake_cleared: int | None = Field(default=500, ge=0)
    brake_share_percent: int = Field(default=50, ge=1, le=100)
    autotask_share_percent: int = Field(default=50, ge=1, le=100)
    autotask_at_once: int = Field(default=2, ge=1, le=3)
    salesforce_share_percent: int = Field(default=80, ge=1, le=100)
    reconcile_days: int = Field(default=7, ge=0, le=366)
    alarm_hours: float = Field(default=2, ge=0, le=168)
    near_match: NearMatch = NearMatch.CREATE
    match_ignores_legal_forms: bool = False
    match_reads_states: bool = False
    notified: tuple[int, ...] = ()
    mail_only_with_changes: bool = False
    record_filter: FilterConfig = FilterConfig()
    mapping: MappingConfig = MappingConfig()
    match_rules: RulesConfig = RulesConfig()

    def as_settings(self) -> ConnectionSettings:
        """The domain's form."""
        fields = ConnectionSettings.__dataclass_fields__
        own = ("record_filter", "match_rules")
        same = {name for name in SettingsConfig.model_fields if name in fields and name not in own}
        return ConnectionSettings(
            **self.model_dump(include=same),
            interval=timedelta(minutes=self.interval_minutes),
            settle_time=timedelta(seconds=self.create_settle_seconds),
            brake=BrakeLimits(
                creates=self.brake_creates,
                updates=self.brake_updates,
                deactivations=self.brake_deactivations,
                cleared=self.brake_cleared,
                share=self.brake_share_percent / 100,
            ),
            autotask_share=self.autotask_share_percent / 100,
            salesforce_share=self.salesforce_share_percent / 100,
            reconcile_every=timedelta(days=self.reconcile_days),
            alarm_after=timedelta(hours=self.alarm_hours),
            record_filter=self.record_filter.as_filter(),
            mappings=self.mapping.as_mappings(),
            match_rules=self.match_rules.as_rules(),
        )


class ConnectionConfig(Section):
    """One Salesforce org paired with one Autotask database."""

    salesforce: SalesforceConfig
    autotask: AutotaskConfig
    settings: SettingsConfig = SettingsConfig()
    ca_file: Path | None = None
    own_hosts: tuple[str, ...] = ()
    """Hosts beside the vendors' that this connection may call; only the command line writes it."""

    @classmethod
    def parse(cls, text: str) -> "ConnectionConfig":
        """Read a JSON object. Raises ConfigurationError with every problem, never with a value."""
        return cls.of(parse_object(text)).with_its_files()

    def with_its_files(self) -> Self:
        """Itself, if the files that it names exist; asked when it is written down, not each time it is read."""
        if self.ca_file is not None and not self.ca_file.is_file():
            raise ConfigurationError(["ca_file: there is no such file."])
        return self

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "ConnectionConfig":
        """Check a decoded object."""
        try:
            config = cls.model_validate(document)
        except ValidationError as error:
            raise refusal(error) from None
        if masked := config.masks():
            raise ConfigurationError([f"{where}: is masked: put the secret itself here." for where in masked])
        return config

    def hosts(self) -> dict[str, str]:
        """The host of each side's address, by the key that holds the address."""
        urls = {"salesforce.url": self.salesforce.url, "autotask.url": self.autotask.url}
        return {key: urlsplit(url).hostname or "" for key, url in urls.items()}

    def plain(self) -> dict[str, Any]:
        """The whole object, secrets included."""
        return self.model_dump(mode="json")

    def masked(self) -> dict[str, Any]:
        """The whole object with secrets masked, for eyes and logs."""
        document = self.plain()
        for section, names in SECRETS.items():
            for name in names:
                if document[section][name]:
                    document[section][name] = MASK
        return document

    def masks(self) -> list[str]:
        """The secrets that are masks, because somebody copied what is shown."""
        document = self.plain()
        return [
            f"{section}.{name}"
            for section, names in SECRETS.items()
            for name in names
            if document[section][name] == MASK
        ]

    def edited(self, changes: Mapping[str, Any]) -> "ConnectionConfig":
        """The object with the given parts replaced, down to single keys; a masked secret keeps the stored one."""
        document = self.plain()
        problems = [f"{key}: there is no such key." for key in changes if key not in document]
        if problems:
            raise ConfigurationError(problems)
        for section, value in changes.items():
            if isinstance(value, Mapping) and isinstance(document[section], dict):
                document[section].update({name: each for name, each in value.items() if each != MASK})
            else:
                document[section] = value
        return ConnectionConfig.of(document).with_its_files()
