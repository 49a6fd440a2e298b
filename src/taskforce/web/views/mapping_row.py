"""One row of a mapping on a page of its own: added, changed, its values paired, removed (B8, B9)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from taskforce.domain.field_map import FieldMap, Transform
from taskforce.domain.field_map import Mapping as FieldMapping
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.standard_mapping import Mappings
from taskforce.domain.value_pairs import By, may_pair
from taskforce.domain.values import label_text
from taskforce.errors import ConfigurationError, StaleEditError, TaskforceError
from taskforce.installation import Installation
from taskforce.mapping_trial import MappingTrial, RowValues
from taskforce.web.access import connected, needs
from taskforce.web.mapping_form import BLANK, TOO_LONG, WINS, TypedRow, stored_as_typed, typed_of
from taskforce.web.presenters.mapping import sample_cards, source_options, target_options
from taskforce.web.views.mappings import address_of, object_of, store

_AGAIN = "What you typed is still here: saving once more puts it in place of what is stored now."


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, name: str) -> HttpResponse:
    """Look at a row or an empty one; try out what was typed, look at its values, save it, or remove the row."""
    here = connected(request, name)
    given = request.GET if request.method == "GET" else request.POST
    entity, was = object_of(given.get("object", "")), given.get("was", "")
    stored = here.mappings.of(name).of(entity)
    if request.method == "GET":
        known = stored.row(was)
        if was and known is None:
            raise Http404
        return _page(request, here, name, entity, was, stored_as_typed(known) if known else TypedRow())
    typed = typed_of(request.POST.dict())
    try:
        return _done(request, here, name, entity, was, typed)
    except StaleEditError as error:
        again = {"problems": [error.message, _AGAIN], "version": here.book.version(name)}
        return _page(request, here, name, entity, was, typed, **again)
    except TaskforceError as error:
        problems = error.problems if isinstance(error, ConfigurationError) else [str(error)]
        return _page(request, here, name, entity, was, typed, problems=problems)


def _done(
    request: HttpRequest, here: Installation, name: str, entity: Entity, was: str, typed: TypedRow
) -> HttpResponse:
    do, before = request.POST.get("do"), here.mappings.of(name)
    if do == "remove":
        wanted = before.replaced(before.of(entity).without(was))
        return _tried(request, here, name, entity, was, typed, before, wanted, stores=True)
    anew = typed.row(entity)
    typed = replace(stored_as_typed(anew), source=typed.source)
    if do == "values":
        found = here.mappings.values(name, entity, anew)
        return _page(request, here, name, entity, was, typed, values=_values(found, anew))
    wanted = before.replaced(_with(before.of(entity), anew, was))
    return _tried(request, here, name, entity, was, typed, before, wanted, stores=do == "save")


def _with(mapping: FieldMapping, anew: FieldMap, was: str) -> FieldMapping:
    """The mapping with a row in the place of the one that was edited, whose Autotask field may be another now."""
    if anew.target != was and mapping.row(anew.target) is not None:
        raise ConfigurationError(
            [f"There is a row for {anew.target} already: change that one, or choose another field."]
        )
    if mapping.row(was) is None:
        return mapping.with_row(anew)
    rows = tuple(anew if each.target == was else each for each in mapping.fields)
    return FieldMapping(entity=mapping.entity, fields=rows)


def _tried(
    request: HttpRequest,
    here: Installation,
    name: str,
    entity: Entity,
    was: str,
    typed: TypedRow,
    before: Mappings,
    wanted: Mappings,
    *,
    stores: bool,
) -> HttpResponse:
    """What both systems say of it; stored if that is wanted and nothing stands against it."""
    if stores and wanted == before:
        return redirect(address_of(name, entity))
    trial = here.mappings.try_out(name, wanted)
    if stores and trial.may_be_stored:
        store(request, here, name, wanted)
        return redirect(address_of(name, entity))
    ours = {typed.target, was}
    told = [each for each in trial.problems if each.stops or (each.entity is entity and each.target in ours)]
    told_of = {
        "said": told,
        "trial": trial,
        "samples": sample_cards(trial, wanted.of(entity), only=[typed.target]),
        "problems": _why_not(trial) if stores else [],
    }
    return _page(request, here, name, entity, was, typed, **told_of)


def _why_not(trial: MappingTrial) -> list[str]:
    return [trial.refused] if trial.refused else ["Something stands against it: see below."]


def _values(found: RowValues, anew: FieldMap) -> Mapping[str, Any]:
    """The values as lines of a form, those without a counterpart first."""
    lines = [
        {
            "value": each.value,
            "count": each.count,
            "now": each.counterpart or "none",
            "by": "" if each.by is By.NONE else each.by.value,
            "chosen": anew.meanings.get(label_text(each.value), ""),
            "suggestion": each.suggestion,
        }
        for each in sorted(found.values, key=lambda each: each.by in (By.NAME, By.TABLE))
    ]
    return {"lines": lines, "labels": found.labels, "blank": found.blank, "is_all": found.is_all}


def _page(
    request: HttpRequest, here: Installation, name: str, entity: Entity, was: str, typed: TypedRow, **told: Any
) -> HttpResponse:
    trial, schemas = told.get("trial"), here.stores(name).schemas
    known = schemas.source()
    source, target = (trial.source, trial.target) if trial else (known[0] if known else None, schemas.target())
    if values := told.get("values"):
        typed = typed.beside([line["value"] for line in values["lines"]])
    context = {
        "name": name,
        "version": request.POST.get("version", here.book.version(name)),
        "object": entity.source_object.lower(),
        "source_object": entity.source_object,
        "entity": entity.value,
        "was": was,
        "back": address_of(name, entity),
        "typed": typed,
        "may_pair": _may_pair(typed, entity),
        "sources": source_options(source, entity),
        "targets": target_options(target, entity),
        "transforms": [(each.value, each.meaning) for each in Transform],
        "rules": [
            ("wins", "Who wins", typed.wins, [(each.value, words) for each, words in WINS.items()]),
            ("blank", "A blank in Salesforce", typed.blank, [(each.value, words) for each, words in BLANK.items()]),
            ("too_long", "A text too long for Autotask", typed.too_long, [(e.value, w) for e, w in TOO_LONG.items()]),
        ],
        "is_unsaved": request.method == "POST",
        **told,
    }
    return render(request, "web/mapping_row.html", context)


def _may_pair(typed: TypedRow, entity: Entity) -> bool:
    try:
        return may_pair(typed.row(entity))
    except ConfigurationError:
        return False
