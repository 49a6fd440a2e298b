"""The rule about addresses through the real client: what is refused, and where it connects instead of asking again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from taskforce.adapters.http.addresses import Addresses
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.errors import AccessError, ConfigurationError, TransientError
from taskforce_simulators.core.certificates import Certificates, make_certificates
from tests.integration.http.scripted_server import ScriptedServer, answer, serving
from tests.integration.http.tunnel import tunnelling

HOST = "localhost"
"""The only name in the test's certificate; the name server below decides where it is."""


class NameServer:
    """Gives one answer after another; the last is repeated."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate for localhost of an authority that no system knows."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secure_server(certificates: Certificates) -> Iterator[ScriptedServer]:
    """A server that speaks TLS."""
    with serving((certificates.certificate_file, certificates.key_file)) as running:
        yield running


def opened(names: NameServer, *beside: str, ca_file: Path | None = None) -> HttpClient:
    """The client under test, which sends once."""
    addresses = Addresses(beside, resolve=names)
    return HttpClient(system="Salesforce", addresses=addresses, ca_file=ca_file, retries=RetryPolicy(attempts=1))


def ask(client: HttpClient, url: str) -> bytes:
    """The body of the answer."""
    return client.send("GET", url, operation="query", repeatable=True).body


def test_private_address_of_an_allowed_host_is_refused(server: ScriptedServer) -> None:
    """A name server that leads a vendor's name to this machine gets nothing."""
    names = NameServer(["127.0.0.1"])
    with opened(names) as client, pytest.raises(AccessError) as refused:
        ask(client, f"https://login.salesforce.com:{server.port}/")

    assert refused.value.code == "address"
    assert refused.value.message == (
        "The name login.salesforce.com leads to 127.0.0.1, which Taskforce does not call. Nothing was sent there."
    )
    assert (names.asked, server.requests) == (["login.salesforce.com"], [])


def test_checked_address_is_the_one_connected_to(secure_server: ScriptedServer, certificates: Certificates) -> None:
    """The name is looked up once a connection, and nobody asks again between checking and connecting."""
    names = NameServer(["127.0.0.1"], ["169.254.169.254"])
    with opened(names, HOST, ca_file=certificates.ca_file) as client:
        url = secure_server.url.replace("127.0.0.1", HOST)
        assert ask(client, url) == b"OK"

    assert names.asked == [HOST]
    [request] = secure_server.requests
    assert f"\r\nhost: localhost:{secure_server.port}\r\n".encode() in request.lower()


def test_second_answer_is_checked_too(secure_server: ScriptedServer, certificates: Certificates) -> None:
    """Rebinding: each new connection looks up anew, and what it finds is checked again."""
    secure_server.script = [answer(200, b"OK", Connection="close")]
    names = NameServer(["127.0.0.1"], ["169.254.169.254"])
    with opened(names, HOST, ca_file=certificates.ca_file) as client:
        url = secure_server.url.replace("127.0.0.1", HOST)
        assert ask(client, url) == b"OK"
        with pytest.raises(AccessError, match=r"^The name localhost leads to 169\.254\.169\.254, "):
            ask(client, url)

    assert len(secure_server.requests) == 1


def test_certificate_is_that_of_the_name(secure_server: ScriptedServer, certificates: Certificates) -> None:
    """Connected by address, verified by name: a certificate for 127.0.0.1 does not serve psa.example."""
    names = NameServer(["127.0.0.1"])
    with opened(names, "psa.example", ca_file=certificates.ca_file) as client, pytest.raises(AccessError) as refused:
        ask(client, f"https://psa.example:{secure_server.port}/")

    assert refused.value.code == "tls"
    assert "psa.example" in refused.value.message
    assert secure_server.requests == []


def test_next_address_is_tried(server: ScriptedServer) -> None:
    """Nobody listens at the first one."""
    with opened(NameServer(["::1", "127.0.0.1"]), HOST) as client:
        assert ask(client, f"http://localhost:{server.port}/") == b"OK"


def test_name_without_an_address() -> None:
    """A name server that answers with nothing."""
    with opened(NameServer([])) as client, pytest.raises(TransientError) as unreachable:
        ask(client, "https://login.salesforce.com/")

    assert unreachable.value.code == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil-salesforce.com/",
        "https://salesforce.com.evil.example/",
        "https://login.salesforce.com@evil.example/",
        "https://login.salesforce.com\\@evil.example/",
        "https://evil.example#.salesforce.com/",
        "https://evil.example?.salesforce.com",
        "https://login.ѕalesforce.com/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "http://127.0.0.1/",
        "http://login.salesforce.com/",
    ],
)
def test_nothing_is_looked_up_for_a_host_that_is_refused(url: str) -> None:
    """However an address is written, what counts is where it would lead."""
    names = NameServer(["13.110.0.1"])
    with opened(names) as client, pytest.raises((AccessError, ConfigurationError)):
        ask(client, url)

    assert names.asked == []


def test_behind_a_proxy_hosts_are_still_checked(
    secure_server: ScriptedServer, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy looks names up; which hosts it is asked for is decided here."""
    names = NameServer(["10.0.0.1"])
    with tunnelling(secure_server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with opened(names, ca_file=certificates.ca_file) as client:
            with pytest.raises(AccessError) as refused:
                ask(client, "https://evil.example/")
            with pytest.raises(AccessError) as untrusted:
                ask(client, "https://login.salesforce.com/")

    assert (refused.value.code, untrusted.value.code) == ("address", "tls")
    assert (names.asked, secure_server.requests) == ([], [])


def test_hosts_that_go_round_the_proxy_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY leads to the same checked connection."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", ".salesforce.com")
    names = NameServer(["10.0.0.1"])
    with opened(names) as client, pytest.raises(AccessError, match=r" leads to 10\.0\.0\.1, "):
        ask(client, "https://login.salesforce.com/")

    assert names.asked == ["login.salesforce.com"]
