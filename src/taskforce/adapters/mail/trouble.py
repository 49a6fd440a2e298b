"""What keeps a mail from being handed over, in words that say how to mend it; the server's own words only for eyes."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from taskforce.adapters.mail.server import MailServer, Security
from taskforce.errors import TaskforceError

LONGEST_QUOTE = 200


class MailTrouble(TaskforceError):
    """The mail server cannot be used; it may be later. `code` is its own number, or a word of ours, for logs."""

    def __init__(self, message: str, *, code: str, mend: str = "") -> None:
        super().__init__(message, mend=mend)
        self.code = code


class RecipientRefused(MailTrouble):
    """This one mail is refused; `is_final` if trying again is of no use."""

    def __init__(self, message: str, *, code: str, is_final: bool, mend: str = "") -> None:
        super().__init__(message, code=code, mend=mend)
        self.is_final = is_final


@contextmanager
def telling_trouble(server: MailServer) -> Iterator[None]:
    """Errors of SMTP, of TLS and of the network, as trouble in words."""
    try:
        yield
    except smtplib.SMTPException as error:
        raise _of_smtp(error, server) from None
    except OSError as error:
        raise _of_network(error, server) from None
    except ValueError:
        raise MailTrouble(
            "A mail address has letters that cannot be sent.", code="address", mend="Check sender and recipient."
        ) from None


def _of_smtp(error: smtplib.SMTPException, server: MailServer) -> MailTrouble:
    place = f"{server.host}:{server.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailTrouble(
            f"{server.host} refused the login{_answered(error.smtp_code, error.smtp_error)}",
            code=str(error.smtp_code),
            mend="Check user name and password; many providers want a password made for applications.",
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _unsupported(error, server)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, answer)] = error.recipients.values()
        return _refused_recipient(code, answer)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return MailTrouble(
            f"{server.host} does not take mail from the sender{_answered(error.smtp_code, error.smtp_error)}",
            code=str(error.smtp_code),
            mend="Check the sender's address: it has to be one that this user may send from.",
        )
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return MailTrouble(
            f"{place} ended the connection in the middle.",
            code="disconnected",
            mend="If it stays: check port and security; a port for TLS (465) ends whatever begins without.",
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return MailTrouble(
            f"{server.host} refused{_answered(error.smtp_code, error.smtp_error)}",
            code=str(error.smtp_code),
            mend="It is tried again; if it stays, ask whoever runs the mail server.",
        )
    return MailTrouble(f"{place} did not answer as a mail server does.", code="smtp", mend="Check host and port.")


def _unsupported(error: smtplib.SMTPNotSupportedError, server: MailServer) -> MailTrouble:
    said = str(error)
    if "STARTTLS" in said:
        return MailTrouble(
            f"{server.host}:{server.port} offers no STARTTLS.",
            code="no_starttls",
            mend="Choose TLS with port 465, or another server: passwords are never sent in the clear.",
        )
    if "AUTH" in said:
        return MailTrouble(
            f"{server.host}:{server.port} offers no login.",
            code="no_login",
            mend="Leave user name and password empty, or use the port for sending mail (587 or 465).",
        )
    return RecipientRefused(
        f"{server.host} cannot deliver to an address with such letters.", code="utf8", is_final=True
    )


def _refused_recipient(code: int, answer: bytes | str) -> RecipientRefused:
    is_final = code >= 500
    return RecipientRefused(
        f"The recipient was refused{_answered(code, answer)}",
        code=str(code),
        is_final=is_final,
        mend="Check the mail address of the resource in Autotask." if is_final else "It is tried again.",
    )


def _of_network(error: OSError, server: MailServer) -> MailTrouble:
    place = f"{server.host}:{server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailTrouble(
            f"The certificate of {server.host} is not to be trusted: {error.verify_message}.",
            code="certificate",
            mend="Use the name in its certificate; for an authority of your own set TASKFORCE_MAIL_CA_FILE.",
        )
    if isinstance(error, ssl.SSLError):
        mend = "Choose STARTTLS with port 587." if server.security is Security.TLS else "Choose TLS with port 465."
        return MailTrouble(f"{place} does not speak TLS that way.", code="tls", mend=mend)
    if isinstance(error, socket.gaierror):
        return MailTrouble(f"There is no host {server.host}.", code="unknown_host", mend="Check the name.")
    if isinstance(error, TimeoutError):
        return MailTrouble(
            f"{place} did not answer in time.",
            code="time_out",
            mend="Check host, port and security (587 for STARTTLS, 465 for TLS), and whether a firewall is between.",
        )
    if isinstance(error, ConnectionRefusedError):
        return MailTrouble(
            f"Nothing answers at {place}.", code="refused", mend="Check host and port, and that the server runs."
        )
    return MailTrouble(
        f"{place} cannot be reached ({error.strerror or type(error).__name__}).",
        code="network",
        mend="Check host, port and network.",
    )


def _answered(code: int, answer: bytes | str) -> str:
    """The server's own words behind ours, in one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_QUOTE]
    return f'. It said: "{code} {line}".' if line else f" ({code})."
