"""Records: pairs, what waits, and what people decide about one."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Path, Query
from pydantic import Field

from taskforce.adapters.store.listing import Waiting
from taskforce.documents import decision_details, decision_document, link_counts, link_document
from taskforce.domain.audit import Deed
from taskforce.domain.links import LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import LARGEST_TARGET_ID, Entity, SourceId, TargetId
from taskforce.domain.review import Decided
from taskforce.domain.roles import Role
from taskforce.domain.values import salesforce_id
from taskforce.engine.review import Review, with_names
from taskforce.reviewing import deciding_soon
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import After, Limit, Name, connection
from taskforce.web.bearer import note_token

TAG = "records"

FieldName = Annotated[str, Field(min_length=1, max_length=200)]

RecordId = Annotated[str, Path(max_length=40, description="The Salesforce id of an account or contact.")]


class InStates(Given):
    """A part of the links."""

    state: list[LinkState] = Field(default_factory=list, description="Only these; may be repeated.")
    after: After = ""
    limit: Limit = 50


class ThatWait(Given):
    """A part of what waits."""

    state: Annotated[str, Field(pattern="^(held|failing)$")] | None = None
    reason: Reason | None = None
    after: After = ""
    limit: Limit = 50


class Joined(Given):
    """With which Autotask record a pair is joined; `new` creates a contact that moved under its new company."""

    target_id: Annotated[int, Field(ge=0, le=LARGEST_TARGET_ID)] | None = None
    new: bool = False


class Locked(Given):
    """The Autotask fields of one record that no import is to write."""

    fields: Annotated[list[FieldName], Field(min_length=1, max_length=200)]


class Unlocked(Given):
    """The fields that are to be written again; without any, all that are locked."""

    fields: Annotated[list[FieldName], Field(max_length=200)] = Field(default_factory=list)


@operation("GET", "/connections/{name}/links", role=Role.VIEWER, tag=TAG)
def links(request: HttpRequest, name: Name, query: Query[InStates]) -> dict[str, Any]:
    """Pairs by their Salesforce ids, as in `taskforce links --json`; `next` goes on after these, null at the end."""
    here = connection(request, name)
    number, stores = here.number(name), here.stores(name)
    found = here.listing.links(number, query.state or list(LinkState), after=query.after, limit=query.limit)
    of_entities = [with_names(stores, entity, [link for link in found if link.entity is entity]) for entity in Entity]
    places = {link.source_id: place for place, link in enumerate(found)}
    named = sorted(chain(*of_entities), key=lambda each: places[each.link.source_id])
    return {
        "connection": name,
        "counts": link_counts(stores),
        "links": [link_document(each) for each in named],
        "next": found[-1].source_id if len(found) == query.limit else None,
    }


@operation("GET", "/connections/{name}/waiting", role=Role.VIEWER, tag=TAG)
def waiting(request: HttpRequest, name: Name, query: Query[ThatWait]) -> dict[str, Any]:
    """Records that are held until somebody decides, or that Autotask refused; `next` as for links."""
    here = connection(request, name)
    found = here.listing.waiting(
        here.number(name),
        is_failing=None if query.state is None else query.state == "failing",
        reason=query.reason,
        after=query.after,
        limit=query.limit,
    )
    return {
        "connection": name,
        "records": [_waiting_document(name, each) for each in found],
        "next": found[-1].source_id if len(found) == query.limit else None,
    }


@operation("POST", "/connections/{name}/records/{record_id}/unmap", role=Role.OPERATOR, tag=TAG)
def unmap(request: HttpRequest, name: Name, record_id: RecordId) -> dict[str, Any]:
    """Separate a pair, as `taskforce unmap`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "unmap", review.unmap(entity, source_id))


@operation("POST", "/connections/{name}/records/{record_id}/relink", role=Role.OPERATOR, tag=TAG)
def relink(request: HttpRequest, name: Name, record_id: RecordId, given: Body[Joined]) -> dict[str, Any]:
    """Join a pair again or with another Autotask record; without any the rules decide anew, as `taskforce relink`."""
    if given.new and (given.target_id is not None or _known(record_id)[0] is not Entity.CONTACT):
        raise Refused(422, "new is for contacts that moved, and without target_id.")
    target_id = None if given.target_id is None else TargetId(given.target_id)
    with _deciding(request, name, record_id) as (review, entity, source_id):
        decided = review.replace(source_id) if given.new else review.relink(entity, source_id, target_id)
        return _told(request, name, "relink", decided)


