"""Sending one request, and saying exactly what is known when there is no answer."""

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import perf_counter
from typing import Self
from urllib.parse import urlsplit

import httpx2

from taskforce.adapters.http.retrying import RetryPolicy, with_retries
from taskforce.errors import AccessError, ApiError, ConfigurationError, TransientError, WriteInDoubt

BUSY_STATUSES = frozenset({429, 502, 503, 504})
"""Answers after which a request that may be repeated is repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: timedelta

    @property
    def date(self) -> datetime | None:
        """The server's clock, if it told."""
        try:
            return parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None

    @property
    def retry_after(self) -> timedelta | None:
        """How long the server asks to wait, when it says so in seconds."""
        text = self.headers.get("retry-after", "")
        return timedelta(seconds=int(text)) if text.isdecimal() else None


class HttpClient:
    """Talks to one system: keep-alive, no redirects, proxies and the company's certificates honoured.

    `waited` adds up the time spent between sending and the end of the answer.
    """

    def __init__(
        self,
        *,
        system: str,
        ca_file: Path | None = None,
        timeout: timedelta = timedelta(seconds=60),
        retries: RetryPolicy | None = None,
    ) -> None:
        self.system = system
        self.waited = timedelta()
        self._retries = retries or RetryPolicy()
        seconds = timeout.total_seconds()
        self._client = httpx2.Client(
            verify=_tls(ca_file),
            timeout=httpx2.Timeout(seconds, connect=min(seconds, 15)),
            follow_redirects=False,
            headers={"Accept-Encoding": "gzip", "User-Agent": "taskforce-sync"},
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        operation: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool,
        is_transient: Callable[[Answer], bool] | None = None,
    ) -> Answer:
        """The answer, whatever its status.

        A repeatable request is sent again after a lost answer, a busy status or an answer that `is_transient` names;
        any other is sent exactly once. Raises TransientError when nothing was sent for certain, or when a repeatable
        request stays unanswered; WriteInDoubt when the answer to any other was lost; AccessError when TLS fails.
        """
        check_address(url, self.system)
        request = self._client.build_request(method, url, headers=headers, params=params, content=content)

        def attempt() -> Answer:
            return self._send_once(request, operation=operation, repeatable=repeatable)

        if not repeatable:
            return attempt()
        return with_retries(
            attempt,
            self._retries,
            is_busy=lambda answer: (
                answer.status in BUSY_STATUSES or (is_transient is not None and is_transient(answer))
            ),
        )

    def _send_once(self, request: httpx2.Request, *, operation: str, repeatable: bool) -> Answer:
        begun = perf_counter()
        try:
            response = self._client.send(request)
        except httpx2.TransportError as error:
            raise self._lost(error, request, operation, repeatable=repeatable) from None
        finally:
            elapsed = timedelta(seconds=perf_counter() - begun)
            self.waited += elapsed
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=response.content, elapsed=elapsed)

    def _lost(
        self, error: httpx2.TransportError, request: httpx2.Request, operation: str, *, repeatable: bool
    ) -> ApiError:
        """What a failure to get an answer means; only failures to connect say that nothing was sent."""
        host = request.url.host
        if _is_tls_failure(error):
            return AccessError(
                f"The certificate of {host} could not be verified.",
                system=self.system,
                operation=operation,
                code="tls",
                mend="If your network inspects TLS, name your company's certificate file as ca_file.",
            )
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError | httpx2.PoolTimeout):
            return TransientError(
                f"{self.system} could not be reached at {host}.",
                system=self.system,
                operation=operation,
                code="unreachable",
                mend="Check the address, the network and the proxy (HTTPS_PROXY), and whether the system is up.",
            )
        kind = TransientError if repeatable else WriteInDoubt
        return kind(
            f"{self.system} did not answer ({operation}).",
            system=self.system,
            operation=operation,
            code="no_answer",
            mend="Taskforce tries again by itself; look whether the system is up if it goes on.",
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(url: str, system: str) -> None:
    """Refuse to send anything over plain http, but to this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise ConfigurationError(
        [f"The address of {system} must begin with https://; plain http is accepted for this machine only."]
    )


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(ca_file))
        except (OSError, ssl.SSLError):
            raise ConfigurationError(["ca_file cannot be read: it must be a file of PEM certificates."]) from None
    return context


def _is_tls_failure(error: BaseException) -> bool:
    """TLS failures arrive wrapped several times."""
    current: BaseException | None = error
    while current is not None:
        if isinstance(current, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(current):
            return True
        current = current.__cause__ or current.__context__
    return False
