"""Mail over a real connection: what arrives, and what is said when it cannot."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from taskforce.adapters.mail.message import Outgoing, address_of, message_of, new_message_id
from taskforce.adapters.mail.server import MailServer, Security
from taskforce.adapters.mail.smtp import Patience, session
from taskforce.adapters.mail.trouble import MailTrouble, RecipientRefused
from tests.support.mailbox import PASSWORD, USER, Mailbox, html_of, open_mailbox, text_of

SENDER = "Taskforce <taskforce@northlight.example>"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
"""aiosmtpd does not know that TLS from the first byte is TLS."""

HASTY = Patience(sign=0.3, answer=0.6)


def server_of(mailbox: Mailbox, security: Security = Security.NONE, **changes: object) -> MailServer:
    """How the mailbox is reached."""
    server = MailServer(
        host="localhost" if mailbox.ca_file else mailbox.host,
        port=mailbox.port,
        security=security,
        sender=SENDER,
        ca_file=mailbox.ca_file,
    )
    return replace(server, **changes)  # type: ignore[arg-type]


def outgoing(recipient: str = "helen.marsh@northlight.example", **changes: object) -> Outgoing:
    """A mail."""
    mail = Outgoing(
        recipient=recipient,
        subject="acme: 12 companies created",
        text="acme: 12 companies created.\n\nשלום, Zoë.\n",
        html="<!doctype html><p>acme: 12 companies created.</p><p>שלום, Zoë.</p>",
        message_id="<1@northlight.example>",
        written_at=datetime(2026, 3, 2, 9, 20, tzinfo=UTC),
    )
    return replace(mail, **changes)  # type: ignore[arg-type]


def send(server: MailServer, *mails: Outgoing, patience: Patience = HASTY) -> None:
    """In one conversation."""
    with session(server, patience) as conversation:
        for mail in mails:
            conversation.send(mail)


def trouble_of(server: MailServer, *mails: Outgoing) -> MailTrouble:
    """What is said."""
    with pytest.raises(MailTrouble) as caught:
        send(server, *(mails or (outgoing(),)))
    return caught.value


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Without TLS or login."""
    with open_mailbox() as mailbox:
        yield mailbox


def test_a_mail_arrives_in_both_forms(mailbox: Mailbox) -> None:
    """With what every mail of a program should carry."""
    send(server_of(mailbox), outgoing())

    [(recipient, message)] = mailbox.taken
    assert recipient == "helen.marsh@northlight.example"
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")} == {
        "From": "Taskforce <taskforce@northlight.example>",
        "To": "helen.marsh@northlight.example",
        "Subject": "acme: 12 companies created",
        "Date": "Mon, 02 Mar 2026 09:20:00 +0000",
        "Message-ID": "<1@northlight.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert text_of(message) == "acme: 12 companies created.\n\nשלום, Zoë.\n"
    assert "שלום, Zoë." in html_of(message)


def test_several_in_one_conversation(mailbox: Mailbox) -> None:
    """Each for itself, so that nobody sees who else is told."""
    send(server_of(mailbox), outgoing("a@example.com"), outgoing("b@example.com"))

    assert [(recipient, str(message["To"])) for recipient, message in mailbox.taken] == [
        ("a@example.com", "a@example.com"),
        ("b@example.com", "b@example.com"),
    ]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_encrypted_and_signed_in(tmp_path: Path, security: Security) -> None:
    """Both ways, with the certificate checked."""
    with open_mailbox(tls=security.value, folder=tmp_path, wants_login=True) as mailbox:
        send(server_of(mailbox, security, username=USER, password=PASSWORD), outgoing())

        assert mailbox.subjects == ["acme: 12 companies created"]


