"""The API over HTTP: every request comes in here."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from taskforce_simulators.autotask import access, errors, filters, limits, metadata
from taskforce_simulators.autotask.errors import ApiError, NoMethodError, NoPathError, UnauthorizedError
from taskforce_simulators.autotask.paths import NEEDED, Asked, understand
from taskforce_simulators.autotask.queries import Paging, Queries
from taskforce_simulators.autotask.schema import Entity
from taskforce_simulators.autotask.tenant import Tenant
from taskforce_simulators.autotask.writing import Writing
from taskforce_simulators.core.connection import connection_of
from taskforce_simulators.core.messages import received_body

METHODS: Final = ["GET", "POST", "PATCH", "PUT", "DELETE"]
LONGEST_QUERY_STRING: Final = 2048
"""The web server's own limit; clients report 2,048 to 2,100 (reference section 3)."""

Document = Mapping[str, object]


class Api:
    """Answers the requests of one tenant's API."""

    def __init__(self, tenant: Tenant, queries: Queries, writing: Writing) -> None:
        self._tenant = tenant
        self._queries = queries
        self._writing = writing

    def routes(self) -> list[BaseRoute]:
        """One route: what a path means is not for the framework to say, as case and slashes do not matter."""
        return [Route("/{path:path}", self.answer, methods=METHODS)]

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        try:
            return await self._answer(request)
        except UnauthorizedError:
            return Response(status_code=401, headers={"WWW-Authenticate": f'Basic Realm="{request.url.hostname}"'})
        except NoPathError:
            return HTMLResponse(errors.NOT_FOUND_PAGE, 404)
        except NoMethodError as problem:
            return JSONResponse({"Message": str(problem)}, 405)
        except ApiError as problem:
            return JSONResponse({"errors": problem.texts}, problem.status)

    async def _answer(self, request: Request) -> Response:
        asked = understand(request.method, request.url.path)
        if asked.action == "zone":
            return JSONResponse(self._zone(request.query_params.get("user", "")))
        settings = self._tenant.settings
        if asked.action != "versions":
            access.check_credentials(request.headers, settings)
        delay = self._tenant.usage.spend(settings)
        endpoint = asked.endpoint(settings.children_count_for)
        with self._tenant.threads.one(request.headers.get("ApiIntegrationCode", ""), endpoint, settings):
            # Without any delay this still lets the others in that have come at the same time.
            await connection_of(request.scope).pause(delay + settings.service_time_seconds)
            return self._carry_out(asked, request)

    def _carry_out(self, asked: Asked, request: Request) -> Response:
        if asked.entity is None:
            return JSONResponse(self._service(asked))
        needed = NEEDED.get(asked.action)
        impersonator = None
        if needed:
            access.check_permission(self._tenant.settings, asked.entity, needed)
            impersonator = access.impersonator(request.headers, self._tenant.settings, self._tenant.store, needed)
        if asked.action == "metadata":
            return JSONResponse(_METADATA[asked.section](self._tenant, asked.entity))
        if needed == "query":
            return self._read(asked, asked.entity, request)
        return JSONResponse({"itemId": self._write(asked, asked.entity, received_body(request), impersonator)})

    def _service(self, asked: Asked) -> Document:
        if asked.action == "versions":
            return {"apiVersions": ["V1.0"]}
        if asked.action == "version":
            return {"majorVersion": "2026", "minorVersion": "2", "build": "0.1", "customerType": "Simulated"}
        settings = self._tenant.settings
        return {
            "externalRequestThreshold": settings.request_limit or limits.DOCUMENTED_LIMIT,
            "requestThresholdTimeframe": int(limits.WINDOW.total_seconds()) // 60,
            "currentTimeframeRequestCount": self._tenant.usage.count(settings),
        }

    def _zone(self, user: str) -> Document:
        settings = self._tenant.settings
        if user.lower() != settings.username.lower():
            raise ApiError("Zone information could not be determined")
        own = self._tenant.public_url
        return {
            "zoneName": settings.zone_name,
            "url": settings.zone_url or f"{own}/ATServicesRest/",
            "webUrl": f"{own}/",
            "ci": settings.database_id,
        }

    def _read(self, asked: Asked, entity: Entity, request: Request) -> Response:
        if asked.action == "get":
            return self._item(entity, asked)
        if asked.action == "list":
            return JSONResponse(self._queries.children(entity, asked.parent_id or 0))
        search, document = _search(asked, request)
        if asked.action == "count":
            return JSONResponse(self._queries.count(entity, filters.parse(document)))
        paging = Paging.of(request.query_params.get("paging", "")) if asked.action == "query_next" else None
        return JSONResponse(self._queries.page(entity, filters.parse(document), paging, search))

    def _item(self, entity: Entity, asked: Asked) -> Response:
        item = self._queries.item(entity, asked.record_id or 0, asked.parent_id)
        if item is None and self._tenant.settings.missing_item == "404":
            return JSONResponse({"errors": ["The requested item does not exist."]}, 404)
        return JSONResponse({"item": item})

    def _write(self, asked: Asked, entity: Entity, body: bytes, impersonator: int | None) -> int:
        parent_id, record_id = asked.parent_id, asked.record_id
        if asked.action == "delete":
            return self._writing.delete(entity, parent_id or 0, record_id or 0)
        document = _document(body)
        if asked.action == "create":
            return self._writing.create(entity, document, parent_id, impersonator)
        return self._writing.update(entity, document, parent_id, replace=asked.action == "replace")


_METADATA: Final[dict[str, Callable[[Tenant, Entity], Document]]] = {
    "": metadata.information,
    "fields": metadata.fields,
    "userdefinedfields": metadata.user_defined_fields,
}


def _search(asked: Asked, request: Request) -> tuple[str | None, object]:
    """The query's text if it stands in the URL, and the query."""
    if request.method == "POST":
        return None, _document(received_body(request))
    search = request.query_params.get("search")
    if search is None:
        # Recorded for the next page of a query that was begun by POST.
        raise NoMethodError("GET")
    if asked.action != "query_next" and len(request.url.query) > LONGEST_QUERY_STRING:
        raise NoPathError
    return search, _document(search.encode())


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise ApiError(f"Unexpected character encountered while parsing the body: {problem}") from problem
    if not isinstance(document, dict):
        raise ApiError("The body is to be a JSON object.")
    return document
