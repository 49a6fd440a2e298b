"""Admin › Mail: set, tried, watched; and the line that says that nobody is told."""

from collections.abc import Iterator

import pytest

from taskforce import delivering, mail_settings
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words
from tests.support.mailbox import Mailbox, open_mailbox

NO_SERVER = "No mail server is set, so nobody is told anything by mail."
PAGE = "/admin/mail/"
NOTIFICATION = f"/admin/extensions/other/salesforce/connections/{NAME}/notification/"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Without TLS or login."""
    with open_mailbox() as mailbox:
        yield mailbox


def fields_of(mailbox: Mailbox, **changes: str) -> dict[str, str]:
    """What an administrator types."""
    return {
        "host": mailbox.host,
        "port": str(mailbox.port),
        "security": "none",
        "username": "",
        "password": "",
        "sender": "Taskforce <taskforce@northlight.example>",
        "address": "https://taskforce.northlight.example",
        "own_password": PASSWORD,
        **changes,
    }


@pytest.fixture
def visitor(office: Office, enter: Enter) -> Visitor:
    """An administrator on the page."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    return visitor


def test_from_nothing_to_a_mail(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """Set, tried, and gone out."""
    before = words(visitor.get(PAGE))
    saved = words(visitor.send(PAGE, **fields_of(mailbox)))
    tried = words(visitor.send("/admin/mail/test/", recipient="admin@northlight.example"))
    office.installation.prepare_autotask(NAME)
    office.settings(notified=[office.resource("Helen Marsh")])
    office.run()
    waiting = words(visitor.get(PAGE))
    delivering.deliver(office.installation, lambda: False)

    assert NO_SERVER in before
    assert "Saved. Send a test mail to see whether one arrives." in saved
    assert "Mail goes out by 127.0.0.1." in saved
    assert "The mail server took the test mail to admin@northlight.example: see whether it arrives." in tried
    assert "Not sent yet Mail To State office: nothing new helen.marsh@northlight.example waits" in waiting
    assert "Sent Mail To State office: nothing new helen.marsh@northlight.example sent" in words(visitor.get(PAGE))
    assert mailbox.subjects == ["Taskforce: this is a test mail", "office: nothing new"]


def test_what_was_done_is_in_the_audit(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """Old and new, never the password."""
    visitor.send(PAGE, **fields_of(mailbox, username="x", password="a very secret one"))
    visitor.send("/admin/mail/test/", recipient="admin@northlight.example")
    visitor.send(PAGE, do="forget")

    entries = [each for each in office.installation.audit.latest(9) if each.deed is not Deed.SIGNED_IN][:3]
    assert [(each.deed, each.subject, dict(each.details)) for each in reversed(entries)] == [
        (
            Deed.SETTINGS_CHANGED,
            "mail",
            {
                "mail server": "— → 127.0.0.1",
                "port": f"— → {mailbox.port}",
                "security": "— → none",
                "sender": "— → Taskforce <taskforce@northlight.example>",
                "user name": "— → x",
                "address of the pages": "— → https://taskforce.northlight.example",
                "password": "changed",
            },
        ),
        (Deed.MAIL_TRIED, "", {"to": "admin@northlight.example"}),
        (Deed.SETTINGS_CHANGED, "mail", {"mail server": "none"}),
    ]


def test_a_password_is_never_sent_back(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """It is masked, kept while the field is left alone, and asked for anew with another host."""
    visitor.send(PAGE, **fields_of(mailbox, username="x", password="a very secret one"))
    page = visitor.get(PAGE).text
    kept = words(visitor.send(PAGE, **fields_of(mailbox, username="x", sender="other@northlight.example")))
    moved = words(visitor.send(PAGE, **fields_of(mailbox, username="x", host="localhost")))

    assert ("a very secret one" in page, "••••••••" in page) == (False, True)
    assert "Saved." in kept
    assert office.installation.mail_servers.password() == "a very secret one"
    assert "Has to be typed again, since host or user name is another one." in moved


@pytest.mark.parametrize(("typed", "answer"), [("", "type it"), ("not mine at all", "This is not your password.")])
def test_whoever_changes_the_server_signs_in_again(
    office: Office, visitor: Visitor, mailbox: Mailbox, typed: str, answer: str
) -> None:
    """Nothing is saved otherwise."""
    page = words(visitor.send(PAGE, **fields_of(mailbox, own_password=typed)))

    assert answer in page
    assert office.installation.mail_servers.stored() is None


def test_every_problem_is_told_at_once(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """Those of several fields, and that it has to be somebody who may."""
    page = words(visitor.send(PAGE, **fields_of(mailbox, host="a b", sender="nobody", own_password="")))

    for told in ("Must be the name of a mail server", "Must be a mail address", "type it"):
        assert told in page


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"host": ""}, "This field is required."),
        ({"host": "https://smtp.example.com"}, "Must be the name of a mail server, such as smtp.example.com."),
        ({"port": "99999"}, "Ensure this value is less than or equal to 65535."),
        ({"security": "rot13"}, "Select a valid choice."),
        ({"host": "smtp.example.com"}, "Mail without encryption is accepted for a mail server on this machine only."),
        ({"sender": "<script>alert(1)</script>"}, "Must be a mail address, such as taskforce@example.com."),
        ({"address": "javascript:alert(1)"}, "Must be an address such as https://taskforce.example.com."),
        ({"username": "x"}, "Is missing."),
        ({"host": "x" * 300}, "Ensure this value has at most 255 characters"),
    ],
)
def test_bad_input_is_told_beside_its_field(
    office: Office, visitor: Visitor, mailbox: Mailbox, changes: dict[str, str], answer: str
) -> None:
    """What was typed stays, as text."""
    page = visitor.send(PAGE, **fields_of(mailbox, **changes))

    assert (page.status_code, answer in words(page), "<script>alert" in page.text) == (200, True, False)
    assert office.installation.mail_servers.stored() is None


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b.c, d@e.f", "a@b.c\r\nBcc: d@e.f"])
def test_a_test_mail_to_no_address(office: Office, visitor: Visitor, mailbox: Mailbox, recipient: str) -> None:
    """Nothing is sent."""
    visitor.send(PAGE, **fields_of(mailbox))
    page = words(visitor.send("/admin/mail/test/", recipient=recipient))

    assert ("mail address" in page, mailbox.taken) == (True, [])


