"""A process that has lost the right to run a connection sends no write any more, not even a second time."""

from collections.abc import Callable, Iterable

import pytest

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.error_map import Effect
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.records import Entity
from taskforce.errors import LeaseLost
from tests.integration.autotask.autotask_bench import AT_ONCE, COMPANY, Bench, NoonClock, no_schema


def target_with(bench: Bench, may_write: Callable[[], bool]) -> AutotaskTarget:
    """A target that asks before it writes; the user-defined fields exist."""
    bench.with_id_fields()
    client = AutotaskClient(
        bench.credentials(), bench.http, retries=AT_ONCE, may_send=lambda effect: effect is Effect.READ or may_write()
    )
    return AutotaskTarget(client, NoonClock())


def one_after_another(answers: Iterable[bool]) -> Callable[[], bool]:
    """The right is there, and then it is not."""
    left = iter(answers)
    return lambda: next(left)


def operations(bench: Bench) -> list[str]:
    """The writes that arrived."""
    return [entry.operation for entry in bench.requests() if entry.operation in ("create", "update")]


def test_nothing_is_written_without_the_right(bench: Bench) -> None:
    """Reading goes on; a write does not leave."""
    company = bench.company()
    target = target_with(bench, lambda: False)

    with pytest.raises(LeaseLost):
        target.create(Entity.COMPANY, no_schema(), {"companyName": "Birch Dental"}, source_id=COMPANY)
    with pytest.raises(LeaseLost):
        target.update(Entity.COMPANY, no_schema(), company, {"city": "Chicago"})

    assert operations(bench) == []
    assert list(target.read(Entity.COMPANY, no_schema(), [company])) == [company]


def test_a_write_that_was_put_off_is_not_sent_again_without_the_right(bench: Bench) -> None:
    """The first request was refused for certain, so nothing is in doubt."""
    target = target_with(bench, one_after_another([True, False]))
    bench.fault("status", status=429, method="POST", path="Companies$")

    with pytest.raises(LeaseLost):
        target.create(Entity.COMPANY, no_schema(), {"companyName": "Birch Dental"}, source_id=COMPANY)

    assert len(operations(bench)) <= 1
    assert bench.simulator.records("Companies") == bench.simulator.records("Companies", "0")
