"""A process that has lost the right to run a connection sends no write any more, and reads only after asking."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import current_thread, main_thread

import pytest

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.error_map import Effect
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.records import Entity
from taskforce.errors import LeaseLost
from taskforce.systems import right_to_send
from taskforce.testing.clock import FrozenClock
from tests.integration.autotask.autotask_bench import AT_ONCE, COMPANY, Bench, NoonClock, no_schema
from tests.support.store import clean, open_store


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


def test_only_the_thread_of_the_store_asks_it() -> None:
    """Others wait until it has: they have no connection to the database."""
    clock = FrozenClock()
    may_send = right_to_send(open_store(clock=clock))
    told = []

    with ThreadPoolExecutor(1) as elsewhere:

        def ask(effect: Effect) -> tuple[bool, bool]:
            return elsewhere.submit(may_send, effect).result(), may_send(effect)

        told.append(ask(Effect.READ))
        clock.advance(timedelta(seconds=61))
        told += [ask(Effect.CREATE), ask(Effect.READ), ask(Effect.READ), ask(Effect.CREATE)]
    clean()

    assert told == [(True, True), (False, False), (False, True), (True, True), (True, True)]


def test_page_that_may_not_leave_ahead_leaves_in_its_turn(bench: Bench) -> None:
    """The lease ran out while a page was on its way: every record comes, and none is asked for twice."""
    ids = sorted(bench.company(f"Company {number}") for number in range(1600))

    def may_send(effect: Effect) -> bool:
        return effect is Effect.READ and current_thread() is main_thread()

    target = AutotaskTarget(
        AutotaskClient(bench.credentials(), bench.http, retries=AT_ONCE, may_send=may_send), NoonClock()
    )
    before = bench.counted()
    read = [record.id for page in target.read_all(Entity.COMPANY, no_schema()) for record in page]

    assert [each for each in read if each in set(ids)] == ids
    assert target.calls == bench.counted() - before == -(-(len(read) + 1) // 500)
