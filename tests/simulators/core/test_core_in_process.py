"""A simulator called without a socket: what a client sees of it."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

from taskforce_simulators.core.connection import run_here
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.core.in_process import InProcessTransport
from taskforce_simulators.core.server import RunningServer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_answers_are_those_of_a_socket(
    tiny: TinySimulator, running: RunningServer, client: httpx2.Client, near: httpx2.Client
) -> None:
    """The API, unknown paths, the control API and the pages answer in process as they do over a socket."""
    tiny.clock.freeze(NOON)
    asked = [
        ("POST", "/api/notes?who=me%20and%20you", b"one"),
        ("GET", "/api/notes", b""),
        ("HEAD", "/api/notes", b""),
        ("GET", "/nothing%20here", b""),
        ("GET", "/__sim__/settings", b""),
        ("GET", "/__page__/Note", b""),
    ]

    def answers(of: httpx2.Client) -> list[tuple[int, str | None, str | None, bytes]]:
        tiny.reset()
        got = [of.request(method, path, content=body) for method, path, body in asked]
        return [(a.status_code, a.headers.get("content-type"), a.headers.get("date"), a.content) for a in got]

    def journal() -> list[tuple[str, str, str, int, str]]:
        entries = tiny.journal.entries()
        tiny.journal.clear()
        return [(e.method, e.path, e.query, e.status, e.body) for e in entries]

    far_answers, far_journal = answers(client), journal()
    assert (answers(near), journal()) == (far_answers, far_journal)
    assert [status for status, *_ in far_answers] == [200, 200, 200, 404, 200, 200]


@pytest.mark.parametrize(
    ("fault", "error", "carried_out"),
    [
        (Fault(action="cut_before"), "Server disconnected without sending a response.", False),
        (Fault(action="cut_after"), "Server disconnected without sending a response.", True),
        (Fault(action="cut_midway"), "peer closed connection without sending complete message body", True),
        (Fault(action="late_commit", delay_seconds=60), "Server disconnected without sending a response.", False),
    ],
    ids=lambda value: value.action if isinstance(value, Fault) else "",
)
def test_cuts_are_the_errors_of_a_socket(
    tiny: TinySimulator, near: httpx2.Client, fault: Fault, error: str, carried_out: bool
) -> None:
    """A cut connection is the exception that it is over a socket, and the next request works."""
    tiny.faults.add(fault)
    with pytest.raises(httpx2.RemoteProtocolError, match=f"^{error}"):
        near.post("/api/notes", content="one")
    assert tiny.texts() == (["one"] if carried_out else [])
    assert near.post("/api/notes", content="two").status_code == 200


def test_cut_body_is_seen_by_who_reads_it(tiny: TinySimulator, near: httpx2.Client) -> None:
    """The head of an answer that breaks off is there, and what was sent of the body comes before the error."""
    tiny.faults.add(Fault(action="cut_midway"))
    with near.stream("POST", "/api/notes", content="one") as answer:
        pieces = answer.iter_raw()
        assert (answer.status_code, next(pieces)[:4]) == (200, b'{"id')
        with pytest.raises(httpx2.RemoteProtocolError):
            next(pieces)


def test_late_commit_lands_when_its_time_has_come(tiny: TinySimulator, near: httpx2.Client) -> None:
    """A late commit is carried out in the thread that moves the clock."""
    tiny.clock.freeze(NOON)
    tiny.faults.add(Fault(action="late_commit", delay_seconds=60))
    with pytest.raises(httpx2.RemoteProtocolError):
        near.post("/api/notes", content="late")
    seen = [(len(tiny.late), tiny.texts())]
    tiny.clock.advance(timedelta(seconds=60))
    seen.append((len(tiny.late), tiny.texts()))
    assert seen == [(1, []), (0, ["late"])]


def test_delay_is_simulated_time(tiny: TinySimulator, near: httpx2.Client) -> None:
    """A delay moves the clock on and takes no real time; one longer than the client waits is a time-out."""
    tiny.clock.freeze(NOON)
    begun = time.monotonic()
    tiny.faults.add(Fault(action="delay", delay_seconds=4))
    assert near.post("/api/notes", content="slow").status_code == 200
    tiny.faults.add(Fault(action="delay", delay_seconds=600))
    with pytest.raises(httpx2.ReadTimeout, match="timed out"):
        near.post("/api/notes", content="too slow")
    assert (tiny.texts(), tiny.clock.now()) == (["slow", "too slow"], NOON + timedelta(seconds=604))
    assert time.monotonic() - begun < 4


def test_who_waits_can_be_chosen(tiny: TinySimulator) -> None:
    """Whoever makes the transport may be told of the time that passes instead."""
    waited: list[timedelta] = []
    tiny.clock.freeze(NOON)
    tiny.faults.add(Fault(action="delay", delay_seconds=4))
    with httpx2.Client(transport=InProcessTransport(tiny, wait=waited.append)) as client:
        client.get("https://tiny.example/api/notes")
    assert (waited, tiny.clock.now()) == ([timedelta(seconds=4)], NOON)


def test_two_threads_at_once(tiny: TinySimulator, near: httpx2.Client) -> None:
    """Threads that call at the same time all get their own answers."""
    answers: dict[str, str] = {}

    def write(name: str) -> None:
        for number in range(50):
            answers[f"{name}{number}"] = near.post("/api/notes", content=f"{name}{number}").json()["text"]

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {text: text for text in answers}
    assert len(answers) == len(set(tiny.texts())) == 100


def test_mistake_of_the_simulator_is_an_answer(near: httpx2.Client) -> None:
    """A mistake inside the simulator is a status 500, as it is over a socket."""
    assert near.get("/api/broken").status_code == 500


def test_nothing_waits_for_an_event_loop() -> None:
    """A coroutine that waits for something outside of itself is told that nothing will ever come."""

    class Never:
        def __await__(self) -> Iterator[str]:
            yield "a door bell"

    async def waiting() -> None:
        await Never()

    with pytest.raises(RuntimeError, match="wait for 'a door bell'"):
        run_here(waiting())
