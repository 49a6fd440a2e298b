"""Answers that are cut, spoilt, slow or untrue, over a socket and in process."""

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import get_args

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

from taskforce_simulators.core.actions import COURSES, Action
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.core.server import RunningServer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
REQUEST = b"POST /api/notes HTTP/1.1\r\nHost: tiny\r\nContent-Length: 3\r\n\r\none"


def _received(running: RunningServer) -> tuple[bytes, bytes]:
    """Head and body that come for a request until the server closes its side; ours stays open until then."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(REQUEST)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
        connection.sendall(b"G")  # a connection that is closed by halves takes this
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def test_every_action_has_its_course() -> None:
    """The list of actions and the table of their courses name the same."""
    assert set(get_args(Action)) == COURSES.keys()


@pytest.mark.parametrize(("action", "carried_out"), [("half_close_before", []), ("half_close_after", ["one"])])
def test_half_closed_without_an_answer(
    tiny: TinySimulator, running: RunningServer, action: Action, carried_out: list[str]
) -> None:
    """The server says that no more comes instead of answering, whether or not the request is carried out."""
    tiny.faults.add(Fault(action=action))
    assert (_received(running), tiny.texts()) == ((b"", b""), carried_out)


def test_half_closed_midway(tiny: TinySimulator, running: RunningServer) -> None:
    """The head promises the whole body, and half of it comes before the server closes its side."""
    tiny.clock.freeze(NOON)
    tiny.faults.add(Fault(action="half_close_midway"))
    head, body = _received(running)
    promised = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    whole = b'{"id":1,"text":"one","done":null,"changed":"2026-05-04T12:00:00+00:00"}'
    assert (promised, body) == (f"content-length: {len(whole)}".encode(), whole[: len(whole) // 2])
    assert tiny.texts() == ["one"]


@pytest.mark.parametrize(
    ("action", "carried_out"), [("half_close_before", 0), ("half_close_midway", 1), ("half_close_after", 1)]
)
def test_half_closed_for_a_client(tiny: TinySimulator, either: httpx2.Client, action: Action, carried_out: int) -> None:
    """A client sees an answer that is missing or too short, and its next request works."""
    tiny.faults.add(Fault(action=action))
    with pytest.raises(httpx2.RemoteProtocolError):
        either.post("/api/notes", content="one")
    assert len(tiny.texts()) == carried_out
    assert either.get("/api/notes").status_code == 200


def test_truncated(tiny: TinySimulator, either: httpx2.Client) -> None:
    """The first half of the body comes as if it were the whole: its length is right, and it is no JSON."""
    tiny.clock.freeze(NOON)
    whole = either.post("/api/notes", content="one").content
    tiny.faults.add(Fault(action="truncated"))
    tiny.reset()
    half = either.post("/api/notes", content="one")
    assert (half.status_code, half.content) == (200, whole[: len(whole) // 2])
    assert half.headers["content-length"] == str(len(half.content))
    assert tiny.texts() == ["one"]


def test_garbled(tiny: TinySimulator, either: httpx2.Client) -> None:
    """Bytes of the body are others, its length stays, and it is no JSON in any encoding."""
    whole = either.get("/api/notes").content
    tiny.faults.add(Fault(action="garbled"))
    garbled = either.get("/api/notes")
    differing = [place for place, byte in enumerate(whole) if garbled.content[place] != byte]
    assert (garbled.status_code, len(garbled.content), differing) == (200, len(whole), list(range(0, len(whole), 8)))
    with pytest.raises(ValueError, match="utf-8"):
        garbled.json()


def test_trickle_takes_real_time(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Over a socket the body comes in many pieces that take the time together, and is whole in the end."""
    tiny.save_record("Note", {"text": "x" * 500})
    tiny.faults.add(Fault(action="trickle", delay_seconds=0.2))
    begun = time.monotonic()
    with client.stream("GET", "/api/notes") as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 10
    assert httpx2.Response(200, content=b"".join(pieces)).json()["notes"] == ["x" * 500]
    assert 0.1 < time.monotonic() - begun < 5


def test_trickle_is_simulated_time_in_process(tiny: TinySimulator, near: httpx2.Client) -> None:
    """In process it comes at once, and the clock has moved; no silence is long enough for a time-out."""
    tiny.clock.freeze(NOON)
    tiny.save_record("Note", {"text": "x" * 500})
    tiny.faults.add(Fault(action="trickle", delay_seconds=150))
    assert near.get("/api/notes").json()["notes"] == ["x" * 500]
    assert NOON + timedelta(seconds=140) < tiny.clock.now() < NOON + timedelta(seconds=150)


