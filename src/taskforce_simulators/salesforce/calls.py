"""One REST call and its answer, whether it came by itself or as a part of a composite."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.schema import SObject
from taskforce_simulators.salesforce.sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked: method, version such as ``68.0``, the path's parts below it, query, body."""

    method: str
    version: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    session: Session
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> dict[str, object]:
        """The body as an object, or the error that it is none."""
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise ApiError(400, "JSON_PARSER_ERROR", f"Unexpected character or end of input: {error}") from None
        if not isinstance(document, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "Cannot deserialize an object from what is none")
        return document

    def path(self, *parts: str) -> str:
        """A path of the same version."""
        return "/".join((f"/services/data/v{self.version}", *parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered; no body at all is None, bytes are sent as they are, anything else as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json;charset=UTF-8"


def refusal(error: ApiError) -> Reply:
    """The answer that an error becomes."""
    return Reply(status=error.status, body=error.body())


def wrong_method(call: Call, *allowed: str) -> ApiError:
    """The resource does not take the method."""
    message = f"HTTP Method '{call.method}' not allowed. Allowed are {','.join(allowed)}"
    return ApiError(405, "METHOD_NOT_ALLOWED", message)


def required(sobject: SObject | None) -> SObject:
    """An object that is there."""
    if sobject is None:
        raise ApiError.not_found()
    return sobject
