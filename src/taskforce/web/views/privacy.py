"""Admin › Privacy: what is kept about one person, and for how long anything is."""

import json
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from taskforce import privacy as persons
from taskforce.domain.audit import Deed
from taskforce.domain.privacy import Fate, Found, address_of, pattern_of
from taskforce.domain.roles import Role
from taskforce.errors import TaskforceError
from taskforce.web.access import needs, served
from taskforce.web.noting import note

_GIVEN = 300
"""Letters of what was typed that are shown again."""


@needs(Role.ADMINISTRATOR)
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept for how long, and a form to look for somebody; an address never stands in the page's own."""
    return _page(request)


@needs(Role.ADMINISTRATOR)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """How much is kept about a mail address, and where."""
    email = request.POST.get("email", "")
    try:
        found = persons.find(served(request), email, note=partial(_note, request))
    except TaskforceError as error:
        return _page(request, email=email, problem=str(error))
    return _page(request, email=email, found=found)


@needs(Role.ADMINISTRATOR)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """All of it as a file."""
    email = request.POST.get("email", "")
    try:
        document = persons.export(served(request), email, note=partial(_note, request))
    except TaskforceError as error:
        return _page(request, email=email, problem=str(error))
    content = json.dumps(document, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="person.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


@needs(Role.ADMINISTRATOR)
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Remove or blank it, once the address was typed again."""
    email, here = request.POST.get("email", ""), served(request)
    try:
        address = address_of(email)
        if not pattern_of(address).fullmatch(request.POST.get("typed", "").strip()):
            found = here.persons.find(address)
            return _page(request, email=email, found=found, typed_problem=f"Type {address}, exactly so.")
        erased = persons.erase(here, email, note=partial(_note, request))
    except TaskforceError as error:
        return _page(request, email=email, problem=str(error))
    return _page(request, email="", erased=erased)


def _page(
    request: HttpRequest,
    *,
    email: str = "",
    found: Found | None = None,
    erased: Found | None = None,
    problem: str = "",
    typed_problem: str = "",
) -> HttpResponse:
    here, shown = served(request), found or erased
    rows = [
        {"where": place.words, "number": number, "fate": fate.value, "why": why}
        for (place, fate, why), number in (shown.numbers.items() if shown else ())
        if erased is None or fate is Fate.KEPT
    ]
    context = {
        "keep_days": here.keep_days,
        "pruned_at": here.retention.last_at(),
        "email": email.strip()[:_GIVEN],
        "has_looked": found is not None,
        "was_erased": erased is not None,
        "gone": sum(each.fate is not Fate.KEPT for each in erased.items) if erased else 0,
        "rows": rows,
        "names": shown.names if found and shown else (),
        "problem": problem,
        "typed_problem": typed_problem,
        "sources": persons.SOURCES,
        "elsewhere": persons.ELSEWHERE,
    }
    return render(request, "web/privacy.html", context)


def _note(request: HttpRequest, deed: Deed, details: dict[str, str]) -> None:
    note(request, deed, details=details)
