"""The extension page, tab Notification: who is told when an import runs or an error occurs (S11)."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from taskforce.domain.roles import Role
from taskforce.errors import StaleEditError, TaskforceError
from taskforce.web.access import connected, needs
from taskforce.web.noting import note_edit
from taskforce.web.presenters.resources import resource_lines


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def notification(request: HttpRequest, name: str) -> HttpResponse:
    """Look at the list, or save who was chosen of it."""
    here = connected(request, name)
    stored, schema = here.connection(name), here.stores(name).schemas.target()
    lines = resource_lines(schema.resources if schema else (), stored.settings.notified)
    if request.method == "GET":
        context = {
            "name": name,
            "version": here.book.version(name),
            "lines": lines,
            "chosen": sum(each.is_chosen for each in lines),
            "read_at": schema.read_at if schema else None,
        }
        return render(request, "web/notification.html", context)
    chosen = _chosen(request, {each.id for each in lines})
    shown, noted = request.POST.get("version", ""), partial(note_edit, request, name)
    try:
        here.book.edit(name, {"settings": {"notified": chosen}}, shown=shown, noted=noted)
    except StaleEditError as error:
        messages.error(request, str(error))
        return redirect("notification", name)
    words = "resource is" if len(chosen) == 1 else "resources are"
    messages.success(request, f"Saved. {len(chosen)} {words} told." if chosen else "Saved. Nobody is told.")
    return redirect("notification", name)


@needs(Role.ADMINISTRATOR)
@require_POST
def read_resources(request: HttpRequest, name: str) -> HttpResponse:
    """Read the list from Autotask again; what was chosen is kept whatever comes of it."""
    here = connected(request, name)
    try:
        here.prepare_autotask(name)
    except TaskforceError as error:
        messages.warning(request, f"The list could not be read, and what was chosen is kept. {error}")
    else:
        messages.success(request, "The list was read from Autotask.")
    return redirect("notification", name)


def _chosen(request: HttpRequest, offered: set[int]) -> list[int]:
    """The ids that were ticked; none but those that were offered counts."""
    ticked = request.POST.getlist("notified")
    if not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in ticked):
        raise BadRequest
    return sorted({int(each) for each in ticked} & offered)
