"""Zones: which of Autotask's hosts keeps a user's database, and whether credentials may be sent there."""

import re
from typing import Protocol
from urllib.parse import urlsplit

from taskforce.adapters.autotask.wording import SYSTEM
from taskforce.adapters.http.client import is_loopback
from taskforce.errors import AccessError, ConfigurationError

_SERVICE = "/ATServicesRest"
_HOME = "autotask.net"
_HOST = re.compile(r"[a-z0-9.:-]{1,253}")


class ZoneCache(Protocol):
    """Remembers a connection's zone between processes; it is no secret."""

    def load(self) -> str | None:
        """The address stored last."""
        ...

    def save(self, url: str) -> None:
        """Store an address."""
        ...


class NoZoneCache:
    """Remembers nothing."""

    def load(self) -> str | None:
        """Nothing."""
        return None

    def save(self, url: str) -> None:
        """Forget it."""


def service_root(url: str) -> str:
    """The root of the REST API, ending in a slash, for an origin or any address below it.

    "https://webservices5.autotask.net", ".../ATServicesRest/V1.0/" and the old SOAP address all name the same root.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError(["autotask.url must be an address such as https://webservices.autotask.net."])
    at = parts.path.lower().find(_SERVICE.lower())
    path = parts.path[: at + len(_SERVICE)] if at >= 0 else _SERVICE
    return f"{parts.scheme}://{parts.netloc}{path}/"


def host_of(url: str) -> str:
    """The host of an address, for messages."""
    host = urlsplit(url).hostname or ""
    return host if _HOST.fullmatch(host) else "another host"


def is_same_origin(url: str, root: str) -> bool:
    """Whether credentials that belong to `root` may be sent to `url`."""
    left, right = urlsplit(url), urlsplit(root)
    return (left.scheme, left.netloc.lower()) == (right.scheme, right.netloc.lower())


def trusted_zone(configured: str, named: str) -> str:
    """The root at the zone that Autotask names, once it is known that credentials may be sent there.

    That is https at Autotask's own hosts or at the configured one; a connection to this machine stays on this machine.
    """
    try:
        root = service_root(named)
    except ConfigurationError:
        raise _not_trusted(configured, named) from None
    host = urlsplit(root).hostname or ""
    if is_loopback(urlsplit(configured).hostname or ""):
        is_trusted = is_loopback(host)
    else:
        is_ours = host == _HOME or host.endswith(f".{_HOME}") or host == urlsplit(configured).hostname
        is_trusted = is_ours and urlsplit(root).scheme == "https"
    if not is_trusted:
        raise _not_trusted(configured, named)
    return root


def _not_trusted(configured: str, named: str) -> AccessError:
    where, there = host_of(configured), host_of(named)
    if there == _HOME or there.endswith(f".{_HOME}"):
        mend = f"Set the connection's autotask url to https://{there}."
    else:
        mend = "Check the address; an installation of your own must name its own host over https."
    return AccessError(
        f"The database of this user is not at {where}: Autotask names {there}. No credentials were sent there.",
        system=SYSTEM,
        operation="find the zone",
        code="wrong_zone",
        mend=mend,
    )