def test_no_effect(tiny: TinySimulator, either: httpx2.Client) -> None:
    """The answer is that of a request that was carried out, and nothing has changed."""
    tiny.faults.add(Fault(action="no_effect"))
    answer = either.post("/api/notes", content="one")
    assert (answer.status_code, answer.json()["text"], tiny.texts()) == (200, "one", [])
    assert either.post("/api/notes", content="two").status_code == 200
    assert tiny.texts() == ["two"]


@pytest.mark.parametrize("status", [404, 500, 503])
def test_page_of_html(tiny: TinySimulator, either: httpx2.Client, status: int) -> None:
    """A page of HTML as a web server sends it, with the status it names."""
    tiny.faults.add(Fault(action="html", status=status))
    answer = either.post("/api/notes", content="one")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<h2>{status} - " in answer.text
    assert tiny.texts() == []


@pytest.mark.parametrize(
    ("fault", "status", "retry_after", "body"),
    [
        (Fault(action="status", status=429), 429, None, b"Too Many Requests"),
        (Fault(action="status", status=429, headers={"Retry-After": "30"}), 429, "30", b"Too Many Requests"),
        (Fault(action="status", status=500), 500, None, b"Internal Server Error"),
        (Fault(action="status", status=500, body=""), 500, None, b""),
        (Fault(action="status", status=500, body={"errors": ["No."]}), 500, None, b'{"errors":["No."]}'),
        (Fault(action="status", status=200, body={"errors": ["No."]}), 200, None, b'{"errors":["No."]}'),
    ],
)
def test_refusals(
    tiny: TinySimulator, either: httpx2.Client, fault: Fault, status: int, retry_after: str | None, body: bytes
) -> None:
    """Any status comes with or without a body, with errors in it or not, and with or without Retry-After."""
    tiny.faults.add(fault)
    answer = either.post("/api/notes", content="one")
    assert (answer.status_code, answer.headers.get("retry-after"), answer.content) == (status, retry_after, body)
    assert tiny.texts() == []


def test_pages_are_forgotten(tiny: TinySimulator, either: httpx2.Client) -> None:
    """The results that are read page by page are forgotten before the request, which then goes on as usual."""
    tiny.faults.add(Fault(action="expire_pages"))
    assert (either.post("/api/notes", content="one").status_code, tiny.forgotten) == (200, 1)
    assert (either.post("/__sim__/expire_pages").json(), tiny.forgotten) == ({}, 2)


def test_something_happens_meanwhile(tiny: TinySimulator, either: httpx2.Client) -> None:
    """Anything that the control API can do is done right before a chosen request, and is not in the journal."""
    tiny.faults.add(Fault(action="meanwhile", skip=1, call="POST records/Note", body={"text": "meanwhile"}))
    tiny.faults.add(Fault(action="meanwhile", skip=2, call="DELETE records/Note/1"))
    seen = [either.get("/api/notes").json()["notes"] for _ in range(4)]
    assert seen == [[], ["meanwhile"], ["meanwhile"], []]
    assert [(entry.operation, entry.fault) for entry in tiny.journal.entries()] == [
        ("query", None),
        ("query", "meanwhile"),
        ("query", None),
        ("query", "meanwhile"),
    ]


def test_what_happens_meanwhile_must_be_possible(tiny: TinySimulator, near: httpx2.Client) -> None:
    """A call that the control API refuses is the mistake of who ordered it, and is said aloud."""
    tiny.faults.add(Fault(action="meanwhile", call="POST settings", body={"colour": "red"}))
    with pytest.raises(RuntimeError, match=r"POST settings was refused: .*no setting colour"):
        near.get("/api/notes")


@pytest.mark.parametrize("document", [{"action": "meanwhile"}, {"action": "status", "call": "POST settings"}])
def test_calls_belong_to_meanwhile(document: dict[str, object]) -> None:
    """Only what happens meanwhile has a call, and it needs one."""
    with pytest.raises(ValueError, match="meanwhile, and nothing else, needs a call such as 'POST settings'"):
        Fault.from_json(document)


def test_repeat_without_a_page_before(tiny: TinySimulator, either: httpx2.Client) -> None:
    """A request that no page has led to is answered as usual."""
    tiny.faults.add(Fault(action="repeat_page", times=2))
    assert [either.get("/api/notes").json()["notes"] for _ in range(2)] == [[], []]
