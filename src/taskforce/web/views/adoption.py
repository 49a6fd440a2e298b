"""Taking over a database that the old extension served: a report first, then one step (B14)."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from taskforce import launching
from taskforce.adopting import adoption_details, latest_adoption, launch_adoption
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import DecisionRefused
from taskforce.installation import Installation
from taskforce.web.access import connected, needs, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.adoption import adoption_view
from taskforce.web.presenters.progress import progress_of


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def adoption(request: HttpRequest, name: str) -> HttpResponse:
    """What the latest look found; a look and taking over are carried out by the scheduler."""
    here = connected(request, name)
    if request.method == "POST":
        return _launched(request, here, name)
    wanted, under_way = launching.wanted(here, name), launching.under_way(here, name)
    latest = latest_adoption(here, name)
    context = {
        "name": name,
        "is_starting": wanted is not None and under_way is None,
        "progress": None if under_way is None else progress_of(under_way, here.clock.now()),
        "view": None if latest is None else adoption_view(latest, here.history.causes(latest.id)),
    }
    return render(request, "web/adoption.html", context)


def _launched(request: HttpRequest, here: Installation, name: str) -> HttpResponse:
    is_dry_run = request.POST.get("do") != "adopt"
    try:
        with transaction.atomic():
            is_asked = launch_adoption(here, name, is_dry_run=is_dry_run, by=user_of(request).username)
            if is_asked:
                note(request, Deed.ADOPTED, connection=name, details=adoption_details(is_dry_run=is_dry_run))
    except DecisionRefused as error:
        messages.warning(request, str(error))
        return redirect("adoption", name)
    if not is_asked:
        messages.info(request, f"An import of {name} is under way already: look again when it has ended.")
    return redirect("adoption", name)
