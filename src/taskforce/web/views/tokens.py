"""Admin > API tokens: which programs may use the REST API, and read the metrics."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web import confirming
from taskforce.web.access import needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.tokens import headline, token_line

DAYS = (30, 90, 365)


@needs(Role.ADMINISTRATOR)
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token that was given out, and a form for another one."""
    return _page(request)


@needs(Role.ADMINISTRATOR)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A new token, only after signing in again; shown in this answer and never again.

    To send the form once more is refused by its name.
    """
    name, role, days = (request.POST.get(each, "") for each in ("name", "role", "days"))
    if role not in list(Role) or days not in map(str, DAYS):
        return _page(request, given=name, problems=["Choose a role and how long the token is valid."])
    if problem := _why_not(request):
        return _page(request, given=name, problems=[problem])
    here, given = served(request), name.strip()
    try:
        now = here.clock.now()
        with transaction.atomic():
            token = here.tokens.add(given, role=Role(role), days=int(days), by=user_of(request).username, now=now)
            note(request, Deed.TOKEN_CHANGED, subject=given, details={"given out": role, "days": days})
    except ConfigurationError as error:
        return _page(request, given=name, problems=list(error.problems))
    return _page(request, token=token, called=given)


@needs(Role.ADMINISTRATOR)
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take a token back; one that was taken back meanwhile is told of."""
    here, name = served(request), request.POST.get("name", "").strip()
    try:
        with transaction.atomic():
            here.tokens.revoke(name, here.clock.now())
            note(request, Deed.TOKEN_CHANGED, subject=name, details={"revoked": "yes"})
    except ConfigurationError:
        messages.info(request, "That token was revoked already.")
    else:
        messages.info(request, f"The token {name} is revoked: it opens nothing any more.")
    return redirect("tokens")


def _why_not(request: HttpRequest) -> str:
    """A token is a key to this place: whoever makes one signs in again (ASVS 7.5.1). Empty when that was done."""
    typed = request.POST.get("own_password", "")
    if confirming.is_confirmed(request) or confirming.confirm(request, typed):
        return ""
    return "This is not your password." if typed else "A token is a key: type your own password to make one."


def _page(
    request: HttpRequest,
    *,
    token: str = "",
    called: str = "",
    given: str = "",
    problems: list[str] | None = None,
) -> HttpResponse:
    here = served(request)
    lines = [token_line(each, here.clock.now()) for each in here.tokens.all()]
    shown = {"lines": lines, "headline": headline(lines), "roles": list(Role), "days": DAYS}
    said = {"token": token, "called": called, "given": given, "problems": problems or []}
    asked = {"is_confirmed": confirming.is_confirmed(request)}
    return render(request, "web/tokens.html", {**shown, **said, **asked})
