"""Signing in by an issuer: whom it lets in, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from taskforce.config import InstallationSettings, SingleSignOn
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web.single_sign_on import may_be_called
from tests.end_to_end.office import Office
from tests.end_to_end.pages.authenticator import code, secret_in
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import Visitor, words
from tests.support.issuer import CLIENT_ID, CLIENT_SECRET, Issuer, running_issuer

ROSA = {"email": "Rosa@example.com", "email_verified": True}
REFUSED = "That did not sign you in. Try again, or use your password."
NOT_INVITED = "Nobody was invited by that account: ask an administrator."


@pytest.fixture
def issuer(office: Office) -> Iterator[Issuer]:
    """The one that the operator has configured; Rosa was invited."""
    here = office.installation
    here.users.invite("rosa", role=Role.OPERATOR, full_name="", email="rosa@example.com", now=here.clock.now())
    with running_issuer() as issuer:
        here.single_sign_on = SingleSignOn(
            issuer=issuer.address,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            name="Example ID",
            username_claim="email",
        )
        issuer.claims = dict(ROSA)
        yield issuer


def come(visitor: Visitor) -> tuple[str, str]:
    """By the button; where that ends, and what is said there."""
    answer = visitor.get("/sign-in/single/?next=/runs/")
    return answer.url.path, words(answer)


def test_whoever_was_invited_signs_in(office: Office, issuer: Issuer, enter: Enter) -> None:
    """By a verified address, whatever its case; they go on to where they wanted to go."""
    visitor = enter(None)
    form = visitor.get("/sign-in/?next=/runs/")

    assert 'href="/sign-in/single/?next=/runs/">Sign in by Example ID</a>' in form.text
    assert come(visitor)[0] == "/runs/"
    latest = office.installation.audit.latest(1)[0]
    assert (latest.who, latest.deed) == ("rosa", Deed.SIGNED_IN)


def test_whoever_has_no_password_can_set_up_a_second_factor(office: Office, issuer: Issuer, address: str) -> None:
    """For ten minutes they have signed in again; then it is asked for after the issuer, too."""
    with Visitor(address) as visitor, Visitor(address) as other:
        come(visitor)
        shown = visitor.get("/profile/security/second-factor/")
        visitor.send("/profile/security/second-factor/", code=code(secret_in(shown)))

        assert come(other)[0] == "/sign-in/second-factor/"
        assert other.get("/runs/").url.path == "/sign-in/"


@pytest.mark.parametrize(
    ("claims", "lies", "said"),
    [
        ({"email": "mallory@example.com", "email_verified": True}, {}, NOT_INVITED),
        ({"email": "rosa@example.com", "email_verified": False}, {}, NOT_INVITED),
        ({"email": "rosa@example.com", "email_verified": "true"}, {}, NOT_INVITED),
        ({}, {}, NOT_INVITED),
        (ROSA, {"nonce": "another"}, REFUSED),
        (ROSA, {"iss": "https://another.example"}, REFUSED),
        (ROSA, {"aud": "another"}, REFUSED),
        (ROSA, {"exp": 1}, REFUSED),
        (ROSA, {"sub": "8"}, REFUSED),
    ],
)
def test_who_is_refused(
    office: Office, issuer: Issuer, address: str, claims: dict[str, Any], lies: dict[str, Any], said: str
) -> None:
    """And nobody is added."""
    issuer.claims, issuer.lies = dict(claims), lies
    with Visitor(address) as visitor:
        path, text = come(visitor)

    assert (path, said in text) == ("/sign-in/", True)
    assert [each.username for each in office.installation.users.all()] == ["rosa"]
    assert office.installation.audit.latest(1)[0].deed is Deed.SIGN_IN_FAILED


def test_a_token_that_another_key_signed_is_refused(office: Office, issuer: Issuer, address: str) -> None:
    """Though it came by the issuer's own address; and so is an answer that this browser did not ask for."""
    issuer.key = "another"
    with Visitor(address) as visitor:
        forged = come(visitor)
        unasked = visitor.get("/sign-in/single/back/?code=x&state=y")

    assert (forged[0], REFUSED in forged[1]) == ("/sign-in/", True)
    assert (unasked.url.path, REFUSED in words(unasked)) == ("/sign-in/", True)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "http://169.254.169.254/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_an_issuer_that_leads_elsewhere_is_not_followed(
    office: Office, issuer: Issuer, address: str, metadata: dict[str, str]
) -> None:
    """Its metadata are not used."""
    issuer.metadata = metadata
    with Visitor(address) as visitor:
        path, text = come(visitor)

    assert (path, "The single sign-on cannot be reached." in text) == ("/sign-in/", True)


def test_people_can_be_known_by_their_user_names(office: Office, issuer: Issuer, address: str) -> None:
    """By whichever claim holds them; disabled people do not come in this way either."""
    here = office.installation
    assert here.single_sign_on is not None
    here.single_sign_on = SingleSignOn(
        issuer=issuer.address, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="", username_claim="login"
    )
    issuer.claims = {"login": "rosa"}
    with Visitor(address) as visitor, Visitor(address) as other:
        inside = come(visitor)[0]
        here.users.set_active("rosa", is_active=False)
        outside = come(other)

    assert (inside, outside[0], NOT_INVITED in outside[1]) == ("/runs/", "/sign-in/", True)


def test_there_is_no_such_page_without_an_issuer(office: Office, enter: Enter) -> None:
    """And no button."""
    visitor = enter(Role.VIEWER)

    assert [visitor.get(f"/sign-in/single/{end}").status_code for end in ("", "back/")] == [404, 404]


@pytest.mark.parametrize("url", ["http://id.example.com", "ftp://localhost", "id.example.com", "https://"])
def test_an_issuer_is_reached_by_https(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Or on this very machine."""
    monkeypatch.setenv("TASKFORCE_OIDC_ISSUER", url)

    with pytest.raises(ConfigurationError, match="TASKFORCE_OIDC_ISSUER: must be an address"):
        InstallationSettings.from_environment()


@pytest.mark.parametrize(
    ("endpoint", "issuer", "may"),
    [
        ("https://keys.example.com/", "https://id.example.com", True),
        ("http://127.0.0.1:8080/", "http://localhost:8080", True),
        ("http://127.0.0.1:8080/", "https://id.example.com", False),
        ("http://keys.example.com/", "http://localhost:8080", False),
        ("", "https://id.example.com", False),
    ],
)
def test_what_an_issuer_may_name(endpoint: str, issuer: str, may: bool) -> None:
    """Nobody outside leads to this machine."""
    assert may_be_called(endpoint, issuer=issuer) is may
