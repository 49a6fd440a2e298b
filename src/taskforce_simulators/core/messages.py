"""Whole requests and answers, as the exchange holds them."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final, Self
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from taskforce_simulators.core.connection import Connection, Detached, connection_of, on

BODY_KEY: Final = "taskforce_simulators.body"
SECRET_OPERATIONS: Final = frozenset({"login", "token"})
SECRET_PATHS: Final = ("/services/soap", "/services/oauth2")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> Self:
        """The answer that a starlette response would give."""
        return cls(response.status_code, response.raw_headers, bytes(response.body))

    def dated(self, now: datetime) -> Self:
        """With a Date header of the simulated clock, as clients take "now" from it."""
        if any(name.lower() == b"date" for name, _ in self.headers):
            return self
        date = format_datetime(now, usegmt=True).encode()
        return replace(self, headers=[*self.headers, (b"date", date)])

    def with_body(self, body: bytes) -> Self:
        """With another body and its length in the head."""
        headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        return replace(self, headers=[*headers, (b"content-length", str(len(body)).encode())], body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A whole request, with what the vendor would call it."""

    scope: Scope
    body: bytes
    operation: str
    counted: bool

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def query(self) -> str:
        return unquote_plus(self.scope["query_string"].decode("latin-1"))

    @property
    def secret(self) -> bool:
        return self.operation in SECRET_OPERATIONS or self.path.lower().startswith(SECRET_PATHS)

    @property
    def connection(self) -> Connection:
        return connection_of(self.scope)

    def detached(self) -> Self:
        """The same request when its client is gone."""
        return replace(self, scope=on(Detached(), self.scope))


def received_body(request: Request) -> bytes:
    """The request's whole body, also for handlers that are plain functions."""
    body: bytes = request.scope[BODY_KEY]
    return body
