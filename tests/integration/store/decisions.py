"""Decisions as planning makes them, with little to say."""

from taskforce.domain.changes import Basis, Create, Hold, Link, Subject, Unchanged
from taskforce.domain.match_rules import Keys
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from tests.builders import NOON, account_id

CREATED = Outcome(kind=OutcomeKind.CREATED, reason=Reason.NO_CANDIDATE, target_id=TargetId(101))
HELD = Outcome(kind=OutcomeKind.HELD, reason=Reason.AMBIGUOUS)


def subject(source_id: SourceId, *, entity: Entity = Entity.COMPANY, name: str = "Birch Dental") -> Subject:
    """Whom a decision is about."""
    return Subject(entity=entity, source_id=source_id, name=name, modified_at=NOON)


def create(number: int = 1, *reasons: Reason, name: str = "Birch Dental", key: str = "key") -> Create:
    """A company to be created, with remarks for `reasons`."""
    return Create(
        subject=subject(account_id(number), name=name),
        reason=Reason.NO_CANDIDATE,
        notes=tuple(Note(reason=reason, field="phone") for reason in reasons),
        basis=Basis(keys=Keys(match=key, name="name"), fingerprint="f"),
        values={"companyName": name},
    )


def linking(number: int, target: int) -> Link:
    """A company to be linked."""
    return Link(
        subject=subject(account_id(number)),
        reason=Reason.EXACT_MATCH,
        basis=Basis(keys=Keys(match="key", name="name"), fingerprint="f"),
        target_id=TargetId(target),
        field_changes=(),
        writes_id=True,
    )


def held(number: int = 1, *reasons: Reason, name: str = "Birch Dental") -> Hold:
    """A company that waits, with remarks for `reasons`."""
    notes = tuple(Note(reason=reason) for reason in reasons)
    return Hold(
        subject=subject(account_id(number), name=name),
        reason=Reason.AMBIGUOUS,
        notes=notes,
        evidence={"candidates": [101, 102]},
    )


def unchanged(number: int = 1) -> Unchanged:
    """A company that stands in Autotask as it is wanted."""
    return Unchanged(
        subject=subject(account_id(number)), reason=Reason.UNCHANGED, target_id=TargetId(101), fingerprint="f"
    )
