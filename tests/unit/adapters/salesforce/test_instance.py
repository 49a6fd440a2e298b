"""Where a session may be sent."""

import pytest

from taskforce.adapters.salesforce.auth import check_instance
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.errors import ApiError

ELSEWHERE = SalesforceCredentials(url="https://acme.my.salesforce.com", method="client_credentials")
HERE = SalesforceCredentials(url="http://127.0.0.1:8001", method="client_credentials")


@pytest.mark.parametrize(
    ("credentials", "instance"),
    [
        (ELSEWHERE, "https://acme.my.salesforce.com"),
        (ELSEWHERE, "https://na139.salesforce.com:443"),
        (HERE, "http://localhost:8002"),
        (HERE, "https://127.0.0.1:8443"),
        (HERE, "http://[::1]:8001"),
    ],
)
def test_instance_that_is_trusted(credentials: SalesforceCredentials, instance: str) -> None:
    """An org may live on another host than its login."""
    check_instance(instance, credentials)


@pytest.mark.parametrize(
    ("credentials", "instance"),
    [
        (ELSEWHERE, "http://acme.my.salesforce.com"),
        (ELSEWHERE, "https://me@acme.my.salesforce.com"),
        (ELSEWHERE, "https://127.0.0.1"),
        (ELSEWHERE, "http://localhost"),
        (ELSEWHERE, "https://"),
        (ELSEWHERE, "acme.my.salesforce.com"),
        (HERE, "https://acme.my.salesforce.com"),
        (HERE, "ftp://127.0.0.1"),
    ],
)
def test_instance_that_is_not_trusted(credentials: SalesforceCredentials, instance: str) -> None:
    """Off https, on to this machine, or away from it."""
    with pytest.raises(ApiError) as refused:
        check_instance(instance, credentials)

    assert refused.value.code == "untrusted_instance"
