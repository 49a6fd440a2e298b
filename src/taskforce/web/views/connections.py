"""One connection: launched, watched and stopped."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from taskforce import launching
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.web.access import connected, may, needs, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.dashboard import card_of
from taskforce.web.presenters.states import State
from taskforce.web.views.dashboard import facts_of


@needs(Role.VIEWER)
@require_GET
def progress(request: HttpRequest, name: str) -> HttpResponse:
    """The part of a card that moves; htmx asks for it once a second while an import is under way.

    When that is over the rest of the page is out of date as well: it is loaded anew.
    """
    here = connected(request, name)
    card = card_of(facts_of(here, name), here.clock.now())
    answer = render(request, "web/parts/live.html", {"card": card, "may_launch": may(request, Role.OPERATOR)})
    if card.state is not State.RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@needs(Role.OPERATOR)
@require_POST
def launch(request: HttpRequest, name: str) -> HttpResponse:
    """Import at once (S18); a second launch while one runs is refused kindly."""
    here = connected(request, name)
    is_dry_run = "preview" in request.POST
    with transaction.atomic():
        is_asked = launching.launch(here, name, by=user_of(request).username, is_dry_run=is_dry_run)
        if is_asked:
            note(request, Deed.LAUNCHED, connection=name, details={"dry run": "yes" if is_dry_run else "no"})
    if not is_asked:
        messages.info(request, f"An import of {name} is under way already: its progress stands below.")
    return _back(request, name)


@needs(Role.OPERATOR)
@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """End the import under way between two requests, with everything kept."""
    here = connected(request, name)
    with transaction.atomic():
        is_asked = launching.stop(here, name)
        if is_asked:
            note(request, Deed.STOPPED, connection=name)
    if not is_asked:
        messages.info(request, f"No import of {name} is under way any more.")
    return _back(request, name)


def _back(request: HttpRequest, name: str) -> HttpResponse:
    """To where the button was pressed."""
    return redirect("extension", name) if "from_extension" in request.POST else redirect("dashboard")