@operation("POST", "/connections/{name}/records/{record_id}/ignore", role=Role.OPERATOR, tag=TAG)
def ignore(request: HttpRequest, name: Name, record_id: RecordId) -> dict[str, Any]:
    """Leave a Salesforce record out of every import, as `taskforce ignore`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "ignore", review.ignore(entity, source_id))


@operation("POST", "/connections/{name}/records/{record_id}/forget", role=Role.OPERATOR, tag=TAG)
def forget(request: HttpRequest, name: Name, record_id: RecordId) -> dict[str, Any]:
    """Remove what is remembered of a Salesforce record, as `taskforce forget`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "forget", review.forget(entity, source_id))


@operation("POST", "/connections/{name}/records/{record_id}/create", role=Role.OPERATOR, tag=TAG)
def create(request: HttpRequest, name: Name, record_id: RecordId) -> dict[str, Any]:
    """Have a held record created, whatever stands in Autotask that is like it, as `taskforce create`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "create", review.create(entity, source_id))


@operation("POST", "/connections/{name}/records/{record_id}/retry", role=Role.OPERATOR, tag=TAG)
def retry(request: HttpRequest, name: Name, record_id: RecordId) -> dict[str, Any]:
    """Have the next import look at a record again, whatever it waits for, as `taskforce retry`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "retry", review.retry(entity, source_id))


@operation("POST", "/connections/{name}/records/{record_id}/lock", role=Role.OPERATOR, tag=TAG)
def lock(request: HttpRequest, name: Name, record_id: RecordId, given: Body[Locked]) -> dict[str, Any]:
    """Leave Autotask fields of one record as they are, whatever Salesforce says, as `taskforce lock`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "lock", review.lock(entity, source_id, given.fields))


@operation("POST", "/connections/{name}/records/{record_id}/unlock", role=Role.OPERATOR, tag=TAG)
def unlock(request: HttpRequest, name: Name, record_id: RecordId, given: Body[Unlocked]) -> dict[str, Any]:
    """Have locked fields of one record written again, as `taskforce unlock`."""
    with _deciding(request, name, record_id) as (review, entity, source_id):
        return _told(request, name, "unlock", review.unlock(entity, source_id, given.fields))


@contextmanager
def _deciding(request: HttpRequest, name: str, record_id: str) -> Iterator[tuple[Review, Entity, SourceId]]:
    """The record, while nobody else works on its connection; refused while an import is under way."""
    here, (entity, source_id) = connection(request, name), _known(record_id)
    with deciding_soon(here, name) as review:
        yield review, entity, source_id


def _known(record_id: str) -> tuple[Entity, SourceId]:
    """The account or contact of an id with 15 or 18 characters."""
    source_id = salesforce_id(record_id)
    entity = Entity.of(source_id) if source_id is not None else None
    if source_id is None or entity is None:
        raise Refused(422, "This is no Salesforce id of an account (001…) or a contact (003…), of 15 or 18 characters.")
    return entity, source_id


def _told(request: HttpRequest, name: str, command: str, decided: Decided) -> dict[str, Any]:
    details = decision_details(command, decided)
    note_token(request, Deed.RECORD_DECIDED, connection=name, subject=decided.source_id, details=details)
    return {"connection": name, "command": command, **decision_document(decided)}


def _waiting_document(name: str, each: Waiting) -> dict[str, Any]:
    return {
        "entity": each.entity.value,
        "source_id": each.source_id,
        "name": each.name,
        "state": "failing" if each.is_failing else "held",
        "reason": each.reason.value,
        "sentence": each.reason.sentence,
        "mend": each.reason.advice(name, each.source_id),
        "waits_for": each.waits_for,
        "attempts": each.attempts,
        "next_attempt_at": each.next_attempt_at.isoformat() if each.next_attempt_at else None,
        "modified_at": each.modified_at.isoformat(),
    }
