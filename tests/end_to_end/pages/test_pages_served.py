"""Where the pages are served, and what is said where they cannot be."""

import socket

import pytest

from taskforce.errors import ConfigurationError
from taskforce.pages import serve_pages
from tests.end_to_end.office import Office
from tests.end_to_end.pages.visitor import Visitor


def has_ipv6() -> bool:
    """Whether this machine can call itself by it."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_by_ipv6(office: Office) -> None:
    """In brackets, as browsers want it."""
    office.installation.pages_host, office.installation.pages_port = "::1", 0

    with serve_pages(office.installation) as address, Visitor(address) as visitor:
        answer = visitor.get("/healthz")

    assert (address.startswith("http://[::1]:"), answer.status_code) == (True, 200)


def test_a_port_that_is_taken(office: Office) -> None:
    """The port is what to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        office.installation.pages_host, office.installation.pages_port = "127.0.0.1", port
        with pytest.raises(ConfigurationError) as refused, serve_pages(office.installation):
            pass

    words = f"The pages cannot be served at 127.0.0.1, port {port} (Address already in use): "
    assert refused.value.problems == (f"{words}set TASKFORCE_PAGES_PORT to another.",)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_of_another_machine(office: Office, host: str) -> None:
    """The address is what to change."""
    office.installation.pages_host, office.installation.pages_port = host, 0

    with pytest.raises(ConfigurationError) as refused, serve_pages(office.installation):
        pass

    (problem,) = refused.value.problems
    assert problem.startswith(f"The pages cannot be served at {host}, port 0 (")
    assert problem.endswith("): set TASKFORCE_PAGES_HOST to an address of this machine.")
