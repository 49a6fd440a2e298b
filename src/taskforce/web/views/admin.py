"""Admin: the way to everything that administrators set (S1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from taskforce.domain.roles import Role
from taskforce.web.access import needs, served


@needs(Role.ADMINISTRATOR)
@require_GET
def admin(request: HttpRequest) -> HttpResponse:
    """What can be set."""
    return render(request, "web/admin.html")


@needs(Role.ADMINISTRATOR)
@require_GET
def extensions(request: HttpRequest) -> HttpResponse:
    """Extensions & Integrations."""
    return render(request, "web/admin_extensions.html")


@needs(Role.ADMINISTRATOR)
@require_GET
def other_extensions(request: HttpRequest) -> HttpResponse:
    """Other Extensions & Tools."""
    return render(request, "web/admin_other_extensions.html", {"names": served(request).names()})


@needs(Role.ADMINISTRATOR)
@require_GET
def salesforce(request: HttpRequest) -> HttpResponse:
    """The only connection's page at once, or the list of all; how to begin while there is none."""
    names = served(request).names()
    if len(names) == 1:
        return redirect("extension", names[0])
    return render(request, "web/extensions.html", {"names": names})
