"""Sessions end by themselves and by their owners; where somebody is comes from proxies that are trusted."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.pages import serve_pages
from taskforce.testing.clock import FrozenClock
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import Visitor, words

OWN = "/profile/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SETTINGS = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE".split()


@pytest.fixture
def clock(office: Office) -> FrozenClock:
    """The installation's, moved on by hand."""
    clock = FrozenClock()
    office.installation.clock = clock
    return clock


def test_whoever_does_nothing_for_two_hours_is_signed_out(office: Office, clock: FrozenClock, enter: Enter) -> None:
    """Something done in between begins the time anew; what a page asks for by itself does not."""
    visitor = enter(Role.VIEWER)
    visitor.get("/")
    clock.advance(timedelta(minutes=110))
    busy = visitor.get("/runs/").url.path
    clock.advance(timedelta(minutes=110))
    still = visitor._client.get("/", headers={"HX-Request": "true"}).url.path
    clock.advance(timedelta(minutes=10))
    out = visitor.get("/runs/")

    assert (busy, still, out.url.path, out.url.params["next"]) == ("/runs/", "/", "/sign-in/", "/runs/")
    assert "You were signed out, since nothing was done for 120 minutes." in words(out)


def test_nobody_is_signed_in_for_more_than_twelve_hours(office: Office, clock: FrozenClock, enter: Enter) -> None:
    """However busy, and whatever is stored in the session meanwhile."""
    visitor = enter(Role.VIEWER)
    seen = []
    for _ in range(13):
        seen.append(visitor.get(OWN).url.path)
        visitor.send("/profile/security/sign-out/")
        clock.advance(timedelta(hours=1))

    assert seen == [OWN] * 12 + ["/sign-in/"]


def test_cookies_are_for_this_site_and_for_no_script(office: Office, enter: Enter) -> None:
    """Those of the session and of the forms."""
    enter(Role.VIEWER)
    visitor = enter(None)
    visitor._client.follow_redirects = False

    given = visitor.sign_in("a-viewer").headers.get_list("Set-Cookie")

    assert sorted(each.partition("=")[0] for each in given) == ["csrftoken", "sessionid"]
    assert [("HttpOnly" in each, "SameSite=Lax" in each) for each in given] == [(True, True)] * 2


def test_signing_out_ends_the_session_on_the_server(office: Office, enter: Enter) -> None:
    """Whoever kept the cookie gets nothing for it."""
    visitor = enter(Role.VIEWER)
    visitor.get("/")
    kept = visitor._client.cookies["sessionid"]
    visitor.send("/sign-out/")
    thief = enter(None)
    thief._client.cookies.set("sessionid", kept)

    assert thief.get("/").url.path == "/sign-in/"
    assert not Session.objects.filter(session_key=kept).exists()


def test_a_long_password_is_taken_and_stored_by_a_slow_function(office: Office, enter: Enter) -> None:
    """Of any letters, spaces too."""
    password = "a heron stands in the reeds, " * 6
    now = office.installation.clock.now()
    office.installation.users.add("rosa", role=Role.VIEWER, password=password, full_name="", email="", now=now)

    assert enter(None).sign_in("rosa", password).url.path == "/"
    assert User.objects.get(username="rosa").password.startswith("argon2$argon2id$")


def test_people_see_where_they_are_signed_in_and_end_it(office: Office, enter: Enter) -> None:
    """Of their own only; what has ended is not shown."""
    other, here, elsewhere = enter(Role.OPERATOR), enter(Role.VIEWER), enter(None)
    other.get("/")
    elsewhere._client.headers["User-Agent"] = FIREFOX
    elsewhere.sign_in("a-viewer")
    shown = here.get(OWN)
    [number] = re.findall(r'name="session" value="(\d+)"', shown.text)

    foreign = other.send("/profile/security/end-session/", session=number)
    kept = elsewhere.get("/").url.path
    here.get(OWN)
    ended = here.send("/profile/security/end-session/", session=number)

    assert "Firefox on Linux 127.0.0.1" in words(shown)
    assert "That session was over already." in words(foreign)
    assert "That session is over." in words(ended)
    assert "Firefox" not in words(ended)
    assert (kept, elsewhere.get("/").url.path, here.get("/").url.path) == ("/", "/sign-in/", "/")


@pytest.mark.parametrize(("trusted", "seen"), [((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")])
def test_only_trusted_proxies_say_where_somebody_is(office: Office, trusted: tuple[str, ...], seen: str) -> None:
    """For the audit; what the person says themselves stands further left, and counts for nothing."""
    office.installation.trusted_proxies = trusted
    now = office.installation.clock.now()
    office.installation.users.invite("rosa", role=Role.VIEWER, full_name="", email="", now=now)
    with serve_pages(office.installation) as address, Visitor(address) as visitor:
        visitor._client.headers["X-Forwarded-For"] = "198.51.100.1, 203.0.113.9"
        visitor.sign_in("rosa", "wrong")

    assert office.installation.audit.latest(1)[0].origin == seen


def test_pages_behind_https_say_so(office: Office) -> None:
    """Whatever the proxy in front passes on: links are https, and forms of that address are taken."""
    office.installation.pages_url = "https://taskforce.example"
    headers = {"Host": "taskforce.example", "Origin": "https://taskforce.example"}
    with serve_pages(office.installation) as address, Visitor(address) as visitor:
        visitor._client.headers.update(headers)
        visitor.get("/set-up/")
        taken = visitor.send("/set-up/", code="wrong")
        visitor._client.headers["Origin"] = "http://taskforce.example"
        refused = visitor.send("/set-up/", code="wrong")

    assert (taken.status_code, refused.status_code) == (400, 403)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://taskforce.example", ["__Host-sessionid", "__Host-csrftoken", True, True]),
        ("http://localhost:8470", ["sessionid", "csrftoken", False, False]),
    ],
)
def test_cookies_are_those_of_the_address(url: str, expected: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers keep a `__Host-` cookie to this host and to TLS."""
    monkeypatch.setenv("TASKFORCE_PAGES_URL", url)
    text = f"import json, taskforce.django_settings as s; print(json.dumps([getattr(s, n) for n in {SETTINGS}]))"

    told = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout

    assert json.loads(told) == expected
