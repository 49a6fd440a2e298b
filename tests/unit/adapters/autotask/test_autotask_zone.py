"""Addresses: what a configured one means, and where credentials may go."""

import pytest

from taskforce.adapters.autotask.zone import service_root, trusted_zone
from taskforce.errors import AccessError, ConfigurationError

GENERIC = "https://webservices.autotask.net/ATServicesRest/"


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://webservices.autotask.net", GENERIC),
        (" https://webservices.autotask.net/ ", GENERIC),
        ("https://webservices.autotask.net/ATServicesRest/V1.0/", GENERIC),
        ("https://webservices.autotask.net/ATServicesRest", GENERIC),
        ("https://webservices.autotask.net/atservices/1.6/atws.asmx", GENERIC),
        (
            "https://webservices5.autotask.net/atservicesrest/v1.0",
            "https://webservices5.autotask.net/atservicesrest/",
        ),
        ("https://gate.example/autotask/ATServicesRest/", "https://gate.example/autotask/ATServicesRest/"),
    ],
)
def test_service_roots(url: str, root: str) -> None:
    """Any address of the API means its root."""
    assert service_root(url) == root


@pytest.mark.parametrize("url", ["", "webservices.autotask.net", "ftp://x.example", "https://user:pass@x.example"])
def test_addresses_that_are_none(url: str) -> None:
    """A sentence that says what one looks like."""
    with pytest.raises(ConfigurationError, match="such as https://webservices"):
        service_root(url)


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        (GENERIC, "https://webservices5.autotask.net/ATServicesRest/"),
        (GENERIC, "https://webservices5.autotask.net/atservicesrest"),
        ("https://gate.example/ATServicesRest/", "https://gate.example/ATServicesRest/"),
        ("https://gate.example/ATServicesRest/", "https://webservices5.autotask.net/ATServicesRest/"),
        ("http://127.0.0.1:8080/ATServicesRest/", "http://localhost:9090/ATServicesRest/"),
    ],
)
def test_zones_that_are_trusted(configured: str, named: str) -> None:
    """Autotask's own hosts and the configured one, over https; this machine from this machine."""
    assert trusted_zone(configured, named) == service_root(named)


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        (GENERIC, "http://webservices5.autotask.net/ATServicesRest/"),
        (GENERIC, "https://autotask.net.evil.example/ATServicesRest/"),
        (GENERIC, "https://evilautotask.net/ATServicesRest/"),
        (GENERIC, "https://evil.example/ATServicesRest/"),
        (GENERIC, "https://webservices5.autotask.net@evil.example/ATServicesRest/"),
        (GENERIC, "http://127.0.0.1/ATServicesRest/"),
        (GENERIC, "https://127.0.0.1/ATServicesRest/"),
        (GENERIC, "https://169.254.169.254/ATServicesRest/"),
        (GENERIC, ""),
        ("http://127.0.0.1:8080/ATServicesRest/", "https://webservices5.autotask.net/ATServicesRest/"),
    ],
)
def test_zones_that_are_not_trusted(configured: str, named: str) -> None:
    """Credentials never go where an answer could lure them."""
    with pytest.raises(AccessError) as caught:
        trusted_zone(configured, named)

    assert caught.value.code == "wrong_zone"
