"""Finding the zone and logging in: every way it fails is one clear sentence, and no credentials go astray."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.client import HttpClient
from taskforce.domain.budget import TenantUse
from taskforce.errors import AccessError, ConfigurationError, ProtocolError, TransientError
from tests.integration.autotask.autotask_bench import (
    CODE,
    SECRET,
    USERNAME,
    Bench,
    Mouthpiece,
    Said,
    Shelf,
    errors,
    make_target,
)

THRESHOLD = Said(
    body={
        "externalRequestThreshold": 10000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 124,
    }
)


@pytest.mark.parametrize("path", ["", "/", "/ATServicesRest", "/atservicesrest/v1.0/", "/ATServices/1.6/atws.asmx"])
def test_any_form_of_the_address_works(bench: Bench, path: str) -> None:
    """The origin, the root, the version and the old SOAP address lead to the same API."""
    target = bench.target(url=f"{bench.url}{path}")

    assert target.usage() == TenantUse(used=1, limit=10_000, window=timedelta(hours=1))


def test_zone_discovery_is_not_counted_and_asked_for_once(bench: Bench) -> None:
    """Calls are those that the vendor counts."""
    target = bench.target()
    target.usage()
    target.usage()

    assert [entry.operation for entry in bench.requests()] == ["zone", "threshold", "threshold"]
    assert (target.calls, bench.counted()) == (2, 2)


@pytest.mark.parametrize("wrong", [{"secret": "wrong-secret"}, {"integration_code": "WRONGCODE"}])
def test_wrong_credentials(bench: Bench, wrong: dict[str, str]) -> None:
    """A refused login names what to check and shows nothing of it."""
    with pytest.raises(AccessError) as caught:
        bench.target(**wrong).usage()

    error = caught.value
    assert (error.code, error.status, error.message) == ("login", 401, "Autotask refused the login at 127.0.0.1.")
    assert "username, secret and integration code" in error.mend
    assert not any(text in str(error) for text in wrong.values())


def test_a_wrong_code_in_the_older_way(bench: Bench) -> None:
    """Status 500 with the known text is a refused login as well."""
    bench.simulator.change_settings({"auth_errors": "2023"})
    with pytest.raises(AccessError) as caught:
        bench.target(integration_code="WRONGCODE").usage()

    assert caught.value.code == "login"


def test_an_unknown_user(bench: Bench) -> None:
    """Autotask names no zone for a user it does not know."""
    with pytest.raises(AccessError) as caught:
        bench.target(username="nobody@elsewhere.example").usage()

    assert (caught.value.code, caught.value.message) == (
        "unknown_user",
        "Autotask knows no API user of this username.",
    )
    assert "nobody@elsewhere.example" not in str(caught.value)


@pytest.mark.parametrize(
    ("zone", "mend"),
    [
        (
            "https://webservices5.autotask.net/ATServicesRest/",
            "Set the connection's autotask url to https://webservices5.autotask.net.",
        ),
        (
            "https://autotask.net.evil.example/ATServicesRest/",
            "Check the address; an installation of your own must name its own host over https.",
        ),
        ("file:///etc", "Check the address; an installation of your own must name its own host over https."),
    ],
)
def test_a_zone_elsewhere(bench: Bench, zone: str, mend: str) -> None:
    """A connection to this machine sends no credentials to another, and says where the database is."""
    bench.simulator.change_settings({"zone_url": zone})
    with pytest.raises(AccessError) as caught:
        bench.target().usage()

    assert (caught.value.code, caught.value.mend) == ("wrong_zone", mend)
    assert [entry.operation for entry in bench.requests()] == ["zone"]


def test_the_zone_is_remembered(bench: Bench) -> None:
    """With a cache, a later process does not ask for the zone."""
    shelf = Shelf()
    bench.target(shelf).usage()
    bench.target(shelf).usage()

    assert [entry.operation for entry in bench.requests()] == ["zone", "threshold", "threshold"]
    assert shelf.url == f"{bench.url}/ATServicesRest/"


def test_a_remembered_zone_that_moved(bench: Bench, mouthpiece: Mouthpiece, http: HttpClient) -> None:
    """Refused at a remembered zone, the zone is asked for again and the request goes there."""
    mouthpiece.say(Said(status=401))
    mouthpiece.zone = Said(body={"url": f"{bench.url}/ATServicesRest/"})
    shelf = Shelf(f"{mouthpiece.url}/ATServicesRest/")
    target = make_target(bench.credentials(url=mouthpiece.url), http, shelf)

    assert target.usage() == TenantUse(used=1, limit=10_000, window=timedelta(hours=1))
    assert shelf.url == f"{bench.url}/ATServicesRest/"


def test_a_remembered_zone_that_cannot_be_trusted(bench: Bench) -> None:
    """What is remembered is checked like what is named."""
    shelf = Shelf("https://evil.example/ATServicesRest/")

    assert bench.target(shelf).usage() == TenantUse(used=1, limit=10_000, window=timedelta(hours=1))


def test_wrong_credentials_at_a_remembered_zone(bench: Bench) -> None:
    """The zone is right, the secret is not: asking again changes nothing."""
    shelf = Shelf(f"{bench.url}/ATServicesRest/")
    with pytest.raises(AccessError) as caught:
        bench.target(shelf, secret="wrong-secret").usage()

    assert caught.value.code == "login"


def test_no_answer_from_the_host(http: HttpClient, mouthpiece: Mouthpiece) -> None:
    """A host where nobody listens."""
    credentials = replace(mouthpiece.credentials(), url="http://127.0.0.1:9")
    with pytest.raises(TransientError) as caught:
        make_target(credentials, http).usage()

    assert caught.value.code == "unreachable"
    assert caught.value.message.startswith("Autotask could not be reached at 127.0.0.1")


def test_plain_http(http: HttpClient, mouthpiece: Mouthpiece) -> None:
    """Credentials travel over https, but to this machine."""
    credentials = replace(mouthpiece.credentials(), url="http://webservices5.autotask.net")
    with pytest.raises(ConfigurationError, match="must begin with https://"):
        make_target(credentials, http).usage()


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (Said(body=b"<html>Welcome to the hotel</html>"), ProtocolError, "not_understood"),
        (Said(body={"zoneName": "x"}), ProtocolError, "not_understood"),
        (Said(status=404, body=b"<html>"), AccessError, "not_found"),
        (Said(status=302, headers={"Location": "https://elsewhere.example"}), AccessError, "redirected"),
        (errors("An unexpected error has occurred."), TransientError, "failed"),
    ],
)
def test_something_else_answers(
    told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said, kind: type[Exception], code: str
) -> None:
    """Another server at the address gets no credentials."""
    mouthpiece.zone = said
    with pytest.raises(kind) as caught:
        told.usage()

    assert (caught.value.code, mouthpiece.asked) == (code, [])  # type: ignore[attr-defined]


def test_redirects_are_not_followed(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A redirect could carry the credentials elsewhere."""
    mouthpiece.say(Said(status=302, headers={"Location": f"{mouthpiece.url}/elsewhere"}))
    with pytest.raises(AccessError) as caught:
        told.usage()

    assert (caught.value.code, len(mouthpiece.asked)) == ("redirected", 1)


def test_credentials_travel_in_headers(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """Nothing secret stands in an address."""
    mouthpiece.say(THRESHOLD)
    told.usage()
    (asked,) = mouthpiece.asked

    assert (asked.method, asked.path, asked.user) == ("GET", "/ATServicesRest/V1.0/ThresholdInformation", USERNAME)


def test_secrets_do_not_show(mouthpiece: Mouthpiece) -> None:
    """Credentials do not tell themselves."""
    shown = repr(mouthpiece.credentials())

    assert not any(secret in shown for secret in (SECRET, CODE, USERNAME))


def test_a_threshold_that_is_not_told(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """Numbers may be missing."""
    mouthpiece.say(Said(body={"externalRequestThreshold": None}))

    assert told.usage() is None
