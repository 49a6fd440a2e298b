"""Which hosts and addresses may be called at all, whoever named them: a person, a vendor's answer or a name server."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from taskforce.errors import AccessError

VENDORS = ("*.salesforce.com", "*.force.com", "*.autotask.net")
"""The hosts of both vendors."""

REFUSED = "address"
"""The code of the error: nothing was sent."""

_METADATA = frozenset(
    ipaddress.ip_address(each) for each in ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)
"""Where clouds tell their machines secrets; the best known, 169.254.169.254, is link-local."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


def look_up(host: str, port: int) -> list[str]:
    """Every address of a host, as the system knows them. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no name can be like this") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Addresses:
    """The rule: the vendors' hosts at public addresses, and hosts that whoever runs this machine allows beside them.

    `beside` holds names and addresses ("psa.example", "127.0.0.1"), and "*.example" or ".example" for all names below
    one. They may be at private addresses and on this machine; link-local addresses and those that a cloud keeps for
    its machines' own secrets are never called.
    """

    beside: tuple[str, ...] = ()
    resolve: Resolve = look_up

    def allows(self, host: str) -> bool:
        """Whether a host may be called, as far as its name tells."""
        return _is_among(host, VENDORS) or _is_among(host, self.beside)

    def require(self, host: str, system: str, operation: str) -> None:
        """Refuse every other host. Raises AccessError."""
        if not self.allows(host):
            raise AccessError(
                f"Taskforce does not call {host}: it is no host of Salesforce or Autotask. Nothing was sent there.",
                system=system,
                operation=operation,
                code=REFUSED,
                mend="If it is the right one, allow it with TASKFORCE_ALLOWED_HOSTS, or give it as the connection's "
                "address with taskforce connections edit.",
            )

    def reach(self, host: str, port: int, system: str) -> list[str]:
        """The addresses to connect to, each of them checked. Raises AccessError if any is not allowed, and OSError."""
        self.require(host, system, "connect")
        found = list(self.resolve(host, port))
        for each in found:
            if not self._may_be_at(host, each):
                raise AccessError(
                    f"The name {host} leads to {each}, which Taskforce does not call. Nothing was sent there.",
                    system=system,
                    operation="connect",
                    code=REFUSED,
                    mend="Look at the name server of this machine. If a private address is right for this host, allow "
                    "it with TASKFORCE_ALLOWED_HOSTS.",
                )
        return found

    def _may_be_at(self, host: str, address: str) -> bool:
        ip = _inner(ipaddress.ip_address(address))
        if ip in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            return False
        if canonical(host) == "localhost":
            return ip.is_loopback
        return _is_among(host, self.beside) or _is_public(ip)


@lru_cache(maxsize=256)
def canonical(host: str) -> str:
    """One way to write each host: lower case, no dot at its end, an address in its shortest form."""
    name = host.strip("[]").lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


def _is_among(host: str, patterns: Sequence[str]) -> bool:
    name = canonical(host)
    for pattern in patterns:
        above = pattern.removeprefix("*")
        if above.startswith("."):
            if name.endswith(canonical(above)) and name != canonical(above):
                return True
        elif name == canonical(pattern):
            return True
    return False


def _inner(ip: Ip) -> Ip:
    """The IPv4 address that one of IPv6 stands for, if it does."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _is_public(ip: Ip) -> bool:
    return ip.is_global and (ip.version == 4 or ip in _UNICAST)
