"""Programs that show a token: whose it is, what it may do, and what they did goes into the audit."""

import hmac
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, JsonResponse

from taskforce.differences import deed_of
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.domain.tokens import ApiToken
from taskforce.errors import TaskforceError
from taskforce.web.access import served
from taskforce.web.noting import origin_of

LONGEST = 200
"""No token has more letters."""


class TokenNeeds(dict[str, Role | None]):
    """The role that each method of an address needs of a token; one without a role is open to no token.

    A view is marked with it in place of a role (`access.NEEDS`). Sessions of people count for nothing there, so that no
    page of another site can have a browser use them.
    """


def shown(request: HttpRequest) -> str:
    """The token that came with a request; empty when none did."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and len(token) <= LONGEST else ""


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token, if it is valid; looked up once a request."""
    if not hasattr(request, "api_token"):
        here, token = served(request), shown(request)
        request.api_token = here.tokens.known(token, here.clock.now()) if token else None  # type: ignore[attr-defined]
    found: ApiToken | None = request.api_token  # type: ignore[attr-defined]
    return found


def is_metrics_token(request: HttpRequest) -> bool:
    """Whether the token of `TASKFORCE_METRICS_TOKEN` came with it, if there is one."""
    wanted = served(request).metrics_token
    return bool(wanted) and hmac.compare_digest(wanted.encode(), shown(request).encode())


def refusal(request: HttpRequest, needed: TokenNeeds) -> JsonResponse | None:
    """Why a request with such a token is not answered; None when it is."""
    try:
        token = token_of(request)
    except TaskforceError as error:
        return problem(503, str(error))
    if token is None:
        return unknown()
    method = request.method or ""
    if method not in needed:
        return not_allowed(needed)
    role = needed[method]
    if role is not None and token.role.includes(role):
        return None
    return problem(403, "This token may not do that.", f"Make a token with the role {role or Role.ADMINISTRATOR}.")


def not_allowed(methods: Iterable[str]) -> JsonResponse:
    """The address is there, but not for this method."""
    listed = ", ".join(sorted(methods))
    answer = problem(405, f"This address takes {listed} only.")
    answer.headers["Allow"] = listed
    return answer


def unknown() -> JsonResponse:
    """No token, or one that was never given out, is revoked or has expired: which, is not told."""
    answer = problem(
        401,
        "A valid token is needed: send it as Authorization: Bearer TOKEN.",
        "An administrator makes one on the page Admin > API tokens, or by taskforce tokens add.",
    )
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Taskforce"'
    return answer


def problem(status: int, sentence: str, mend: str = "", *, errors: object = None) -> JsonResponse:
    """An error as programs read it (RFC 9457), with a sentence for the person behind the program."""
    document = {"type": "about:blank", "status": status, "title": _TITLES.get(status, "Not possible")}
    told = {**document, "detail": f"{sentence} {mend}".strip(), **({"errors": errors} if errors is not None else {})}
    return JsonResponse(told, status=status, content_type="application/problem+json")


_TITLES: Mapping[int, str] = {
    401: "Who asks is not known",
    403: "Not allowed",
    404: "Not there",
    405: "Not possible this way",
    409: "Not as things are now",
    422: "Not understood",
    500: "A defect",
    502: "A vendor answered badly",
    503: "Not now",
}


def note_token(
    request: HttpRequest, deed: Deed, *, connection: str, subject: str = "", details: Mapping[str, str] | None = None
) -> None:
    """Whoever holds the token did this, now, from where they are. Never give it a secret."""
    here, token = served(request), token_of(request)
    assert token is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    here.audit.add(
        deed,
        who=token.who,
        origin=origin_of(request),
        now=here.clock.now(),
        connection=connection,
        subject=subject,
        details=details,
    )


def note_edit_by_token(request: HttpRequest, connection: str, changed: Mapping[str, str]) -> None:
    """Whoever holds the token changed this of a connection."""
    note_token(request, deed_of(changed), connection=connection, details=changed)
