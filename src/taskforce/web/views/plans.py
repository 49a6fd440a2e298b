"""The plan of a preview, or of a run that waits: looked at, and decided about (B1, B2, B7)."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from taskforce import approvals
from taskforce.adapters.store.plan_pages import PlanWanted
from taskforce.domain.audit import Deed
from taskforce.domain.history import WRITES
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.run import Run
from taskforce.engine.job import Unwatched
from taskforce.errors import TaskforceError
from taskforce.installation import Installation
from taskforce.web.access import may, needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters import plan as words
from taskforce.web.presenters.places import urls_of
from taskforce.web.presenters.runs import line_of
from taskforce.web.spreadsheet import spreadsheet
from taskforce.web.views.runs import all_labels, labels_by_entity, run_of

PAGE = 50
LONGEST_SEARCH = 200


@needs(Role.VIEWER)
@require_GET
def plan(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a run would write, or waits to write: figures first, then every record with its fields."""
    here, run = _planned(request, run_id)
    wanted, do = _wanted(request, run_id)
    counts = here.plans.counts(run_id)
    page = here.plans.page(wanted, counts, number=request.GET.get("page"), size=PAGE)
    labels, addresses = labels_by_entity(here, run.connection), here.addresses(run.connection)
    known = here.directory.known(run.connection, [each.source_id for each in page.changes])
    return render(
        request,
        "web/plan.html",
        {
            "run": line_of(run),
            "undoes": run.undoes,
            "doer": words.doer_of(run),
            "headline": words.plan_headline(run, counts),
            "kinds": words.kind_choices(counts, do, _link(request)),
            "entities": words.entity_choices(wanted.entity, _link(request)),
            "reasons": words.reason_options(counts, wanted.kinds),
            "chosen": {"do": do, "kind": wanted.entity or "", "reason": wanted.reason or "", "q": wanted.words},
            "query": _link(request)(),
            "lines": [
                words.plan_line(each, labels[each.entity], urls_of(addresses, each), is_known=each.source_id in known)
                for each in page.changes
            ],
            "page": page,
            "decision": _decision(request, here, run, words.changes_of(counts)),
            "may_launch": may(request, Role.OPERATOR),
        },
    )


@needs(Role.VIEWER)
@require_GET
def plan_csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """Exactly the same view, all pages of it, for a spreadsheet."""
    here, run = _planned(request, run_id)
    found = here.plans.each(_wanted(request, run_id)[0])
    return spreadsheet(words.plan_rows(found, all_labels(here, run.connection)), name=f"{run.connection}-plan-{run_id}")


@needs(Role.OPERATOR)
@require_POST
def approve(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have exactly the plan that was shown carried out by the scheduler; a stale one is refused with a sentence."""
    here, run = _planned(request, run_id)
    if _is_missing_name(request, here, run):
        messages.warning(request, f"Nothing was approved: type {run.connection}, exactly so.")
        return redirect("plan", run_id)
    try:
        with transaction.atomic():
            digest, by = request.POST.get("digest", "") or "?", user_of(request).username
            is_asked = approvals.launch_approved(here, run, digest=digest, by=by)
            if is_asked:
                note(request, Deed.PLAN_APPROVED, connection=run.connection, subject=f"run {run_id}")
    except TaskforceError as error:
        messages.warning(request, str(error))
        return redirect("plan", run_id)
    if not is_asked:
        messages.info(request, f"Nothing was approved: an import of {run.connection} is under way.")
        return redirect("plan", run_id)
    messages.success(request, f"Approved. The {words.doer_of(run)} of {run.connection} starts now.")
    return redirect("dashboard")


@needs(Role.OPERATOR)
@require_POST
def reject(request: HttpRequest, run_id: int) -> HttpResponse:
    """Drop a plan that waits: nothing of it is written."""
    here, run = _planned(request, run_id)
    try:
        approvals.refuse_stale(here, run, request.POST.get("digest", "") or "?")
        decided = partial(note, request, Deed.PLAN_REJECTED, connection=run.connection, subject=f"run {run_id}")
        approvals.reject(here, run_id=run_id, progress=Unwatched(), should_stop=lambda: False, decided=decided)
    except TaskforceError as error:
        messages.warning(request, str(error))
        return redirect("plan", run_id)
    waits = "" if run.undoes is not None else ", and its records wait"
    messages.success(request, f"Rejected: nothing of this plan was written{waits}.")
    return redirect("run", run_id)


def _planned(request: HttpRequest, run_id: int) -> tuple[Installation, Run]:
    """A run that is a preview, or whose plan waited for a person."""
    here = served(request)
    run = run_of(here, run_id)
    if not run.is_dry_run and not run.digest:
        raise Http404
    return here, run


def _decision(request: HttpRequest, here: Installation, run: Run, changes: int) -> words.Decision | None:
    """Nothing is decided about a plan that is empty, or was carried out or rejected."""
    is_waiting = not run.is_dry_run and not approvals.why_stale(here, run)
    if not changes or not (is_waiting or run.is_dry_run):
        return None
    why_not = approvals.why_stale(here, run)
    return words.Decision(
        may_approve=may(request, Role.OPERATOR) and not why_not,
        may_reject=may(request, Role.OPERATOR) and is_waiting,
        why_not=why_not,
        digest=run.digest,
        changes=changes,
        is_typed=words.is_typed(run, changes),
    )


def _is_missing_name(request: HttpRequest, here: Installation, run: Run) -> bool:
    is_typed = words.is_typed(run, words.changes_of(here.plans.counts(run.id)))
    return is_typed and request.POST.get("typed", "").strip() != run.connection


def _wanted(request: HttpRequest, run_id: int) -> tuple[PlanWanted, str]:
    """Which records the address asks for, and by which word of what would be done with them."""
    do, kind, reason = (request.GET.get(name, "") for name in ("do", "kind", "reason"))
    if do and do not in words.DONE_WITH:
        raise BadRequest
    try:
        entity, why = Entity(kind) if kind else None, Reason(reason) if reason else None
    except ValueError:
        raise BadRequest from None
    kinds = WRITES if not do else ("create",) if do == words.NEAR else (do,)
    typed = request.GET.get("q", "").strip().replace("\0", "")[:LONGEST_SEARCH]
    is_near = do == words.NEAR
    wanted = PlanWanted(run_id=run_id, entity=entity, kinds=kinds, is_near=is_near, reason=why, words=typed)
    return wanted, do


def _link(request: HttpRequest) -> Callable[..., str]:
    """The address of this view with other filters; another thing that would be done has reasons of its own."""

    def link(**changed: str) -> str:
        names = ("do", "kind", "reason", "q")
        query = {name: request.GET.get(name, "") for name in names} | changed
        if "do" in changed:
            query["reason"] = ""
        return urlencode({name: value for name, value in query.items() if value})

    return link
