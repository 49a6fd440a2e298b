"""Names, ports, certificates and proxies."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.errors import AccessError, ConfigurationError, TransientError, WriteInDoubt
from taskforce_simulators.core.certificates import Certificates, make_certificates
from tests.integration.http.scripted_server import BROKEN_TLS, ScriptedServer, answer, serving
from tests.integration.http.tunnel import tunnelling
from tests.support.addresses import HERE

ONCE = RetryPolicy(attempts=1)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority that no system knows, and its certificate for this machine."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secure_server(certificates: Certificates) -> Iterator[ScriptedServer]:
    """A server that speaks TLS."""
    with serving((certificates.certificate_file, certificates.key_file)) as running:
        yield running


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def post(url: str, ca_file: Path | None = None) -> bytes:
    """The body of the answer to a request that is sent once."""
    with HttpClient(
        system="Autotask", addresses=HERE, ca_file=ca_file, retries=ONCE, timeout=timedelta(seconds=10)
    ) as client:
        return client.send("POST", url, operation="create company", content=b"{}", repeatable=False).body


def test_refused_connection_sent_nothing(closed_port: int) -> None:
    """Host and reason are named; a write is not in doubt."""
    with pytest.raises(TransientError) as unreachable:
        post(f"http://127.0.0.1:{closed_port}/")

    assert unreachable.value.code == "unreachable"
    assert unreachable.value.message == "Autotask could not be reached at 127.0.0.1: the connection was refused."


def test_unknown_name_sent_nothing() -> None:
    """A misspelt host is told as such (RFC 6761: no such name exists)."""
    with pytest.raises(TransientError) as unreachable:
        post("https://unknown.invalid/")

    assert unreachable.value.message == "Autotask could not be reached at unknown.invalid: this name is not known."


def test_company_authority_is_honoured(secure_server: ScriptedServer, certificates: Certificates) -> None:
    """A certificate of the authority in ca_file is accepted."""
    assert post(secure_server.url, certificates.ca_file) == b"OK"


def test_unknown_authority_is_refused(secure_server: ScriptedServer) -> None:
    """The mend names ca_file; nothing was sent."""
    with pytest.raises(AccessError) as refused:
        post(secure_server.url)

    assert refused.value.code == "tls"
    assert refused.value.message.startswith("The certificate of 127.0.0.1 could not be verified: ")
    assert refused.value.mend == "If your network inspects TLS, name your company's certificate file as ca_file."
    assert secure_server.requests == []


def test_server_without_tls_is_told_as_such(server: ScriptedServer) -> None:
    """Asking by https what speaks plain http."""
    with pytest.raises(AccessError) as refused:
        post(server.url.replace("http:", "https:"))

    assert refused.value.code == "tls"
    assert refused.value.message == "No secure connection (TLS) could be made with 127.0.0.1."


def test_tls_that_breaks_after_sending_leaves_a_write_in_doubt(
    secure_server: ScriptedServer, certificates: Certificates
) -> None:
    """Only a failure to connect says that nothing was sent."""
    secure_server.script = [BROKEN_TLS]

    with pytest.raises(WriteInDoubt) as lost:
        post(secure_server.url, certificates.ca_file)

    assert lost.value.code == "no_answer"
    assert len(secure_server.requests) == 1


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unusable_ca_file(tmp_path: Path, content: str | None) -> None:
    """A missing file and one that holds something else."""
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)

    with pytest.raises(ConfigurationError, match="ca_file cannot be read: it must be a file of PEM certificates"):
        HttpClient(system="Autotask", addresses=HERE, ca_file=ca_file)


def test_proxy_is_asked(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is honoured; one that refuses has sent nothing on."""
    server.script = [answer(403)]
    monkeypatch.setenv("HTTPS_PROXY", server.url)

    with pytest.raises(TransientError) as refused:
        post("https://webservices.example/")

    assert refused.value.code == "unreachable"
    assert (
        refused.value.message == "Autotask could not be reached at webservices.example: the proxy refused to connect."
    )
    [request] = server.requests
    assert request.startswith(b"CONNECT webservices.example:443 ")


def test_proxy_is_no_reason_to_trust(
    secure_server: ScriptedServer, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy the certificate must still be that of the host asked for."""
    with tunnelling(secure_server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)

        with pytest.raises(AccessError) as refused:
            post("https://webservices.example/", certificates.ca_file)

    assert refused.value.code == "tls"
    assert "webservices.example" in refused.value.message
    assert secure_server.requests == []


def test_this_machine_is_never_reached_by_proxy(
    server: ScriptedServer, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain http must not leave the machine, whatever HTTP_PROXY says."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port}")

    assert post(server.url) == b"OK"
    assert post(server.url.replace("127.0.0.1", "localhost")) == b"OK"
