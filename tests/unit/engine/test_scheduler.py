"""Imports on time: no connection's trouble delays another's, and nothing ends the service but being asked to."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock

import pytest

from taskforce.engine import scheduler
from taskforce.engine.scheduler import AT_ONCE, LONG, Scheduler, StopAsked
from taskforce.errors import ConfigurationError, TaskforceError
from taskforce.testing.clock import FrozenClock
from taskforce.testing.workers import on_the_spot

BEGIN = FrozenClock().now()
AN_HOUR = timedelta(hours=1)
LONGEST = 30
"""Seconds after which a test has failed."""


@dataclass(slots=True)
class Connections:
    """Connections whose imports are due, and what happens in them; an import puts the next one off by an hour."""

    due_at: dict[str, datetime | None]
    imports: dict[str, Callable[[StopAsked], None]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    looked: list[datetime] = field(default_factory=list)
    clock: FrozenClock = field(default_factory=FrozenClock)
    left: list[str] = field(default_factory=list)
    sent: list[bool] = field(default_factory=list)
    sends: Callable[[StopAsked], None] = lambda _: None
    finds_fail: list[Exception] = field(default_factory=list)
    looks_fail: bool = False
    lock: Lock = field(default_factory=Lock)

    def due(self, *, without: Collection[str], limit: int) -> list[str]:
        """Those that are due, once the store answers."""
        if self.finds_fail:
            raise self.finds_fail.pop(0)
        now = self.clock.now()
        due = sorted((at, name) for name, at in self.due_at.items() if at is not None and at <= now)
        return [name for _, name in due if name not in without][:limit]

    def run(self, name: str, should_stop: StopAsked) -> None:
        """One import."""
        with self.lock:
            self.ran.append(name)
        self.imports.get(name, lambda _: None)(should_stop)
        due_at = self.due_at[name]
        self.due_at[name] = due_at and due_at + AN_HOUR

    def look(self) -> None:
        """An alarm may be raised."""
        self.looked.append(self.clock.now())
        if self.looks_fail:
            raise RuntimeError

    def send_mail(self, should_stop: StopAsked) -> None:
        """Mail may be due."""
        self.sent.append(should_stop())
        self.sends(should_stop)

    def leave(self, name: str) -> None:
        """Its import came to no end."""
        self.left.append(name)


@dataclass(slots=True)
class Watched:
    """A service on the spot, for so many seconds of its clock; keeps what was said."""

    connections: Connections
    said: list[str] = field(default_factory=list)
    service: Scheduler = field(init=False)

    def __post_init__(self) -> None:
        self.service = Scheduler(self.connections, self.clock, self.said.append, on_the_spot)

    @property
    def clock(self) -> FrozenClock:
        """That of everything here."""
        return self.connections.clock

    def serve(self, seconds: int) -> bool:
        """Go on for so long."""
        end = self.clock.now() + timedelta(seconds=seconds)
        return self.service.serve(lambda: self.clock.now() >= end)


def test_what_is_due_is_imported_the_longest_due_first() -> None:
    """And what is not due or not active is left alone."""
    connections = Connections(
        {"later": BEGIN + AN_HOUR, "last": BEGIN, "first": BEGIN - AN_HOUR / 2, "never": None},
    )

    assert Watched(connections).serve(3)
    assert connections.ran == ["first", "last"]


def failing(error: Exception) -> Callable[[StopAsked], None]:
    """An import that ends so."""

    def fail(_: StopAsked) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConfigurationError(["The disk is full."]), "a: The disk is full."),
        (KeyError("a value nobody may see"), "a: This is a defect in Taskforce: KeyError at scheduler:"),
        (RecursionError(), "a: This is a defect in Taskforce: RecursionError at scheduler:"),
    ],
)
def test_trouble_of_any_kind_is_told_once_and_ends_nothing(error: Exception, told: str) -> None:
    """The import is tried again a minute later, and the others go on."""
    watched = Watched(Connections({"a": BEGIN, "b": BEGIN}, {"a": failing(error)}))

    assert watched.serve(130)
    assert watched.connections.ran == ["a", "b", "a", "a"]
    assert [sentence.startswith(told) for sentence in watched.said] == [True]
    assert "nobody may see" not in watched.said[0]


def test_trouble_that_comes_again_after_a_success_is_told_again() -> None:
    """It is news."""
    watched = Watched(Connections({"a": BEGIN}))
    trouble = failing(TaskforceError("Again."))
    for act in (trouble, lambda _: None, trouble):
        watched.connections.due_at["a"] = watched.clock.now()
        watched.connections.imports["a"] = act
        watched.serve(61)

    assert watched.said == ["a: Again.", "a: Again."]


def test_a_store_that_does_not_answer_ends_nothing() -> None:
    """It is told once; alarms are looked at meanwhile, and imports go on afterwards."""
    watched = Watched(Connections({"a": BEGIN + timedelta(seconds=90)}))
    watched.serve(1)
    watched.connections.finds_fail = [TaskforceError("The database is locked.")] * 80

    assert watched.serve(100)
    assert watched.said == ["The database is locked."]
    assert (len(watched.connections.looked), watched.connections.ran) == (2, ["a"])


def test_alarms_are_looked_at_every_minute() -> None:
    """Whatever goes wrong with that."""
    watched = Watched(Connections({"a": None, "b": None}))
    watched.connections.looks_fail = True

    assert watched.serve(121)
    assert watched.connections.looked == [BEGIN + timedelta(minutes=minute) for minute in range(3)]
    assert len(watched.said) == 1


def test_time_of_day_that_jumps_does_not_stop_the_looks() -> None:
    """They go by the clock that cannot be set."""
    watched = Watched(Connections({"a": None}))
    watched.serve(1)
    watched.clock.jump(-timedelta(days=1))

    watched.serve(61)

    assert len(watched.connections.looked) == 2


def test_mail_is_looked_for_every_five_seconds() -> None:
    """Whatever else there is to do."""
    watched = Watched(Connections({"a": None}))

    watched.serve(12)

    assert watched.connections.sent == [False, False, False]


def test_mail_that_cannot_be_looked_for_ends_nothing() -> None:
    """It is told once as long as it stays the same."""
    watched = Watched(Connections({"a": BEGIN}, sends=failing(ConfigurationError(["The disk is full."]))))

    assert watched.serve(12)
    assert (watched.connections.ran, watched.said) == (["a"], ["The disk is full."])


# --- with threads ---


@dataclass(slots=True)
class StoppedBy:
    """A clock of real threads: it does not wait, and the service ends when something is true."""

    is_over: Callable[[], bool]
    ticks: int = 0
    frozen: FrozenClock = field(default_factory=FrozenClock)

    def now(self) -> datetime:
        """The time does not matter here."""
        return self.frozen.now()

    def monotonic(self) -> float:
        """Nor does this."""
        return self.frozen.monotonic()

    def sleep(self, duration: timedelta) -> None:  # noqa: ARG002 - a moment of real time will do
        """Let the others work for a moment."""
        self.ticks += 1
        Event().wait(0.001)

    def should_stop(self) -> bool:
        """When the test has seen what it waited for, or waited in vain."""
        return self.is_over() or self.ticks > LONGEST * 1000


@contextmanager
def held_up(names: list[str]) -> Iterator[tuple[dict[str, Callable[[StopAsked], None]], Event]]:
    """Imports that wait, as for a lease or a vendor, until the event."""
    go_on = Event()

    def wait(_: StopAsked) -> None:
        go_on.wait(LONGEST)

    try:
        yield dict.fromkeys(names, wait), go_on
    finally:
        go_on.set()


def test_one_that_waits_holds_up_no_other() -> None:
    """While an import waits for its lease, others are begun and come to their end, and alarms are looked at."""
    with held_up(["a"]) as (imports, _):
        connections = Connections({"a": BEGIN - AN_HOUR, "b": BEGIN, "c": BEGIN}, imports)
        clock = StoppedBy(lambda: sorted(connections.ran) == ["a", "b", "c"] and connections.due_at["c"] != BEGIN)

        Scheduler(connections, clock, lambda _: None).serve(clock.should_stop)

    assert sorted(connections.ran) == ["a", "b", "c"]
    assert len(connections.looked) == 1


def test_a_mail_server_that_waits_holds_up_nothing() -> None:
    """Imports go on meanwhile."""
    with held_up(["mail"]) as (waits, go_on):
        connections = Connections({"a": BEGIN}, sends=waits["mail"])
        clock = StoppedBy(lambda: connections.ran == ["a"] and clock.ticks > 20)
        end = Event()

        def stop() -> bool:
            is_over = clock.should_stop()
            if is_over:
                go_on.set()
                end.set()
            return is_over

        assert Scheduler(connections, clock, lambda _: None).serve(stop)

    assert (len(connections.sent), end.is_set()) == (1, True)


def test_no_more_than_some_are_under_way_at_once() -> None:
    """The others get their turn when one has ended."""
    names = [f"{number:02}" for number in range(AT_ONCE + 3)]
    with held_up(names) as (imports, go_on):
        connections = Connections(dict.fromkeys(names, BEGIN), imports)
        most: list[int] = []

        def all_ran() -> bool:
            most.append(len(connections.ran))
            if len(most) == 50:
                go_on.set()
            return len(connections.ran) == len(names)

        clock = StoppedBy(all_ran)
        assert Scheduler(connections, clock, lambda _: None).serve(clock.should_stop)

    assert (max(most[:50]), sorted(connections.ran)) == (AT_ONCE, names)


def test_those_that_take_long_make_room_for_others() -> None:
    """A first load of hours delays nobody; still there is an end to it."""
    names = [f"{number:02}" for number in range(5 * AT_ONCE)]
    with held_up(names) as (imports, go_on):
        connections = Connections(dict.fromkeys(names, BEGIN), imports)
        most: list[int] = []

        def all_ran() -> bool:
            most.append(len(connections.ran))
            if len(most) % 20 == 0:
                connections.clock.advance(LONG)
            if len(most) == 120:
                go_on.set()
            return len(connections.ran) == len(names)

        clock = StoppedBy(all_ran, frozen=connections.clock)
        assert Scheduler(connections, clock, lambda _: None).serve(clock.should_stop)

    assert [most[turn] // AT_ONCE for turn in (19, 39, 59, 79, 119)] == [1, 2, 3, 4, 4]
    assert sorted(connections.ran) == names


def test_imports_are_asked_to_stop_and_waited_for() -> None:
    """They end in order before the service does."""
    ended = Event()

    def stop_when_asked(should_stop: StopAsked) -> None:
        while not should_stop():
            Event().wait(0.001)
        ended.set()

    connections = Connections({"a": BEGIN}, {"a": stop_when_asked})
    clock = StoppedBy(lambda: connections.ran == ["a"])

    assert Scheduler(connections, clock, lambda _: None).serve(clock.should_stop)
    assert (ended.is_set(), connections.left) == (True, [])


def test_an_import_that_comes_to_no_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service ends without it, and says so."""
    monkeypatch.setattr(scheduler, "GRACE", timedelta(milliseconds=10))
    said: list[str] = []
    with held_up(["a"]) as (imports, _):
        connections = Connections({"a": BEGIN, "b": BEGIN}, imports)
        clock = StoppedBy(lambda: sorted(connections.ran) == ["a", "b"])

        assert not Scheduler(connections, clock, said.append).serve(clock.should_stop)

    assert connections.left == ["a"]
    assert said == ["a: an answer was waited for in vain; the next import looks what became of it."]
