"""The request limit with its delays, and the thread limit (reference section 7)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

SUSPENDED = "The number of external requests allowed for this database in the current timeframe has been exceeded."
THREADS = "Itgenatr005: The API thread threshold of 3 threads has been exceeded."


def used(tenant) -> int:
    return tenant.get("ThresholdInformation").json()["currentTimeframeRequestCount"]


def test_threshold_information_counts_itself_and_everything_but_zone_discovery(tenant) -> None:
    """10,000 in 60 minutes."""
    tenant.http.get(f"{tenant.base}/zoneInformation", params={"user": tenant.headers["UserName"]})
    assert tenant.get("ThresholdInformation").json() == {
        "externalRequestThreshold": 10_000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 1,
    }
    tenant.get("Companies/0")
    tenant.get("Nothing")  # no path of the API at all
    assert used(tenant) == 3


def test_the_hour_rolls(tenant) -> None:
    """By the simulated clock; what is an hour old no longer counts."""
    tenant.get("Companies/0")
    tenant.advance(minutes=30)
    tenant.get("Companies/0")
    tenant.advance(minutes=29, seconds=59)
    assert used(tenant) == 3
    tenant.advance(seconds=1)
    assert used(tenant) == 3
    tenant.advance(minutes=30)
    assert used(tenant) == 3
    tenant.advance(hours=1)
    assert used(tenant) == 1


def test_other_integrations_use_the_same_limit(tenant) -> None:
    """Their use is set by the control API."""
    answer = tenant.control("other_use", {"requests": 4_000})
    assert (answer.status_code, answer.json()) == (200, {"currentTimeframeRequestCount": 4_000})
    assert used(tenant) == 4_001


def test_at_the_end_of_the_limit_everything_is_refused_until_the_hour_has_rolled_on(tenant) -> None:
    """The status is unknown, so it is a setting; zone discovery still answers."""
    tenant.set(request_limit=2, added_delays=False)
    assert [tenant.get("Companies/0").status_code for _ in range(2)] == [200, 200]
    assert tenant.errors(tenant.get("ThresholdInformation"), 429) == [SUSPENDED]
    tenant.set(suspended_status=503)
    assert tenant.errors(tenant.post("Companies", {}), 503) == [SUSPENDED]
    zone = tenant.http.get(f"{tenant.base}/zoneInformation", params={"user": tenant.headers["UserName"]})
    assert zone.status_code == 200
    tenant.advance(hours=1)
    assert tenant.get("Companies/0").status_code == 200


def test_without_a_limit_no_use_is_reported(tenant) -> None:
    """0 switches it off."""
    tenant.set(request_limit=0, other_use=99_999)
    tenant.get("Companies/0")
    assert tenant.get("ThresholdInformation").json() == {
        "externalRequestThreshold": 10_000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 0,
    }


@pytest.mark.parametrize(
    ("other_use", "delay"), [(4_998, 0), (4_999, 0.5), (7_498, 0.5), (7_499, 1), (9_998, 1)], ids=str
)
def test_calls_are_slowed_down_from_half_of_the_limit_on(tenant, other_use, delay) -> None:
    """By half a second from 50 %, by one from 75 %."""
    tenant.set(other_use=other_use)
    inner = tenant.simulator.tenant
    assert inner.usage.spend(inner.settings) == delay


def test_the_delay_is_a_real_one_and_can_be_switched_off(tenant) -> None:
    """For benchmarks."""
    tenant.set(other_use=5_000)
    began = time.monotonic()
    assert tenant.get("Companies/0").status_code == 200
    assert time.monotonic() - began >= 0.5
    tenant.set(added_delays=False)
    inner = tenant.simulator.tenant
    assert inner.usage.spend(inner.settings) == 0


def at_once(tenant, *paths: str) -> list[int]:
    """The statuses of requests that are made at the same time."""
    with ThreadPoolExecutor(len(paths)) as pool:
        return sorted(pool.map(lambda path: tenant.get(path).status_code, paths))


def test_a_fourth_request_at_once_on_one_endpoint_is_refused(tenant) -> None:
    """Contacts under a company are the endpoint Contacts (assumed); others are not touched."""
    tenant.set(service_time_seconds=1)
    contacts = ["Contacts/1", "contacts/2", "Companies/0/Contacts", "Contacts/entityInformation"]
    assert at_once(tenant, *contacts, "Companies/0") == [200, 200, 200, 200, 429]
    tenant.set(service_time_seconds=0)
    assert tenant.get("Contacts/1").status_code == 200


def test_contacts_under_a_company_may_count_for_companies(tenant) -> None:
    """Whose threads they take is not documented, so the simulator can do both."""
    tenant.set(service_time_seconds=1, children_count_for="parent")
    assert at_once(tenant, *["Companies/0", "Companies/0/Contacts"] * 2, "Contacts/1") == [200] * 4 + [429]
    tenant.set(service_time_seconds=0)
    assert tenant.get("Companies/0/Contacts").status_code == 200


def test_the_refusal_says_what_is_exceeded_and_its_status_is_a_setting(tenant) -> None:
    """The status may not be 429 in reality."""
    tenant.set(service_time_seconds=1, thread_limit_status=500)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(tenant.get, ["Companies/0"] * 4))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert [tenant.errors(answer) for answer in refused] == [[THREADS]]


def test_the_thread_limit_can_be_switched_off(tenant) -> None:
    """Then everything is served."""
    tenant.set(service_time_seconds=0.1, thread_limit=False)
    assert at_once(tenant, *["Companies/0"] * 6) == [200] * 6
