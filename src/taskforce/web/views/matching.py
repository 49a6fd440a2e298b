"""By what else companies and contacts are matched: rules in their order, tried before they are saved (B4)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from taskforce.domain.added_rules import TRAITS, RuleVerdict
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.engine.job import Unwatched
from taskforce.engine.trying import Trial
from taskforce.errors import ApiError, ConfigurationError, StaleEditError
from taskforce.installation import Installation
from taskforce.match_config import RulesConfig, rules_of
from taskforce.web.access import connected, needs
from taskforce.web.noting import note_edit
from taskforce.web.presenters.trials import tables_of

_VERDICTS = {RuleVerdict.HOLD: "hold for review", RuleVerdict.LINK: "link"}
_EXACT = {
    Entity.COMPANY: "Name, first street line, city and state are the same: link",
    Entity.CONTACT: "First and last name are the same: link",
}


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def match_rules(request: HttpRequest, name: str) -> HttpResponse:
    """Look at the match rules, try others over the present data, or save them."""
    here = connected(request, name)
    if request.method == "GET":
        return _page(request, here, name, _rows_of(here.connection(name).settings.match_rules))
    typed = _typed(request.POST.dict())
    try:
        wanted = rules_of({kind: [each for each in rows if each["trait"]] for kind, rows in typed.items()})
        if request.POST.get("do") != "save":
            trial = here.try_rules(name, wanted.as_rules(), progress=Unwatched(), is_quick=True)
            return _page(request, here, name, typed, trial=trial)
        return _saved(request, here, name, wanted)
    except StaleEditError as error:
        again = "What you chose is still here: saving once more puts it in place of what is stored now."
        return _page(request, here, name, typed, problems=[error.message, again], version=here.book.version(name))
    except ConfigurationError as error:
        return _page(request, here, name, typed, problems=error.problems)
    except ApiError as error:
        return _page(request, here, name, typed, problems=[f"The rules could not be tried. {error}"])


def _saved(request: HttpRequest, here: Installation, name: str, wanted: RulesConfig) -> HttpResponse:
    after = {"settings": {"match_rules": wanted.model_dump(mode="json")}}
    shown, noted = request.POST.get("version", ""), partial(note_edit, request, name)
    if here.book.edit(name, after, shown=shown, noted=noted):
        messages.success(request, "Saved. What is held by a rule is looked at again by the next import.")
    return redirect("match_rules", name)


Rows = Mapping[str, list[dict[str, str]]]
"""What was chosen, by kind: in each row a trait, or none, and a verdict."""


def _rows_of(stored: RulesConfig) -> Rows:
    """The stored rules in the first rows, none in the others: as many as there are traits."""
    rows: dict[str, list[dict[str, str]]] = {}
    for entity in Entity:
        chosen = [{"trait": rule.trait.value, "verdict": rule.verdict.value} for rule in stored.of(entity)]
        empty = {"trait": "", "verdict": RuleVerdict.HOLD.value}
        rows[entity.plural] = [*chosen, *(dict(empty) for _ in range(len(TRAITS[entity]) - len(chosen)))]
    return rows


def _typed(posted: Mapping[str, str]) -> Rows:
    """What was sent, row by row."""
    return {
        entity.plural: [
            {part: posted.get(f"{entity.plural}-{place}-{part}", "")[:40] for part in ("trait", "verdict")}
            for place in range(len(TRAITS[entity]))
        ]
        for entity in Entity
    }


def _page(
    request: HttpRequest, here: Installation, name: str, rows: Rows, *, trial: Trial | None = None, **told: Any
) -> HttpResponse:
    context = {
        "name": name,
        "version": request.POST.get("version", here.book.version(name)),
        "kinds": [
            {
                "plural": entity.plural,
                "exact": _EXACT[entity],
                "rows": rows[entity.plural],
                "traits": [(each.value, each.words) for each in TRAITS[entity]],
            }
            for entity in Entity
        ],
        "verdicts": [(each.value, words) for each, words in _VERDICTS.items()],
        "is_unsaved": request.method == "POST",
        "trial": tables_of(trial) if trial is not None else None,
        "calls": trial.calls if trial is not None else None,
        **told,
    }
    return render(request, "web/match_rules.html", context)
