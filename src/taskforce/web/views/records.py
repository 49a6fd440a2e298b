"""Records: looked up, looked at, and decided about (B5, S23)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from taskforce import reviewing
from taskforce.adapters.store.directory import Wanted
from taskforce.domain.choices import Choice, choices_for
from taskforce.domain.directory import KnownRecord, Standing
from taskforce.domain.links import NO_TARGET
from taskforce.domain.records import SourceId, SourceRecord, TargetId, TargetRecord, target_id_of
from taskforce.domain.roles import Role
from taskforce.domain.values import salesforce_id
from taskforce.engine.suggesting import suggest
from taskforce.errors import LeaseHeld
from taskforce.installation import Installation
from taskforce.web.access import connected, may, needs, served
from taskforce.web.deciding import tell_answers, wait_for_the_import
from taskforce.web.presenters.directory import csv_rows, filters_of, headline, line_of_record
from taskforce.web.presenters.one_record import candidate_lines, view_of
from taskforce.web.presenters.places import autotask_url, salesforce_url
from taskforce.web.presenters.sides import Pair, sides_of
from taskforce.web.spreadsheet import spreadsheet

PAGE = 50
STORY = 20
LONGEST_SEARCH = 200


@needs(Role.VIEWER)
@require_GET
def records(request: HttpRequest, name: str = "") -> HttpResponse:
    """Records of one connection or of all, filtered and searched."""
    here = connected(request, name) if name else served(request)
    wanted = _wanted(request, here, name)
    counts = here.directory.counts(wanted.connections)
    page = here.directory.page(wanted, number=request.GET.get("page"), size=PAGE)
    query = {"state": wanted.standing.value if wanted.standing is not None else "", "q": wanted.words}
    return render(
        request,
        "web/records.html",
        {
            "name": name,
            "names": here.names(),
            "headline": headline(counts, page.count, wanted.standing, wanted.words),
            "filters": filters_of(counts, wanted.standing),
            "lines": [line_of_record(each) for each in page.records],
            "page": page,
            "standing": query["state"],
            "words": wanted.words,
            "query": urlencode({key: value for key, value in query.items() if value}),
        },
    )


@needs(Role.VIEWER)
@require_GET
def records_csv(request: HttpRequest, name: str = "") -> StreamingHttpResponse:
    """Exactly the same view, all pages of it, for a spreadsheet."""
    here = connected(request, name) if name else served(request)
    found = here.directory.each(_wanted(request, here, name))
    return spreadsheet(csv_rows(found), name=f"{name or 'taskforce'}-records")


@needs(Role.VIEWER)
@require_GET
def record(request: HttpRequest, name: str, source_id: str) -> HttpResponse:
    """One record: both sides, its story, and what may be decided about it."""
    here = connected(request, name)
    known = _known(here, name, source_id)
    stores = here.stores(name)
    source = next(iter(stores.inbox.load(known.entity, [known.source_id])), None) if known.is_read else None
    target = stores.index.records(known.entity, [known.target_id]).get(known.target_id) if known.target_id else None
    return _shown(request, here, known, source, target, is_live=False)


@needs(Role.OPERATOR)
@require_POST
def look(request: HttpRequest, name: str, source_id: str) -> HttpResponse:
    """The same page with both sides as they stand right now: a request to each system, and nothing is changed."""
    here = connected(request, name)
    known = _known(here, name, source_id)
    source, target = here.look(name, known.entity, known.source_id, known.target_id)
    return _shown(request, here, known, source, target, is_live=True)


@needs(Role.OPERATOR)
@require_POST
def decide(request: HttpRequest, name: str, source_id: str) -> HttpResponse:
    """Decide about one record, if it still stands as it was shown."""
    here = connected(request, name)
    known = _known(here, name, source_id)
    word, _, field = request.POST.get("choice", "").partition(":")
    try:
        choice = Choice(word)
    except ValueError:
        raise BadRequest from None
    if bool(field) != (choice in (Choice.LOCK, Choice.UNLOCK)):
        raise BadRequest
    wish = reviewing.Wish(
        entity=known.entity,
        source_id=known.source_id,
        choice=choice,
        target_id=_target_id(request) if choice is Choice.LINK else None,
        seen=request.POST.get("seen", "") or "?",
        fields=(field,) if field else (),
    )
    try:
        tell_answers(request, name, reviewing.decide(here, name, [wish]))
    except LeaseHeld:
        wait_for_the_import(request, name)
    return redirect("record", name, known.source_id)


def _shown(
    request: HttpRequest,
    here: Installation,
    known: KnownRecord,
    source: SourceRecord | None,
    target: TargetRecord | None,
    *,
    is_live: bool,
) -> HttpResponse:
    stores, settings = here.stores(known.connection), here.settings(known.connection)
    may_link = known.is_read and Choice.LINK in choices_for(known)
    suggested = suggest(stores, settings, known.entity, [known.source_id]) if may_link else {}
    salesforce, autotask = here.addresses(known.connection)
    link = stores.links.by_source(known.entity, [known.source_id]).get(known.source_id)
    locked = stores.links.locks(known.entity, [known.source_id]).get(known.source_id, frozenset())
    pair = Pair(written=link.written, locked=locked) if link is not None else Pair()
    return render(
        request,
        "web/record.html",
        {
            "record": view_of(known, here.directory.story(known.connection, known.source_id, limit=STORY)),
            "sides": sides_of(known.entity, source, target, stores.schemas.target(), settings, pair),
            "candidates": candidate_lines(suggested.get(known.source_id)),
            "may_decide": may(request, Role.OPERATOR),
            "may_lock": may(request, Role.OPERATOR) and link is not None and link.target_id != NO_TARGET,
            "is_live": is_live,
            "salesforce_url": salesforce_url(salesforce, known.source_id),
            "autotask_url": autotask_url(autotask, known.entity, known.target_id) if known.target_id else "",
        },
    )


def _known(here: Installation, name: str, source_id: str) -> KnownRecord:
    whole = salesforce_id(source_id)
    known = here.directory.find(name, SourceId(whole)) if whole is not None else None
    if known is None:
        raise Http404
    return known


def _wanted(request: HttpRequest, here: Installation, name: str) -> Wanted:
    state = request.GET.get("state", "")
    try:
        standing = Standing(state) if state else None
    except ValueError:
        raise BadRequest from None
    words = request.GET.get("q", "").strip().replace("\0", "")[:LONGEST_SEARCH]
    return Wanted(connections=[name] if name else here.names(), standing=standing, words=words)


def _target_id(request: HttpRequest) -> TargetId | None:
    """The Autotask id that was typed, or else the candidate that was chosen."""
    text = (request.POST.get("typed") or "").strip() or request.POST.get("target", "")
    if not text:
        return None
    target_id = target_id_of(text)
    if target_id is None:
        messages.warning(request, "An Autotask id is a whole number, as on the record's page in Autotask.")
    return target_id