def test_a_login_that_is_refused(tmp_path: Path) -> None:
    """Nothing is sent, and the password stands nowhere."""
    with open_mailbox(tls="starttls", folder=tmp_path, wants_login=True) as mailbox:
        trouble = trouble_of(server_of(mailbox, Security.STARTTLS, username=USER, password="not this one"))

        assert (trouble.code, mailbox.taken) == ("535", [])
    assert trouble.message == ('localhost refused the login. It said: "535 5.7.8 Authentication credentials invalid".')
    assert "not this one" not in str(trouble)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """The password is not sent there."""
    with open_mailbox(tls="starttls", folder=tmp_path, wants_login=True) as mailbox:
        trouble = trouble_of(server_of(mailbox, Security.STARTTLS, ca_file=None, username=USER, password=PASSWORD))

    assert trouble.code == "certificate"
    assert trouble.message.startswith("The certificate of localhost is not to be trusted: ")


def test_a_server_without_starttls(mailbox: Mailbox) -> None:
    """Nothing goes out in the clear."""
    trouble = trouble_of(server_of(mailbox, Security.STARTTLS))

    assert (trouble.code, mailbox.taken) == ("no_starttls", [])
    assert trouble.message == f"127.0.0.1:{mailbox.port} offers no STARTTLS."


def test_a_server_without_login(mailbox: Mailbox) -> None:
    """It says what to do."""
    assert trouble_of(server_of(mailbox, username=USER, password=PASSWORD)).code == "no_login"


def test_a_server_that_wants_a_login() -> None:
    """The sender is refused for it."""
    with open_mailbox(wants_login=True) as mailbox:
        assert trouble_of(server_of(mailbox)).code == "530"


def test_tls_where_there_is_none(mailbox: Mailbox) -> None:
    """The wrong port for it."""
    trouble = trouble_of(server_of(mailbox, Security.TLS))

    assert (trouble.code, trouble.mend) == ("tls", "Choose STARTTLS with port 587.")


def test_no_tls_where_there_is_some(tmp_path: Path) -> None:
    """Both wait for the other to begin."""
    with open_mailbox(tls="tls", folder=tmp_path) as mailbox:
        assert trouble_of(server_of(mailbox, Security.STARTTLS)).code in ("time_out", "disconnected")


def test_a_host_that_does_not_exist() -> None:
    """By its name."""
    trouble = trouble_of(MailServer(host="no-such-host.invalid", port=25, security=Security.NONE, sender=SENDER))

    assert (trouble.code, trouble.message) == ("unknown_host", "There is no host no-such-host.invalid.")


def test_a_port_where_nothing_answers() -> None:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    trouble = trouble_of(MailServer(host="127.0.0.1", port=port, security=Security.NONE, sender=SENDER))

    assert (trouble.code, trouble.message) == ("refused", f"Nothing answers at 127.0.0.1:{port}.")


def test_a_recipient_who_is_refused_keeps_no_other_from_it(mailbox: Mailbox) -> None:
    """For good by 5xx, for now by 4xx; the conversation goes on."""
    mailbox.refusals = {"gone@example.com": "550 5.1.1 No such user", "full@example.com": "452 4.2.2 Mailbox full"}
    with session(server_of(mailbox), HASTY) as conversation:
        with pytest.raises(RecipientRefused) as gone:
            conversation.send(outgoing("gone@example.com"))
        with pytest.raises(RecipientRefused) as full:
            conversation.send(outgoing("full@example.com"))
        conversation.send(outgoing("a@example.com"))

    assert (gone.value.is_final, full.value.is_final) == (True, False)
    assert gone.value.message == 'The recipient was refused. It said: "550 5.1.1 No such user".'
    assert [recipient for recipient, _ in mailbox.taken] == ["a@example.com"]


def test_a_mail_that_is_refused(mailbox: Mailbox) -> None:
    """For reasons of the server's own."""
    mailbox.answers = ["451 4.7.1 Come back later"]

    trouble = trouble_of(server_of(mailbox))

    assert (trouble.code, trouble.message) == ("451", '127.0.0.1 refused. It said: "451 4.7.1 Come back later".')


def test_a_server_that_dies_in_the_middle(mailbox: Mailbox) -> None:
    """Whether it took the mail is not known."""
    mailbox.dies = 1

    assert trouble_of(server_of(mailbox)).code == "disconnected"


