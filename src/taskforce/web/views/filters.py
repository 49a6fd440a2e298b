"""Which accounts and contacts of a connection are imported (B10)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from taskforce.domain.filtering import Operator, Unfit
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.errors import ApiError, ConfigurationError, StaleEditError
from taskforce.installation import Installation
from taskforce.web.access import connected, needs
from taskforce.web.filter_form import Typed, stored_as_typed, typed_of
from taskforce.web.noting import note_edit

READ_ANEW = "The next import reads everything once more."
_WORDS = {Entity.COMPANY: "accounts", Entity.CONTACT: "contacts"}
_UNFIT = {
    Unfit.KEEP: "Leave the company as it is, and do not update it",
    Unfit.DEACTIVATE: "Set the company inactive; active again when the account fits again",
}


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def filters(request: HttpRequest, name: str) -> HttpResponse:
    """Look at the filter, ask how many records one would take, or save it once Salesforce has counted them."""
    here = connected(request, name)
    if request.method == "GET":
        return _page(request, here, name, stored_as_typed(here.connection(name).settings.record_filter))
    typed = typed_of(request.POST.dict())
    if request.POST.get("do") == "room":
        return _page(request, here, name, typed)
    try:
        wanted = typed.config()
        counted = here.count_fitting(name, wanted.as_filter())
    except ConfigurationError as error:
        return _page(request, here, name, typed, problems=error.problems)
    except ApiError as error:
        return _page(request, here, name, typed, problems=[f"Salesforce did not count the records. {error}"])
    figures = [(_WORDS[entity], *counted[entity]) for entity in Entity]
    if request.POST.get("do") != "save":
        return _page(request, here, name, typed, figures=figures)
    after = {"settings": {"record_filter": wanted.model_dump(mode="json")}}
    shown, noted = request.POST.get("version", ""), partial(note_edit, request, name)
    try:
        changed = here.book.edit(name, after, shown=shown, noted=noted)
    except StaleEditError as error:
        again = "What you typed is still here: saving once more puts it in place of what is stored now."
        return _page(request, here, name, typed, problems=[error.message, again], version=here.book.version(name))
    if changed:
        told = " and ".join(f"{fit:,} of {all_:,} {word}" for word, fit, all_ in figures)
        messages.success(request, f"Saved: {told} fit. {READ_ANEW}")
    return redirect("filter", name)


def _page(request: HttpRequest, here: Installation, name: str, typed: Typed, **told: Any) -> HttpResponse:
    schema = here.stores(name).schemas.source()
    visible = schema[0].fields if schema is not None else {}
    context = {
        "name": name,
        "version": request.POST.get("version", here.book.version(name)),
        "kinds": [
            ("accounts", "Accounts", typed.with_room().groups["accounts"], sorted(visible.get(Entity.COMPANY, ()))),
            ("contacts", "Contacts", typed.with_room().groups["contacts"], sorted(visible.get(Entity.CONTACT, ()))),
        ],
        "operators": [(each.value, each.value) for each in Operator],
        "unfit": typed.unfit.value,
        "bring_parents": typed.bring_parents,
        "unfits": [(each.value, words) for each, words in _UNFIT.items()],
        "is_unsaved": request.method == "POST",
        **told,
    }
    return render(request, "web/filter.html", context)
