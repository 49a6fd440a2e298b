"""What somebody who means harm sends, and what becomes of it."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.visitor import PASSWORD

EVIL = "https://evil.example/"


def raw(address: str, text: bytes) -> bytes:
    """How the answer to bytes that no client would send begins."""
    parts = urlsplit(address)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10) as line:
        with suppress(ConnectionError):
            line.sendall(text)
        return line.recv(65536)


def test_a_session_that_was_slipped_in_is_not_used(office: Office, enter: Enter) -> None:
    """Signing in begins another one (ASVS 7.2.4)."""
    enter(Role.VIEWER)
    visitor = enter(None)
    visitor._client.cookies.set("sessionid", "a" * 32)

    visitor.sign_in("a-viewer")

    sessions = [cookie.value for cookie in visitor._client.cookies.jar if cookie.name == "sessionid"]
    assert len(sessions) >= 1
    assert sessions[-1] != "a" * 32
    other = enter(None)
    other._client.cookies.set("sessionid", "a" * 32)
    assert other.get("/").url.path == "/sign-in/"


@pytest.mark.parametrize("there", [EVIL, "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil"])
def test_signing_in_leads_nowhere_else(office: Office, enter: Enter, there: str) -> None:
    """Whatever stands behind "next"."""
    enter(Role.VIEWER)
    visitor = enter(None)
    visitor.get("/sign-in/")
    visitor._client.follow_redirects = False

    answer = visitor.send("/sign-in/", username="a-viewer", password=PASSWORD, next=there)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_files_of_this_machine_are_not_served(office: Office, address: str) -> None:
    """However the way up is written; what is served is taken for what it says it is."""
    ways = [b"../asgi.py", b"..%2fasgi.py", b"%2e%2e/asgi.py", b"..\\asgi.py", b"/etc/passwd", b"web/%00"]
    answers = [raw(address, b"GET /static/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % way) for way in ways]

    assert [answer.split(b"\r\n")[0].split()[1] for answer in answers] == [b"404"] * len(ways)
    assert all(b"x-content-type-options: nosniff" in each.lower() or b"404" in each for each in answers)


def test_bytes_that_are_no_request(office: Office, address: str, enter: Enter) -> None:
    """Two lengths, both a length and pieces, a header without end: refused, and the next one is answered."""
    odd = [
        b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 30\r\n\r\nabc",
        b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost : b\r\n\r\n",
    ]
    answers = [raw(address, each) for each in odd]

    assert [each[:40] for each in answers if each and not each.startswith(b"HTTP/1.1 4")] == []
    assert enter(None).get("/healthz").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99999", "a b", "<x>", "127.0.0.1:1, evil.example"])
def test_the_host_that_is_named_is_not_believed(office: Office, enter: Enter, host: str) -> None:
    """No page leads there, and nothing breaks."""
    answer = enter(None)._client.get("/sign-in/", headers={"Host": host}, follow_redirects=False)

    assert (answer.status_code < 500, "evil.example" in answer.text) == (True, False)


def test_odd_cookies_names_and_bodies(office: Office, enter: Enter, program: Begin) -> None:
    """Refused or passed over, never a defect."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/sign-in/")
    odd = [
        "\u202eadmin",
        "a\x00b",
        "ａ-administrator",
        "a" * 100_000,
        "' OR 1=1 --",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ]
    signed = [enter(None).sign_in(name).status_code for name in odd]
    cookies = [
        visitor._client.get("/sign-in/", headers={"Cookie": cookie}).status_code
        for cookie in ("sessionid=%00; csrftoken=x", "=;;==", "sessionid=" + "a" * 5000, 'messages="[broken"')
    ]
    huge = enter(None)._client.post(
        "/sign-in/", content=b"a=" + b"b" * 3_000_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    many = enter(None)._client.post(
        "/sign-in/",
        content="&".join(f"a{n}=1" for n in range(1500)),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    deep = program(Role.OPERATOR)._client.post(
        "/api/v1/runs/1/approve", content="[" * 100_000, headers={"Content-Type": "application/json"}
    )

    assert [
        status for status in [*signed, *cookies, huge.status_code, many.status_code, deep.status_code] if status >= 500
    ] == []
    assert huge.status_code in (400, 403, 413)


def test_https_is_kept_to_where_the_pages_have_it(
    office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the address that the operator told (ASVS 3.4.1)."""
    before = enter(None).get("/sign-in/").headers
    monkeypatch.setattr(office.installation, "pages_url", "https://taskforce.example")

    assert "Strict-Transport-Security" not in before
    assert enter(None).get("/sign-in/").headers["Strict-Transport-Security"] == "max-age=31536000"
