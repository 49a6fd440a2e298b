"""`taskforce match NAME`: by what else companies and contacts are matched, once S15 and S16 found nothing (B4)."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, safe, say, telling_errors
from taskforce.cli.noting import note_edit
from taskforce.cli.options import AsJson, commands_of_a_connection
from taskforce.cli.progress import ProgressBars
from taskforce.documents import trial_document
from taskforce.domain.added_rules import RuleVerdict, Trait
from taskforce.domain.records import Entity
from taskforce.engine.trying import AGREEMENT, OUTCOMES
from taskforce.errors import ConfigurationError
from taskforce.match_config import RuleConfig


class Kinds(StrEnum):
    """What rules are for, in the words of reports."""

    COMPANIES = "companies"
    CONTACTS = "contacts"

    @property
    def entity(self) -> Entity:
        """As the engine calls it."""
        return Entity.COMPANY if self is Kinds.COMPANIES else Entity.CONTACT


app = commands_of_a_connection("Add rules by which records are matched, and try them.")

Kind = Annotated[Kinds, typer.Argument(help="companies or contacts.", metavar="KIND")]
By = Annotated[Trait, typer.Argument(help="What both records share.", metavar="TRAIT")]
Verdict = Annotated[RuleVerdict, typer.Option(help="Link the two, or hold the record for a person.")]
Place = Annotated[
    int, typer.Option("--at", min=1, help="Where it stands among the rules: 1 is asked first.", show_default="last")
]
SAVED = "[green]✓[/green] The match rules were changed. What is held by one is looked at again by the next import."
LAST = 99


@app.command()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules, in the order in which they are asked."""
    with telling_errors(), open_installation() as installation:
        stored = installation.connection(context.obj).settings.match_rules
    if as_json:
        print_json(stored.model_dump(mode="json"))
        return
    for entity in Entity:
        say(f"[bold]{entity.plural.capitalize()}[/bold]: the same key, then {_words(stored.of(entity))}")


@app.command()
def add(context: typer.Context, kind: Kind, by: By, verdict: Verdict = RuleVerdict.HOLD, at: Place = LAST) -> None:
    """Add a rule, or give one that is there another verdict."""
    _change(context.obj, kind, lambda rules: _placed(rules, RuleConfig(trait=by, verdict=verdict), at))


@app.command()
def remove(context: typer.Context, kind: Kind, by: By) -> None:
    """Take a rule out."""
    _change(context.obj, kind, lambda rules: _without(rules, _known(rules, by)))


@app.command()
def move(context: typer.Context, kind: Kind, by: By, at: Place) -> None:
    """Have a rule asked earlier or later."""
    _change(context.obj, kind, lambda rules: _placed(rules, _known(rules, by), at))


@app.command("try")
def try_(context: typer.Context, as_json: AsJson = False) -> None:
    """Compare all records by each rule, those not in use included; nothing is written.

    Salesforce is read from the beginning; Autotask too, before a first import.
    """
    with telling_errors(), open_installation() as installation, ProgressBars() as progress:
        rules = installation.settings(context.obj).match_rules
        found = trial_document(installation.try_rules(context.obj, rules, progress=progress))
    if as_json:
        print_json(found)
        return
    for entity in Entity:
        _tell(entity, found[entity.plural])
    calls = found["calls"]
    out.print(f"Nothing was written. API calls: Salesforce {calls['salesforce']:,}, Autotask {calls['autotask']:,}.")


def _placed(rules: Sequence[RuleConfig], rule: RuleConfig, at: int) -> list[RuleConfig]:
    others = _without(rules, rule)
    return [*others[: at - 1], rule, *others[at - 1 :]]


def _without(rules: Sequence[RuleConfig], rule: RuleConfig) -> list[RuleConfig]:
    return [each for each in rules if each.trait is not rule.trait]


def _known(rules: Sequence[RuleConfig], by: Trait) -> RuleConfig:
    known = next((each for each in rules if each.trait is by), None)
    if known is None:
        raise ConfigurationError([f"There is no rule by {by.value}: see taskforce match NAME show."])
    return known


def _change(name: str, kind: Kinds, changed: Callable[[Sequence[RuleConfig]], Sequence[RuleConfig]]) -> None:
    with telling_errors(), open_installation() as installation:
        version, stored = installation.book.version(name), installation.connection(name).settings.match_rules
        wanted = stored.with_rules(kind.entity, changed(stored.of(kind.entity)))
        after = {"settings": {"match_rules": wanted.model_dump(mode="json")}}
        installation.book.edit(name, after, shown=version, noted=partial(note_edit, installation, name))
    say(SAVED)


def _words(rules: Sequence[RuleConfig]) -> str:
    return ", ".join(f"{rule.trait.value} ({rule.verdict.value})" for rule in rules) or "nothing else"


def _tell(entity: Entity, found: dict[str, Any]) -> None:
    """A table per kind: what each rule would do without a pair, and how it agrees with the pairs there are."""
    title = f"{entity.plural.capitalize()}: {found['unlinked']:,} without a pair, {found['linked']:,} with one"
    heads = ("rule", *OUTCOMES, *(f"pair: {name}" for name in AGREEMENT))
    table = Table(*heads, title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for line in found["rules"]:
        figures = (*line["without_pair"].values(), *line["with_pair"].values())
        table.add_row(_rule_words(line), *(f"{figure:,}" for figure in figures))
    out.print(table)
    for line in found["rules"]:
        for each in line["examples"]:
            candidates = ", ".join(f"{one['name']} ({one['id']})" for one in each["candidates"])
            say(safe(f"  {line['rule']}, {each['outcome']}: {each['name']} ({each['source_id']}): {candidates}"))
    rest = {"created": "to be created", "waiting": "waiting for their company", "left_out": "left out"}
    say(", ".join(f"{found[name]:,} {words}" for name, words in rest.items()) + ".\n")


def _rule_words(line: dict[str, Any]) -> str:
    return f"{line['rule']} ({line['verdict'] or 'not in use'})"
