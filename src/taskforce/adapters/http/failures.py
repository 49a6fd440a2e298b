"""What is known when a request has no answer: nothing was sent for certain, or nobody can tell."""

import socket
import ssl
from collections.abc import Iterator

import httpx2

from taskforce.errors import AccessError, ApiError, ConfigurationError, TaskforceError, TransientError, WriteInDoubt

UNREACHABLE = "unreachable"
NO_ANSWER = "no_answer"
TLS = "tls"

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.PoolTimeout)
"""Only these say for certain that the system has seen nothing of the request; all others may come after sending."""


def failure(error: httpx2.RequestError, *, system: str, host: str, operation: str, repeatable: bool) -> TaskforceError:
    """The error that a failure to get an answer becomes.

    AccessError with the code "tls" and TransientError with the code "unreachable": nothing was sent. Otherwise
    WriteInDoubt, or TransientError where sending again is harmless, with the code "no_answer".
    """
    if isinstance(error, httpx2.LocalProtocolError):
        return unsendable(system)
    if isinstance(error, httpx2.ConnectError) and (broken := _tls_cause(error)) is not None:
        return _tls_failure(broken, system, host, operation)
    if isinstance(error, _NEVER_SENT):
        return TransientError(
            f"{system} could not be reached at {host}: {_why_unreachable(error)}.",
            system=system,
            operation=operation,
            code=UNREACHABLE,
            mend="Check the address, the network and the proxy (HTTPS_PROXY), and whether the system is up.",
        )
    kind = TransientError if repeatable else WriteInDoubt
    return kind(
        f"{system} did not answer ({operation}).",
        system=system,
        operation=operation,
        code=NO_ANSWER,
        mend="Taskforce tries again by itself; look whether the system is up if it goes on.",
    )


def unsendable(system: str) -> ConfigurationError:
    """A header that HTTP cannot carry; only credentials can hold such characters."""
    return ConfigurationError(
        [f"A credential for {system} holds a line break or a character that cannot be sent: copy it anew."]
    )


def _why_unreachable(error: httpx2.RequestError) -> str:
    if isinstance(error, httpx2.ConnectTimeout):
        return "nobody answered there in time"
    if isinstance(error, httpx2.ProxyError):
        return "the proxy refused to connect"
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "this name is not known"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "the connection was refused"
    return "no connection could be made"


def _tls_failure(broken: ssl.SSLError, system: str, host: str, operation: str) -> ApiError:
    if isinstance(broken, ssl.SSLCertVerificationError):
        why = str(broken.verify_message).rstrip(".")
        message = f"The certificate of {host} could not be verified: {why}."
        mend = "If your network inspects TLS, name your company's certificate file as ca_file."
    else:
        message = f"No secure connection (TLS) could be made with {host}."
        mend = "Check the address and its port, and whether a proxy or firewall answers in the system's place."
    return AccessError(message, system=system, operation=operation, code=TLS, mend=mend)


def _tls_cause(error: BaseException) -> ssl.SSLError | None:
    """TLS failures arrive wrapped several times."""
    return next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
