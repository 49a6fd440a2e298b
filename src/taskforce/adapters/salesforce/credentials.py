"""What it takes to sign in to an org, and what an org gives for it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

_SETUP_HOSTS = (".lightning.force.com", ".my.salesforce-setup.com")
"""Hosts of pages, not of the API; people copy them from the browser's address line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceCredentials:
    """`method` is client_credentials, jwt_bearer or password (spec section 3); what it does not need may be empty.

    `url` is the org's My Domain address, https://login.salesforce.com or https://test.salesforce.com; for a password
    also a full SOAP endpoint. `private_key` is an RSA key in PEM form; `security_token` is appended to the password.
    """

    url: str
    method: str
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the address, without a user name that may stand in it."""
        parts = urlsplit(self.url.strip())
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def host(self) -> str:
        """The host's name, in lower case."""
        return urlsplit(self.url.strip()).hostname or ""

    @property
    def api_origin_of_page(self) -> str | None:
        """Where the API is, if the address is that of Salesforce's pages; None if it is not."""
        for suffix in _SETUP_HOSTS:
            if self.host.endswith(suffix):
                return f"https://{self.host.removesuffix(suffix)}.my.salesforce.com"
        return None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in session: the bearer token, where it may be sent, the API version agreed on, and whose org it is."""

    access_token: str
    instance_url: str
    api_version: str = ""
    organization_id: str = ""
    issued_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Session(instance_url={self.instance_url!r}, api_version={self.api_version!r})"


class SessionCache(Protocol):
    """Keeps a session, as text, between processes; the caller encrypts it."""

    def load(self) -> str | None:
        """The text saved last."""
        ...

    def save(self, text: str) -> None:
        """Keep a text, which holds a bearer token."""
        ...

    def clear(self) -> None:
        """Forget it."""
        ...
