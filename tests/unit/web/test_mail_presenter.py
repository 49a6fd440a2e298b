"""Mail in words."""

from datetime import timedelta

import pytest

from taskforce import mail_settings
from taskforce.domain.deliveries import Delivery, DeliveryState, Message
from taskforce.web.presenters.mail import DeliveryLine, MailFacts, delivery_lines, mail_headline, mail_line
from tests.builders import NOON


@pytest.mark.parametrize(
    ("facts", "headline"),
    [
        (MailFacts(), "No mail server is set, so nobody is told anything by mail."),
        (MailFacts(problem="mail port: is none."), "Mail cannot be sent: mail port: is none."),
        (MailFacts(host="smtp.example.com"), "Mail goes out by smtp.example.com."),
        (MailFacts(host="h", waiting=1, given_up=4), "1 mail waits, and could not be sent yet."),
        (MailFacts(host="h", waiting=1200), "1,200 mails wait, and could not be sent yet."),
        (MailFacts(host="h", given_up=2), "2 mails could not be delivered in the last week."),
    ],
)
def test_whether_mail_goes_out(facts: MailFacts, headline: str) -> None:
    """In a sentence; where all is well it is not told elsewhere."""
    assert mail_headline(facts) == headline
    assert mail_line(facts) == ("" if headline.startswith("Mail goes out") else headline)


def delivery(state: DeliveryState, *, attempts: int = 0, trouble: str = "") -> Delivery:
    """A mail to Helen."""
    return Delivery(
        id=1,
        connection="acme",
        recipient="helen@example.com",
        message=Message(subject="acme: nothing new", text="", html=""),
        message_id="<1@example.com>",
        written_at=NOON,
        state=state,
        attempts=attempts,
        due_at=NOON + timedelta(minutes=1),
        trouble=trouble,
        settled_at=None if state is DeliveryState.WAITING else NOON,
    )


def test_how_mails_stand() -> None:
    """When each was sent or given up, or is tried again."""
    lines = delivery_lines(
        [
            delivery(DeliveryState.WAITING),
            delivery(DeliveryState.WAITING, attempts=1, trouble="Nothing answers."),
            delivery(DeliveryState.GIVEN_UP, attempts=1, trouble="Refused."),
            delivery(DeliveryState.SENT, attempts=1),
        ]
    )

    assert lines[1] == DeliveryLine(
        subject="acme: nothing new",
        recipient="helen@example.com",
        word="tried in vain, goes again",
        is_wrong=True,
        at=NOON + timedelta(minutes=1),
        trouble="Nothing answers.",
    )
    assert [(each.word, each.is_wrong, each.at == NOON) for each in lines] == [
        ("waits", False, False),
        ("tried in vain, goes again", True, False),
        ("given up", True, True),
        ("sent", False, True),
    ]


def test_what_changed_is_told_without_the_password() -> None:
    """Old and new of everything else."""
    before = {"host": "a.example", "port": 0, "security": "tls", "username": "x"}
    after = {"host": "b.example", "port": 587, "security": "tls", "username": "", "password": "secret"}

    assert mail_settings.differences(before, after, has_new_password=True) == {
        "mail server": "a.example → b.example",
        "port": "— → 587",
        "user name": "x → —",
        "password": "changed",
    }
