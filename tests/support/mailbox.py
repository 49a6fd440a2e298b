"""A real mail server on loopback that keeps what it takes, and can refuse, be slow, trickle or die."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Semaphore

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from taskforce_simulators.core.certificates import Certificates, make_certificates

USER, PASSWORD = "taskforce", "a heron's pass phrase"


class _OnAnyPort(Controller):
    """A controller that takes whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        super()._trigger_server()


@dataclass(slots=True)
class Mailbox:
    """The server's hooks. `refusals` are answers by recipient, `answers` those to the next mails; `dies` ends them."""

    host: str = "127.0.0.1"
    port: int = 0
    ca_file: Path | None = None
    refusals: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    dies: int = 0
    when_taken: Callable[[], None] = lambda: None
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    arrivals: Semaphore = field(default_factory=lambda: Semaphore(0))

    async def handle_RCPT(  # noqa: N802 - the names and arguments are aiosmtpd's
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """A recipient."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """A mail."""
        if self.dies:
            self.dies -= 1
            server.transport.close()
            return "250 nobody hears this"
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken += [(recipient, message) for recipient in envelope.rcpt_tos]
        self.when_taken()
        self.arrivals.release(len(envelope.rcpt_tos))
        return "250 taken"

    def wait_for(self, number: int, *, longest: float = 60) -> None:
        """Return when so many mails have come in all, and nobody else waits for them."""
        for _ in range(number):
            assert self.arrivals.acquire(timeout=longest), f"only {self.subjects} came"

    @property
    def subjects(self) -> list[str]:
        """Of everything that was taken, in order."""
        return [str(message["Subject"]) for _, message in self.taken]


def text_of(message: EmailMessage) -> str:
    """The plain form."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """The HTML form."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object) -> AuthResult:
    assert isinstance(auth_data, LoginPassword)
    is_right = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@contextmanager
def open_mailbox(*, tls: str = "", folder: Path | None = None, wants_login: bool = False) -> Iterator[Mailbox]:
    """`tls` is "starttls", "tls" or nothing; certificates are made in `folder`."""
    mailbox = Mailbox()
    certificates = make_certificates(folder) if folder is not None else None
    options: dict[str, object] = {}
    if wants_login:
        options |= {"authenticator": _knows, "auth_required": True, "auth_require_tls": bool(tls)}
    if certificates is not None:
        mailbox.ca_file = certificates.ca_file
        options |= {"ssl_context" if tls == "tls" else "tls_context": _context(certificates)}
        if tls == "tls" and wants_login:
            options["auth_require_tls"] = False
    controller = _OnAnyPort(mailbox, hostname=mailbox.host, port=0, ready_timeout=10, **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def _context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate_file, certificates.key_file)
    return context
