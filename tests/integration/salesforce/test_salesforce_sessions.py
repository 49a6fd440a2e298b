"""Sessions: kept between processes, renewed when they end, and the API version they agree on."""

from threading import Thread, current_thread, main_thread

import pytest

from taskforce.errors import AccessError, ProtocolError
from tests.integration.salesforce.simulated_org import MemoryCache, SimulatedOrg, ids, read

EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_session_is_kept_for_the_next_process(org: SimulatedOrg) -> None:
    """A second process signs in no more and asks for no versions."""
    cache = MemoryCache()
    org.source(org.client(cache)).describe()
    org.simulator.journal.clear()

    org.source(org.client(cache)).describe()

    assert [path.rpartition("/sobjects")[2] for path in org.asked()] == ["/Account/describe?", "/Contact/describe?"]


def test_session_that_ended_meanwhile_is_renewed(org: SimulatedOrg) -> None:
    """A kept session that is no longer good costs one refused request, which does not count."""
    cache = MemoryCache()
    org.source(org.client(cache)).describe()
    org.simulator.expire_sessions()
    org.simulator.journal.clear()
    client = org.client(cache)

    org.source(client).describe()

    assert len(org.asked("token")) == 1
    assert client.calls == org.counted == 2
    assert cache.load() is not None


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "{}",
        '{"access_token": "t", "instance_url": "https://evil.example", "api_version": "66.0"}',
        '{"access_token": "t", "instance_url": "http://127.0.0.1:1"}',
    ],
)
def test_unusable_kept_session_is_replaced(org: SimulatedOrg, text: str) -> None:
    """What cannot be read, or leads elsewhere, is as good as nothing."""
    client = org.client(MemoryCache(text))

    assert client.session().instance_url == org.simulator.public_url


@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer", "password"])
def test_session_that_ends_in_the_middle_of_reading(org: SimulatedOrg, method: str) -> None:
    """It is renewed without a lost or repeated record."""
    made = org.add_accounts(450)
    org.goes_wrong("expire_session", "/query/")
    client = org.client(method=method)

    pages = read(org.source(client, page_size=200))

    assert ids(pages) == made
    assert [len(page.records) for page in pages] == [200, 200, 50]
    assert client.calls == org.counted == 3


def test_session_that_ends_on_the_way_is_renewed_where_the_store_may_be_reached(org: SimulatedOrg) -> None:
    """The third page travels on a thread of its own, which never reaches the store."""
    made = org.add_accounts(450)
    org.goes_wrong("expire_session", "/query/", skip=1)
    saved_on: list[Thread] = []

    class Cache(MemoryCache):
        """Notes who saves."""

        def save(self, text: str) -> None:
            saved_on.append(current_thread())
            super().save(text)

    assert ids(read(org.source(org.client(Cache()), page_size=200))) == made
    assert saved_on == [main_thread()] * 2


def test_session_that_is_refused_for_ever(org: SimulatedOrg) -> None:
    """One renewal, then the sentence for the administrator."""
    org.goes_wrong("status", "/sobjects", status=401, body=EXPIRED, times=None)
    client = org.client()

    with pytest.raises(AccessError) as refused:
        org.source(client).describe()

    assert (refused.value.code, refused.value.status) == ("INVALID_SESSION_ID", 401)
    assert "Give the client app the scope api" in refused.value.mend
    assert len(org.asked("token")) == 2
    assert client.calls == 0


def test_other_refusals_are_no_reason_to_sign_in(org: SimulatedOrg) -> None:
    """Only the session itself is renewed."""
    org.goes_wrong("status", "/sobjects", status=401, body=[{"errorCode": "INVALID_AUTH_HEADER", "message": "x"}])

    with pytest.raises(AccessError):
        org.source().describe()

    assert len(org.asked("token")) == 1


@pytest.mark.parametrize(
    ("offered", "agreed"), [([58, 64, 68], "64.0"), ([66, 67, 68], "66.0"), ([50], "50.0"), ([31, 59, 60], "60.0")]
)
def test_version_is_the_newest_that_both_know(org: SimulatedOrg, offered: list[int], agreed: str) -> None:
    """What either side lacks is not asked for."""
    org.set(versions=offered)

    assert org.client().session().api_version == agreed


def test_no_common_version(org: SimulatedOrg) -> None:
    """An org that is too new wants a newer Taskforce."""
    org.set(versions=[67, 68])

    with pytest.raises(ProtocolError) as refused:
        org.client().session()

    assert (refused.value.code, refused.value.mend) == ("no_common_version", "Install a newer version of Taskforce.")


@pytest.mark.parametrize("body", ["{}", '[{"version": "new"}]', "<html>"])
def test_list_of_versions_that_is_none(org: SimulatedOrg, body: str) -> None:
    """Something else answers at this address."""
    org.goes_wrong("status", "/services/data$", status=200, body=body)

    with pytest.raises(ProtocolError) as refused:
        org.client().session()

    assert refused.value.code == "not_understood"


def test_login_that_ends_without_a_version_is_not_kept(org: SimulatedOrg) -> None:
    """A session is kept when everything about it is known."""
    org.goes_wrong("status", "/services/data$", status=404, body="not here")
    cache = MemoryCache()

    with pytest.raises(ProtocolError):
        org.client(cache).session()

    assert cache.load() is None
