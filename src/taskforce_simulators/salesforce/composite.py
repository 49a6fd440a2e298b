"""Several calls in one: ``composite`` and ``composite/batch``. Source: reference section 3, Composite."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl, quote_plus, unquote, urlsplit

from taskforce_simulators.core.database import Database
from taskforce_simulators.salesforce.calls import Call, Reply, refusal, wrong_method
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.resources import Resources

_MOST: Final = 25
_MOST_QUERIES: Final = 5
_REFERENCE: Final = re.compile(r"@\{(\w+)\.([\w.\[\]]+)\}")
_VERSION: Final = re.compile(r"^/?(?:services/data/)?v(\d+\.\d)/")


_ROLLED_BACK: Final = {
    "httpStatusCode": 400,
    "httpHeaders": {},
    "body": ApiError(
        400,
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    ).body(),
}


class _RolledBackError(Exception):
    """A part has failed and takes the others with it."""


class Composite:
    """The composite resources over the single ones."""

    def __init__(self, resources: Resources, database: Database) -> None:
        self._resources = resources
        self._database = database

    def answer(self, call: Call) -> Reply:
        """Carry out a composite call."""
        try:
            if call.parts == ("composite",) and call.method == "GET":
                return Reply(body={"batch": call.path("composite", "batch")})
            if call.method != "POST":
                raise wrong_method(call, "POST")
            if call.parts == ("composite",):
                return self._composite(call)
            if call.parts == ("composite", "batch"):
                return self._batch(call)
            raise ApiError.not_found()
        except ApiError as error:
            return refusal(error)

    def _composite(self, call: Call) -> Reply:
        document = call.json()
        requests = _requests(document, "compositeRequest")
        _check_references(requests)
        if not document.get("allOrNone"):
            return Reply(body={"compositeResponse": self._parts(call, requests)})
        try:
            with self._database.transaction():
                answers = self._parts(call, requests)
                if any(_failed(answer) for answer in answers):
                    raise _RolledBackError
        except _RolledBackError:
            answers = [answer if _failed(answer) else answer | _ROLLED_BACK for answer in answers]
        return Reply(body={"compositeResponse": answers})

    def _parts(self, call: Call, requests: list[dict[str, object]]) -> list[dict[str, object]]:
        """The answers of the parts, in order."""
        answers: list[dict[str, object]] = []
        bodies: dict[str, object] = {}
        for request in requests:
            reference = str(request["referenceId"])
            reply = self._part(call, request, bodies)
            bodies[reference] = reply.body
            answers.append(
                {
                    "body": reply.body,
                    "httpHeaders": dict(reply.headers),
                    "httpStatusCode": reply.status,
                    "referenceId": reference,
                }
            )
        return answers

    def _batch(self, call: Call) -> Reply:
        document = call.json()
        results: list[dict[str, object]] = []
        failed = False
        for request in _requests(document, "batchRequests"):
            if failed and document.get("haltOnError"):
                halted = ApiError(412, "BATCH_PROCESSING_HALTED", "Batch processing halted per request")
                results.append({"statusCode": 412, "result": halted.body()})
                continue
            form = {"method": request.get("method"), "url": request.get("url"), "body": request.get("richInput")}
            reply = self._part(call, form, {})
            failed = failed or reply.status >= 400
            results.append({"statusCode": reply.status, "result": reply.body})
        return Reply(body={"hasErrors": failed, "results": results})

    def _part(self, call: Call, request: Mapping[str, object], bodies: Mapping[str, object]) -> Reply:
        """Carry out one part; what it refers to of earlier answers is filled in."""
        try:
            url = urlsplit(_filled(str(request.get("url")), bodies, quote_plus))
            body = request.get("body")
            text = "" if body is None else _filled(json.dumps(body), bodies, lambda text: json.dumps(text)[1:-1])
        except (KeyError, IndexError, TypeError):
            return refusal(ApiError(400, "PROCESSING_HALTED", "Invalid reference specified. No value for it found."))
        version = _VERSION.match(url.path)
        parts = tuple(unquote(part) for part in _VERSION.sub("", url.path).split("/") if part)
        if version is None or not parts or parts[0] == "composite":
            return refusal(ApiError.not_found())
        headers = request.get("httpHeaders")
        part = Call(
            method=str(request.get("method", "GET")).upper(),
            version=version.group(1),
            parts=parts,
            query=dict(parse_qsl(url.query)),
            session=call.session,
            headers={str(k).lower(): str(v) for k, v in headers.items()} if isinstance(headers, dict) else {},
            body=text.encode(),
        )
        return self._resources.answer(part)


def _requests(document: Mapping[str, object], name: str) -> list[dict[str, object]]:
    requests = document.get(name)
    if not isinstance(requests, list) or not all(isinstance(request, dict) for request in requests):
        raise ApiError(400, "JSON_PARSER_ERROR", f"The {name} parameter is required, a list of objects")
    if len(requests) > _MOST:
        raise ApiError(400, "LIMIT_EXCEEDED", f"The request can't contain more than {_MOST} subrequests")
    queries = [request for request in requests if re.search(r"/query(All)?[/?]", str(request.get("url")))]
    if name == "compositeRequest" and len(queries) > _MOST_QUERIES:
        raise ApiError(400, "LIMIT_EXCEEDED", f"The request can't contain more than {_MOST_QUERIES} queries")
    return requests


def _failed(answer: Mapping[str, object]) -> bool:
    return int(str(answer["httpStatusCode"])) >= 400


def _check_references(requests: list[dict[str, object]]) -> None:
    references = [request.get("referenceId") for request in requests]
    if not all(isinstance(reference, str) and re.fullmatch(r"[A-Za-z]\w*", reference) for reference in references):
        raise ApiError(
            400, "JSON_PARSER_ERROR", "Each subrequest needs a referenceId of letters, digits and underscores"
        )
    if len(set(references)) < len(references):
        raise ApiError(400, "DUPLICATE_VALUE", "Duplicate referenceId specified in the request")


def _filled(text: str, bodies: Mapping[str, object], encoded: Callable[[str], str]) -> str:
    """The text with ``@{reference.path}`` replaced by what the answer of that part holds there, encoded."""

    def found(match: re.Match[str]) -> str:
        place: object = bodies[match.group(1)]
        for step in re.findall(r"\w+", match.group(2)):
            if isinstance(place, list):
                place = place[int(step)]
            elif isinstance(place, dict):
                place = place[step]
            else:
                raise KeyError(step)
        return encoded(str(place))

    return _REFERENCE.sub(found, text)
