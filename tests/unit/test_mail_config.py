"""A mail server as people write it down."""

from pathlib import Path

import pytest

from taskforce.adapters.mail.server import MailServer, Security
from taskforce.mail_config import MailConfig, MailConfigError

RIGHT = {"host": "smtp.example.com", "sender": "taskforce@example.com"}


def problems(**document: object) -> dict[str, str]:
    """What is wrong, by key."""
    with pytest.raises(MailConfigError) as caught:
        MailConfig.of({**RIGHT, **document})
    return caught.value.by_key


def test_the_usual() -> None:
    """STARTTLS, with its usual port, without a login."""
    assert MailConfig.of(RIGHT).server() == MailServer(
        host="smtp.example.com", port=587, security=Security.STARTTLS, sender="taskforce@example.com"
    )


@pytest.mark.parametrize(("security", "host", "port"), [("tls", "h", 465), ("none", "localhost", 25)])
def test_the_usual_port_of_each(security: str, host: str, port: int) -> None:
    """Unless another is given."""
    assert MailConfig.of({**RIGHT, "security": security, "host": host}).server().port == port
    assert MailConfig.of({**RIGHT, "security": security, "host": host, "port": "2525"}).server().port == 2525


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "LOCALHOST"])
def test_no_encryption_on_this_machine(host: str) -> None:
    """There nobody reads along."""
    assert MailConfig.of({**RIGHT, "host": host, "security": "none"}).server().host == host


@pytest.mark.parametrize("host", ["smtp.example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"])  # noqa: S104
def test_no_encryption_anywhere_else(host: str) -> None:
    """It is refused, with a login or without."""
    assert problems(host=host, security="none") == {
        "": "mail without encryption is accepted for a mail server on this machine only"
    }


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"host": ""}, "host"),
        ({"host": "smtp.example.com:587"}, "host"),
        ({"host": "https://smtp.example.com"}, "host"),
        ({"host": "a b"}, "host"),
        ({"host": "a@b"}, "host"),
        ({"host": "x" * 256}, "host"),
        ({"port": 65536}, "port"),
        ({"port": -1}, "port"),
        ({"port": "many"}, "port"),
        ({"security": "ssl"}, "security"),
        ({"sender": "nobody"}, "sender"),
        ({"sender": "a@b.c, d@e.f"}, "sender"),
        ({"username": "x"}, ""),
        ({"colour": "red"}, "colour"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file"),
        *(
            ({"address": address}, "address")
            for address in ("taskforce.example.com", "ftp://a.b", "https://", "https://u:p@a.b", "https://a.b/?x=1",
                            "https://a.b/#c", "https://a b.c", "https://a.b:99999", "javascript:alert(1)")
        ),
    ],
)  # fmt: skip
def test_what_cannot_be(document: dict[str, object], key: str) -> None:
    """Each is told by its key."""
    assert list(problems(**document)) == [key]


def test_problems_are_told_at_once_and_without_values() -> None:
    """A password in the wrong place stays where it is."""
    with pytest.raises(MailConfigError) as caught:
        MailConfig.of({"port": "my password", "security": "my password", "sender": "my password"})

    assert len(caught.value.problems) == 4
    assert "my password" not in str(caught.value)


def test_the_address_of_the_pages() -> None:
    """With a path if they have one, without the stroke at the end."""
    assert MailConfig.of({**RIGHT, "address": "https://msp.example:8443/taskforce/"}).address == (
        "https://msp.example:8443/taskforce"
    )


def test_an_authority_of_ones_own(tmp_path: Path) -> None:
    """Its file is there."""
    file = tmp_path / "ca.pem"
    file.touch()

    assert MailConfig.of({**RIGHT, "ca_file": str(file)}).server().ca_file == file


def test_the_password_is_never_shown() -> None:
    """Neither in what is kept plainly, nor in a trace of the program."""
    config = MailConfig.of({**RIGHT, "username": "x", "password": "a very secret one"})

    assert "a very secret one" not in f"{config.plain()} {config!r} {config.server()!r}"
