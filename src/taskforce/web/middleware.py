"""What every page has: its role is asked for, its times are the reader's, and nobody keeps a copy."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.web.access import NEEDS, PUBLIC, may

GetResponse = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Refuses whoever lacks the role that a view declares; a view that declares none is refused to everybody."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, options: object
    ) -> HttpResponse | None:
        """Before the view is called."""
        needed = getattr(view, NEEDS, None)
        if needed == PUBLIC:
            return None
        if not isinstance(request.user, User) or not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if isinstance(needed, Role) and may(request, needed):
            return None
        return render(request, "web/refused.html", {"needed": needed}, status=403)


class TimeZoneMiddleware:
    """Times are shown in the reader's time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.time_zone if isinstance(request.user, User) else "UTC"
        with timezone.override(_zone(zone)):
            return self._get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
