"""What is said when a page is not there, or is broken."""

import sys

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from taskforce.engine.defects import sentence_on
from taskforce.web.access import public


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, run or connection."""
    return render(request, "web/not_found.html", status=404)


@public
def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The address asks for something that there cannot be."""
    return render(request, "web/not_found.html", status=400)


@public
def defect(request: HttpRequest) -> HttpResponse:
    """A defect: the log says where, and no more."""
    error = sys.exc_info()[1]
    if isinstance(error, Exception):
        structlog.get_logger().error(sentence_on(error), action="page_failed")
    return render(request, "web/defect.html", status=500)


@public
def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session: of another site, or of a page that is older than the session."""
    structlog.get_logger().warning("A form was refused.", action="form_refused", reason=reason)
    return render(request, "web/form_refused.html", status=403)
