"""A person who looks at the links of an office, and the endings that tests of it have in common."""

from collections.abc import Callable

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.review import Decided
from taskforce.engine.review import Review
from taskforce.errors import DecisionRefused
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, Office

UNMAPPED = (OutcomeKind.SKIPPED, Reason.UNMAPPED)
IGNORED = (OutcomeKind.SKIPPED, Reason.IGNORED)
MOVED_LINK = (OutcomeKind.UPDATED, Reason.LINK_MOVED)
UPDATED = (OutcomeKind.UPDATED, Reason.CHANGED)
UNCHANGED = (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
MATCHED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
CARRIED = (OutcomeKind.LINKED, Reason.CARRIES_ID)
WAITS = (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED)

FIRST, SECOND = account_id(1), account_id(2)
PERSON = contact_id(1)


def linked(*numbers: int) -> Office:
    """Accounts that are imported already."""
    office = Office()
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    office.run()
    return office


def review(office: Office) -> Review:
    """A person who looks at the links."""
    return Review(connection="acme", stores=office.stores, target=office.target)


def link(office: Office, source_id: SourceId, entity: Entity = COMPANY) -> Link | None:
    """What is remembered of a Salesforce record."""
    return office.stores.links.by_source(entity, [source_id]).get(source_id)


def state(office: Office, source_id: SourceId, entity: Entity = COMPANY) -> LinkState | None:
    """How a link stands; None when there is none."""
    found = link(office, source_id, entity)
    return found.state if found is not None else None


def pair(office: Office, source_id: SourceId) -> tuple[LinkState, TargetId, bool]:
    """How a link stands, with which record, and whether that is known to carry the id."""
    found = link(office, source_id)
    assert found is not None
    return found.state, found.target_id, found.carries_id


def refusal(decide: Callable[[], Decided]) -> str:
    """What a person is told who may not decide so."""
    with pytest.raises(DecisionRefused) as refused:
        decide()
    return str(refused.value)
