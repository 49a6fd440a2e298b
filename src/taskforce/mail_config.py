"""The mail server as people write it down: in the environment, which wins, or on a page; every problem told at once."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from taskforce.adapters.mail.message import address_of
from taskforce.adapters.mail.server import MailServer, Security
from taskforce.connection_config import is_this_machine
from taskforce.errors import ConfigurationError


class MailEnvironment(BaseSettings):
    """`TASKFORCE_MAIL_…`, as texts: once there is a host, all of it comes from here and nothing from the pages."""

    model_config = SettingsConfigDict(env_prefix="TASKFORCE_MAIL_", env_ignore_empty=True, frozen=True)

    host: str = ""
    port: str = ""
    security: str = ""
    username: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""
    ca_file: str = ""

    def document(self) -> dict[str, str]:
        """What is set."""
        return {name: value for name, value in self.model_dump().items() if value}


def _host(text: str) -> str:
    if not text or any(letter.isspace() or letter in "/@:?#" for letter in text.replace(":", "", _colons(text))):
        raise ValueError("must be the name of a mail server, such as smtp.example.com")
    return text


def _colons(text: str) -> int:
    """An IPv6 address has some; a name has none."""
    try:
        return text.count(":") if ipaddress.ip_address(text).version == 6 else 0
    except ValueError:
        return 0


def _sender(text: str) -> str:
    try:
        address_of(text).domain.encode("idna")
    except ValueError:
        raise ValueError("must be a mail address, such as taskforce@example.com") from None
    return text


def _address(text: str) -> str:
    """The pages' own address, for links."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_right = False
    if not is_right or "@" in parts.netloc or parts.query or parts.fragment or any(map(str.isspace, text)):
        raise ValueError("must be an address such as https://taskforce.example.com")
    return text.rstrip("/")


PublicAddress = Annotated[str, AfterValidator(_address)]


class MailConfig(BaseModel):
    """A mail server, checked. `port` 0 means the usual one of the chosen security."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    host: Annotated[str, Field(max_length=255), AfterValidator(_host)]
    port: int = Field(default=0, ge=0, le=65535)
    security: Security = Security.STARTTLS
    username: str = Field(default="", max_length=255)
    password: str = Field(default="", max_length=1000, repr=False)
    sender: Annotated[str, Field(max_length=255), AfterValidator(_sender)]
    ca_file: Path | None = None
    address: PublicAddress = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.security is Security.NONE and not is_this_machine(self.host):
            raise ValueError("mail without encryption is accepted for a mail server on this machine only")
        if self.username and not self.password:
            raise ValueError("the password is missing")
        return self

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "MailConfig":
        """Check what was written down. Raises MailConfigError with every problem, never with a value."""
        try:
            config = cls.model_validate(dict(document))
        except ValidationError as error:
            raise MailConfigError(dict(map(_problem, error.errors(include_input=False)))) from None
        if config.ca_file is not None and not config.ca_file.is_file():
            raise MailConfigError({"ca_file": "there is no such file"})
        return config

    def plain(self) -> dict[str, Any]:
        """What is kept, without the password."""
        return self.model_dump(mode="json", exclude={"password", "ca_file"})

    def server(self) -> MailServer:
        """The adapter's form."""
        return MailServer(
            host=self.host,
            port=self.port or self.security.port,
            security=self.security,
            sender=self.sender,
            username=self.username,
            password=self.password,
            ca_file=self.ca_file,
        )


class MailConfigError(ConfigurationError):
    """What was written down cannot work; `by_key` tells each problem by its key, "" for what concerns several."""

    def __init__(self, by_key: Mapping[str, str]) -> None:
        super().__init__([f"mail {key}: {text}." if key else f"mail: {text}." for key, text in by_key.items()])
        self.by_key = dict(by_key)


def _problem(error: Mapping[str, Any]) -> tuple[str, str]:
    key = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "must")
    return key, {"missing": "is missing", "extra_forbidden": "is no key that Taskforce knows"}.get(
        error["type"], message
    )
