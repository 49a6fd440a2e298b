"""Faults, met by a real client over a real socket."""

import http.client
import logging
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

from taskforce_simulators.core.faults import Fault, Faults
from taskforce_simulators.core.server import RunningServer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CUT = (httpx2.NetworkError, httpx2.RemoteProtocolError)


def _raw_post(running: RunningServer, text: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    try:
        connection.request("POST", "/api/notes", text)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_status_instead_of_the_request(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A status fault answers with its own status, body and headers; nothing is carried out; then it is used up."""
    tiny.faults.add(Fault(action="status", status=503, body={"errors": ["later"]}, headers={"Retry-After": "7"}))
    refused, accepted = client.post("/api/notes", content="one"), client.post("/api/notes", content="two")
    assert (refused.status_code, refused.json(), refused.headers["Retry-After"]) == (503, {"errors": ["later"]}, "7")
    assert (accepted.status_code, tiny.texts()) == (200, ["two"])


def test_status_after_the_request(tiny: TinySimulator, client: httpx2.Client) -> None:
    """With `apply` the request is carried out all the same."""
    tiny.faults.add(Fault(action="status", status=500, body="kaputt", apply=True))
    answer = client.post("/api/notes", content="one")
    assert (answer.status_code, answer.text, tiny.texts()) == (500, "kaputt", ["one"])


@pytest.mark.parametrize(
    ("action", "status", "content_type"),
    [("garbage", 200, "application/json"), ("html", 502, "text/html; charset=utf-8"), ("empty", 200, None)],
)
def test_answer_that_is_no_json(
    tiny: TinySimulator, client: httpx2.Client, action: str, status: int, content_type: str | None
) -> None:
    """Garbage, a page of HTML and an empty body are answers that are no JSON."""
    tiny.faults.add(Fault.from_json({"action": action, "status": 502}))
    answer = client.get("/api/notes")
    assert (answer.status_code, answer.headers.get("content-type")) == (status, content_type)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


def test_cut_before(tiny: TinySimulator, running: RunningServer, caplog: pytest.LogCaptureFixture) -> None:
    """Cut before: the connection ends without an answer, nothing is carried out, nothing is logged."""
    tiny.faults.add(Fault(action="cut_before"))
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectionResetError):
        _raw_post(running, "one")
    assert (tiny.texts(), [r for r in caplog.records if r.name.startswith("uvicorn")]) == ([], [])


def test_cut_after(tiny: TinySimulator, running: RunningServer) -> None:
    """Cut after: the connection ends without an answer, but the request was carried out."""
    tiny.faults.add(Fault(action="cut_after"))
    with pytest.raises(ConnectionResetError):
        _raw_post(running, "one")
    assert tiny.texts() == ["one"]


def test_cut_midway(tiny: TinySimulator, running: RunningServer) -> None:
    """Cut midway: the head of the answer comes whole, its body only in part."""
    tiny.faults.add(Fault(action="cut_midway"))
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        _raw_post(running, "one")
    assert tiny.texts() == ["one"]


def test_cut_is_an_error_of_the_client_library(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A client library sees a cut as a network error, and its next request works."""
    tiny.faults.add(Fault(action="cut_after"))
    with pytest.raises(CUT):
        client.post("/api/notes", content="one")
    assert client.get("/api/notes").json()["notes"] == ["one"]


def test_late_commit_waits_for_the_clock(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A late commit is cut at once and carried out when the simulated clock has come to its time."""
    tiny.clock.freeze(NOON)
    tiny.faults.add(Fault(action="late_commit", delay_seconds=300))
    with pytest.raises(CUT):
        client.post("/api/notes", content="late")
    tiny.clock.advance(timedelta(seconds=299))
    assert tiny.texts() == []
    tiny.clock.advance(timedelta(seconds=1))
    assert tiny.texts() == ["late"]
    assert [(e.operation, e.status, e.counted, e.fault) for e in tiny.journal.entries()] == [
        ("create", 0, True, "late_commit"),
        ("create", 200, False, "late_commit carried out"),
    ]


def test_late_commits_have_their_own_times(tiny: TinySimulator, client: httpx2.Client) -> None:
    """However far the clock is moved at once: what is carried out late is carried out, and dated, at its time."""
    tiny.clock.freeze(NOON)
    for text, delay in (("later", 300), ("late", 60)):
        tiny.faults.add(Fault(action="late_commit", delay_seconds=delay))
        with pytest.raises(CUT):
            client.post("/api/notes", content=text)
    seen = []
    tiny.clock.on_change(lambda: seen.append(((tiny.clock.now() - NOON).total_seconds(), tiny.texts())))

    tiny.clock.advance(timedelta(days=1))

    assert seen == [(60, ["late"]), (300, ["late", "later"]), (86_400, ["late", "later"])]


def test_late_commits_come_before_a_later_request(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A request that comes after a late commit's time finds it done, even if nobody moved the clock by hand."""
    tiny.faults.add(Fault(action="late_commit", delay_seconds=0))
    with pytest.raises(CUT):
        client.post("/api/notes", content="late")
    assert client.get("/api/notes").json()["notes"] == ["late"]


def test_late_commits_are_forgotten_by_a_reset(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A reset forgets the requests that were still to be carried out."""
    tiny.faults.add(Fault(action="late_commit", delay_seconds=60))
    with pytest.raises(CUT):
        client.post("/api/notes", content="late")
    client.post("/__sim__/reset")
    tiny.clock.advance(timedelta(hours=1))
    assert tiny.texts() == []


def test_delay_outlives_the_client(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A request that is answered later than the client waits is carried out nevertheless."""
    tiny.faults.add(Fault(action="delay", delay_seconds=0.3))
    with pytest.raises(httpx2.ReadTimeout):
        client.post("/api/notes", content="slow", timeout=0.1)
    assert client.post("/api/notes", content="after", timeout=5).status_code == 200
    tiny.faults.add(Fault(action="delay", delay_seconds=0.3))
    assert client.get("/api/notes", timeout=5).json()["notes"] == ["after", "slow"]


def test_half_a_request_is_not_carried_out(tiny: TinySimulator, running: RunningServer) -> None:
    """A request whose client left before its end is neither carried out nor kept in the journal."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.putrequest("POST", "/api/notes")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b"only the beginning")
    connection.close()
    assert _raw_post(running, "whole")[0] == 200
    assert (tiny.texts(), len(tiny.journal.entries())) == (["whole"], 1)


def test_expired_sessions(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The sessions end before the request, which then goes on as usual."""
    tiny.faults.add(Fault(action="expire_session"))
    assert (client.post("/api/notes", content="one").status_code, tiny.expired) == (200, 1)


def test_fault_meets_what_it_is_meant_for(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Method, path, query and a piece of the body choose the request; others pass."""
    tiny.faults.add(Fault(action="status", method="post", path="/notes$", query="^who=me", contains="secret"))
    requests = [
        client.get("/api/notes", params={"who": "me"}),
        client.post("/api/notes", params={"who": "you"}, content="secret"),
        client.post("/api/notes", params={"who": "me"}, content="open"),
        client.post("/api/notes", params={"who": "me"}, content="a secret"),
    ]
    assert [answer.status_code for answer in requests] == [200, 200, 200, 500]


def test_skip_and_times(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The first requests can be let through, and a fault can be met several times."""
    tiny.faults.add(Fault(action="status", skip=1, times=2))
    assert [client.get("/api/notes").status_code for _ in range(5)] == [200, 500, 500, 200, 200]


def test_fault_for_ever(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Without a number of times a fault stays until it is removed."""
    number = tiny.faults.add(Fault(action="status", times=None))
    assert [client.get("/api/notes").status_code for _ in range(3)] == [500, 500, 500]
    assert (tiny.faults.remove(number), tiny.faults.remove(number)) == (True, False)
    assert client.get("/api/notes").status_code == 200


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"action": "explode"}, "unknown action 'explode'"),
        ({"action": "status", "colour": "red"}, "unknown: colour"),
        ({}, "a fault needs an action"),
        ({"action": "status", "path": "("}, "'\\(' is not a regular expression"),
        ({"action": "status", "times": 0}, "times is at least 1"),
    ],
)
def test_faults_that_make_no_sense(document: dict[str, object], text: str) -> None:
    """A fault that cannot be meant is refused with the reason."""
    with pytest.raises(ValueError, match=text):
        Fault.from_json(document)


def test_first_fault_wins() -> None:
    """Of several faults that fit, the one added first is taken."""
    faults = Faults()
    faults.add(Fault(action="garbage"))
    faults.add(Fault(action="html"))
    taken = [faults.take("GET", "/x") for _ in range(3)]
    assert [fault.action if fault else None for fault in taken] == ["garbage", "html", None]
