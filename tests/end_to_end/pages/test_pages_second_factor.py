"""The second factor: set up, asked for, stood in for, taken away."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.authenticator import code, codes_in, secret_in
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words

OWN = "/profile/security/"
SET_UP = "/profile/security/second-factor/"
ASK = "/sign-in/second-factor/"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Half a minute does not end in the middle of a test."""
    with time_machine.travel("2026-03-02 12:00:10+00:00", tick=False):
        yield


def with_app(visitor: Visitor) -> tuple[str, list[str]]:
    """Set up an app; its secret, and the recovery codes."""
    visitor.get(SET_UP)
    secret = secret_in(visitor.send(SET_UP, own_password=PASSWORD))
    return secret, codes_in(visitor.send(SET_UP, code=code(secret, steps=-1)))


def told(office: Office) -> list[tuple[str, dict[str, str]]]:
    """What the audit says of second factors, the first first."""
    entries = [each for each in office.installation.audit.latest(20) if each.deed is Deed.SECOND_FACTOR_CHANGED]
    return [(each.who, dict(each.details)) for each in entries][::-1]


def test_an_app_is_set_up_after_signing_in_again(office: Office, enter: Enter) -> None:
    """The secret is shown to whoever typed the password, as picture and text, and counts once a code came back."""
    visitor = enter(Role.VIEWER)
    first = visitor.get(SET_UP)
    stranger = visitor.send(SET_UP, own_password="wrong")
    shown = visitor.send(SET_UP, own_password=PASSWORD)
    wrong = visitor.send(SET_UP, code="000000")
    early = office.installation.second_factors.of("a-viewer").is_set_up
    done = visitor.send(SET_UP, code=code(secret_in(shown)))
    again = visitor.get(SET_UP)

    assert "tf-secret" not in first.text + stranger.text
    assert (stranger.status_code, wrong.status_code, early) == (400, 400, False)
    assert secret_in(wrong) == secret_in(shown)
    assert 'src="data:image/svg+xml;base64,' in shown.text
    assert [len(each) for each in codes_in(done)] == [8] * 10
    assert again.url.path == OWN
    assert "A code of your app is asked for after your password." in words(again)
    assert told(office)[-1] == ("a-viewer", {"app": "set up"})


def test_its_secrets_are_stored_encrypted(office: Office, enter: Enter) -> None:
    """Of app and recovery codes."""
    secret, codes = with_app(enter(Role.VIEWER))

    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert [each for each in (secret, *codes) if each in stored] == []
    assert stored.count("gAAAA") == 2


def test_a_code_is_asked_for_and_good_once(office: Office, enter: Enter) -> None:
    """After the password nothing is open yet; a code that was used is refused, everywhere."""
    secret, _ = with_app(enter(Role.VIEWER))
    visitor, other = enter(None), enter(None)

    asked = visitor.sign_in("a-viewer")
    inside = visitor.get("/").url.path
    visitor.get(ASK)
    used = visitor.send(ASK, code=code(secret, steps=-1))
    right = visitor.send(ASK, code=code(secret))
    other.sign_in("a-viewer")
    again = other.send(ASK, code=code(secret))

    assert (asked.url.path, inside) == (ASK, "/sign-in/")
    assert "This is not good, or was used before." in words(used)
    assert (right.url.path, again.url.path) == ("/", ASK)


def test_wrong_codes_wait_like_wrong_passwords(office: Office, enter: Enter) -> None:
    """And the right password in between makes nothing forgotten."""
    secret, _ = with_app(enter(Role.VIEWER))
    visitor = enter(None)
    for _ in range(5):
        visitor.sign_in("a-viewer")
        visitor.send(ASK, code="000000")

    waits = visitor.send(ASK, code=code(secret))
    password = visitor.sign_in("a-viewer")

    assert (waits.status_code, password.status_code) == (429, 429)
    assert "There were too many attempts with this name, or from here. Wait" in words(waits)
    assert 0 < int(waits.headers["Retry-After"]) <= 30


def test_another_password_ends_what_was_begun_with_the_old_one(office: Office, enter: Enter) -> None:
    """The right code helps no more; nor does it help whoever was disabled."""
    secret, _ = with_app(enter(Role.VIEWER))
    visitor = enter(None)
    visitor.sign_in("a-viewer")
    office.installation.users.set_password("a-viewer", "another heron in the reeds")
    changed = visitor.send(ASK, code=code(secret))
    visitor.sign_in("a-viewer", "another heron in the reeds")
    office.installation.users.set_active("a-viewer", is_active=False)
    disabled = visitor.send(ASK, code=code(secret))

    assert (changed.url.path, disabled.url.path) == ("/sign-in/", "/sign-in/")
    assert office.installation.audit.latest(1)[0].deed is Deed.SECOND_FACTOR_CHANGED


