"""Admin › Audit: who did what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from taskforce.adapters.store.audit import entry_of
from taskforce.domain.roles import Role
from taskforce.web.access import needs, served
from taskforce.web.presenters.deeds import line_of

PAGE = 50


@needs(Role.ADMINISTRATOR)
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The latest first; whether the chain is whole is looked at when it is asked for."""
    here = served(request)
    who, connection = request.GET.get("who", ""), request.GET.get("connection", "")
    page = here.audit.page(request.GET.get("page"), size=PAGE, who=who, connection=connection)
    context = {
        "page": page,
        "lines": [line_of(entry_of(row)) for row in page],
        "who": who,
        "connection": connection,
        "people": [each.username for each in here.users.all()],
        "names": here.names(),
        "is_checked": "check" in request.GET,
        "broken": here.audit.first_break() if "check" in request.GET else None,
    }
    return render(request, "web/audit.html", context)