def test_a_test_mail_that_cannot_be_sent(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """Why, and what to do."""
    none = words(visitor.send("/admin/mail/test/", recipient="a@example.com"))
    visitor.send(PAGE, **fields_of(mailbox, port="9"))
    refused = words(visitor.send("/admin/mail/test/", recipient="a@example.com"))

    assert f"The test mail could not be sent. {NO_SERVER}" in none
    assert "The test mail could not be sent. Nothing answers at 127.0.0.1:9. Check host and port" in refused


def test_what_could_not_be_delivered_is_said(office: Office, visitor: Visitor, mailbox: Mailbox) -> None:
    """On the page, and as a line elsewhere."""
    visitor.send(PAGE, **fields_of(mailbox, port="9"))
    office.installation.prepare_autotask(NAME)
    office.settings(notified=[office.resource("Helen Marsh")])
    office.run()
    delivering.deliver(office.installation, lambda: False)

    page, dashboard = words(visitor.get(PAGE)), words(visitor.get("/"))
    line = "1 mail waits, and could not be sent yet."
    assert (line in page, f"{line} Admin › Mail" in dashboard) == (True, True)
    assert "tried in vain, goes again" in page
    assert "Nothing answers at 127.0.0.1:9." in page


def test_the_line_that_nobody_is_told(office: Office, enter: Enter, mailbox: Mailbox) -> None:
    """For administrators, who can mend it, on the dashboard and where the people to be told are chosen."""
    administrator, operator = enter(Role.ADMINISTRATOR), enter(Role.OPERATOR)
    before = [NO_SERVER in words(each) for each in (administrator.get("/"), administrator.get(NOTIFICATION))]
    seen = NO_SERVER in words(operator.get("/"))
    mail_settings.change(
        office.installation, {name: text for name, text in fields_of(mailbox).items() if name != "own_password"}
    )

    after = [NO_SERVER in words(each) for each in (administrator.get("/"), administrator.get(NOTIFICATION))]
    assert (before, seen, after) == ([True, True], False, [False, False])


def test_what_the_environment_says_cannot_be_changed(
    office: Office, visitor: Visitor, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown, with the password masked."""
    monkeypatch.setenv("TASKFORCE_MAIL_HOST", "smtp.northlight.example")
    monkeypatch.setenv("TASKFORCE_MAIL_SENDER", "taskforce@northlight.example")
    monkeypatch.setenv("TASKFORCE_MAIL_USERNAME", "x")
    monkeypatch.setenv("TASKFORCE_MAIL_PASSWORD", "a very secret one")
    page = visitor.get(PAGE)
    saved = words(visitor.send(PAGE, **fields_of(mailbox)))
    forgotten = words(visitor.send(PAGE, do="forget"))

    assert "This is set by the environment" in words(page)
    assert ("smtp.northlight.example" in page.text, "a very secret one" in page.text) == (True, False)
    told = "The mail server is set by the environment (TASKFORCE_MAIL_HOST): change it there."
    assert (told in saved, told in forgotten) == (True, True)
    assert office.installation.mail_servers.stored() is None


def test_an_environment_that_cannot_work_is_told(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages stand all the same."""
    monkeypatch.setenv("TASKFORCE_MAIL_HOST", "smtp.northlight.example")

    assert "Mail cannot be sent: mail sender: is missing." in words(visitor.get(PAGE))
    assert "Mail cannot be sent: mail sender: is missing." in words(visitor.get("/"))
