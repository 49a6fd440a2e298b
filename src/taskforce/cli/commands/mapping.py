"""`taskforce mapping NAME`: what goes where, and who wins (B8, B9)."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from taskforce.bootstrap import open_installation
from taskforce.cli.console import err, out, print_json, safe, say, telling_errors, unwritable
from taskforce.cli.noting import note_edit, who
from taskforce.cli.options import AsJson, Yes, commands_of_a_connection
from taskforce.connection_config import parse_object
from taskforce.documents import (
    mapping_sample_document,
    mapping_trial_document,
    mapping_values_document,
    mapping_version_document,
)
from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform, Wins
from taskforce.domain.records import OBJECTS, Entity
from taskforce.domain.standard_mapping import STANDARD, Mappings, changed_rows
from taskforce.errors import ConfigurationError
from taskforce.mapping_config import KEYS, MappingConfig, RowConfig, mapping_of, row_of, table_of

if TYPE_CHECKING:
    from taskforce.domain.mapping_checks import MappingProblem
    from taskforce.installation import Installation
    from taskforce.mapping_trial import MappingTrial, RowValues

app = commands_of_a_connection("Shape what goes where, and who wins.")


class Object(StrEnum):
    """The Salesforce object whose rows are meant."""

    ACCOUNT = "account"
    CONTACT = "contact"

    @property
    def entity(self) -> Entity:
        """What it becomes."""
        return OBJECTS[self.value]


ObjectArgument = Annotated[Object, typer.Argument(help="The Salesforce object.")]
Target = Annotated[
    str, typer.Argument(help="The Autotask field: phone, or udf:Region for a user-defined one.", metavar="FIELD")
]


@app.command()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every row."""
    with telling_errors(), open_installation() as installation:
        mappings = installation.mappings.of(context.obj)
    if as_json:
        print_json(MappingConfig.of(mappings).document())
        return
    for entity in Entity:
        _show(entity, mappings)


@app.command("try")
def try_(context: typer.Context, as_json: AsJson = False) -> None:
    """Ask both systems what they say of the rows, and show what becomes of ten records; nothing changes."""
    with telling_errors(), open_installation() as installation:
        trial = installation.mappings.try_out(context.obj, installation.mappings.of(context.obj))
        if as_json:
            print_json(mapping_trial_document(trial))
        else:
            _tell(trial, trial.problems)
            _show_samples(trial)
    if not trial.may_be_stored:
        raise typer.Exit(1)


@app.command()
def values(context: typer.Context, of: ObjectArgument, target: Target, as_json: AsJson = False) -> None:
    """Show the values of a row's Salesforce field, how many records have each, and what it becomes; nothing changes."""
    with telling_errors(), open_installation() as installation:
        row = installation.mappings.row(context.obj, of.entity, target)
        found = installation.mappings.values(context.obj, of.entity, row)
    if as_json:
        print_json(mapping_values_document(row, found))
    else:
        _show_values(found)


@app.command("set")
def set_(
    context: typer.Context,
    of: ObjectArgument,
    target: Target,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A Salesforce field (Phone, Owner.Email), a text in quotes, or a text with fields in braces.",
            metavar="SOURCE",
        ),
    ] = None,
    transform: Annotated[Transform | None, typer.Option(help="What happens to the value.")] = None,
    wins: Annotated[Wins | None, typer.Option(help="Who wins where both sides hold something.")] = None,
    blank: Annotated[Blank | None, typer.Option(help="What a blank in Salesforce does.")] = None,
    too_long: Annotated[TooLong | None, typer.Option(help="What becomes of a longer text.")] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(help="A line of the row's table; given again: more.", metavar="SALESFORCE=AUTOTASK"),
    ] = None,
    default: Annotated[str | None, typer.Option(help="For what the table or the picklist does not know.")] = None,
    country: Annotated[str | None, typer.Option(help="By whose rules phone numbers are read: US.")] = None,
    yes: Yes = False,
) -> None:
    """Add a row, or change what is given of one; both systems are asked what they say of it."""
    with telling_errors(), open_installation() as installation:
        given = {
            "source": source,
            "transform": transform,
            "wins": wins,
            "blank": blank,
            "too_long": too_long,
            "table": None if table is None else table_of(table),
            "default": default,
            "country": country,
        }
        seen = installation.book.version(context.obj)
        before = installation.mappings.of(context.obj)
        row = _changed(before, of.entity, target, {name: each for name, each in given.items() if each is not None})
        wanted = before.replaced(before.of(of.entity).with_row(row))
        _store(installation, context.obj, wanted, seen=seen, yes=yes)


@app.command()
def unset(context: typer.Context, of: ObjectArgument, target: Target, yes: Yes = False) -> None:
    """Remove a row: the Autotask field is left alone from then on."""
    with telling_errors(), open_installation() as installation:
        seen = installation.book.version(context.obj)
        installation.mappings.row(context.obj, of.entity, target)
        before = installation.mappings.of(context.obj)
        wanted = before.replaced(before.of(of.entity).without(target))
        _store(installation, context.obj, wanted, seen=seen, yes=yes)


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output if not.")] = None,
) -> None:
    """Write all rows as JSON, to be edited and imported, here or in another connection."""
    with telling_errors(), open_installation() as installation:
        document = MappingConfig.of(installation.mappings.of(context.obj)).document()
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if file is None:
            typer.echo(text, nl=False)
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise unwritable(file, error) from None


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `export` wrote.", exists=True, dir_okay=False, readable=True)],
    yes: Yes = False,
) -> None:
    """Replace all rows by those of a file, after both systems were asked what they say of them."""
    with telling_errors(), open_installation() as installation:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ConfigurationError([f"{file.name} is not a text file in UTF-8."]) from None
        _store(installation, context.obj, mapping_of(parse_object(text, keys=KEYS)).as_mappings(), yes=yes)


