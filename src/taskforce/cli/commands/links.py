"""`taskforce links`, and what people decide about a record: `unmap`, `relink`, `create`, `retry`, `lock` and so on."""

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Annotated

import typer

from taskforce.bootstrap import open_installation
from taskforce.cli.console import out, print_json, print_json_with, safe, say, telling_errors
from taskforce.cli.noting import note
from taskforce.cli.options import AsJson, Name
from taskforce.cli.progress import QuietProgress
from taskforce.cli.running import stopping_on_signals
from taskforce.documents import decision_details, decision_document, link_counts, link_document
from taskforce.domain.audit import Deed
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.records import LARGEST_TARGET_ID, Entity, SourceId, TargetId
from taskforce.domain.review import Decided
from taskforce.domain.values import salesforce_id
from taskforce.engine.review import ListedLink, Review, listed_links
from taskforce.engine.stores import Stores
from taskforce.errors import ConfigurationError
from taskforce.reviewing import deciding

RecordId = Annotated[str, typer.Argument(metavar="ID", help="The Salesforce id of an account or contact.")]

Decision = Callable[[Review, Entity, SourceId], Decided]


def links(
    name: Name,
    state: Annotated[list[LinkState] | None, typer.Option(help="Only links in this state; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every link: which Salesforce record is paired with which Autotask record, and how that stands."""
    with telling_errors(), open_installation() as installation:
        stores = installation.stores(name)
        with closing(listed_links(stores, state or LinkState)) as listed:  # whoever reads this may stop: `| head`
            _print_links(name, stores, listed, as_json=as_json)


def _print_links(name: str, stores: Stores, listed: Iterable[ListedLink], *, as_json: bool) -> None:
    if as_json:
        head = {"connection": name, "counts": link_counts(stores)}
        print_json_with(head, "links", (link_document(each) for each in listed))
        return
    for each in listed:
        _print_link(each)
    for entity, counts in link_counts(stores).items():
        told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
        out.print(f"[bold]{entity}[/bold]: {told or 'none'}")


def unmap(name: Name, record_id: RecordId, as_json: AsJson = False) -> None:
    """Separate a pair: nothing is written or matched again until you say so; Autotask is left as it is."""
    _decide(name, record_id, "unmap", Review.unmap, as_json=as_json)


def relink(
    name: Name,
    record_id: RecordId,
    target_id: Annotated[
        int | None,
        typer.Argument(metavar="AUTOTASK_ID", help="The Autotask record to join it with."),
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="For a contact that moved: deactivate the old one, create another.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Join a pair again or with another Autotask record; without any, have the rules decide anew."""

    def join(review: Review, entity: Entity, source_id: SourceId) -> Decided:
        return review.replace(source_id) if new else review.relink(entity, source_id, counterpart)

    with telling_errors():
        entity, _ = _record(record_id)
        counterpart = _autotask_id(target_id)
        if new:
            _refuse_new(entity, counterpart)
    _decide(name, record_id, "relink", join, as_json=as_json)


def create(name: Name, record_id: RecordId, as_json: AsJson = False) -> None:
    """Have a held record created by the next import, whatever stands in Autotask that is like it."""
    _decide(name, record_id, "create", Review.create, as_json=as_json)


def retry(name: Name, record_id: RecordId, as_json: AsJson = False) -> None:
    """Have the next import look at a record again, whatever it waits for."""
    _decide(name, record_id, "retry", Review.retry, as_json=as_json)


def ignore(name: Name, record_id: RecordId, as_json: AsJson = False) -> None:
    """Leave a Salesforce record out of every import, whether it is paired or not."""
    _decide(name, record_id, "ignore", Review.ignore, as_json=as_json)


def forget(name: Name, record_id: RecordId, as_json: AsJson = False) -> None:
    """Remove what is remembered of a Salesforce record: the rules decide as if it had never been seen."""
    _decide(name, record_id, "forget", Review.forget, as_json=as_json)


def lock(
    name: Name,
    record_id: RecordId,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD…", help="Autotask fields that the mapping fills.")],
    as_json: AsJson = False,
) -> None:
    """Leave Autotask fields of one record as they are, whatever Salesforce says."""
    _decide(
        name,
        record_id,
        "lock",
        lambda review, entity, source_id: review.lock(entity, source_id, fields),
        as_json=as_json,
    )


def unlock(
    name: Name,
    record_id: RecordId,
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD…", help="Without any: all locked ones.")] = None,
    as_json: AsJson = False,
) -> None:
    """Have locked fields of one record written again, from the next import on."""
    _decide(
        name,
        record_id,
        "unlock",
        lambda review, entity, source_id: review.unlock(entity, source_id, fields or ()),
        as_json=as_json,
    )


def _decide(name: str, record_id: str, command: str, decision: Decision, *, as_json: bool) -> None:
    """Decide about a record while nobody else works on its connection; waits for an import that is under way."""
    with telling_errors():
        entity, source_id = _record(record_id)
        with (
            open_installation() as installation,
            stopping_on_signals() as should_stop,
            deciding(installation, name, progress=QuietProgress(), should_stop=should_stop) as review,
        ):
            decided = decision(review, entity, source_id)
            details = decision_details(command, decided)
            note(installation, Deed.RECORD_DECIDED, connection=name, subject=source_id, details=details)
    _tell(name, command, decided, as_json=as_json)


def _record(text: str) -> tuple[Entity, SourceId]:
    """The account or contact of an id as people copy it, with 15 or 18 characters."""
    source_id = salesforce_id(text)
    if source_id is None:
        raise ConfigurationError(
            ["This is no Salesforce id: it has 15 or 18 letters and digits, as in the address of the record's page."]
        )
    entity = Entity.of(source_id)
    if entity is None:
        raise ConfigurationError(
            ["This is the id of something else: an account's begins with 001, a contact's with 003."]
        )
    return entity, source_id


def _autotask_id(number: int | None) -> TargetId | None:
    if number is not None and not 0 <= number <= LARGEST_TARGET_ID:
        raise ConfigurationError(["This is no Autotask id: it is a whole number, as on the record's page in Autotask."])
    return TargetId(number) if number is not None else None


def _refuse_new(entity: Entity, target_id: TargetId | None) -> None:
    if target_id is not None:
        raise ConfigurationError(["Either name an Autotask record or ask for a new one, not both."])
    if entity is not Entity.CONTACT:
        raise ConfigurationError(["--new is for contacts that moved to another account; accounts do not move."])


def _tell(name: str, command: str, decided: Decided, *, as_json: bool) -> None:
    if as_json:
        print_json({"connection": name, "command": command, **decision_document(decided)})
    else:
        called = f" [dim]({safe(decided.name)})[/dim]" if decided.name else ""
        say(f"[green]✓[/green] {decided.sentence}{called}")


def _print_link(listed: ListedLink) -> None:
    link = listed.link
    target = f"Autotask {link.target_id}" if link.target_id != NO_TARGET else "nothing in Autotask"
    called = f" [bold]{safe(listed.name)}[/bold]" if listed.name else ""
    locked = f"; locked: {safe(', '.join(listed.locked))}" if listed.locked else ""
    say(f"{link.entity} {link.source_id} ↔ {target}{called}: {link.state} [dim]({link.state.meaning})[/dim]{locked}")
