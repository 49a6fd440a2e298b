"""Where mail is handed over, and in whose name."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Security(StrEnum):
    """How the way to the mail server is kept from being read."""

    STARTTLS = "starttls"
    """TLS after a plain beginning; refused if the server does not offer it."""
    TLS = "tls"
    """TLS from the first byte."""
    NONE = "none"
    """Not at all: for a mail server on this machine only."""

    @property
    def port(self) -> int:
        """The usual one."""
        return {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server; without `username` nobody signs in. `sender` is a mail address, with a name or without.

    `ca_file` holds the certificate of an authority of one's own, where the system's do not know the server's.
    """

    host: str
    port: int
    security: Security
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
