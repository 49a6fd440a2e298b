"""What load balancers and monitoring ask: no page, no session, no detail."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from taskforce import doctoring
from taskforce.web.access import public, served
from taskforce.web.bearer import is_metrics_token, token_of, unknown
from taskforce.web.presenters.metrics import CONTENT_TYPE, metrics_text


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Imports are looked after; if not, the one word that says what is missing."""
    missing = doctoring.readiness(served(request))
    return HttpResponse(f"{missing or 'ok'}\n", content_type="text/plain", status=503 if missing else 200)


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with the token of `TASKFORCE_METRICS_TOKEN` or any valid token of the REST API.

    Nobody is let in for asking from this machine: behind a proxy everybody does.
    """
    if not is_metrics_token(request) and token_of(request) is None:
        return unknown()
    return HttpResponse(metrics_text(doctoring.figures(served(request))), content_type=CONTENT_TYPE)
