"""How a run ended, and what the command line makes of it."""

from taskforce.domain.records import ApiCalls, Counts, Entity
from taskforce.domain.run import Run, RunStatus
from tests.builders import NOON


def test_the_exit_status_tells_who_must_act() -> None:
    """0 when nobody has to, 1 when records or a plan wait for a person, 2 when the run did not go through."""
    assert {status.value: status.exit_status for status in RunStatus} == {
        "running": 2,
        "done": 0,
        "to_be_continued": 0,
        "done_with_failures": 1,
        "awaiting_approval": 1,
        "cancelled": 2,
        "rejected": 2,
        "could_not_run": 2,
    }


def test_a_new_run_has_counted_nothing() -> None:
    """Every entity has its counters from the start."""
    run = Run(id=1, connection="office", status=RunStatus.RUNNING, started_at=NOON)

    assert run.counts == {Entity.COMPANY: Counts(), Entity.CONTACT: Counts()}
    assert (run.calls, run.lower_bound) == (ApiCalls(), ApiCalls())
    assert (run.held, run.failing) == (0, 0)
