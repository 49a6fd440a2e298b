"""The journal of requests, and what is left out of it."""

import logging
from dataclasses import asdict
from datetime import UTC, datetime

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_entry_tells_the_whole_request(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A request is kept with its number, simulated time, operation, status and body."""
    tiny.clock.freeze(NOON)
    client.post("/api/notes", params={"a": "b c"}, content="hello")
    assert [asdict(entry) for entry in tiny.journal.entries()] == [
        {
            "number": 1,
            "at": NOON,
            "method": "POST",
            "path": "/api/notes",
            "query": "a=b c",
            "status": 200,
            "operation": "create",
            "counted": True,
            "fault": None,
            "body": "hello",
        }
    ]


def test_long_bodies_are_cut(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Only the first 2,000 characters of a body are kept; the request itself gets all."""
    client.post("/api/notes", content="x" * 5_000)
    assert (len(tiny.journal.entries()[0].body), len(str(tiny.texts()[0]))) == (2_000, 5_000)


def test_no_secret_is_kept(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Neither body nor query of a request for a token is kept."""
    client.post("/services/oauth2/token", params={"password": "p1"}, data={"client_secret": "s3cr3t"})
    entry = tiny.journal.entries()[0]
    assert (entry.operation, entry.counted, entry.query, entry.body) == ("token", False, "", "")


def test_cut_requests_have_status_zero(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A request whose connection was cut is there, with status 0 and the fault's name."""
    client.post("/__sim__/faults", json={"action": "cut_before"})
    with pytest.raises((httpx2.NetworkError, httpx2.RemoteProtocolError)):
        client.get("/api/notes")
    assert [(entry.status, entry.fault) for entry in tiny.journal.entries()] == [(0, "cut_before")]


def test_since_and_clear(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Entries after a number can be asked for, and clearing begins to count anew."""
    for _ in range(3):
        client.get("/api/notes")
    assert [entry.number for entry in tiny.journal.entries(since=1)] == [2, 3]
    tiny.journal.clear()
    client.get("/api/notes")
    assert [entry.number for entry in tiny.journal.entries()] == [1]


def test_control_and_pages_are_not_in_it(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Requests to the control API and the pages are neither kept nor met by faults."""
    client.post("/__sim__/faults", json={"action": "status", "times": None})
    answers = [client.get(path).status_code for path in ("/", "/__page__/Note", "/__sim__/clock", "/favicon.ico")]
    assert (answers, tiny.journal.entries()) == ([200, 200, 200, 404], [])


def test_mistakes_of_the_simulator_are_seen(
    tiny: TinySimulator, client: httpx2.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake in a simulator's own code is answered with 500, kept, and logged with its trace."""
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/broken")
    assert (answer.status_code, tiny.journal.entries()[0].status) == (500, 500)
    assert [record.getMessage() for record in caplog.records] == ["GET /api/broken failed inside the simulator"]


def test_answers_carry_the_simulated_date(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The Date header of an answer is the simulated time, as clients take "now" from it."""
    tiny.clock.freeze(NOON)
    assert client.get("/api/notes").headers["date"] == "Mon, 04 May 2026 12:00:00 GMT"
