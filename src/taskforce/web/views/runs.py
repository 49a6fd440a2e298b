"""What happened, and why."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from taskforce import launching
from taskforce.domain.audit import Deed
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, Undoing
from taskforce.domain.wording import wrote
from taskforce.engine.undoing import why_not
from taskforce.errors import ConfigurationError, DecisionRefused
from taskforce.installation import Installation
from taskforce.undoing import launch_undo, undo_details
from taskforce.web.access import may, needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.charts import chart_of
from taskforce.web.presenters.places import urls_of
from taskforce.web.presenters.records import located
from taskforce.web.presenters.run_filters import KINDS, RESULTS, RunFilters, runs_headline
from taskforce.web.presenters.runs import cause_lines, figures_of, line_of, run_rows
from taskforce.web.presenters.sides import Labels, labels_of
from taskforce.web.spreadsheet import spreadsheet

PAGE = 50

_WORDS = {"connection": "connection", "kind": "kind", "result": "result", "first": "from", "last": "to"}
"""What the address calls each filter."""


@needs(Role.VIEWER)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The runs that the address asks for, with a chart of those shown."""
    here = served(request)
    names = here.names()
    chosen = RunFilters(
        **{name: request.GET.get(word, "") for name, word in _WORDS.items()},
    )
    try:
        wanted = chosen.wanted(names, timezone.get_current_timezone())
    except ValueError:
        raise BadRequest from None
    page = here.history.found(wanted, number=request.GET.get("page"), size=PAGE)
    return render(
        request,
        "web/runs.html",
        {
            "headline": runs_headline(page.count, chosen),
            "names": names,
            "chosen": chosen,
            "kinds": [(value, word) for value, (word, *_) in KINDS.items()],
            "results": [(value, word) for value, (word, _) in RESULTS.items()],
            "runs": [line_of(run) for run in page.runs],
            "chart": chart_of(page.runs),
            "page": page,
            "query": urlencode(chosen.query),
        },
    )


@needs(Role.VIEWER)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: counts, causes with their mends, and every record."""
    here = served(request)
    found = run_of(here, run_id)
    outcome, reason = _filters(request)
    page = here.history.page(run_id, outcome=outcome, reason=reason, number=request.GET.get("page"), size=PAGE)
    causes = cause_lines(here.history.causes(run_id)) if outcome is None and reason is None else []
    labels, addresses = labels_by_entity(here, found.connection), here.addresses(found.connection)
    known = here.directory.known(found.connection, [each.source_id for each in page.changes])
    return render(
        request,
        "web/run.html",
        {
            "run": line_of(found),
            "figures": figures_of(found),
            "lower_bound": found.lower_bound,
            "causes": [cause for cause in causes if not cause.is_note],
            "remarks": [cause for cause in causes if cause.is_note],
            "lines": [
                located(each, labels[each.entity], urls_of(addresses, each), is_known=each.source_id in known)
                for each in page.changes
            ],
            "page": page,
            "outcome": outcome,
            "reason": reason,
            "query": _query(outcome, reason),
            "may_undo": may(request, Role.OPERATOR) and wrote(found) and not why_not(found),
            "may_retry": may(request, Role.OPERATOR) and not found.is_dry_run,
        },
    )


@needs(Role.VIEWER)
@require_GET
def run_csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """Exactly the same view, all pages of it, for a spreadsheet."""
    here = served(request)
    found = run_of(here, run_id)
    outcome, reason = _filters(request)
    changes = here.history.changes(run_id, outcome=outcome, reason=reason)
    return spreadsheet(run_rows(changes, all_labels(here, found.connection)), name=f"{found.connection}-run-{run_id}")


@needs(Role.OPERATOR)
@require_POST
def retry(request: HttpRequest, run_id: int) -> HttpResponse:
    """Try what failed again at once: an import by hand does not wait for the next attempt of each record."""
    here = served(request)
    found = run_of(here, run_id)
    with transaction.atomic():
        is_asked = launching.launch(here, found.connection, by=user_of(request).username)
        if is_asked:
            note(request, Deed.LAUNCHED, connection=found.connection, details={"retries": f"run {run_id}"})
    if not is_asked:
        messages.info(request, f"An import of {found.connection} is under way already: look what came of it first.")
        return redirect("run", run_id)
    messages.success(request, "What failed is tried again now.")
    return redirect("dashboard")


@needs(Role.OPERATOR)
@require_POST
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have a preview made of what it takes to undo a run (B15); that is approved like any other."""
    here = served(request)
    found = run_of(here, run_id)
    undoing = Undoing(run_id=run_id, creates="created" in request.POST)
    subject, details = f"run {run_id}", undo_details(undoing, is_dry_run=True)
    try:
        with transaction.atomic():
            is_asked = launch_undo(here, found.connection, undoing, is_dry_run=True, by=user_of(request).username)
            if is_asked:
                note(request, Deed.RUN_UNDONE, connection=found.connection, subject=subject, details=details)
    except DecisionRefused as error:
        messages.warning(request, str(error))
        return redirect("run", run_id)
    if not is_asked:
        messages.info(request, f"An import of {found.connection} is under way already: look what came of it first.")
        return redirect("run", run_id)
    messages.success(request, "A preview of the undo is made now. Nothing is written until somebody approves its plan.")
    return redirect("dashboard")


def run_of(here: Installation, run_id: int) -> Run:
    """The run of this number; there is no such page otherwise."""
    try:
        return here.history.run(run_id)
    except ConfigurationError as error:
        raise Http404(str(error)) from None


def labels_by_entity(here: Installation, connection: str) -> dict[Entity, Labels]:
    """What the numbers of Autotask's fields stand for."""
    schema = here.stores(connection).schemas.target()
    return {entity: labels_of(entity, schema) for entity in Entity}


def all_labels(here: Installation, connection: str) -> Labels:
    """The same of companies and contacts together, which share no field of another meaning."""
    found = labels_by_entity(here, connection)
    return {**found[Entity.CONTACT], **found[Entity.COMPANY]}


def _query(outcome: OutcomeKind | None, reason: Reason | None) -> str:
    query = {"outcome": outcome, "reason": reason}
    return urlencode({name: value.value for name, value in query.items() if value is not None})


def _filters(request: HttpRequest) -> tuple[OutcomeKind | None, Reason | None]:
    outcome, reason = request.GET.get("outcome"), request.GET.get("reason")
    try:
        return OutcomeKind(outcome) if outcome else None, Reason(reason) if reason else None
    except ValueError:
        raise BadRequest from None
