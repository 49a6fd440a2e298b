"""Admin > API tokens: made, shown once, taken back."""

import html
import re

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.program import Program
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words

PATH = "/admin/tokens/"
TOKEN = re.compile(r"tf_[A-Za-z0-9_-]{43}")


def make(
    visitor: Visitor, name: str = "billing", role: str = "operator", days: str = "90", own_password: str = PASSWORD
) -> str:
    """The page that answers the form."""
    visitor.get(PATH)
    return visitor.send(f"{PATH}add/", name=name, role=role, days=days, own_password=own_password).text


def test_a_token_is_made_and_shown_once(office: Office, enter: Enter, address: str) -> None:
    """It works, and no later page has it."""
    visitor = enter(Role.ADMINISTRATOR)
    empty = words(visitor.get(PATH))

    (token,) = TOKEN.findall(make(visitor))
    later = visitor.get(PATH)

    with Program(address, token) as program:
        assert program.get("/token")["name"] == "billing"
    assert "No program may use the REST API." in empty
    assert ("1 token may use the REST API." in words(later), TOKEN.findall(later.text)) == (True, [])
    (entry,) = office.installation.audit.latest(1)
    assert (entry.who, entry.deed, entry.subject, dict(entry.details)) == (
        "a-administrator",
        Deed.TOKEN_CHANGED,
        "billing",
        {"given out": "operator", "days": "90"},
    )


def test_whoever_makes_a_token_signs_in_again(office: Office, enter: Enter) -> None:
    """A session that was left open makes none; the password counts for ten minutes."""
    visitor = enter(Role.ADMINISTRATOR)

    without, wrong = make(visitor, own_password=""), make(visitor, own_password="a wrong one")
    nothing = len(office.installation.tokens.all())
    make(visitor)
    (later,) = TOKEN.findall(make(visitor, "reports", own_password=""))

    assert "A token is a key: type your own password to make one." in without
    assert "This is not your password." in wrong
    assert (nothing, len(office.installation.tokens.all()), bool(later)) == (0, 2, True)
    assert 'name="own_password"' not in visitor.get(PATH).text


def test_the_form_sent_twice_makes_one(office: Office, enter: Enter) -> None:
    """The second time the name is taken, and what was typed stands there still."""
    visitor = enter(Role.ADMINISTRATOR)
    make(visitor)

    again = make(visitor)

    assert ("There is a token billing already: choose another name." in again, TOKEN.findall(again)) == (True, [])
    assert 'value="billing"' in again
    assert len(office.installation.tokens.all()) == 1


def test_a_token_is_revoked(office: Office, enter: Enter, address: str) -> None:
    """It opens nothing any more, and stays in the list as what it was; once more does nothing."""
    visitor = enter(Role.ADMINISTRATOR)
    (token,) = TOKEN.findall(make(visitor))

    done = words(visitor.send(f"{PATH}revoke/", name="billing"))
    again = words(visitor.send(f"{PATH}revoke/", name="billing"))

    with Program(address, token) as program:
        assert program.refused("GET", "/token")[0] == 401
    assert ("is revoked: it opens nothing" in done, "was revoked already" in again) == (True, True)
    assert dict(office.installation.audit.latest(1)[0].details) == {"revoked": "yes"}


@pytest.mark.parametrize(
    ("name", "role", "days", "problem"),
    [
        ("", "viewer", "90", "A token has a name of 1 to 50 letters"),
        ("x" * 51, "viewer", "90", "A token has a name of 1 to 50 letters"),
        ("billing", "king", "90", "Choose a role and how long the token is valid."),
        ("billing", "viewer", "100000", "Choose a role and how long the token is valid."),
        ("billing", "viewer", "", "Choose a role and how long the token is valid."),
    ],
)
def test_what_is_refused(office: Office, enter: Enter, name: str, role: str, days: str, problem: str) -> None:
    """With a sentence above the form."""
    assert problem in make(enter(Role.ADMINISTRATOR), name, role, days)
    assert office.installation.tokens.all() == []


def test_names_are_shown_as_text(office: Office, enter: Enter) -> None:
    """Whatever a program is called."""
    page = make(enter(Role.ADMINISTRATOR), "<script>alert(1)</script> فاتورة")

    assert ("<script>alert" in page, "<script>alert(1)</script> فاتورة" in html.unescape(page)) == (False, True)
