"""The doctor: this machine at once, each connection when asked, since that takes seconds and requests (B12)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from taskforce import doctoring
from taskforce.domain.roles import Role
from taskforce.installation import Installation
from taskforce.web.access import connected, may, needs, served
from taskforce.web.presenters.doctor import Group, connection_group, headline, host_group


@needs(Role.OPERATOR)
@require_GET
def doctor(request: HttpRequest) -> HttpResponse:
    """This machine; htmx asks for each connection once the page stands, a button does without script."""
    return _page(request, served(request), {})


@needs(Role.OPERATOR)
@require_POST
def examine(request: HttpRequest, name: str) -> HttpResponse:
    """One connection, live on both sides: a part of the page for htmx, or the page with it."""
    here = connected(request, name)
    group = connection_group(doctoring.examine(here, name))
    if "HX-Request" in request.headers:
        return render(request, "web/parts/findings.html", {"group": group, "name": name})
    return _page(request, here, {name: group})


def _page(request: HttpRequest, here: Installation, examined: dict[str, Group]) -> HttpResponse:
    names, host = here.names(), host_group(doctoring.examine_host(here))
    return render(
        request,
        "web/doctor.html",
        {
            "headline": headline(host, len(names)),
            "host": host,
            "connections": [(name, examined.get(name)) for name in names],
            "asks_by_itself": not examined,
            "may_administer": may(request, Role.ADMINISTRATOR),
        },
    )