@contextmanager
def saying(*pieces: bytes, pause: float = 0.0) -> Iterator[int]:
    """A server that says so to whoever comes, piece by piece, and then nothing; yields its port."""
    ended = threading.Event()

    def talk(visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            for piece in pieces:
                visitor.sendall(piece)
                ended.wait(pause)
            ended.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with suppress(OSError):
                talk(listener.accept()[0])

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize(
    ("pieces", "pause", "code"),
    [
        ((), 0.0, "time_out"),
        ((b"220 hello\r\n",), 0.0, "time_out"),
        ((b"2",) * 100, 0.1, "time_out"),
        ((b"554 5.7.1 Not you\r\n",), 0.0, "554"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), 0.0, "-1"),
    ],
)
def test_a_server_that_is_none(pieces: tuple[bytes, ...], pause: float, code: str) -> None:
    """Silent, falling silent, trickling without end, refusing everybody, or something else altogether."""
    with saying(*pieces, pause=pause) as port:
        server = MailServer(host="127.0.0.1", port=port, security=Security.NONE, sender=SENDER)

        assert trouble_of(server).code == code


def test_nothing_is_slipped_into_the_headers() -> None:
    """A line break in a subject or a name is a space."""
    mail = outgoing(subject="acme\r\nBcc: everybody@example.com\r\n\r\nBuy this")
    message = message_of(mail, 'Task\r\nforce, "Inc": <taskforce@northlight.example>')

    assert (str(message["Subject"]), message["Bcc"]) == ("acme Bcc: everybody@example.com Buy this", None)
    assert str(message["From"]) == '"Task force, \\"Inc\\":" <taskforce@northlight.example>'


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a.b+c@example.com", "a.b+c@example.com"),
        ("  Zoë Marsh  <zoë@exämple.com> ", "zoë@exämple.com"),
        ("<a@localhost>", "a@localhost"),
    ],
)
def test_what_is_a_mail_address(text: str, plain: str) -> None:
    """With a name or without, in whatever letters."""
    assert address_of(text).addr_spec == plain


@pytest.mark.parametrize(
    "text",
    [
        *("", "nobody", "@example.com", "a@", "a b@example.com", "a@b@example.com", "a@example..com", "a@-", ".a@b.c"),
        *("a@example.com, b@example.com", "a\r\nRCPT TO:<b@example.com>@example.com", "a\0@example.com", "a@[::1]"),
        *("Bcc: x@example.com <a@example.com>", "<a@example.com", "a@example.com>", '"a b"@example.com', "a..b@c.de"),
        "a@" + "b" * 64 + ".com",
    ],
)
def test_what_is_no_mail_address(text: str) -> None:
    """Nor several, nor one with something behind it."""
    with pytest.raises(ValueError, match=r"address|label|idna|codec"):
        address_of(text)


def test_an_address_that_is_none_is_trouble_in_words(mailbox: Mailbox) -> None:
    """Not an error of the program."""
    assert trouble_of(server_of(mailbox), outgoing("nobody")).code == "address"


def test_letters_that_only_some_servers_take(mailbox: Mailbox) -> None:
    """This one does."""
    send(server_of(mailbox), outgoing("zoë@exämple.com"))

    assert [recipient for recipient, _ in mailbox.taken] == ["zoë@exämple.com"]


def test_every_mail_has_its_own_number() -> None:
    """In the sender's domain, in letters that every server takes."""
    numbers = {new_message_id("Taskforce <task@exämple.com>") for _ in range(100)}

    assert len(numbers) == 100
    assert {number.partition("@")[2] for number in numbers} == {"xn--exmple-cua.com>"}


def test_a_password_is_never_shown() -> None:
    """Not even in a trace of the program."""
    server = MailServer(
        host="h", port=1, security=Security.TLS, sender=SENDER, username=USER, password="a very secret one"
    )

    assert "a very secret one" not in repr(server)
