"""What every page has: its role is asked for, trouble is a sentence, times are the reader's, nobody keeps a copy."""

import zoneinfo
from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.errors import TaskforceError
from taskforce.web.access import BEFORE_SECOND_FACTOR, NEEDS, PUBLIC, lacks_second_factor, may, served
from taskforce.web.bearer import TokenNeeds, refusal

HSTS = "max-age=31536000"
"""A browser that came by https once comes by nothing else for a year (ASVS 3.4.1)."""

METHODS = ("GET", "HEAD", "POST")
"""What a browser sends; a view that takes fewer says so itself (ASVS 3.5.3)."""

GetResponse = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Refuses whoever lacks the role that a view declares; a view that declares none is refused to everybody."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if served(request).pages_url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = HSTS
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, options: object
    ) -> HttpResponse | None:
        """Before the view is called."""
        needed = getattr(view, NEEDS, None)
        if isinstance(needed, TokenNeeds):
            return refusal(request, needed)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if needed == PUBLIC:
            return None
        if not isinstance(request.user, User) or not request.user.is_authenticated:
            return _to_sign_in(request)
        if served(request).requires_second_factor and _has_yet_to_set_up(request, view):
            return _to(request, "second_factor")
        if isinstance(needed, Role) and may(request, needed):
            return None
        return _refused(request, needed)


def _refused(request: HttpRequest, needed: object) -> HttpResponse:
    """With a line in the log (ASVS 16.3.2): which page, and which role asked; who it was stands in the audit."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    role = request.user.role if isinstance(request.user, User) else ""
    structlog.get_logger().warning("A page was refused.", action="page_refused", page=page, role=role)
    return render(request, "web/refused.html", {"needed": needed}, status=403)


def _has_yet_to_set_up(request: HttpRequest, view: Callable[..., Any]) -> bool:
    return not getattr(view, BEFORE_SECOND_FACTOR, False) and lacks_second_factor(request)


def _to(request: HttpRequest, name: str) -> HttpResponse:
    """The whole page goes there, even if only a part of it was asked for."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(name)})
    return redirect(name)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """And back to the page afterwards; to the first one from what is no page of its own."""
    if "HX-Request" in request.headers:
        return _to(request, "sign_in")
    if not User.objects.exists():
        return redirect("set_up")
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    messages.warning(request, "You were not signed in any more, so nothing was sent: sign in, and do it again.")
    return redirect_to_login(resolve_url("dashboard"))


class TroubleMiddleware:
    """An error of Taskforce is a sentence with its mend, on a page; nothing else of it is shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view raised."""
        if not isinstance(error, TaskforceError):
            return None
        return render(request, "web/trouble.html", {"sentence": str(error)}, status=503)


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
