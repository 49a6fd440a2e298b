"""The extension page, tab General: shown, tried and saved (S1 to S10, S12, S13)."""

import os
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from taskforce.adapters.own_addresses import own_addresses
from taskforce.connection_config import MASK, ConnectionConfig
from taskforce.differences import differences, filter_words, mapping_words, rule_words, touches_access
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError, LeaseHeld, StaleEditError, TaskforceError
from taskforce.installation import Installation
from taskforce.web import confirming
from taskforce.web.access import connected, needs, served
from taskforce.web.extension_form import ConfirmForm, GeneralForm, NameForm
from taskforce.web.noting import note, note_edit
from taskforce.web.presenters.addresses import MY_DOMAIN_URL, STANDARD_URL, called_from
from taskforce.web.presenters.dashboard import card_of
from taskforce.web.presenters.extension import (
    WEB_SERVICE,
    adopted_fields,
    candidate_of,
    document_of,
    saved_sentence,
)
from taskforce.web.views.dashboard import facts_of

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def general(request: HttpRequest, name: str) -> HttpResponse:
    """Look at the settings of a connection, or save them."""
    here = connected(request, name)
    stored = here.connection(name)
    schema = here.stores(name).schemas.target()
    resources = schema.resources if schema is not None else ()
    if request.method == "GET":
        form = GeneralForm(stored=stored, resources=resources)
        return _page(request, form, ConfirmForm(), name=name)
    form, asked = GeneralForm(request.POST, stored=stored, resources=resources), ConfirmForm(request.POST)
    after = _wanted(here, form, stored)
    if after is None or not _is_allowed(request, asked, differences(stored, after)):
        return _page(request, form, asked, name=name)
    try:
        shown, noted = request.POST.get("version", ""), partial(note_edit, request, name)
        here.book.edit(name, document_of(form.cleaned_data, stored), shown=shown, noted=noted)
    except StaleEditError as error:
        messages.error(request, str(error))
        return redirect("extension", name)
    except (ConfigurationError, LeaseHeld) as error:
        form.take(error.problems if isinstance(error, ConfigurationError) else [str(error)])
        return _page(request, form, asked, name=name)
    _tell_what_saving_did(request, here, name)
    return redirect("extension", name)


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Connect a Salesforce org with an Autotask database."""
    here = served(request)
    if request.method == "GET":
        naming = NameForm(initial={"name": "" if here.names() else "salesforce"})
        return _page(request, GeneralForm(stored=None), ConfirmForm(), naming=naming)
    form, asked, naming = GeneralForm(request.POST, stored=None), ConfirmForm(request.POST), NameForm(request.POST)
    is_named = naming.is_valid()
    after = _wanted(here, form, None)
    if after is None or not is_named or not _is_allowed(request, asked, differences(None, after)):
        return _page(request, form, asked, naming=naming)
    name = naming.cleaned_data["name"]
    try:
        noted = partial(note, request, Deed.CONNECTION_ADDED, connection=name, details=differences(None, after))
        here.book.add(name, after, noted=noted)
    except ConfigurationError as error:
        naming.add_error("name", " ".join(error.problems))
        return _page(request, form, asked, naming=naming)
    _tell_what_saving_did(request, here, name)
    return redirect("extension", name)


@needs(Role.ADMINISTRATOR)
@require_POST
def test(request: HttpRequest, name: str) -> HttpResponse:
    """Try what stands in the form, with the stored secrets where the mask stands; nothing is saved."""
    here = connected(request, name)
    stored = here.connection(name)
    return _tested(request, GeneralForm(request.POST, stored=stored), stored, name=name)


@needs(Role.ADMINISTRATOR)
@require_POST
def test_new(request: HttpRequest) -> HttpResponse:
    """The same for a connection that is not there yet."""
    return _tested(request, GeneralForm(request.POST, stored=None), None, naming=NameForm(request.POST))


@needs(Role.ADMINISTRATOR)
@require_GET
def live(request: HttpRequest, name: str) -> HttpResponse:
    """The part of the page that moves; htmx asks for it once a second while an import is under way."""
    return render(request, "web/parts/extension_live.html", _live(connected(request, name), name))


def _tested(request: HttpRequest, form: GeneralForm, stored: ConnectionConfig | None, **place: Any) -> HttpResponse:
    here = served(request)
    wanted = _wanted(here, form, stored)
    tried: dict[str, Any] = {"problems": _problems(form)}
    if wanted is not None:
        findings = here.check_config(wanted)
        tried = {"findings": findings, "stops": sum(each.stops_import for each in findings)}
    if "HX-Request" in request.headers:
        return render(request, "web/parts/extension_findings.html", {"tried": tried})
    return _page(request, form, ConfirmForm(), tried=tried, **place)


def _wanted(here: Installation, form: GeneralForm, stored: ConnectionConfig | None) -> ConnectionConfig | None:
    """The connection that the form stands for; None, with each problem beside its field, if it cannot be one."""
    if not form.is_valid():
        return None
    try:
        wanted = candidate_of(document_of(form.cleaned_data, stored), stored)
    except ConfigurationError as error:
        form.take(error.problems)
        return None
    problems = here.book.address_problems(wanted)
    form.take(problems)
    return None if problems else wanted


def _problems(form: GeneralForm) -> list[str]:
    return [
        f"{form.fields[name].label}: {text}" if name in form.fields else str(text)
        for name, texts in form.errors.items()
        for text in texts
    ]


def _is_allowed(request: HttpRequest, asked: ConfirmForm, changed: dict[str, str]) -> bool:
    """Whether whoever asks may change this now: addresses, users and secrets only after signing in again."""
    if not touches_access(changed) or confirming.is_confirmed(request):
        return True
    asked.is_valid()
    typed = asked.cleaned_data.get("own_password", "")
    if confirming.confirm(request, typed):
        return True
    words = "This is not your password." if typed else "Addresses, user names and secrets change with this: type it."
    asked.add_error("own_password", words)
    return False


def _tell_what_saving_did(request: HttpRequest, here: Installation, name: str) -> None:
    """Create the user-defined fields that are missing (S10), and say what came of it all."""
    is_known = here.stores(name).schemas.target() is not None
    due, now = here.timetable.next_import_at(name), timezone.localtime(here.clock.now())
    told: dict[str, Any] = {
        "due_at": timezone.localtime(due) if due is not None else None,
        "now": now,
        "has_run": bool(here.history.runs(name, limit=1)),
    }
    try:
        prepared = here.prepare_autotask(name)
    except LeaseHeld:
        messages.success(request, saved_sentence(**told))
        messages.info(request, "An import is under way: it makes sure of the user-defined fields in Autotask itself.")
    except TaskforceError as error:
        messages.success(request, saved_sentence(**told))
        messages.warning(request, f"Autotask could not be asked for its user-defined fields: {error}")
    else:
        adopted = [] if is_known else adopted_fields(prepared.schema)
        messages.success(request, saved_sentence(created=prepared.created, adopted=adopted, **told))


def _page(
    request: HttpRequest,
    form: GeneralForm,
    asked: ConfirmForm,
    *,
    name: str = "",
    naming: NameForm | None = None,
    tried: dict[str, Any] | None = None,
) -> HttpResponse:
    here = served(request)
    known = here.stores(name).schemas.target() if name else None
    address, sentence = called_from(own_addresses(), is_proxied=any(os.environ.get(each) for each in PROXIES))
    context = {
        "form": form,
        "asked": asked,
        "naming": naming,
        "tried": tried,
        "name": name,
        "several": len(here.names()) > 1,
        "version": here.book.version(name) if name else "",
        "resources": sorted({each.full_name for each in known.resources if each.is_active}) if known else (),
        "filter_words": filter_words(here.connection(name).settings.record_filter) if name else "",
        "rule_words": rule_words(here.connection(name).settings.match_rules) if name else "",
        "mapping_words": mapping_words(here.mappings.of(name)) if name else "",
        "is_confirmed": confirming.is_confirmed(request),
        "web_service": WEB_SERVICE,
        "mask": MASK,
        "standard_url": STANDARD_URL,
        "my_domain_url": MY_DOMAIN_URL,
        "called_from": address,
        "called_from_sentence": sentence,
        "problems": len(form.errors) + len(asked.errors) + (len(naming.errors) if naming else 0),
        **(_live(here, name) if name else {}),
    }
    return render(request, "web/extension.html", context)


def _live(here: Installation, name: str) -> dict[str, Any]:
    """The last import, previews left out, the next one, and the one under way."""
    facts = facts_of(here, name)
    card = card_of(facts, here.clock.now())
    last = next((run for run in facts.runs if not run.is_dry_run), None)
    return {"card": card, "name": name, "last_import_at": last.started_at if last else None}
