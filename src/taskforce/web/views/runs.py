"""What happened, and why."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.roles import Role
from taskforce.domain.run import Run
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation
from taskforce.web.access import needs, served
from taskforce.web.presenters.charts import chart_of
from taskforce.web.presenters.records import record_line
from taskforce.web.presenters.runs import cause_lines, figures_of, line_of

PAGE = 50


@needs(Role.VIEWER)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs, of one connection or of all."""
    here = served(request)
    names = here.names()
    chosen = request.GET.get("connection", "")
    shown = [chosen] if chosen in names else names
    found = sorted(
        (run for name in shown for run in here.history.runs(name, limit=PAGE)), key=lambda run: run.id, reverse=True
    )[:PAGE]
    return render(
        request,
        "web/runs.html",
        {"names": names, "chosen": chosen, "runs": [line_of(run) for run in found], "chart": chart_of(found)},
    )


@needs(Role.VIEWER)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: counts, causes with their mends, and every record."""
    here = served(request)
    found = run_of(here, run_id)
    outcome, reason = _filters(request)
    page = here.history.page(run_id, outcome=outcome, reason=reason, number=request.GET.get("page"), size=PAGE)
    causes = cause_lines(here.history.causes(run_id), found.connection)
    return render(
        request,
        "web/run.html",
        {
            "run": line_of(found),
            "figures": figures_of(found),
            "lower_bound": found.lower_bound,
            "causes": [cause for cause in causes if not cause.is_note],
            "remarks": [cause for cause in causes if cause.is_note],
            "records": [record_line(each, found.connection) for each in page.changes],
            "page": page,
            "outcome": outcome,
            "reason": reason,
        },
    )


def run_of(here: Installation, run_id: int) -> Run:
    """The run of this number; there is no such page otherwise."""
    try:
        return here.history.run(run_id)
    except ConfigurationError as error:
        raise Http404(str(error)) from None


def _filters(request: HttpRequest) -> tuple[OutcomeKind | None, Reason | None]:
    outcome, reason = request.GET.get("outcome"), request.GET.get("reason")
    try:
        return OutcomeKind(outcome) if outcome else None, Reason(reason) if reason else None
    except ValueError:
        raise BadRequest from None
