"""The review queue: what waits for a person, decided one by one or many at once (B4)."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from taskforce import reviewing
from taskforce.domain.choices import QUEUE, Choice
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, target_id_of
from taskforce.domain.roles import Role
from taskforce.domain.suggesting import NEARLY_CERTAIN
from taskforce.domain.values import salesforce_id
from taskforce.domain.wording import mend_beside_buttons
from taskforce.engine.suggesting import Suggested, suggest
from taskforce.errors import LeaseHeld
from taskforce.installation import Installation
from taskforce.web.access import connected, may, needs, served
from taskforce.web.deciding import tell_answers, wait_for_the_import
from taskforce.web.presenters.places import salesforce_url
from taskforce.web.presenters.review_queue import best_of, groups_of, others_of, queue_headline, queue_line

PAGE = 20
"""Records on one page, each with its candidates; a link costs two requests to Autotask."""


@needs(Role.VIEWER)
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """One reason after the other, each with its records and their candidates."""
    here = served(request)
    held = here.directory.held(here.names())
    chosen = _chosen(request, held)
    groups = groups_of(held, chosen)
    context = {
        "headline": queue_headline(groups),
        "groups": groups,
        "others": others_of(held),
        "several": len({group.connection for group in groups}) > 1,
        "may_decide": may(request, Role.OPERATOR),
        "nearly_certain": NEARLY_CERTAIN,
    }
    if chosen is not None:
        context |= _page(request, here, *chosen)
    return render(request, "web/review.html", context)


def _page(request: HttpRequest, here: Installation, name: str, reason: Reason) -> dict[str, object]:
    page = here.directory.held_page(name, reason, number=request.GET.get("page"), size=PAGE)
    suggested: dict[SourceId, Suggested] = {}
    for entity in Entity:
        ids = [each.source_id for each in page.records if each.entity is entity]
        suggested.update(suggest(here.stores(name), here.settings(name), entity, ids) if ids else {})
    lines = [queue_line(each, suggested.get(each.source_id)) for each in page.records]
    salesforce, _ = here.addresses(name)
    return {
        "name": name,
        "reason": reason,
        "mend": mend_beside_buttons(reason),
        "page": page,
        "lines": [(line, salesforce_url(salesforce, line.source_id)) for line in lines],
        "certain": sum(line.best is not None for line in lines),
        "may_create": Choice.CREATE in QUEUE[reason],
        "may_link": Choice.LINK in QUEUE[reason],
    }


def _chosen(request: HttpRequest, held: Mapping[tuple[str, Reason], int]) -> tuple[str, Reason] | None:
    """The group that the address names, or else the first one there is."""
    asked, name = request.GET.get("reason", ""), request.GET.get("connection", "")
    if asked and asked not in {reason.value for reason in QUEUE}:
        raise BadRequest
    for group in groups_of(held, None):
        if (not asked or group.reason == asked) and (not name or group.connection == name):
            return group.connection, Reason(group.reason)
    return None


@needs(Role.OPERATOR)
@require_POST
def decide_many(request: HttpRequest, name: str) -> HttpResponse:
    """Every decision that was chosen on a page of the queue, or the same one for all that are ticked."""
    here = connected(request, name)
    wishes = _same_for_all(request, here, name) if request.POST.get("bulk") else _one_by_one(request)
    if not wishes:
        messages.info(request, "Nothing was chosen, so nothing was decided.")
    else:
        try:
            tell_answers(request, name, reviewing.decide(here, name, wishes))
        except LeaseHeld:
            wait_for_the_import(request, name)
    back_to = {"connection": name, "reason": request.POST.get("reason", "")}
    is_known = back_to["reason"] in {reason.value for reason in QUEUE}
    return redirect(f"{reverse('review')}?{urlencode(back_to)}" if is_known else reverse("review"))


def _one_by_one(request: HttpRequest) -> list[reviewing.Wish]:
    """What was chosen for each record; where nothing was, it waits on."""
    return [
        _wish(request, source_id, request.POST[f"decision-{source_id}"])
        for source_id in _shown(request)
        if request.POST.get(f"decision-{source_id}")
    ]


def _same_for_all(request: HttpRequest, here: Installation, name: str) -> list[reviewing.Wish]:
    ticked = [each for each in _shown(request) if each in request.POST.getlist("ticked")]
    bulk = request.POST["bulk"]
    if bulk != "best":
        return [_wish(request, source_id, bulk) for source_id in ticked]
    wishes = []
    for entity in Entity:
        ids = [each for each in ticked if Entity.of(each) is entity]
        found = suggest(here.stores(name), here.settings(name), entity, ids)
        best = {each: best_of(found.get(each)) for each in ids}
        wishes += [_wish(request, each, f"link:{target}") for each, target in best.items() if target is not None]
    return wishes


def _shown(request: HttpRequest) -> list[SourceId]:
    """The records of the page that was sent."""
    ids = (salesforce_id(each) for each in request.POST.getlist("record")[:PAGE])
    return [each for each in ids if each is not None and Entity.of(each) is not None]


def _wish(request: HttpRequest, source_id: SourceId, decision: str) -> reviewing.Wish:
    word, _, target = decision.partition(":")
    entity, target_id = Entity.of(source_id), target_id_of(target)
    try:
        choice = Choice(word)
    except ValueError:
        raise BadRequest from None
    if (
        entity is None
        or choice in (Choice.LOCK, Choice.UNLOCK)
        or bool(target) != (choice is Choice.LINK)
        or bool(target) != (target_id is not None)
    ):
        raise BadRequest
    return reviewing.Wish(
        entity=entity,
        source_id=source_id,
        choice=choice,
        target_id=target_id,
        seen=request.POST.get(f"seen-{source_id}", "") or "?",
    )
