"""Sending, repeating, and what is known when there is no answer."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from structlog.typing import EventDict

from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.errors import ApiError, ConfigurationError, TransientError, WriteInDoubt
from tests.integration.http.scripted_server import CUT, OK, SILENCE, ScriptedServer, answer
from tests.support.addresses import HERE


def read(client: HttpClient, server: ScriptedServer) -> Answer:
    """A request that may be repeated."""
    return client.send("GET", server.url, operation="query", repeatable=True)


def write(client: HttpClient, server: ScriptedServer) -> Answer:
    """A request that may not be repeated."""
    return client.send("POST", server.url, operation="create company", content=b"{}", repeatable=False)


def what(error: ApiError) -> tuple[type[ApiError], str, str, str]:
    """What the engine looks at."""
    return type(error), error.system, error.operation, error.code


def test_answer_is_whole(client: HttpClient, server: ScriptedServer) -> None:
    """Status, header names in lower case, the unpacked body and the server's clock."""
    packed = gzip.compress(b"[1, 2]")
    server.script = [
        answer(201, packed, Content_Encoding="gzip", X_Api="7", Date="Mon, 23 Nov 2026 10:00:00 GMT", Retry_After="5")
    ]

    got = read(client, server)

    assert (got.status, got.headers["x-api"], got.body) == (201, "7", b"[1, 2]")
    assert got.date == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert got.retry_after == timedelta(seconds=5)
    assert got.elapsed > timedelta()
    assert client.waiting.elapsed > timedelta()


def test_answer_without_clock_and_wait(client: HttpClient, server: ScriptedServer) -> None:
    """A missing or unreadable Date and Retry-After are None."""
    server.script = [answer(200, Date="yesterday", Retry_After="Mon, 23 Nov 2026 10:00:00 GMT"), OK]

    got = [read(client, server) for _ in range(2)]

    assert [(each.date, each.retry_after) for each in got] == [(None, None), (None, None)]


def test_request_arrives_as_sent(client: HttpClient, server: ScriptedServer) -> None:
    """Method, parameters, headers and body."""
    client.send(
        "POST",
        f"{server.url}query",
        operation="query",
        headers={"X-Key": "k"},
        params={"q": "a+b c"},
        content=b"body",
        repeatable=True,
    )

    [request] = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /query?q=a%2Bb+c HTTP/1.1"
    assert {"X-Key: k", "Accept-Encoding: gzip", "User-Agent: taskforce-sync"} <= set(lines)
    assert body == b"body"


def test_lost_answer_to_a_read_is_asked_for_again(client: HttpClient, server: ScriptedServer) -> None:
    """A cut connection is no failure when the request may be repeated."""
    server.script = [CUT, answer(503), OK]
    seen: list[int | None] = []

    got = client.send(
        "GET",
        server.url,
        operation="query",
        repeatable=True,
        on_sent=lambda each: seen.append(each.status if each else None),
    )

    assert (got.status, seen) == (200, [None, 503, 200])


def test_read_that_stays_unanswered(client: HttpClient, server: ScriptedServer) -> None:
    """After the last attempt it is transient: nothing was changed by it."""
    server.script = [CUT]

    with pytest.raises(TransientError) as lost:
        read(client, server)

    assert what(lost.value) == (TransientError, "Salesforce", "query", "no_answer")
    assert len(server.requests) == 3


def test_write_is_sent_once(client: HttpClient, server: ScriptedServer) -> None:
    """A lost answer leaves a write in doubt."""
    server.script = [CUT]
    seen: list[Answer | None] = []

    with pytest.raises(WriteInDoubt) as lost:
        client.send(
            "POST", server.url, operation="create company", content=b"{}", repeatable=False, on_sent=seen.append
        )

    assert what(lost.value) == (WriteInDoubt, "Salesforce", "create company", "no_answer")
    assert (len(server.requests), seen) == (1, [None])


@pytest.mark.parametrize(
    "half",
    [
        answer(200, b"0123456789")[:-4],
        b"HTTP/1.1 2",
        b"nonsense\r\n\r\n",
        answer(200, b"not gzip at all", Content_Encoding="gzip"),
    ],
)
def test_half_an_answer_leaves_a_write_in_doubt(client: HttpClient, server: ScriptedServer, half: bytes) -> None:
    """An answer that breaks off, or cannot be read, says nothing about what was done."""
    server.script = [half]

    with pytest.raises(WriteInDoubt) as lost:
        write(client, server)

    assert lost.value.code == "no_answer"


