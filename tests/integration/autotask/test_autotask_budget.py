"""The gate before every request: shared by threads, closed in time, and honest about what was sent before it closed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from structlog.typing import EventDict

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.budget import Budget
from taskforce.domain.records import Entity, TargetId
from taskforce.errors import BudgetExhausted, TransientError
from tests.builders import account_id
from tests.integration.autotask.autotask_bench import COMPANY, NOON, Bench, Mouthpiece, Said, errors, no_schema

HOURLY = "The number of external requests allowed for this database in the current timeframe has been exceeded."
NONE_LEFT = Said(
    body={
        "externalRequestThreshold": 10_000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 5_012,
    }
)


def within(target: AutotaskTarget, share: float = 0.5) -> AutotaskTarget:
    """A run begins that may spend this share."""
    target.spend_within(Budget(share=share, since=NOON))
    return target


def create(bench: Bench, target: AutotaskTarget, number: int) -> str:
    """Create the n-th company; how that ended."""
    fields = {"companyName": "Birch", "companyType": 1, "phone": "312-555-0199", "ownerResourceID": bench.resource()}
    try:
        target.create(Entity.COMPANY, no_schema(), fields, source_id=account_id(number))
    except BudgetExhausted as spent:
        return spent.code
    return "created"


def update(target: AutotaskTarget, company: TargetId) -> None:
    """One change."""
    target.update(Entity.COMPANY, no_schema(), company, {"city": "Chicago"})


def test_threads_share_one_budget(bench: Bench) -> None:
    """Eight of them create as fast as they can: together they stay below the mark, and a no is a no for certain."""
    bench.with_id_fields()
    bench.simulator.change_settings({"request_limit": 200, "service_time_seconds": 0.002})
    target = within(bench.target())
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda number: create(bench, target, number), range(150)))

    created = ends.count("created")
    assert set(ends) == {"created", "share_used_up"}
    assert target.calls == bench.counted() == created + target.usage_reads
    assert 80 <= target.calls <= 100
    assert len(bench.simulator.records("Companies")) == 1 + created


def test_nothing_is_sent_when_the_use_cannot_be_read(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """The create has not left, so it is no doubt."""
    mouthpiece.say(Said(status=503))
    with pytest.raises(TransientError):
        within(told).create(Entity.COMPANY, no_schema(), {"companyName": "Birch"}, source_id=COMPANY)

    assert {asked.path for asked in mouthpiece.asked} == {"/ATServicesRest/V1.0/ThresholdInformation"}


def test_limit_that_is_not_told_limits_nothing(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """It is asked for once."""
    mouthpiece.say(Said(body={}), Said(body={"itemId": 7}))
    within(told)
    for _ in range(300):
        update(told, TargetId(7))

    assert (told.calls, told.usage_reads) == (301, 1)


def test_refusal_that_names_a_longer_wait_is_obeyed(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A shorter one is no help: what was used is used for an hour."""
    waits = []
    for seconds in ("7200", "30"):
        refusal = errors(HOURLY, status=429)
        mouthpiece.say(Said(status=429, body=refusal.body, headers={"Retry-After": seconds}))
        with pytest.raises(BudgetExhausted) as refused:
            update(within(told), TargetId(7))
        waits.append(refused.value.retry_after)

    assert waits == [timedelta(hours=2), timedelta(minutes=15)]


def test_what_is_used_is_logged(told: AutotaskTarget, mouthpiece: Mouthpiece, logged: list[EventDict]) -> None:
    """One line for each time that it is asked for."""
    mouthpiece.say(NONE_LEFT)
    with pytest.raises(BudgetExhausted):
        update(within(told), TargetId(7))

    assert [line for line in logged if line.get("action") == "tenant_use"] == [
        {
            "event": "Autotask: use of the request limit",
            "action": "tenant_use",
            "log_level": "info",
            "used": 5_012,
            "limit": 10_000,
            "mark": 5_000,
            "until_look": 0,
        }
    ]
