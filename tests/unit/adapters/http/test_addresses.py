"""Which hosts may be called, and at which addresses."""

import socket

import pytest

from taskforce.adapters.http.addresses import Addresses, look_up
from taskforce.errors import AccessError

PUBLIC = "13.110.0.1"


def leading_to(*found: str, beside: tuple[str, ...] = ()) -> Addresses:
    """The rule, with a name server that always answers this."""
    return Addresses(beside, resolve=lambda _host, _port: found)


@pytest.mark.parametrize(
    "host",
    [
        "login.salesforce.com",
        "LOGIN.Salesforce.COM",
        "login.salesforce.com.",
        "acme.my.salesforce.com",
        "acme.my.site.force.com",
        "webservices5.autotask.net",
    ],
)
def test_hosts_of_both_vendors_are_called(host: str) -> None:
    """At any depth, in any case, with the dot that ends a full name."""
    assert Addresses().allows(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "salesforce.com",
        ".salesforce.com",
        "evil-salesforce.com",
        "salesforce.com.evil.example",
        "login.salesforce.com..evil.example",
        "login.salesforce.com@evil.example",
        "login.ѕalesforce.com",
        "login.xn--alesforce-p1i.com",
        "login.salesforce.com\u3002evil.example",
        "localhost",
        "127.0.0.1",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "169.254.169.254",
        "metadata.google.internal",
    ],
)
def test_any_other_host_is_refused(host: str) -> None:
    """Look-alikes, this machine in every writing, and what clouds keep for themselves."""
    with pytest.raises(AccessError) as refused:
        Addresses().require(host, "Salesforce", "login")

    assert (refused.value.system, refused.value.operation, refused.value.code) == ("Salesforce", "login", "address")
    assert refused.value.message == (
        f"Taskforce does not call {host}: it is no host of Salesforce or Autotask. Nothing was sent there."
    )
    assert refused.value.mend == (
        "If it is the right one, allow it with TASKFORCE_ALLOWED_HOSTS, or give it as the connection's address with "
        "taskforce connections edit."
    )


@pytest.mark.parametrize(
    ("beside", "host", "is_allowed"),
    [
        ("psa.example", "psa.example", True),
        ("PSA.example.", "psa.EXAMPLE", True),
        ("psa.example", "zone.psa.example", False),
        ("*.example", "zone.psa.example", True),
        (".psa.example", "zone.psa.example", True),
        (".psa.example", "psa.example", False),
        (".psa.example", "evilpsa.example", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("127.0.0.1", "2130706433", False),
        ("127.0.0.1", "::ffff:127.0.0.1", False),
        ("::1", "[0:0:0:0:0:0:0:1]", True),
    ],
)
def test_hosts_allowed_beside_the_vendors(beside: str, host: str, is_allowed: bool) -> None:
    """A name is that name; a suffix is all names below it."""
    assert Addresses((beside,)).allows(host) is is_allowed


@pytest.mark.parametrize("address", [PUBLIC, "2600:1f00::1", "::ffff:13.110.0.1", "64:ff9b::d6e:1"])
def test_a_vendors_host_is_called_at_public_addresses(address: str) -> None:
    """Of both kinds, and those of IPv4 in the clothes of IPv6, as behind NAT64."""
    assert leading_to(address).reach("login.salesforce.com", 443, "Salesforce") == [address]


PRIVATE = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "::1", "fc00::1", "::ffff:10.1.2.3"]
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "::",
    "224.0.0.1",
    "ff02::1",
]
ODD = ["64:ff9b::a01:203", "2002:a01:203::1", "::7f00:1", "fec0::1", "100.64.0.1", "2001:db8::1"]


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER, *ODD])
@pytest.mark.parametrize("before", [(), (PUBLIC,)])
def test_a_vendors_host_is_called_nowhere_else(address: str, before: tuple[str, ...]) -> None:
    """One such answer among good ones is enough to trust none of them."""
    with pytest.raises(AccessError) as refused:
        leading_to(*before, address).reach("login.salesforce.com", 443, "Salesforce")

    assert (refused.value.system, refused.value.code) == ("Salesforce", "address")
    assert refused.value.message == (
        f"The name login.salesforce.com leads to {address}, which Taskforce does not call. Nothing was sent there."
    )


@pytest.mark.parametrize("address", [PUBLIC, *PRIVATE])
def test_a_host_that_was_allowed_may_be_private(address: str) -> None:
    """Also one of a vendor, behind a private line."""
    for host in ("psa.example", "acme.my.salesforce.com"):
        assert leading_to(address, beside=(host,)).reach(host, 443, "Autotask") == [address]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address: str) -> None:
    """Whoever allowed the host did not mean the secrets of the cloud's machine."""
    with pytest.raises(AccessError, match=r"^The name psa\.example leads to "):
        leading_to(address, beside=("psa.example",)).reach("psa.example", 443, "Autotask")


def test_localhost_is_this_machine() -> None:
    """Plain http is sent there: a name server must not lead it elsewhere."""
    assert leading_to("127.0.0.1", beside=("localhost",)).reach("localhost", 80, "Autotask") == ["127.0.0.1"]
    with pytest.raises(AccessError):
        leading_to(PUBLIC, beside=("localhost",)).reach("localhost", 80, "Autotask")


def test_a_host_that_is_refused_is_not_looked_up() -> None:
    """No question leaves the machine for it."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC]

    with pytest.raises(AccessError):
        Addresses(resolve=resolve).reach("evil.example", 443, "Autotask")
    assert asked == []


def test_looking_up_addresses_of_this_machine() -> None:
    """An address is its own answer, told once; what no name can be is told as an unknown name."""
    assert look_up("127.0.0.1", 443) == ["127.0.0.1"]
    with pytest.raises(socket.gaierror):
        look_up("a" * 300, 443)
