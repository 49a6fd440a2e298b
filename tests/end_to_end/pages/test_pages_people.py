"""The first administrator, invitations, who may do what, and what is remembered of it."""

import re
from html import unescape

import pytest

from taskforce.adapters.store.models import User
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.unwritable import Unwritable
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words

ANOTHER = "another heron in the reeds"
FIRST = {"username": "helen", "full_name": "Helen", "email": "", "password": PASSWORD, "repeated": PASSWORD}


def deeds(office: Office) -> list[tuple[str, Deed, str]]:
    """Who did what to whom, the first first; others of this database left out."""
    told = [(each.who, each.deed, each.subject) for each in office.installation.audit.latest(20)]
    return told[::-1]


def invitation_in(page: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(r'value="http://[^/"]+(/invitation/[^"]+)"', page)
    assert found is not None
    return unescape(found.group(1))


def test_the_first_start_makes_one_administrator(office: Office, address: str) -> None:
    """Every page leads there; only whoever reads the log has the code; there is no such page afterwards."""
    code = office.installation.set_up_code.text
    with Visitor(address) as visitor:
        led = [visitor.get(path).url.path for path in ("/", "/runs/", "/sign-in/")]
        wrong = visitor.send("/set-up/", **FIRST, code="AAAA-AAAA-AAAA-AAAA")
        weak = visitor.send("/set-up/", **{**FIRST, "password": "password1234", "repeated": "password1234"}, code=code)
        unequal = visitor.send("/set-up/", **{**FIRST, "repeated": ANOTHER}, code=code)
        nobody = office.installation.users.all()
        done = visitor.send("/set-up/", **FIRST, code=code)
        afterwards = visitor.get("/set-up/")
        again = visitor.send("/set-up/", **{**FIRST, "username": "mallory"}, code=code)

    assert (led, nobody) == (["/set-up/"] * 3, [])
    assert (wrong.status_code, weak.status_code, unequal.status_code) == (400, 400, 400)
    assert "This is not the code" in words(wrong)
    assert "This password is too common." in words(weak)
    assert "The two passwords are not the same." in words(unequal)
    assert PASSWORD not in wrong.text
    assert (done.url.path, afterwards.url.path, again.url.path) == ("/", "/", "/")
    assert [(each.username, each.role) for each in office.installation.users.all()] == [("helen", Role.ADMINISTRATOR)]
    assert deeds(office)[-1] == ("helen", Deed.USER_ADDED, "helen")


def test_failures_make_one_name_at_one_address_wait(office: Office, enter: Enter) -> None:
    """Even the right password is not looked at then; another name gets in as before."""
    enter(Role.VIEWER)
    visitor = enter(None)
    told = [visitor.sign_in("a-viewer", "wrong password").status_code for _ in range(5)]

    refused = visitor.sign_in("a-viewer")
    enter(Role.OPERATOR)
    other = visitor.sign_in("a-operator")

    assert (told, refused.status_code) == ([200] * 5, 429)
    assert "There were too many attempts with this name, or from here. Wait" in words(refused)
    assert 0 < int(refused.headers["Retry-After"]) <= 30
    assert other.url.path == "/"


def test_a_name_that_nobody_has_is_not_kept(office: Office, enter: Enter) -> None:
    """People type their password there."""
    enter(None).sign_in("hunter2", "hunter2")

    assert deeds(office)[-1] == ("", Deed.SIGN_IN_FAILED, "")


def test_somebody_is_invited_and_chooses_a_password(office: Office, enter: Enter) -> None:
    """By a link that is shown once and good once."""
    administrator, guest = enter(Role.ADMINISTRATOR), enter(None)
    administrator.get("/admin/users/")
    shown = administrator.send(
        "/admin/invite/", own_password=PASSWORD, username="rosa", role="operator", full_name="<b>Rosa</b>"
    )
    link = invitation_in(shown.text)
    once_more = administrator.get("/admin/users/")

    early = guest.sign_in("rosa", "")
    guest.get(link)
    weak = guest.send("/invitation/{}/set-password/".format(link.split("/")[2]), new_password1="x", new_password2="x")
    done = guest.send(
        "/invitation/{}/set-password/".format(link.split("/")[2]), new_password1=ANOTHER, new_password2=ANOTHER
    )
    spent = guest.get(link)
    inside = guest.sign_in("rosa", ANOTHER)

    assert "/invitation/" not in once_more.text
    assert "&lt;b&gt;Rosa&lt;/b&gt;" in shown.text
    assert early.url.path == "/sign-in/"
    assert "too short" in words(weak)
    assert "Your password is set: sign in with it." in words(done)
    assert "This link is good no more" in words(spent)
    assert inside.url.path == "/"
    assert deeds(office)[-4:] == [
        ("a-administrator", Deed.USER_ADDED, "rosa"),
        ("rosa", Deed.SIGN_IN_FAILED, ""),
        ("rosa", Deed.PASSWORD_CHANGED, ""),
        ("rosa", Deed.SIGNED_IN, ""),
    ]


def test_what_the_audit_cannot_take_is_not_done(office: Office, enter: Enter) -> None:
    """A change and what tells of it stand or fall together."""
    administrator = enter(Role.ADMINISTRATOR)
    administrator.get("/admin/users/")
    office.installation.audit = Unwritable()

    changes = [
        administrator.send("/admin/users/a-colleague/", deed=deed, role="viewer") for deed in ("disable", "role")
    ]
    invited = administrator.send("/admin/invite/", own_password=PASSWORD, username="rosa", role="viewer")

    assert [each.status_code for each in (*changes, invited)] == [503] * 3
    assert "/invitation/" not in invited.text
    assert [(each.username, each.role, each.is_active) for each in office.installation.users.all()] == [
        ("a-administrator", Role.ADMINISTRATOR, True),
        ("a-colleague", Role.ADMINISTRATOR, True),
    ]


def test_who_is_disabled_is_out_at_once_and_may_come_back(office: Office, enter: Enter) -> None:
    """Their session ends with the next request."""
    administrator, viewer = enter(Role.ADMINISTRATOR), enter(Role.VIEWER)
    administrator.get("/admin/users/")

    administrator.send("/admin/users/a-viewer/", deed="disable")
    out, refused = viewer.get("/").url.path, viewer.sign_in("a-viewer").url.path
    administrator.get("/admin/users/")
    administrator.send("/admin/users/a-viewer/", deed="enable")

    assert (out, refused, viewer.sign_in("a-viewer").url.path) == ("/sign-in/", "/sign-in/", "/")


def test_nobody_disables_themselves_or_the_last_administrator(office: Office, enter: Enter) -> None:
    """Somebody has to be able to change it back."""
    administrator = enter(Role.ADMINISTRATOR)
    administrator.get("/admin/users/")
    office.installation.users.set_active("a-colleague", is_active=False)

    own = administrator.send("/admin/users/a-administrator/", deed="disable")
    role = administrator.send("/admin/users/a-administrator/", deed="role", role="viewer")
    unknown = administrator.send("/admin/users/nobody/", deed="disable")

    assert "You cannot take your own access away" in words(own)
    assert "a-administrator is the only administrator: make somebody else one first." in words(role)
    assert "There is no user nobody" in words(unknown)


def test_signing_somebody_out_everywhere(office: Office, enter: Enter) -> None:
    """Their password stays."""
    administrator, viewer = enter(Role.ADMINISTRATOR), enter(Role.VIEWER)
    administrator.get("/admin/users/")

    administrator.send("/admin/users/a-viewer/", deed="sign_out")

    assert (viewer.get("/").url.path, viewer.sign_in("a-viewer").url.path) == ("/sign-in/", "/")


def test_people_change_their_own_password(office: Office, enter: Enter) -> None:
    """With the present one; every other session of theirs ends, this one stays."""
    here, elsewhere = enter(Role.VIEWER), enter(None)
    elsewhere.sign_in("a-viewer")
    here.get("/profile/security/")
    new = {"new_password1": ANOTHER, "new_password2": ANOTHER}

    wrong = here.send("/profile/security/", old_password="wrong", **new)
    right = here.send("/profile/security/", old_password=PASSWORD, **new)

    assert "Your old password was entered incorrectly." in words(wrong)
    assert "Your password is changed." in words(right)
    assert (here.get("/").url.path, elsewhere.get("/").url.path) == ("/", "/sign-in/")


def test_people_sign_out_everywhere_else(office: Office, enter: Enter) -> None:
    """And stay signed in here."""
    here, elsewhere = enter(Role.VIEWER), enter(None)
    elsewhere.sign_in("a-viewer")
    here.get("/profile/security/")

    here.send("/profile/security/sign-out/")

    assert (here.get("/").url.path, elsewhere.get("/").url.path) == ("/", "/sign-in/")


def test_the_audit_shows_who_did_what_and_that_it_is_whole(office: Office, enter: Enter) -> None:
    """For administrators, of one person too."""
    administrator = enter(Role.ADMINISTRATOR)
    enter(Role.VIEWER)

    everything = words(administrator.get("/admin/audit/"))
    of_one = words(administrator.get("/admin/audit/?who=a-viewer&check=1"))

    assert "a-viewer signed in 127.0.0.1" in everything
    assert "a-administrator signed in 127.0.0.1" in everything
    assert "a-administrator signed in" not in of_one
    assert "Every entry is as it was written." in of_one


def test_a_name_that_no_address_can_hold_is_refused(office: Office, enter: Enter) -> None:
    """What was typed stands there again, and the list of users goes on being shown."""
    administrator = enter(Role.ADMINISTRATOR)
    administrator.get("/admin/users/")

    told = [
        administrator.send(
            "/admin/invite/",
            own_password=PASSWORD,
            username=name,
            role="operator",
            full_name="Rosa",
            email="rosa@x.example",
        )
        for name in ("", "..", "OFFICE/rosa", "ro\nsa", "ro\0sa", "\u2028rosa\u2066", "x" * 65, "x" * 200_000)
    ]
    two_lines = administrator.send(
        "/admin/invite/", own_password=PASSWORD, username="rosa", role="viewer", full_name="Rosa\nBcc: x"
    )
    no_mail = administrator.send("/admin/invite/", own_password=PASSWORD, username="rosa", role="viewer", email="rosa")

    problem = "Nobody was invited. A user name has 1 to 64 letters, digits, or signs such as . - _ @, and no slash."
    assert [(each.status_code, problem in words(each)) for each in told] == [(200, True)] * 8
    assert 'value="OFFICE/rosa"' in told[2].text
    assert 'value="rosa@x.example"' in told[2].text
    assert '<option value="operator" selected>' in told[2].text
    assert "A name has at most 200 letters, in one line." in words(two_lines)
    assert "This is no mail address" in words(no_mail)
    assert "2 people may sign in." in words(administrator.get("/admin/users/"))
    assert [each.username for each in office.installation.users.all()] == ["a-administrator", "a-colleague"]


def test_people_with_odd_names_are_looked_after_like_others(office: Office, enter: Enter) -> None:
    """A name that was stored before there were rules, one like a page's, and one in letters that look different."""
    administrator = enter(Role.ADMINISTRATOR)
    User.objects.create(username="OFFICE/rosa", role=Role.VIEWER, created_at=office.installation.clock.now())
    administrator.get("/admin/users/")

    wide = administrator.send("/admin/invite/", own_password=PASSWORD, username="ｅｖａ", role="viewer")
    administrator.send("/admin/invite/", own_password=PASSWORD, username="invite", role="viewer")
    for name in ("OFFICE/rosa", "invite", "eva"):
        administrator.send(f"/admin/users/{name}/", deed="disable")

    assert "eva chooses a password by this link." in words(wide)
    assert "2 people may sign in. 3 may not any more." in words(administrator.get("/admin/users/"))
    assert deeds(office)[-5:] == [
        ("a-administrator", Deed.USER_ADDED, "eva"),
        ("a-administrator", Deed.USER_ADDED, "invite"),
        ("a-administrator", Deed.USER_CHANGED, "OFFICE/rosa"),
        ("a-administrator", Deed.USER_CHANGED, "invite"),
        ("a-administrator", Deed.USER_CHANGED, "eva"),
    ]


@pytest.mark.parametrize("deed", ["password", "second_factor"])
def test_what_others_sign_in_with_changes_only_by_who_signs_in_again(office: Office, enter: Enter, deed: str) -> None:
    """Whoever finds an administrator's browser open gets no link for anybody's password, and lets nobody in."""
    administrator = enter(Role.ADMINISTRATOR)
    administrator.get("/admin/users/")
    colleague = "/admin/users/a-colleague/"

    asked = administrator.send(colleague, deed=deed)
    wrong = administrator.send(colleague, deed=deed, own_password="wrong")
    invited = administrator.send("/admin/invite/", username="mallory", role="administrator")
    untouched = [each.username for each in office.installation.users.all()]
    done = administrator.send(colleague, deed=deed, own_password=PASSWORD)
    counts = administrator.send("/admin/invite/", username="rosa", role="viewer")

    assert "What a-colleague signs in with changes by this: type your own password first." in words(asked)
    assert "This is not your password." in words(wrong)
    assert "Nobody was invited. Type your own password as well." in words(invited)
    assert "/invitation/" not in asked.text + wrong.text + invited.text
    assert untouched == ["a-administrator", "a-colleague"]
    assert ("/invitation/" in done.text) == (deed == "password")
    assert "rosa chooses a password by this link." in words(counts)
