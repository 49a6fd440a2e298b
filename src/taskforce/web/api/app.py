"""How the API is put together: operations with their roles, errors as sentences, addresses.

An operation is registered by `operation` alone, which takes its role; one that came in otherwise has none, and is
refused to every token by `middleware.AccessMiddleware`.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, get_args, get_type_hints

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.responses import Status
from ninja.security import HttpBearer
from pydantic import ConfigDict

from taskforce.domain.roles import Role
from taskforce.domain.tokens import ApiToken
from taskforce.engine.defects import sentence_on
from taskforce.errors import (
    ApiError,
    DecisionRefused,
    LeaseHeld,
    LeaseLost,
    StaleEditError,
    StalePlanError,
    TaskforceError,
    TransientError,
    UnsafePlanError,
)
from taskforce.web.access import NEEDS, needs, public
from taskforce.web.bearer import TokenNeeds, not_allowed, problem, token_of

ROOT = "api/v1/"

Operation = Callable[..., Any]

STATUSES: tuple[tuple[type[TaskforceError], int], ...] = (
    (StalePlanError, 409),
    (StaleEditError, 409),
    (UnsafePlanError, 409),
    (DecisionRefused, 409),
    (LeaseHeld, 409),
    (LeaseLost, 409),
    (TransientError, 503),
    (ApiError, 502),
    (TaskforceError, 503),
)
"""What an error of Taskforce is in HTTP; the first that fits."""


class Given(Schema):
    """What a program sends: keys that are not known are refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """An error (RFC 9457): `detail` is a sentence for a person, with the mend; `errors` what was not understood."""

    type: str
    status: int
    title: str
    detail: str
    errors: list[dict[str, Any]] | None = None


class Refused(Exception):
    """An operation cannot be done as asked."""

    def __init__(self, status: int, sentence: str, mend: str = "") -> None:
        super().__init__(sentence)
        self.answer = problem(status, sentence, mend)


class _Bearer(HttpBearer):
    """Has the description tell how programs show their token; `AccessMiddleware` has looked at it already."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Whose token it is."""
        return token_of(request)


class _Body(Parser):
    """Bodies in JSON; what is none is an error of whoever sent it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The object that was sent."""
        try:
            return json.loads(request.body)
        except RequestDataTooBig:
            raise HttpError(413, "The body is too large.") from None
        except (ValueError, RecursionError, UnreadablePostError):
            raise HttpError(400, "The body is no JSON that can be read.") from None


api = NinjaAPI(
    title="Taskforce",
    version="1",
    description="Keeps an Autotask PSA database current with the accounts and contacts of a Salesforce org.",
    openapi_url=None,
    docs_url=None,
    auth=_Bearer(),
    parser=_Body(),
    urls_namespace="api",
)


def operation(
    method: str, address: str, *, role: Role, tag: str, success: int = 200, is_list: bool = False
) -> Callable[[Operation], Operation]:
    """Register an operation that needs a role."""

    def register(view: Operation) -> Operation:
        names = _query_names(view)

        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **options: Any) -> Any:
            if unknown := sorted(set(request.GET) - names):
                raise Refused(422, f"There is no parameter {unknown[0][:40]!a}.", _known(names))
            return Status(success, view(request, *args, **options))

        answered: Any = list[dict[str, Any]] if is_list else dict[str, Any]
        api.api_operation(
            [method],
            address,
            response={success: answered, **dict.fromkeys(_PROBLEMS, Problem)},
            operation_id=view.__name__,
            tags=[tag],
            summary=(view.__doc__ or "").strip().splitlines()[0],
            description=f"Needs a token of the role {role.value}.",
            url_name=view.__name__,
        )(needs(role)(asked))
        return view

    return register


_PROBLEMS = (400, 401, 403, 404, 409, 413, 422, 502, 503)


def _query_names(view: Operation) -> frozenset[str]:
    """The names that may stand behind the "?"."""
    hints = [hint for name, hint in get_type_hints(view).items() if name == "query"]
    return frozenset(name for hint in hints for kind in (get_args(hint) or (hint,)) for name in kind.model_fields)


def _known(names: frozenset[str]) -> str:
    return f"Known are {', '.join(sorted(names))}." if names else "None is known here."


# --- errors ---


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return error.answer


@api.exception_handler(TaskforceError)
def _trouble(request: HttpRequest, error: TaskforceError) -> HttpResponse:
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return problem(status, str(error))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which key, and what is wrong with it; never the value."""
    errors = [{"where": [str(part)[:80] for part in each["loc"]], "problem": str(each["msg"])} for each in error.errors]
    return problem(422, "Some of what was sent is not understood.", "See errors.", errors=errors)


@api.exception_handler(Exception)
def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    structlog.get_logger().error(sentence_on(error), action="api_failed")
    return problem(500, "This is a defect of Taskforce; its log says where.")


# --- addresses ---


def patterns() -> list[URLPattern]:
    """Every address of the API, each marked with the role that each of its methods needs."""
    found: list[URLPattern] = [
        path(f"{ROOT}openapi.json", openapi, name="api_openapi"),
    ]
    for bound in api.urls[0]:
        if not isinstance(bound, URLPattern) or bound.name == "api-root":
            continue
        route, name = str(bound.pattern), f"api_{bound.name}"
        view = bound.callback
        setattr(view, NEEDS, TokenNeeds(_roles(f"/{route}")))
        found.append(path(f"{ROOT}{route}", view, name=name))
    return [
        *found,
        path("api/", nowhere, name="api_nowhere"),
        path("api/<path:rest>", nowhere, name="api_nowhere_below"),
    ]


def _roles(route: str) -> Mapping[str, Role | None]:
    """The role of each method of an address, as its operations declare it; None where one does not."""
    roles: dict[str, Role | None] = {}
    for _, router in api._routers:  # noqa: SLF001 - ninja has no other way to tell its operations
        for address, view in router.path_operations.items():
            if _as_route(address) != route:
                continue
            for each in view.operations:
                declared = getattr(each.view_func, NEEDS, None)
                roles |= dict.fromkeys(each.methods, declared if isinstance(declared, Role) else None)
    return roles


def _as_route(address: str) -> str:
    return address.replace("{", "<").replace("}", ">")


@public
@csrf_exempt
def openapi(request: HttpRequest) -> HttpResponse:
    """What the API is, for programs that make clients of it; it says nothing of this installation."""
    if request.method not in ("GET", "HEAD"):
        return not_allowed(("GET", "HEAD"))
    return HttpResponse(json.dumps(api.get_openapi_schema(path_prefix=f"/{ROOT}")), content_type="application/json")


@public
@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """There is no such address."""
    return problem(404, "There is no such address.", f"/{ROOT}openapi.json lists all there are.")
