"""The proxy on loopback: what a client and the simulator behind it see of mishaps on the way."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator
from tests.support.clients import TRUSTS_NOBODY

from taskforce_simulators.core.mishaps import Mishap, MishapAction, Way
from taskforce_simulators.core.proxy import Proxy, proxy_before
from taskforce_simulators.core.server import RunningServer

GONE = (httpx2.NetworkError, httpx2.RemoteProtocolError)
HEAD = len(b"HTTP/1.1 200 OK\r\n")


@pytest.fixture
def proxy(running: RunningServer) -> Iterator[Proxy]:
    """A proxy before the tiny simulator."""
    with proxy_before(running.port) as proxy:
        yield proxy


@pytest.fixture
def far(proxy: Proxy) -> Iterator[httpx2.Client]:
    """A client that goes by the proxy and has little patience."""
    with httpx2.Client(base_url=proxy.url, trust_env=False, verify=TRUSTS_NOBODY, timeout=5) as client:
        yield client


def test_passes_everything_on(tiny: TinySimulator, proxy: Proxy, far: httpx2.Client) -> None:
    """Without mishaps it is as if it were not there, for large bodies and for answers without a length too."""
    large = "x" * 300_000
    answers = [far.post("/api/notes", content=large), far.get("/api/notes"), far.get("/api/broken"), far.get("/none")]
    assert [answer.status_code for answer in answers] == [200, 200, 500, 404]
    assert (answers[1].json()["notes"], tiny.texts()) == ([large], [large])
    assert (proxy.requests, proxy.mishaps.taken) == (4, 0)


@pytest.mark.parametrize("action", ["cut", "reset"])
@pytest.mark.parametrize(
    ("way", "after_bytes", "carried_out"),
    [
        ("connection", 0, []),
        ("request", 0, []),
        ("request", 30, []),
        ("request", -1, []),
        ("request", None, []),
        ("answer", 0, ["one"]),
        ("answer", HEAD, ["one"]),
        ("answer", -1, ["one"]),
    ],
)
def test_connection_that_is_cut(
    tiny: TinySimulator,
    far: httpx2.Client,
    proxy: Proxy,
    action: MishapAction,
    way: Way,
    after_bytes: int | None,
    carried_out: list[str],
) -> None:
    """Whatever has passed by then, the client has no answer; only a whole request is carried out."""
    proxy.mishaps.add(Mishap(action=action, way=way, after_bytes=after_bytes))
    with pytest.raises(GONE):
        far.post("/api/notes", content="one")
    assert far.get("/api/notes").status_code == 200
    assert (tiny.texts(), proxy.mishaps.taken, proxy.mishaps.listing()) == (carried_out, 1, [])


def test_cut_after_the_whole_answer(proxy: Proxy) -> None:
    """The answer is there, and the connection is closed after it although nobody has said so."""
    proxy.mishaps.add(Mishap(action="cut", after_bytes=None))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as client:
        client.sendall(b"GET /api/notes HTTP/1.1\r\nHost: tiny\r\n\r\n")
        answer = b""
        while piece := client.recv(1000):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head[:15], body[:12], b"onnection" in head) == (b"HTTP/1.1 200 OK", b'{"notes":[],', False)


@pytest.mark.parametrize(
    ("way", "after_bytes", "carried_out"),
    [("request", 30, []), ("answer", 0, ["one"]), ("answer", HEAD, ["one"]), ("answer", -1, ["one"])],
)
def test_half_closed(
    tiny: TinySimulator, far: httpx2.Client, proxy: Proxy, way: Way, after_bytes: int, carried_out: list[str]
) -> None:
    """Whoever receives is told that no more comes in the middle of a message, and takes it for the end."""
    proxy.mishaps.add(Mishap(action="half_close", way=way, after_bytes=after_bytes))
    with pytest.raises(GONE):
        far.post("/api/notes", content="one")
    assert far.get("/api/notes").status_code == 200
    assert tiny.texts() == carried_out


@pytest.mark.parametrize(("way", "carried_out"), [("connection", []), ("request", []), ("answer", ["one"])])
def test_dropped(tiny: TinySimulator, far: httpx2.Client, proxy: Proxy, way: Way, carried_out: list[str]) -> None:
    """Nothing comes, and the client waits as long as it will."""
    proxy.mishaps.add(Mishap(action="drop", way=way))
    with pytest.raises(httpx2.ReadTimeout):
        far.post("/api/notes", content="one", timeout=0.2)
    assert tiny.texts() == carried_out


@pytest.mark.parametrize("way", ["connection", "request", "answer"])
def test_delayed(tiny: TinySimulator, far: httpx2.Client, proxy: Proxy, way: Way) -> None:
    """It takes its time and is whole."""
    proxy.mishaps.add(Mishap(action="delay", way=way, seconds=0.1))
    begun = time.monotonic()
    assert far.post("/api/notes", content="one").status_code == 200
    assert time.monotonic() - begun >= 0.1
    assert tiny.texts() == ["one"]


@pytest.mark.parametrize("way", ["request", "answer"])
def test_trickling(tiny: TinySimulator, far: httpx2.Client, proxy: Proxy, way: Way) -> None:
    """It comes in small pieces, head and body, and is whole in the end."""
    proxy.mishaps.add(Mishap(action="trickle", way=way, seconds=0.1))
    begun = time.monotonic()
    assert far.post("/api/notes", content="one").json()["text"] == "one"
    assert time.monotonic() - begun >= 0.1


def test_garbled_answer(proxy: Proxy, far: httpx2.Client) -> None:
    """Bytes of the body are others; when the head is garbled, it is no HTTP any more."""
    whole = far.get("/api/notes")
    length = sum(len(name) + len(value) + 4 for name, value in whole.headers.raw) + HEAD + 2
    proxy.mishaps.add(Mishap(action="garble", after_bytes=length))
    garbled = far.get("/api/notes")
    assert (garbled.status_code, len(garbled.content)) == (200, len(whole.content))
    assert [a == b for a, b in zip(garbled.content[:9], whole.content, strict=False)] == [False, *[True] * 7, False]
    proxy.mishaps.add(Mishap(action="garble"))
    with pytest.raises(httpx2.RemoteProtocolError):
        far.get("/api/notes")


def test_garbled_request(tiny: TinySimulator, proxy: Proxy) -> None:
    """A server that understands nothing says so, and carries nothing out; its answer ends with the connection."""
    proxy.mishaps.add(Mishap(action="garble", way="request", after_bytes=4))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as client:
        client.sendall(b"POST /api/notes HTTP/1.1\r\nHost: tiny\r\nContent-Length: 3\r\n\r\none")
        answer = b""
        while piece := client.recv(1000):
            answer += piece
    assert (answer[:24], tiny.texts()) == (b"HTTP/1.1 400 Bad Request", [])


def test_answer_without_a_body(proxy: Proxy, far: httpx2.Client) -> None:
    """A status that has no body ends with its head, and the connection goes on."""
    far.get("/api/notes")
    proxy.mishaps.add(Mishap(action="trickle"))
    assert [far.request("DELETE", f"/api/notes{end}").status_code for end in ("", "?again")] == [405, 405]


def test_mishap_meets_what_it_is_meant_for(proxy: Proxy, far: httpx2.Client) -> None:
    """A piece of the request chooses it, for its answer too; some can pass first, and several can be met."""
    proxy.mishaps.add(Mishap(action="cut", contains=b"POST /api/notes", skip=1, times=2))
    seen = []
    for _ in range(4):
        far.get("/api/notes")
        try:
            seen.append(far.post("/api/notes", content="one").status_code)
        except GONE:
            seen.append(0)
    assert seen == [200, 0, 0, 200]


def test_several_connections_at_once(tiny: TinySimulator, proxy: Proxy) -> None:
    """Connections do not wait for each other: one is held up while others are served."""
    proxy.mishaps.add(Mishap(action="drop", contains=b"held"))
    with (
        socket.create_connection(("127.0.0.1", proxy.port)) as held,
        httpx2.Client(base_url=proxy.url, trust_env=False, verify=TRUSTS_NOBODY) as client,
    ):
        held.sendall(b"GET /held HTTP/1.1\r\nHost: tiny\r\n\r\n")
        while proxy.mishaps.taken == 0:
            time.sleep(0.005)
        assert [client.post("/api/notes", content=text).status_code for text in "abc"] == [200] * 3
    assert tiny.texts() == ["a", "b", "c"]


def test_stops_cleanly(running: RunningServer) -> None:
    """At its end nothing is left: no thread, no open port, no connection, however a request stands."""
    with (
        proxy_before(running.port) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port)) as idle,
        socket.create_connection(("127.0.0.1", proxy.port)) as held,
    ):
        proxy.mishaps.add(Mishap(action="delay", seconds=60))
        held.sendall(b"GET /api/notes HTTP/1.1\r\nHost: tiny\r\n\r\n")
        while proxy.mishaps.taken == 0:
            time.sleep(0.005)
        proxy.stop()
        left = [thread for thread in threading.enumerate() if thread.name == f"proxy {proxy.port}"]
        assert (idle.recv(100), left) == (b"", [])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))


@pytest.mark.parametrize(
    ("mishap", "text"),
    [
        ({"action": "explode"}, "there is no 'explode' on a 'answer'"),
        ({"action": "cut", "way": "home"}, "there is no 'cut' on a 'home'"),
        ({"action": "garble", "way": "connection"}, "a connection cannot garble; it can cut, delay, drop, reset"),
        ({"action": "cut", "times": 0}, "times is at least 1"),
    ],
)
def test_mishaps_that_make_no_sense(mishap: dict[str, object], text: str) -> None:
    """A mishap that cannot be meant is refused with the reason."""
    with pytest.raises(ValueError, match=text):
        Mishap(**mishap)  # type: ignore[arg-type]
