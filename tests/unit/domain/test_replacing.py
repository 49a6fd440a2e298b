"""One Autotask contact in the place of another."""

from dataclasses import replace

import pytest

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.drafts import Draft, basis_of, hold, subject_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import desired_state
from taskforce.domain.match_rules import keys_of
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId, TargetRecord
from taskforce.domain.replacing import rejoined, with_farewell
from taskforce.domain.standard_mapping import STANDARD
from tests.builders import company_contact, contact, contact_id, context, link

RECORD = contact()
DESIRED = desired_state(RECORD, STANDARD.of(Entity.CONTACT), context())
PAIR = link(RECORD, 201, state=LinkState.LEAVING, fingerprint="f")
DRAFT = Draft(record=RECORD, desired=DESIRED, keys=keys_of(Entity.CONTACT, DESIRED.values), leaving=PAIR)
OLD = company_contact(201, company=101, source_id=RECORD.id)
CREATE = changes.Create(subject=subject_of(RECORD), basis=basis_of(DRAFT), reason=Reason.NO_CANDIDATE, values={})
FAREWELL = changes.Deactivate(
    subject=subject_of(RECORD),
    basis=basis_of(DRAFT),
    reason=Reason.REPLACED,
    target_id=TargetId(201),
    company_id=TargetId(101),
    field_changes=(FieldChange(field="isActive", before=True, after=False),),
    clears_id=True,
)


@pytest.mark.parametrize(
    ("old", "farewell"),
    [
        (OLD, FAREWELL),
        (replace(OLD, is_active=False), replace(FAREWELL, field_changes=())),
        (replace(OLD, source_id=None), FAREWELL),
        (replace(OLD, source_id=None, is_active=False), None),
        (replace(OLD, source_id=contact_id(7)), None),
        (None, None),
    ],
    ids=["as ever", "inactive", "cleared", "cleared and inactive", "another's", "gone"],
)
def test_the_old_one_gives_up_what_it_has(old: TargetRecord | None, farewell: changes.Deactivate | None) -> None:
    """Its id and its being active; what follows waits for that."""
    decided = with_farewell(DRAFT, CREATE, old)

    assert decided == ((farewell, replace(CREATE, follows=TargetId(201))) if farewell else (CREATE,))


def test_a_decision_to_wait_takes_nothing_away() -> None:
    """Nothing takes the place of the old one yet."""
    waiting = hold(DRAFT, Reason.AMBIGUOUS)

    assert with_farewell(DRAFT, waiting, OLD) == (waiting,)


@pytest.mark.parametrize(
    ("old", "company_id", "link"),
    [
        (OLD, TargetId(101), replace(PAIR, state=LinkState.LINKED, fingerprint="")),
        (OLD, TargetId(102), None),
        (OLD, None, None),
        (None, TargetId(101), None),
    ],
    ids=["back", "elsewhere", "nowhere yet", "gone"],
)
def test_a_contact_that_is_back_stays_paired(
    old: TargetRecord | None, company_id: TargetId | None, link: Link | None
) -> None:
    """Where its old record stands, there is nothing to replace."""
    assert rejoined(DRAFT, old, company_id) == (replace(DRAFT, link=link, leaving=None) if link else DRAFT)


def test_a_contact_that_leaves_nothing_is_decided_about_as_it_is() -> None:
    """Most contacts are."""
    draft = replace(DRAFT, leaving=None)

    assert rejoined(draft, OLD, TargetId(101)) == draft
