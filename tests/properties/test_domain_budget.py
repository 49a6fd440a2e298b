"""The mark is not passed by our own doing, whatever others do."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.budget import (
    LEAST_UNTIL_LOOK,
    MOST_KEPT,
    MOST_UNTIL_LOOK,
    Budget,
    Spent,
    TenantUse,
)
from tests.builders import NOON

WINDOW = timedelta(hours=1)
LIMITS = st.integers(2, 1_200)
SHARES = st.sampled_from([0.01, 0.1, 0.29, 0.5, 0.8, 1.0])


@dataclass(slots=True)
class Tenant:
    """Counts every request by its time, as Autotask does; `others` stands."""

    limit: int
    now: datetime = NOON
    others: int = 0
    times: list[datetime] = field(default_factory=list)

    def use_at(self, moment: datetime) -> int:
        """All that is in the window at a moment."""
        return len(self.times) - bisect_right(self.times, moment - WINDOW) + self.others

    def use(self) -> TenantUse:
        """What a look tells."""
        return TenantUse(used=self.use_at(self.now), limit=self.limit)


@dataclass(slots=True)
class Runner:
    """A run that sends as much as its budget allows."""

    tenant: Tenant
    budget: Budget
    worked: int = 0

    def step(self) -> bool:
        """Send one request, or look; false once nothing more may be sent."""
        if self.budget.is_spent:
            return False
        is_look = self.budget.needs_look
        self.budget = self.budget.sending(is_look=is_look)
        self.tenant.times.append(self.tenant.now)
        if is_look:
            self.budget = self.budget.after_look(self.tenant.use(), at=self.tenant.now)
        else:
            self.worked += 1
        return True


def runner(tenant: Tenant, share: float, earlier: Sequence[Spent] = ()) -> Runner:
    """A run that begins now."""
    return Runner(tenant, Budget(share=share, since=tenant.now, earlier=tuple(earlier)))


@given(LIMITS, SHARES, st.integers(0, 1_200))
def test_one_run_ends_below_the_mark(limit: int, share: float, others: int) -> None:
    """With whatever others have used: all that is left is used but what looks need, and never more.

    If nothing is left already the one look that tells so is all that is sent.
    """
    tenant = Tenant(limit=limit, others=others)
    run = runner(tenant, share)
    while run.step():
        pass

    mark, used = int(share * limit), tenant.use().used
    assert used <= max(mark, others + 1)
    assert used >= mark - MOST_KEPT - 1 or run.worked == 0
    assert run.worked == 0 or len(tenant.times) <= run.worked + 2 + run.worked / LEAST_UNTIL_LOOK


@given(LIMITS, SHARES, st.lists(st.tuples(st.integers(1, 400), st.integers(0, 1_200)), max_size=8))
def test_others_are_respected_at_the_next_look(limit: int, share: float, jumps: list[tuple[int, int]]) -> None:
    """Whatever others jump to, nothing more than the allowance of one look is sent while the mark is passed."""
    tenant = Tenant(limit=limit)
    run = runner(tenant, share)
    mark, beyond = int(share * limit), 0
    for steps, others in jumps:
        tenant.others, beyond = others, 0
        for _ in range(steps):
            used, worked = tenant.use().used, run.worked
            run.step()
            beyond += used >= mark and run.worked > worked
            assert beyond <= MOST_UNTIL_LOOK

    assert len(tenant.times) <= mark + 1


@given(LIMITS, SHARES, st.integers(1, 40), st.integers(0, 1_200), st.integers(0, 59))
def test_a_run_goes_on_when_there_is_something_to_do_it_with(
    limit: int, share: float, minutes: int, others: int, pause: int
) -> None:
    """A useful part is free by then, as others stand, and was not a minute before; or a quarter of an hour is waited.

    Of the run before only its beginning, end and number of requests are known; it spends as much as it takes this many
    minutes for the whole share.
    """
    tenant = Tenant(limit=limit, others=others)
    mark = int(share * limit)
    step = timedelta(minutes=minutes) / max(1, mark)
    first = runner(tenant, share)
    while first.worked < mark // 8 and first.step():
        tenant.now += step
    earlier = Spent(since=NOON, until=tenant.now, calls=len(tenant.times))
    tenant.now += timedelta(minutes=pause)
    second = runner(tenant, share, [earlier])
    while second.step():
        tenant.now += step
    now = tenant.now

    resume_at = second.budget.resume_at(now)

    useful, rounding = max(1, mark // 25, min(100, mark // 10)), 2 + len(second.budget.made)
    free, free_before = (mark - tenant.use_at(moment) for moment in (resume_at, resume_at - timedelta(minutes=1)))
    assert now < resume_at <= now + WINDOW
    if resume_at != now + WINDOW / 4:
        assert free >= useful - rounding
        assert free_before < useful + MOST_KEPT + rounding or resume_at == now + timedelta(minutes=1)
