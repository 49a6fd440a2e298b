"""A connection is removed: what will be forgotten is said in figures, and its name has to be typed."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from taskforce.domain.audit import Deed
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.errors import TaskforceError
from taskforce.web.access import connected, needs
from taskforce.web.noting import note


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Ask, or remove once the name was typed."""
    here = connected(request, name)
    problem = ""
    if request.method == "POST":
        if request.POST.get("typed", "").strip() == name:
            try:
                here.book.remove(name, noted=partial(note, request, Deed.CONNECTION_REMOVED, connection=name))
            except TaskforceError as error:
                problem = str(error)
            else:
                messages.success(request, f"{name} was removed. Nothing was changed in Salesforce or Autotask.")
                return redirect("salesforce")
        else:
            problem = f"Type {name}, exactly so."
    stores = here.stores(name)
    waiting = stores.inbox.standing()
    context = {
        "name": name,
        "problem": problem,
        "linked": {entity.plural: stores.links.count(entity, LinkState.LINKED) for entity in Entity},
        "apart": sum(
            stores.links.count(entity, state) for entity in Entity for state in (LinkState.UNMAPPED, LinkState.IGNORED)
        ),
        "waiting": waiting.held + waiting.failing,
    }
    return render(request, "web/remove_connection.html", context)
