"""Settings of the installation, from the environment (`TASKFORCE_…`)."""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from taskforce.errors import ConfigurationError

PREFIX = "TASKFORCE_"


def _user_folder() -> Path:
    """The platform's place for data of this user, who need not have one: a system user without HOME has none."""
    try:
        return user_data_path("taskforce")
    except RuntimeError:
        raise ConfigurationError(
            ["Your user has no home folder: set TASKFORCE_HOME to the folder of database and key."]
        ) from None


def _postgresql(url: str) -> str:
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ValueError('must be an address such as "postgresql://user:password@host:5432/name", or not be set')
    return url


_HOST = re.compile(r"(\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)


def _hosts(text: str) -> str:
    if not all(_HOST.fullmatch(each.strip()) for each in text.split(",") if each.strip()):
        raise ValueError('must be names or addresses of hosts with commas between, such as "psa.example, *.example"')
    return text


def _networks(text: str) -> str:
    for each in text.split(","):
        if each.strip():
            try:
                ipaddress.ip_network(each.strip())
            except ValueError:
                raise ValueError('must be addresses or networks with commas between, such as "10.0.0.0/8"') from None
    return text


def is_https_or_loopback(url: str) -> bool:
    """Whether what is sent there can be read by nobody on the way."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
        return bool(host) and (scheme == "https" or (scheme == "http" and _is_loopback(host)))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def _issuer(url: str) -> str:
    if url and not is_https_or_loopback(url):
        raise ValueError('must be an address that begins with "https://"')
    return url.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """An OpenID Connect issuer by which people may sign in; `username_claim` is what it knows them by."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    username_claim: str


class InstallationSettings(BaseSettings):
    """Where this installation keeps everything, and which database it uses.

    `TASKFORCE_HOME` is the folder of database, key file and logs; `TASKFORCE_DATABASE_URL` names a PostgreSQL database
    ("postgresql://user:password@host:5432/name") instead of the SQLite file in that folder. `TASKFORCE_PAGES_HOST` and
    `TASKFORCE_PAGES_PORT` say where the pages are served; port 0 takes any that is free. `TASKFORCE_PAGES_URL` is the
    address by which people reach them ("https://taskforce.example.com"), for links in mails. `TASKFORCE_METRICS_TOKEN`
    is a token with which `/metrics` may be read, and nothing else. `TASKFORCE_ALLOWED_HOSTS` names hosts that may be
    called beside those of Salesforce and Autotask, with commas between. `TASKFORCE_IMPORTS_AT_ONCE` imports are
    under way in one process, `TASKFORCE_IMPORTS_IN_ALL` in all processes together (0: no limit). Runs, notices, mails
    and what the audit says in detail are pruned after `TASKFORCE_KEEP_DAYS`. With
    `TASKFORCE_REQUIRE_SECOND_FACTOR` nobody gets further than to the page where they set one up.
    `TASKFORCE_SESSION_IDLE_MINUTES` says after how long without anything done people are signed out.
    `TASKFORCE_TRUSTED_PROXIES` are the addresses or networks of proxies that are believed where a request came
    from. `TASKFORCE_OIDC_ISSUER` is an OpenID Connect issuer by which people may sign in,
    `TASKFORCE_OIDC_CLIENT_ID` and `TASKFORCE_OIDC_CLIENT_SECRET` what it knows Taskforce by, `TASKFORCE_OIDC_NAME`
    what the button says, and `TASKFORCE_OIDC_USERNAME_CLAIM` the claim by which people are found: "email", or one
    that holds user names.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    home: Path = Field(default_factory=_user_folder)
    database_url: Annotated[str, AfterValidator(_postgresql)] = ""
    allowed_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    log_level: str = "WARNING"
    pages_host: str = "127.0.0.1"
    pages_port: int = Field(default=8470, ge=0, le=65535)
    pages_url: str = ""
    require_second_factor: bool = False
    session_idle_minutes: int = Field(default=120, ge=5, le=720)
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    oidc_name: str = ""
    oidc_username_claim: str = "email"
    metrics_token: str = Field(default="", repr=False)
    imports_at_once: int = Field(default=8, ge=1, le=64)
    imports_in_all: int = Field(default=0, ge=0)
    keep_days: int = Field(default=400, ge=1, le=36500)

    @classmethod
    def from_environment(cls) -> Self:
        """What the environment says. Raises ConfigurationError that names what is missing or cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            raise ConfigurationError([_problem(each["loc"], each["msg"]) for each in error.errors()]) from None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Each of the allowed hosts."""
        return tuple(each.strip() for each in self.allowed_hosts.split(",") if each.strip())

    @property
    def proxies(self) -> tuple[str, ...]:
        """Each of the trusted proxies."""
        return tuple(each.strip() for each in self.trusted_proxies.split(",") if each.strip())

    @property
    def single_sign_on(self) -> SingleSignOn | None:
        """The issuer; None if people sign in by their passwords only. Raises ConfigurationError for half of one."""
        if not self.oidc_issuer:
            return None
        if not self.oidc_client_id:
            problem = "TASKFORCE_OIDC_CLIENT_ID: must be set beside TASKFORCE_OIDC_ISSUER."
            raise ConfigurationError([problem])
        return SingleSignOn(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            name=self.oidc_name,
            username_claim=self.oidc_username_claim,
        )

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.home / "taskforce.sqlite3"

    @property
    def key_file(self) -> Path:
        """The key that encrypts secrets at rest; mode 0600, outside the database."""
        return self.home / "secrets.key"

    @property
    def last_backup_file(self) -> Path:
        """An empty file whose date tells when the database was last backed up."""
        return self.home / "last-backup"


def _problem(place: tuple[int | str, ...], message: str) -> str:
    """Which variable, and what it has to be; never what it is."""
    wanted = message.removeprefix("Value error, ").replace("Input should", "must")
    return f"{PREFIX}{'_'.join(str(part) for part in place).upper()}: {wanted}."