def test_a_recovery_code_stands_in_once(office: Office, enter: Enter) -> None:
    """It is told of, and how many are left."""
    _, codes = with_app(enter(Role.VIEWER))
    visitor, other = enter(None), enter(None)

    visitor.sign_in("a-viewer")
    inside = visitor.send(ASK, code=codes[0])
    other.sign_in("a-viewer")
    again = other.send(ASK, code=codes[0])

    assert (inside.url.path, again.url.path) == ("/", ASK)
    assert "You used a recovery code: 9 are left." in words(inside)
    assert told(office)[-1] == ("a-viewer", {"recovery code": "used", "left": "9"})


def test_new_recovery_codes_end_the_old_ones(office: Office, enter: Enter) -> None:
    """Shown in the answer alone."""
    visitor = enter(Role.VIEWER)
    _, old = with_app(visitor)
    made = codes_in(visitor.send("/profile/security/recovery-codes/"))
    later = visitor.get(OWN)
    other = enter(None)
    other.sign_in("a-viewer")

    assert other.send(ASK, code=old[0]).url.path == ASK
    assert other.send(ASK, code=made[0]).url.path == "/"
    assert [each for each in made if each in later.text] == []
    assert told(office)[-2] == ("a-viewer", {"recovery codes": "made"})


def test_it_is_turned_off_after_signing_in_again(office: Office, enter: Enter) -> None:
    """In a session that has not confirmed anything the password is needed."""
    secret, _ = with_app(enter(Role.VIEWER))
    visitor = enter(None)
    visitor.sign_in("a-viewer")
    visitor.send(ASK, code=code(secret))
    visitor.get(OWN)

    without = visitor.send("/profile/security/second-factor/turn-off/")
    turned_off = visitor.send("/profile/security/second-factor/turn-off/", own_password=PASSWORD)

    assert "Type your password first." in words(without)
    assert "Codes of your app are asked for no longer." in words(turned_off)
    assert enter(None).sign_in("a-viewer").url.path == "/"
    assert Authenticator.objects.count() == 0
    assert told(office)[-1] == ("a-viewer", {"app": "turned off"})


def test_it_can_be_required(office: Office, enter: Enter) -> None:
    """Nothing but the page where it is set up is reachable before, not even what moves on a page."""
    visitor = enter(Role.OPERATOR)
    office.installation.requires_second_factor = True
    led = [visitor.get(path).url.path for path in ("/", "/runs/", OWN, "/admin/")]
    part = visitor._client.get(f"/connections/{NAME}/progress/", headers={"HX-Request": "true"})
    asked = visitor.get("/")
    with_app(visitor)

    assert led == [SET_UP] * 4
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, SET_UP)
    assert "Here everybody needs one" in words(asked)
    assert [visitor.get(path).url.path for path in ("/", "/runs/")] == ["/", "/runs/"]


def test_administrators_without_one_are_advised(office: Office, enter: Enter) -> None:
    """Others are not; nobody is who has one."""
    administrator, operator = enter(Role.ADMINISTRATOR), enter(Role.OPERATOR)
    before, other = words(administrator.get("/")), words(operator.get("/"))
    with_app(administrator)

    assert "Your password alone opens everything here." in before
    assert "Your password alone opens everything here." not in other + words(administrator.get("/"))


def test_an_administrator_resets_it(office: Office, enter: Enter) -> None:
    """Who lost it is signed out, and signs in by the password alone."""
    administrator, viewer = enter(Role.ADMINISTRATOR), enter(Role.VIEWER)
    with_app(viewer)
    administrator.get("/admin/users/")

    done = administrator.send("/admin/users/a-viewer/", deed="second_factor", own_password=PASSWORD)
    none = administrator.send("/admin/users/a-viewer/", deed="second_factor")

    assert "a-viewer signs in by the password alone" in words(done)
    assert "a-viewer has no second factor." in words(none)
    assert viewer.get("/").url.path == "/sign-in/"
    assert viewer.sign_in("a-viewer").url.path == "/"
    assert told(office)[-1] == ("a-administrator", {"second factor": "reset"})
