"""What goes where, and who wins (B8, B9): the rows of a connection, tried out before they are stored."""

import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from taskforce.connection_config import parse_object
from taskforce.domain.records import OBJECTS, Entity
from taskforce.domain.roles import Role
from taskforce.domain.standard_mapping import STANDARD, Mappings, changed_rows
from taskforce.errors import ConfigurationError, StaleEditError, TaskforceError
from taskforce.installation import Installation
from taskforce.mapping_config import KEYS, MappingConfig, mapping_of
from taskforce.mapping_trial import MappingTrial
from taskforce.web.access import connected, may, needs, user_of
from taskforce.web.noting import note_edit
from taskforce.web.presenters.mapping import changes, row_lines, sample_cards

MOST_BYTES = 1_000_000
"""Of a file with rows; 200 rows with long tables take far less."""

READ_ANEW = "The next import reads everything once more."


@needs(Role.VIEWER)
@require_GET
def mapping(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of one object, and the versions that there were."""
    return _page(request, connected(request, name), name, object_of(request.GET.get("object", "")))


@needs(Role.ADMINISTRATOR)
@require_POST
def try_out(request: HttpRequest, name: str) -> HttpResponse:
    """The same, with what both systems say of each row and what becomes of ten records; nothing changes."""
    here, entity = connected(request, name), object_of(request.POST.get("object", ""))
    try:
        trial = here.mappings.try_out(name, here.mappings.of(name))
    except TaskforceError as error:
        return _page(request, here, name, entity, trouble=str(error))
    return _page(request, here, name, entity, trial=trial)


@needs(Role.VIEWER)
@require_GET
def export(request: HttpRequest, name: str) -> HttpResponse:
    """All rows as a file, to be edited and imported, here or in another connection."""
    document = MappingConfig.of(connected(request, name).mappings.of(name)).document()
    headers = {"Content-Disposition": f'attachment; filename="mapping-{name}.json"'}
    content = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return HttpResponse(content, content_type="application/json", headers=headers)


@needs(Role.ADMINISTRATOR)
@require_POST
def replace(request: HttpRequest, name: str) -> HttpResponse:
    """All rows by those of a file, of an earlier version, or the standard ones: shown first, then stored."""
    here = connected(request, name)
    try:
        wanted = _wanted(request, here, name)
        before = here.mappings.of(name)
        moved = changed_rows(before, wanted)
        if not moved:
            messages.info(request, "Nothing would change.")
            return redirect("mapping", name)
        trial = here.mappings.try_out(name, wanted)
    except TaskforceError as error:
        problems = error.problems if isinstance(error, ConfigurationError) else [str(error)]
        messages.error(request, f"Nothing was changed. {' '.join(problems)}")
        return redirect("mapping", name)
    told: dict[str, Any] = {}
    if request.POST.get("do") == "store" and trial.may_be_stored:
        try:
            store(request, here, name, wanted)
        except StaleEditError as error:
            told = {"trouble": error.message, "version": here.book.version(name)}
        else:
            return redirect("mapping", name)
    context = {
        "name": name,
        "version": request.POST.get("version", ""),
        "trial": trial,
        "problems": trial.told_of(moved),
        "changes": changes(before, wanted),
        "document": json.dumps(MappingConfig.of(wanted).model_dump(mode="json"), ensure_ascii=False),
        "samples": [
            (entity.source_object, sample_cards(trial, wanted.of(entity), only=rows))
            for entity in Entity
            if (rows := [target for each, target in moved if each is entity and wanted.of(each).row(target)])
        ],
        **told,
    }
    return render(request, "web/mapping_replace.html", context)


def _wanted(request: HttpRequest, here: Installation, name: str) -> Mappings:
    """The rows that are asked for. Raises ConfigurationError for what cannot be understood."""
    match request.POST.get("do"):
        case "reset":
            return STANDARD
        case "back":
            number = request.POST.get("number", "")
            return here.mappings.version(name, int(number) if number.isascii() and number.isdigit() else 0)
        case "import":
            return mapping_of(parse_object(_sent(request), keys=KEYS)).as_mappings()
        case "store":
            return mapping_of(parse_object(request.POST.get("document", ""))).as_mappings()
    raise ConfigurationError(["Say what the rows are to be replaced by."])


def _sent(request: HttpRequest) -> str:
    """The file, or the text that was pasted. Raises ConfigurationError for one that cannot be read."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "")
    if file.size is None or file.size > MOST_BYTES:
        raise ConfigurationError([f"The file is larger than {MOST_BYTES // 1000} kB, so it holds no mapping."])
    try:
        return str(file.read(), "utf-8")
    except UnicodeDecodeError:
        raise ConfigurationError(["The file is no text in UTF-8."]) from None


def store(request: HttpRequest, here: Installation, name: str, wanted: Mappings) -> None:
    """Store what was tried out, with its entry in the audit, and say so. Raises StaleEditError as `Book.edit` does."""
    shown, noted = request.POST.get("version", ""), partial(note_edit, request, name)
    changed = here.mappings.store(name, wanted, made_by=user_of(request).username, noted=noted, shown=shown)
    messages.success(request, f"Saved: {changed}. {READ_ANEW}")


def object_of(word: str) -> Entity:
    """Whose rows an address means; those of accounts unless it says otherwise. Raises Http404 for another object."""
    if word and word not in OBJECTS:
        raise Http404
    return OBJECTS[word or "account"]


def address_of(name: str, entity: Entity) -> str:
    """The page with the rows of an object."""
    return f"{reverse('mapping', args=[name])}?object={entity.source_object.lower()}"


def _page(
    request: HttpRequest,
    here: Installation,
    name: str,
    entity: Entity,
    *,
    trial: MappingTrial | None = None,
    trouble: str = "",
) -> HttpResponse:
    stored, schemas = here.mappings.of(name), here.stores(name).schemas
    known = schemas.source()
    source, target = (known[0] if known else None, schemas.target())
    if trial is not None:
        source, target = trial.source, trial.target
    problems = [each for each in trial.problems if each.entity is entity] if trial is not None else []
    targets = set(stored.of(entity).targets)
    context = {
        "name": name,
        "version": here.book.version(name),
        "entity": entity.value,
        "object": entity.source_object.lower(),
        "tabs": [(word, each.source_object, each.value, each is entity) for word, each in OBJECTS.items()],
        "lines": row_lines(stored.of(entity), source, target, problems),
        "others": [each for each in problems if each.target not in targets],
        "samples": sample_cards(trial, stored.of(entity)) if trial is not None else (),
        "trial": trial,
        "trouble": trouble or (trial.refused if trial is not None else ""),
        "may_edit": may(request, Role.ADMINISTRATOR),
        "is_standard": stored == STANDARD,
        "versions": here.mappings.versions(name),
    }
    return render(request, "web/mapping.html", context)
