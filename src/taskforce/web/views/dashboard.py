"""The first page: every connection at a glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from taskforce import launching
from taskforce.domain.links import LinkState
from taskforce.domain.notices import NoticeKind
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.wording import beside_buttons
from taskforce.installation import Installation
from taskforce.web.access import may, needs, served
from taskforce.web.presenters.dashboard import Facts, card_of, headline

BARS = 30
LATEST = 2
"""The last import, and the one before it: one that died counts for nothing."""


@needs(Role.VIEWER)
def dashboard(request: HttpRequest) -> HttpResponse:
    """A card a connection."""
    here = served(request)
    cards = [card_of(facts_of(here, name), here.clock.now()) for name in here.names()]
    return render(
        request,
        "web/dashboard.html",
        {
            "cards": cards,
            "headline": headline(cards),
            "may_launch": may(request, Role.OPERATOR),
            "may_set_up": may(request, Role.ADMINISTRATOR),
        },
    )


def facts_of(here: Installation, name: str) -> Facts:
    """What is known of one connection."""
    stores, wanted = here.stores(name), launching.wanted(here, name)
    waiting, awaiting = stores.inbox.standing(), stores.runs.awaiting()
    return Facts(
        name=name,
        is_active=here.active_since(name) is not None,
        next_import_at=here.timetable.next_import_at(name),
        linked={entity.plural: stores.links.count(entity, LinkState.LINKED) for entity in Entity},
        held=waiting.held,
        failing=waiting.failing,
        runs=here.history.runs(name, limit=BARS),
        imports=here.history.runs(name, limit=LATEST, is_dry_run=False),
        under_way=launching.under_way(here, name),
        wanted_by=wanted.asked_by if wanted is not None else "",
        told=[
            beside_buttons(notice.text)
            for notice in here.history.notices(name)
            if notice.over_at is None and notice.kind is not NoticeKind.APPROVAL
        ],
        awaiting=awaiting.id if awaiting is not None else None,
        question=beside_buttons(awaiting.message) if awaiting is not None else "",
    )
