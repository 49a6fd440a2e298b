"""A conversation with a mail server, in which any number of mails is handed over."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from taskforce.adapters.mail.message import Outgoing, domain_of, message_of
from taskforce.adapters.mail.server import MailServer, Security
from taskforce.adapters.mail.trouble import telling_trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait for a sign of life, and for a whole answer of a server that trickles."""

    sign: float = 10
    answer: float = 60


PATIENT = Patience()


class _Impatient(smtplib.SMTP):
    """Ends the connection when one answer takes too long, however lively it trickles. Raises TimeoutError then."""

    _is_late = False

    def __init__(self, host: str, port: int, *, longest: float, **options: Any) -> None:
        self._longest = longest
        super().__init__(host, port, **options)

    def getreply(self) -> tuple[int, bytes]:
        """One answer."""
        watch = threading.Timer(self._longest, self._end)
        watch.daemon = True
        watch.start()
        try:
            answer = super().getreply()
        except smtplib.SMTPServerDisconnected as error:
            if self._is_late or isinstance(error.__context__, TimeoutError):
                raise TimeoutError from None
            raise
        finally:
            watch.cancel()
        if self._is_late:
            self.close()
            raise TimeoutError
        return answer

    def _end(self) -> None:
        self._is_late = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


class _ImpatientTls(_Impatient, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


class Session:
    """An open conversation."""

    def __init__(self, server: MailServer, smtp: smtplib.SMTP) -> None:
        self._server = server
        self._smtp = smtp

    def send(self, outgoing: Outgoing) -> None:
        """Hand one mail over. Raises RecipientRefused for this mail, MailTrouble when the conversation is over."""
        with telling_trouble(self._server):
            self._smtp.send_message(message_of(outgoing, self._server.sender))


@contextmanager
def session(server: MailServer, patience: Patience = PATIENT) -> Iterator[Session]:
    """Connect, encrypt, sign in. Raises MailTrouble with what is wrong and how to mend it."""
    with telling_trouble(server):
        smtp = _opened(server, patience)
    try:
        with telling_trouble(server):
            _sign_in(smtp, server)
        yield Session(server, smtp)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _opened(server: MailServer, patience: Patience) -> smtplib.SMTP:
    begin: dict[str, Any] = {
        "local_hostname": domain_of(server.sender),
        "timeout": patience.sign,
        "longest": patience.answer,
    }
    if server.security is Security.TLS:
        return _ImpatientTls(server.host, server.port, context=_tls(server), **begin)
    return _Impatient(server.host, server.port, **begin)


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    if server.security is Security.STARTTLS:
        smtp.starttls(context=_tls(server))
    if server.username:
        smtp.login(server.username, server.password)
    else:
        smtp.ehlo_or_helo_if_needed()


def _tls(server: MailServer) -> ssl.SSLContext:
    """Certificates are checked, always."""
    return ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
