"""How much of Autotask's request limit a run may still spend (protocol 5, B11).

Autotask counts the requests of all integrations of a database over a rolling hour. Taskforce keeps their sum below a
mark, which is a share of the limit: it looks at the use, sends a part of what is left, and looks again.

    ├───── used, by all ─────┤── until the next look ──┤─ … ─┤─ kept for looks ─┤ mark                 limit │

What is ours is known: every request is counted before it is sent. So the mark cannot be passed by our own doing; the
looks are there for what others do meanwhile. A look is a request as well, and the only one that may be sent without
knowing that there is room for it; so a little room is kept for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

MOST_UNTIL_LOOK = 250
"""Requests between two looks while much is left."""

PART_UNTIL_LOOK = 4
"""A quarter of what is left is spent before the next look: what others send meanwhile, a run of another connection to
the same database among them, is seen while there is still room."""

LEAST_UNTIL_LOOK = 10
"""The last requests are not looked at one by one, which would cost as much again."""

MOST_KEPT = 5
"""Room below the mark for looks: the one that finds nothing left, one every quarter of an hour after it, and one more
for a person who does not wait."""

USEFUL_PART, USEFUL_LEAST, USEFUL_PART_OF_FEW = 25, 100, 10
"""A run that ran out goes on when a twenty-fifth of the share is free, so that it gets somewhere; where that is under a
hundred requests, when a hundred are free or a tenth of the share. With a tenth in any case, five pauses of a first load
took 5 minutes more."""

_MINUTE = timedelta(minutes=1)
_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantUse:
    """Requests that all integrations of an Autotask database made in the rolling window, and how many are allowed."""

    used: int
    limit: int
    window: timedelta = _WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Requests of our own, taken to be evenly spread from `since` to `until`."""

    since: datetime
    until: datetime
    calls: int

    def later_than(self, moment: datetime) -> float:
        """How many of them were made after that moment."""
        if self.since < moment < self.until:
            return self.calls * ((self.until - moment) / (self.until - self.since))
        return self.calls if moment < self.until else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may spend of the tenant's limit, as far as it is known.

    `share` (0 to 1) of the limit is the mark. `earlier` are our requests of earlier runs, `made` those of this run up
    to `since`, `sent` those after it. `use` is what the last look saw, None before the first; `until_look` is how many
    requests may be sent before the next look, None when Autotask reports no limit. `is_spent` once a look left none.
    """

    share: float
    since: datetime
    earlier: tuple[Spent, ...] = ()
    made: tuple[Spent, ...] = ()
    sent: int = 0
    use: TenantUse | None = None
    until_look: int | None = 0
    is_spent: bool = False

    @property
    def mark(self) -> int:
        """The use that is not to be passed; 0 while the limit is not known."""
        return int(self.share * self.use.limit) if self.use is not None else 0

    @property
    def needs_look(self) -> bool:
        """The use must be looked at before anything more may be sent."""
        return self.until_look == 0 and not self.is_spent

    def sending(self, *, is_look: bool = False) -> "Budget":
        """One request is about to be sent; looks are counted, and not limited by what the last one allowed."""
        if is_look or self.until_look is None:
            return replace(self, sent=self.sent + 1)
        return replace(self, sent=self.sent + 1, until_look=self.until_look - 1)

    def after_look(self, use: TenantUse | None, *, at: datetime, under_way: int = 0) -> "Budget":
        """The use was looked at; `under_way` requests of ours may not be counted in it yet, nor the look itself.

        Less than we have sent ourselves in this window cannot be true: such a count lags behind.
        """
        made = (*self.made, Spent(since=self.since, until=at, calls=self.sent))
        looked = replace(self, since=at, made=made, sent=0)
        if use is None or use.limit <= 0:
            return replace(looked, use=None, until_look=None, is_spent=False)
        use = replace(use, used=max(use.used, ceil(_later_than(at - use.window, made))))
        seen = replace(looked, use=use)
        allowed = until_next_look(seen.mark - _kept(seen.mark) - use.used - under_way - 1)
        return replace(seen, until_look=allowed, is_spent=allowed == 0)

    def after_refusal(self) -> "Budget":
        """Autotask itself takes no more requests: its limit is used up."""
        use = None if self.use is None else replace(self.use, used=max(self.use.used, self.use.limit))
        return replace(self, use=use)

    def resume_at(self, now: datetime) -> datetime:
        """When a run that ran out goes on: the first full minute from now at which a useful part will be free.

        Our own requests leave the window an hour after they were made; all others are taken to be evenly spread and to
        go on like that, so that their number stays. If that leaves no useful part within one window, or nothing is
        known, a quarter of the window is waited for a change.
        """
        if self.use is None:
            return now + _WINDOW / 4
        window, free = self.use.window, self.mark - _kept(self.mark) - _useful(self.mark)
        mine = (*self.earlier, *self.made, Spent(since=self.since, until=now, calls=self.sent))
        others = max(0.0, self.use.used - _later_than(now - window, mine))
        for minutes in range(1, ceil(window / _MINUTE) + 1):
            moment = now + minutes * _MINUTE
            if others + _later_than(moment - window, mine) <= free:
                return moment
        return now + window / 4

    def done_at(self, now: datetime, requests: int, each: timedelta) -> datetime | None:
        """When so many more requests will have been sent, one every `each` while there is room, pauses included.

        Runs go on as `resume_at` says, others as they did. None when nothing is known, or others leave too little.
        """
        if self.use is None:
            return None
        window = self.use.window
        mine = [*self.earlier, *self.made, Spent(since=self.since, until=now, calls=self.sent)]
        others = max(0.0, self.use.used - _later_than(self.since - window, mine[:-1]))
        most = self.mark - _kept(self.mark) - others
        useful = _useful(self.mark)
        while requests > 0:
            mine = [spent for spent in mine if spent.until > now - window]
            room = int(most - _later_than(now - window, mine))
            if room < 1:
                moments = (now + minutes * _MINUTE for minutes in range(1, ceil(window / _MINUTE) + 1))
                free = (moment for moment in moments if _later_than(moment - window, mine) <= most - useful)
                resumed = next(free, None)
                if resumed is None:
                    return None
                now = resumed
                continue
            sent = min(requests, room, max(1, int(_MINUTE / each)))
            mine.append(Spent(since=now, until=now + sent * each, calls=sent))
            requests, now = requests - sent, now + sent * each
        return now

    def sentence(self) -> str:
        """Why nothing more is sent, with figures."""
        use = self.use or TenantUse(used=0, limit=0)
        minutes = round(use.window / _MINUTE)
        span = "this hour" if use.window == _WINDOW else f"the last {minutes} minutes"
        return (
            f"{use.used:,} of {use.limit:,} requests of {span} are used, all integrations together; "
            f"Taskforce stays below {self.mark:,}."
        )


def until_next_look(left: int) -> int:
    """How many of the requests that are left may be sent before the use is looked at again."""
    return max(0, min(left, max(LEAST_UNTIL_LOOK, min(MOST_UNTIL_LOOK, left // PART_UNTIL_LOOK))))


def _kept(mark: int) -> int:
    """Requests below the mark that only looks may spend; few where the mark is low."""
    return min(MOST_KEPT, 1 + mark // 6)


def _useful(mark: int) -> int:
    """Requests that must be free before a run goes on."""
    return max(1, mark // USEFUL_PART, min(USEFUL_LEAST, mark // USEFUL_PART_OF_FEW))


def _later_than(moment: datetime, spent: Iterable[Spent]) -> float:
    return sum(each.later_than(moment) for each in spent)
