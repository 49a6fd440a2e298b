"""`taskforce mail`: set, shown, tried and switched off; and what a command has to tell goes out before it ends."""

from collections.abc import Iterator

import pytest

from taskforce.delivering import HOW_TO_SET, NO_SERVER
from taskforce.domain.audit import Deed
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office
from tests.support.mailbox import PASSWORD, USER, Mailbox, open_mailbox

SENDER = "taskforce@northlight.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Without TLS or login."""
    with open_mailbox() as mailbox:
        yield mailbox


def arguments(mailbox: Mailbox) -> list[str]:
    """The options that lead there."""
    return ["--host", mailbox.host, "--port", str(mailbox.port), "--security", "none", "--sender", SENDER]


def test_set_shown_tried_and_off(desk: Desk, office: Office, mailbox: Mailbox) -> None:
    """Each says what it did."""
    before = desk.run("mail", "show")
    saved = desk.run("mail", "set", *arguments(mailbox))
    shown = desk.run("mail", "show", "--json").document
    tried = desk.run("mail", "test", "helen@northlight.example")
    off = desk.run("mail", "off")
    after = desk.run("mail", "show", "--json").document

    assert "No mail server is set, so nobody is told anything by mail." in before.text
    assert (saved.status, saved.out) == (0, "Saved. taskforce mail test ADDRESS sends a test mail.\n")
    assert shown == {
        "server": {
            "host": "127.0.0.1",
            "port": mailbox.port,
            "security": "none",
            "username": "",
            "sender": SENDER,
            "address": "",
        },
        "is_from_environment": False,
        "mails": {"waiting": 0, "sent": 0, "given_up": 0},
    }
    assert (tried.status, mailbox.subjects) == (0, ["Taskforce: this is a test mail"])
    assert (off.status, after["server"]) == (0, None)
    deeds = [
        (each.deed, each.subject or dict(each.details), each.origin) for each in office.installation.audit.latest(3)
    ]
    assert deeds == [
        (Deed.SETTINGS_CHANGED, "mail", "command line"),
        (Deed.MAIL_TRIED, {"to": "helen@northlight.example"}, "command line"),
        (Deed.SETTINGS_CHANGED, "mail", "command line"),
    ]


def test_the_password_comes_by_standard_input_and_is_shown_nowhere(desk: Desk, mailbox: Mailbox) -> None:
    """It stays where it is not given again, and is sent to no other host."""
    login = [*arguments(mailbox), "--username", USER]
    missing = desk.run("mail", "set", *login)
    saved = desk.run("mail", "set", *login, "--password-stdin", stdin=f"{PASSWORD}\n")
    again = desk.run("mail", "set", *login)
    moved = desk.run("mail", "set", *login, "--host", "localhost")
    shown = [desk.run("mail", "show"), desk.run("mail", "show", "--json")]

    assert (missing.status, missing.problems) == (2, ["mail password: is missing."])
    assert (saved.status, again.status, moved.status) == (0, 0, 2)
    assert moved.problems == ["mail password: has to be typed again, since host or user name is another one."]
    assert [each.shown([PASSWORD]) for each in (saved, again, moved, *shown)] == [[]] * 5
    assert "••••••••" in shown[0].out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--host", "https://x"], "mail host: must be the name of a mail server, such as smtp.example.com."),
        (["--host", "x.example", "--security", "none"], "mail: mail without encryption is accepted for"),
        (["--security", "rot13"], "mail security: must be 'starttls', 'tls' or 'none'."),
        (["--sender", "nobody"], "mail sender: must be a mail address, such as taskforce@example.com."),
    ],
)
def test_bad_input(desk: Desk, mailbox: Mailbox, options: list[str], problem: str) -> None:
    """Every problem in a sentence, and nothing is saved."""
    said = desk.run("mail", "set", *arguments(mailbox), *options)

    assert (said.status, said.is_tidy) == (2, True)
    assert any(each.startswith(problem) for each in said.problems)
    assert desk.run("mail", "show", "--json").document["server"] is None


def test_a_test_mail_that_cannot_be_sent(desk: Desk, mailbox: Mailbox) -> None:
    """Why, and what to do."""
    none = desk.run("mail", "test", "helen@northlight.example")
    desk.run("mail", "set", *arguments(mailbox), "--port", "9")
    refused = desk.run("mail", "test", "helen@northlight.example")
    desk.run("mail", "set", *arguments(mailbox))
    nobody = desk.run("mail", "test", "nobody")

    assert [each.status for each in (none, refused, nobody)] == [2, 2, 2]
    assert none.problems == [f"{NO_SERVER} {HOW_TO_SET}"]
    assert refused.problems[0].startswith("Nothing answers at 127.0.0.1:9.")
    assert nobody.problems == ["A mail address has letters that cannot be sent. Check sender and recipient."]


def test_what_a_command_did_is_told_before_it_ends(desk: Desk, office: Office, mailbox: Mailbox) -> None:
    """There need be no `taskforce serve`; and where the mail cannot be sent the command ends as it would."""
    desk.run("mail", "set", *arguments(mailbox))
    office.installation.prepare_autotask(NAME)
    office.settings(notified=[office.resource("Helen Marsh")])
    imported = desk.run("import", NAME)
    desk.run("import", NAME, "--dry-run")
    desk.run("mail", "set", *arguments(mailbox), "--port", "9")
    unsent = desk.run("reconcile", NAME)

    assert (imported.status, unsent.status, unsent.is_tidy) == (0, 0, True)
    assert mailbox.subjects == ["office: nothing new"]
    assert desk.run("mail", "show", "--json").document["mails"] == {"waiting": 1, "sent": 1, "given_up": 0}