@app.command()
def reset(context: typer.Context, yes: Yes = False) -> None:
    """Go back to the rows that Taskforce comes with."""
    with telling_errors(), open_installation() as installation:
        _store(installation, context.obj, STANDARD, yes=yes)


@app.command()
def versions(context: typer.Context, as_json: AsJson = False) -> None:
    """Show who changed which rows when, the latest first."""
    with telling_errors(), open_installation() as installation:
        found = installation.mappings.versions(context.obj)
    if as_json:
        print_json({"versions": [mapping_version_document(each) for each in found]})
        return
    for each in found:
        say(f"{each.number:>4}  {each.made_at:%Y-%m-%d %H:%M} UTC  {safe(each.made_by)}  {safe(each.changed)}")
    if not found:
        out.print("The mapping was never changed.")


@app.command()
def back(
    context: typer.Context, version: Annotated[int, typer.Argument(help="Its number.", min=1)], yes: Yes = False
) -> None:
    """Go back to the rows of an earlier version, after both systems were asked what they say of them."""
    with telling_errors(), open_installation() as installation:
        _store(installation, context.obj, installation.mappings.version(context.obj, version), yes=yes)


def _changed(mappings: Mappings, entity: Entity, target: str, given: Mapping[str, Any]) -> FieldMap:
    known = mappings.of(entity).row(target)
    if known is None and "source" not in given:
        raise ConfigurationError([f"There is no row for {target} yet: say with --from what fills it."])
    document = RowConfig.of(known).model_dump(mode="json") if known is not None else {"target": target}
    return row_of({**document, **given}, entity)


def _store(installation: "Installation", name: str, wanted: Mappings, *, yes: bool, seen: str | None = None) -> None:
    """Try it out, tell what both systems say of the rows that change, and store it if nothing stands against it.

    Refused if somebody has edited the connection since `seen`, its version when it was read, or since this began.
    """
    seen = installation.book.version(name) if seen is None else seen
    moved = changed_rows(installation.mappings.of(name), wanted)
    if not moved:
        out.print("Nothing would change.")
        return
    trial = installation.mappings.try_out(name, wanted)
    _tell(trial, trial.told_of(moved))
    if not trial.may_be_stored:
        err.print("The mapping was not changed.")
        raise typer.Exit(1)
    if not yes and not typer.confirm("Import by these rows?", err=True):
        err.print("The mapping was not changed.")
        raise typer.Exit(1)
    noted = partial(note_edit, installation, name)
    changed = installation.mappings.store(name, wanted, made_by=who(), noted=noted, shown=seen)
    say(f"[green]✓[/green] Changed: {safe(changed)}. The next import reads everything once more.")


def _show(entity: Entity, mappings: Mappings) -> None:
    table = Table(title=f"{entity.source_object} → {entity.value}", title_justify="left", box=None, pad_edge=False)
    for heading in ("Salesforce", "Autotask", "Transform", "Wins", "Besides"):
        table.add_column(heading, overflow="fold")
    for row in mappings.of(entity).fields:
        document = RowConfig.of(row).document()
        besides = {key: each for key, each in document.items() if key in ("blank", "too_long", "default", "country")}
        lines = [f"{key}: {each}" for key, each in besides.items()]
        if row.table:
            lines.append(f"table of {len(row.table)}")
        table.add_row(safe(row.source), safe(row.target), row.transform.value, row.wins.value, safe(", ".join(lines)))
    out.print(table)
    out.print()


def _tell(trial: "MappingTrial", problems: Sequence["MappingProblem"]) -> None:
    for each in problems:
        sign = "[red]✗[/red]" if each.stops else "[yellow]![/yellow]"
        say(f"{sign} {each.entity.value}.{safe(each.target)}: {safe(each.message)} {safe(each.mend)}".rstrip())
    if trial.refused:
        say(f"[red]✗[/red] {safe(trial.refused)}")


def _show_samples(trial: "MappingTrial") -> None:
    for samples in trial.samples.values():
        for sample in samples:
            document = mapping_sample_document(sample)
            say(f"[bold]{safe(document['name'])}[/bold] ({document['source_id']})")
            for target, value in document["values"].items():
                say(f"    {safe(target)}: {safe(str(value)) if value is not None else '—'}")
            for each in document["notes"]:
                say(f"    [yellow]![/yellow] {safe(each['field'])}: {each['sentence']}")


def _show_values(found: "RowValues") -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Records", "Salesforce", "Autotask", "By", "Suggestion"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "Records" else "left")
    for each in found.values:
        becomes = safe(each.counterpart) if each.counterpart else "none"
        table.add_row(f"{each.count:,}", safe(each.value), becomes, each.by.value, safe(each.suggestion))
    out.print(table)
    if found.blank:
        say(f"{found.blank:,} without a value.")
    if not found.is_all:
        say(f"These are the {len(found.values)} most frequent ones; there are more.")
