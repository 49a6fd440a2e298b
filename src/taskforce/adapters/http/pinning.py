"""Connecting to the very address that was checked: a name server that answers otherwise the next time changes nothing.

Keep-alive, TLS and its certificates go by the name as ever. Behind a proxy the proxy looks names up, so that nothing of
this is asked there; which hosts may be called is checked before all requests.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from taskforce.adapters.http.addresses import Addresses


class CheckedBackend(httpcore2.SyncBackend):
    """Looks a host up once, checks every answer, and connects to those."""

    def __init__(self, addresses: Addresses, system: str) -> None:
        super().__init__()
        self._addresses, self._system = addresses, system

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """The connection to the first address that answers. Raises AccessError where a host must not be called."""
        try:
            checked = self._addresses.reach(host, port, self._system)
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        failed: Exception = httpcore2.ConnectError("no address")
        for address in checked:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed


class CheckedTransport(httpx2.HTTPTransport):
    """The network without a proxy, by checked addresses only."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx2.Limits, backend: CheckedBackend) -> None:
        super().__init__(verify=tls, limits=limits)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=backend,
        )


class CheckedClient(httpx2.Client):
    """A client whose own connections are checked; proxies of the environment are honoured as ever.

    httpx2 leaves proxies out for whoever passes a transport; this is the place where it makes its own.
    """

    def __init__(self, backend: CheckedBackend, tls: ssl.SSLContext, **options: Any) -> None:
        self._backend, self._tls = backend, tls
        super().__init__(verify=tls, **options)

    def _init_transport(self, *, limits: httpx2.Limits, **_: Any) -> httpx2.BaseTransport:  # type: ignore[override]
        return CheckedTransport(self._tls, limits, self._backend)
