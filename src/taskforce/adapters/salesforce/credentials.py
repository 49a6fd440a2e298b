"""What it takes to sign in to an org, and what an org gives for it."""

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceCredentials:
    """`method` is client_credentials, jwt_bearer or password (spec section 3); what it does not need may be empty."""

    url: str
    method: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        """Scheme and host of the address."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in session: the bearer token and where it may be sent, and the API version agreed on."""

    access_token: str
    instance_url: str
    api_version: str = ""

    def __repr__(self) -> str:
        return f"Session(instance_url={self.instance_url!r}, api_version={self.api_version!r})"


class SessionCache(Protocol):
    """Keeps a session, as text, between processes; the caller encrypts it."""

    def load(self) -> str | None: ...

    def save(self, text: str) -> None: ...

    def clear(self) -> None: ...
