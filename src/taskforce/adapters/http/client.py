"""Sending one request, and saying exactly what is known when there is no answer."""

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import structlog

from taskforce.adapters.http.addresses import Addresses
from taskforce.adapters.http.failures import NO_ANSWER, failure, unsendable
from taskforce.adapters.http.pinning import CheckedBackend, CheckedClient
from taskforce.adapters.http.redaction import loggable_url
from taskforce.adapters.http.retrying import RetryPolicy, with_retries
from taskforce.adapters.http.stopwatch import Stopwatch
from taskforce.errors import ApiError, ConfigurationError

BUSY_STATUSES = frozenset({429, 502, 503, 504})
"""Answers after which a request that may be repeated is repeated."""

_NO_PROXY_TO = ("all://localhost", "all://127.0.0.1", "all://[::1]")
"""Plain http stays on this machine, whatever HTTP_PROXY says."""

_log = structlog.get_logger()


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
            moment = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)

    @property
    def retry_after(self) -> timedelta | None:
        """How long the server asks to wait, when it says so in seconds."""
        text = self.headers.get("retry-after", "")
        return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 7 else None


_TRUSTED_FOR = timedelta(hours=1)


class HttpClient:
    """Talks to one system: keep-alive, no redirects, proxies and the company's certificates honoured.

    Only hosts that `addresses` allows are called; without it, those of both vendors. `waiting` runs while at least one
    request is under way. A `transport` takes the requests instead of the network, for tests and trials; the client
    closes it at its end.
    """

    def __init__(
        self,
        *,
        system: str,
        addresses: Addresses | None = None,
        ca_file: Path | None = None,
        timeout: timedelta = timedelta(seconds=60),
        retries: RetryPolicy | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.system = system
        self.waiting = Stopwatch()
        self._addresses = addresses or Addresses()
        self._retries = retries or RetryPolicy()
        seconds = timeout.total_seconds()
        options: dict[str, Any] = {
            "timeout": httpx2.Timeout(seconds, connect=min(seconds, 15)),
            "follow_redirects": False,
            "mounts": dict.fromkeys(_NO_PROXY_TO),
            "headers": {"Accept-Encoding": "gzip", "User-Agent": "taskforce-sync"},
        }
        self._client = (
            CheckedClient(CheckedBackend(self._addresses, system), _tls(ca_file), **options)
            if transport is None
            else httpx2.Client(transport=transport, **options)
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
        on_sent: Callable[[Answer | None], None] = lambda _: None,
    ) -> Answer:
        """The answer, whatever its status.

        A repeatable request is sent again after a lost answer, a busy status or an answer that `is_transient` names;
        any other is sent exactly once. `on_sent` is called for each time the request may have arrived, with its answer
        or None when that was lost. Raises ConfigurationError for an address or header that cannot be used,
        AccessError for a host that must not be called, and what `failures.failure` lists when there is no answer.
        """
        check_address(url, self.system)
        try:
            request = self._client.build_request(method, url, headers=headers, params=params, content=content)
        except httpx2.InvalidURL:
            raise _unusable_address(self.system) from None
        except UnicodeError:
            raise unsendable(self.system) from None
        self._addresses.require(request.url.raw_host.decode("ascii"), self.system, operation)

        def attempt() -> Answer:
            try:
                answer = self._send_once(request, operation, repeatable=repeatable)
            except ApiError as error:
                if error.code == NO_ANSWER:
                    on_sent(None)
                raise
            on_sent(answer)
            return answer

        if not repeatable:
            return attempt()
        return with_retries(
            attempt,
            self._retries,
            is_busy=lambda answer: (
                answer.status in BUSY_STATUSES or (is_transient is not None and is_transient(answer))
            ),
        )

    def _send_once(self, request: httpx2.Request, operation: str, *, repeatable: bool) -> Answer:
        begun = perf_counter()
        status = None
        try:
            with self.waiting:
                response = self._client.send(request)
            status = response.status_code
        except httpx2.RequestError as error:
            host = request.url.host
            raise failure(error, system=self.system, host=host, operation=operation, repeatable=repeatable) from None
        finally:
            elapsed = timedelta(seconds=perf_counter() - begun)
            self._note(request, operation, status, elapsed)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=status, headers=headers, body=response.content, elapsed=elapsed)

    def _note(self, request: httpx2.Request, operation: str, status: int | None, elapsed: timedelta) -> None:
        _log.debug(
            f"{self.system}: {operation}",
            action="http_request",
            method=request.method,
            url=loggable_url(str(request.url)),
            status=status,
            seconds=round(elapsed.total_seconds(), 3),
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
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _unusable_address(system) from None
    if (parts.scheme == "https" and parts.hostname) or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise ConfigurationError(
        [f"The address of {system} must begin with https://; plain http is accepted for this machine only."]
    )


def _unusable_address(system: str) -> ConfigurationError:
    return ConfigurationError([f"The address of {system} cannot be used: check its host and port."])


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """What a client trusts: read anew once an hour, since to read all authorities takes a tenth of a second."""
    try:
        changed_at = ca_file.stat().st_mtime_ns if ca_file is not None else 0
        return _read_tls(ca_file, (changed_at, int(monotonic() // _TRUSTED_FOR.total_seconds())))
    except (OSError, ssl.SSLError):
        raise ConfigurationError(["ca_file cannot be read: it must be a file of PEM certificates."]) from None


@lru_cache(maxsize=64)
def _read_tls(ca_file: Path | None, as_of: tuple[int, int]) -> ssl.SSLContext:  # noqa: ARG001 - it tells two apart
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context
