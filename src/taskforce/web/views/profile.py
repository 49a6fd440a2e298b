"""Your profile: where your times are those of."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.web.access import needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.zones import continents_of, time_zones


@needs(Role.VIEWER)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Choose the time zone in which every page shows times."""
    user, known = user_of(request), time_zones()
    if request.method == "POST":
        zone = request.POST.get("time_zone", "")
        if zone not in known:
            raise BadRequest
        with transaction.atomic():
            served(request).users.set_time_zone(user.username, zone)
            note(request, Deed.USER_CHANGED, subject=user.username, details={"time zone": zone})
        messages.success(request, f"Times are shown as they are in {zone}.")
        return redirect("profile")
    here = {"continents": continents_of(known, user.time_zone), "chosen": user.time_zone}
    return render(request, "web/profile.html", {**here, "now": served(request).clock.now()})


@needs(Role.VIEWER)
@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and the token that a form of theirs carries; pages ask before they send what was typed."""
    return JsonResponse({"username": user_of(request).username, "token": get_token(request)})
