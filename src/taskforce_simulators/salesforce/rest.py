"""The REST endpoint: versions, sessions, limits, and the way to the resources. Source: reference section 3."""

import gzip
import json
import re
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from taskforce_simulators.core.connection import plain
from taskforce_simulators.core.messages import received_body
from taskforce_simulators.salesforce.bulk.endpoint import Bulk
from taskforce_simulators.salesforce.calls import Call, Reply, refusal
from taskforce_simulators.salesforce.composite import Composite
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.resources import Resources

_ROOT: Final = "/services/data"
_RETIRED: Final = 30
"""The highest version that is retired (reference section 1, version retirement)."""
_LARGEST: Final = 16_384
_METHODS: Final = ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"]
_SEASONS: Final = ("Winter", "Spring", "Summer")
_OPERATIONS: Final = {"GET": "retrieve", "POST": "create", "PATCH": "update", "DELETE": "delete"}


class Rest:
    """Everything below ``/services/data``."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._resources = Resources(org)
        self._apart: dict[str, Composite | Bulk] = {
            "composite": Composite(self._resources, org.store.database),
            "jobs": Bulk(org),
        }

    def routes(self) -> list[Route]:
        """Starlette routes."""
        return [Route(path, plain(self.endpoint), methods=_METHODS) for path in (_ROOT, f"{_ROOT}/{{rest:path}}")]

    def endpoint(self, request: Request) -> Response:
        """Answer one request."""
        version, parts = split(request.url.path)
        if version is None:
            return self._versions(request, parts)
        try:
            _check_size(request)
            self._check_version(version)
            call = self._call(request, version, parts)
        except ApiError as error:
            return _response(refusal(error))
        reply = self._apart.get(parts[0] if parts else "", self._resources).answer(call)
        usage = f"api-usage={self._org.usage.used()}/{self._org.settings.daily_request_limit}"
        return _response(replace(reply, headers={**reply.headers, "Sforce-Limit-Info": usage}))

    def _versions(self, request: Request, parts: tuple[str, ...]) -> Response:
        """The list of versions, for anyone."""
        if parts:
            return _response(refusal(ApiError.not_found()))
        if request.method != "GET":
            message = f"HTTP Method '{request.method}' not allowed. Allowed are GET"
            return _response(refusal(ApiError(405, "METHOD_NOT_ALLOWED", message)))
        versions = self._org.settings.versions
        return _response(
            Reply(body=[{"label": label(n), "url": f"{_ROOT}/v{n}.0", "version": f"{n}.0"} for n in versions])
        )

    def _check_version(self, version: str) -> None:
        number = float(version)
        if number <= _RETIRED:
            message = f"The requested API version {version} is retired and no longer available"
            raise ApiError(410, "UNSUPPORTED_API_VERSION", message)
        if number not in self._org.settings.versions:
            raise ApiError.not_found()

    def _call(self, request: Request, version: str, parts: tuple[str, ...]) -> Call:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "oauth"}:
            raise ApiError.of_session()
        session = self._org.session(token.strip())
        self._org.records.visibility.release()
        body = received_body(request)
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Call(
            method=request.method,
            version=version,
            parts=parts,
            query=dict(request.query_params),
            session=session,
            headers=dict(request.headers),
            body=body,
        )


def _check_size(request: Request) -> None:
    """Address and headers together have a limit, so a wide SELECT does not fit into a GET."""
    headers = sum(len(name) + len(value) for name, value in request.headers.raw)
    if len(request.scope["raw_path"]) + len(request.scope["query_string"]) + headers > _LARGEST:
        raise ApiError(414, "URI_TOO_LONG", "The URI is too long")


def split(path: str) -> tuple[str | None, tuple[str, ...]]:
    """The version of a path, if it has one, and the parts below it; slashes at the end do not count."""
    parts = tuple(part for part in path.removeprefix(_ROOT).split("/") if part)
    match = re.fullmatch(r"v(\d+\.\d)", parts[0]) if parts else None
    return (match.group(1), parts[1:]) if match else (None, parts)


def label(version: int) -> str:
    """The release of a version: 68 is Winter '27, three come in a year."""
    return f"{_SEASONS[(version - 68) % 3]} '{27 + (version - 68) // 3}"


def operation(method: str, path: str) -> tuple[str, bool]:
    """A short name for the journal, and whether the request is counted against the daily limit."""
    version, parts = split(path)
    if version is None:
        return "versions", False
    first = parts[0] if parts else "resources"
    if first in {"query", "queryAll"}:
        return ("query_more" if len(parts) > 1 else "query"), True
    if first == "jobs":
        return _bulk_operation(method, parts[2:]), True
    if first != "sobjects":
        return first, True
    if len(parts) == 1:
        return "describe_global", True
    if len(parts) > 2 and parts[2] in {"describe", "updated", "deleted"}:
        return parts[2], True
    return _OPERATIONS.get(method, "other"), True


def _bulk_operation(method: str, parts: tuple[str, ...]) -> str:
    if parts[1:] == ("results",):
        return "bulk_results"
    if not parts:
        return "bulk_create" if method == "POST" else "bulk_jobs"
    return {"GET": "bulk_job", "PATCH": "bulk_abort", "DELETE": "bulk_delete"}.get(method, "other")


def _response(reply: Reply) -> Response:
    media_type = None if reply.body is None else reply.media_type
    return Response(_content(reply.body), reply.status, headers=dict(reply.headers), media_type=media_type)


def _content(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