def test_silence_leaves_a_write_in_doubt(server: ScriptedServer) -> None:
    """A time-out after sending is no refusal."""
    server.script = [SILENCE]

    with (
        HttpClient(system="Autotask", addresses=HERE, timeout=timedelta(milliseconds=50)) as hasty,
        pytest.raises(WriteInDoubt) as lost,
    ):
        write(hasty, server)

    assert lost.value.code == "no_answer"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_is_asked_again(client: HttpClient, server: ScriptedServer, status: int) -> None:
    """What says "later" is obeyed, for requests that may be repeated."""
    server.script = [answer(status), OK]

    assert read(client, server).status == 200
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 500])
def test_other_answers_are_taken_as_they_are(client: HttpClient, server: ScriptedServer, status: int) -> None:
    """Redirects are not followed, errors are not repeated."""
    server.script = [answer(status, Location="http://127.0.0.1:1/")]

    assert read(client, server).status == status
    assert len(server.requests) == 1


def test_last_busy_answer_is_returned(client: HttpClient, server: ScriptedServer) -> None:
    """The caller says what it means."""
    server.script = [answer(503, b"first"), answer(503, b"second"), answer(503, b"third")]

    assert read(client, server).body == b"third"


def test_busy_answer_to_a_write_is_returned_at_once(client: HttpClient, server: ScriptedServer) -> None:
    """A write is never repeated here, whatever the answer."""
    server.script = [answer(503), OK]

    assert write(client, server).status == 503
    assert len(server.requests) == 1


def test_caller_may_name_further_busy_answers(client: HttpClient, server: ScriptedServer) -> None:
    """Vendors say "later" in words of their own."""
    server.script = [answer(400, b"retry your request"), OK]

    got = client.send(
        "GET", server.url, operation="login", repeatable=True, is_transient=lambda each: b"retry" in each.body
    )

    assert got.status == 200


@pytest.mark.parametrize(("asked", "waited"), [("3600", 0.1), ("0", 0.0)])
def test_retry_after_is_obeyed_up_to_a_limit(
    server: ScriptedServer, logged: list[EventDict], asked: str, waited: float
) -> None:
    """A server may ask for a wait, but not for an hour."""
    server.script = [answer(503, Retry_After=asked), OK]
    policy = RetryPolicy(first_wait=timedelta(), longest_wait=timedelta(), longest_asked=timedelta(milliseconds=100))

    with HttpClient(system="Salesforce", addresses=HERE, retries=policy) as client:
        assert read(client, server).status == 200

    assert [each["wait_seconds"] for each in logged if each["action"] == "http_retry"] == [waited]


def test_log_holds_no_values(client: HttpClient, server: ScriptedServer, logged: list[EventDict]) -> None:
    """Where a request went is logged, what was in it is not."""
    client.send(
        "GET",
        f"{server.url}zone",
        operation="find the zone",
        headers={"Secret": "hunter2"},
        params={"user": "a@b.example", "blank": ""},
        repeatable=True,
    )

    [line] = logged
    assert line.pop("seconds") >= 0
    assert line == {
        "event": "Salesforce: find the zone",
        "log_level": "debug",
        "action": "http_request",
        "method": "GET",
        "url": f"{server.url}zone?user,blank",
        "status": 200,
    }


@pytest.mark.parametrize("secret", ["two\nlines", "pässword"])
def test_credential_that_http_cannot_carry(client: HttpClient, server: ScriptedServer, secret: str) -> None:
    """It is refused before anything is sent, without being shown."""
    with pytest.raises(ConfigurationError) as refused:
        client.send("GET", server.url, operation="query", headers={"Secret": secret}, repeatable=True)

    assert str(refused.value) == (
        "A credential for Salesforce holds a line break or a character that cannot be sent: copy it anew."
    )
    assert server.requests == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://salesforce.example/", "must begin with https://"),
        ("http://127.0.0.1.example/", "must begin with https://"),
        ("ftp://127.0.0.1/", "must begin with https://"),
        ("127.0.0.1", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://[::1", "cannot be used"),
        ("https://salesforce.example:port/", "cannot be used"),
    ],
)
def test_address_that_is_not_called(client: HttpClient, url: str, message: str) -> None:
    """Only https, and http to this machine."""
    with pytest.raises(ConfigurationError, match=message):
        client.send("GET", url, operation="login", repeatable=True)
