"""Connections: how they stand, what they are made of, imports launched and stopped, checks."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Body

from taskforce import doctoring, launching
from taskforce.adopting import adoption_details, latest_adoption, launch_adoption
from taskforce.documents import (
    adoption_document,
    check_document,
    finding_documents,
    link_counts,
    notice_document,
    run_document,
)
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.domain.run import RunKind
from taskforce.installation import Installation
from taskforce.web.access import served
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import Name, connection
from taskforce.web.bearer import note_token, token_of

TAG = "connections"


class Launched(Given):
    """How to import."""

    dry_run: bool = False


@operation("GET", "/token", role=Role.VIEWER, tag="token")
def token(request: HttpRequest) -> dict[str, Any]:
    """The token that is shown: its name, its role and until when it is valid."""
    shown = token_of(request)
    assert shown is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    return {"name": shown.name, "role": shown.role.value, "expires_at": shown.expires_at.isoformat()}


@operation("GET", "/connections", role=Role.VIEWER, tag=TAG, is_list=True)
def connections(request: HttpRequest) -> list[dict[str, Any]]:
    """Every connection and how it stands."""
    here = served(request)
    return [_standing(here, name) for name in here.names()]


@operation("GET", "/connections/{name}", role=Role.VIEWER, tag=TAG)
def connection_standing(request: HttpRequest, name: Name) -> dict[str, Any]:
    """One connection and how it stands."""
    return _standing(connection(request, name), name)


@operation("GET", "/connections/{name}/configuration", role=Role.ADMINISTRATOR, tag=TAG)
def configuration(request: HttpRequest, name: Name) -> dict[str, Any]:
    """What it is made of, secrets masked, as `taskforce connections show --json`."""
    return {"name": name, **connection(request, name).connection(name).masked()}


@operation("GET", "/connections/{name}/notices", role=Role.VIEWER, tag=TAG, is_list=True)
def notices(request: HttpRequest, name: Name) -> list[dict[str, Any]]:
    """What people were told, as `taskforce notices --json`."""
    return [notice_document(notice) for notice in connection(request, name).history.notices(name)]


@operation("POST", "/connections/{name}/launch", role=Role.OPERATOR, tag=TAG, success=202)
def launch(request: HttpRequest, name: Name, given: Body[Launched]) -> dict[str, Any]:
    """Import at once, or show what that would do; the scheduler begins within a second."""
    return _launch(request, name, RunKind.IMPORT, is_dry_run=given.dry_run)


@operation("POST", "/connections/{name}/reconcile", role=Role.OPERATOR, tag=TAG, success=202)
def reconcile(request: HttpRequest, name: Name, given: Body[Launched]) -> dict[str, Any]:
    """Compare everything on both sides and put right what differs, or show it."""
    return _launch(request, name, RunKind.RECONCILIATION, is_dry_run=given.dry_run)


@operation("POST", "/connections/{name}/adopt", role=Role.ADMINISTRATOR, tag=TAG, success=202)
def adopt(request: HttpRequest, name: Name, given: Body[Launched]) -> dict[str, Any]:
    """Link by the ids that the old extension left in Autotask, or report what that would do."""
    here, shown = connection(request, name), token_of(request)
    assert shown is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    with transaction.atomic():
        if not launch_adoption(here, name, by=shown.who, is_dry_run=given.dry_run):
            raise Refused(409, f"An import of {name} is under way or wanted already.", "Ask again when it has ended.")
        note_token(request, Deed.ADOPTED, connection=name, details=adoption_details(is_dry_run=given.dry_run))
    return {"connection": name, "kind": "adoption", "dry_run": given.dry_run, "asked_by": shown.who}


@operation("GET", "/connections/{name}/adoption", role=Role.VIEWER, tag=TAG)
def adoption(request: HttpRequest, name: Name) -> dict[str, Any]:
    """What the latest adoption found, or preview of one, as `taskforce adopt --json` but for its records."""
    here = connection(request, name)
    found = latest_adoption(here, name)
    if found is None:
        raise Refused(404, f"{name} was never looked at for ids of the old extension.")
    return {**run_document(found), **adoption_document(found, here.history.causes(found.id))}


@operation("POST", "/connections/{name}/stop", role=Role.OPERATOR, tag=TAG, success=202)
def stop(request: HttpRequest, name: Name) -> dict[str, Any]:
    """End the run under way between two requests, with everything kept."""
    with transaction.atomic():
        if not launching.stop(connection(request, name), name):
            raise Refused(409, f"No import of {name} is under way.")
        note_token(request, Deed.STOPPED, connection=name)
    return {"connection": name, "stopping": True}


@operation("POST", "/connections/{name}/check", role=Role.OPERATOR, tag="doctor")
def check(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Sign in to both sides and check what an import needs, as `taskforce check --json`; takes seconds."""
    examined = doctoring.examine(connection(request, name), name)
    return check_document(name, examined.findings, examined.trouble)


@operation("GET", "/doctor", role=Role.OPERATOR, tag="doctor")
def doctor(request: HttpRequest) -> dict[str, Any]:
    """This machine, checked; `check` looks at a connection."""
    findings = doctoring.examine_host(served(request))
    return {"ok": not any(each.stops_import for each in findings), "host": finding_documents(findings)}


def _launch(request: HttpRequest, name: str, kind: RunKind, *, is_dry_run: bool) -> dict[str, Any]:
    here, shown = connection(request, name), token_of(request)
    assert shown is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    details = {"kind": kind.value, "dry run": "yes" if is_dry_run else "no"}
    with transaction.atomic():
        if not launching.launch(here, name, by=shown.who, kind=kind, is_dry_run=is_dry_run):
            raise Refused(409, f"An import of {name} is under way or wanted already.", "Ask again when it has ended.")
        note_token(request, Deed.LAUNCHED, connection=name, details=details)
    return {"connection": name, "kind": kind.value, "dry_run": is_dry_run, "asked_by": shown.who}


def _standing(here: Installation, name: str) -> dict[str, Any]:
    stores, under_way, due = here.stores(name), launching.under_way(here, name), here.timetable.next_import_at(name)
    wanted, waiting = launching.wanted(here, name), stores.inbox.standing()
    return {
        "name": name,
        "active": here.active_since(name) is not None,
        "next_import_at": due.isoformat() if due is not None else None,
        "links": link_counts(stores),
        "standing": {"held": waiting.held, "failing": waiting.failing},
        "wanted_by": wanted.asked_by if wanted is not None else None,
        "under_way": None
        if under_way is None
        else {
            "phase": under_way.phase,
            "done": under_way.done,
            "total": under_way.total,
            "message": under_way.said,
            "stopping": under_way.is_stopping,
        },
    }
