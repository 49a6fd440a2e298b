"""A contact that moved to another account: Autotask's API cannot move it, so another takes its place (spec section 2).

A person asks for it. The one that stands there gives up the Salesforce id and is deactivated; only then does another
get the id, so that no two ever carry it.
"""

from dataclasses import replace

from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.drafts import Draft, basis_of, subject_of
from taskforce.domain.links import LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import TargetId, TargetRecord


def rejoined(draft: Draft, old: TargetRecord | None, company_id: TargetId | None) -> Draft:
    """The draft of a contact whose account is that of its old record again: the pair stands as it did.

    `old` is the record that was to be left, as it stands; None once it has been.
    """
    if draft.leaving is None or old is None or old.company_id != company_id:
        return draft
    return replace(draft, link=replace(draft.leaving, state=LinkState.LINKED, fingerprint=""), leaving=None)


def with_farewell(draft: Draft, decision: changes.Decision, old: TargetRecord | None) -> tuple[changes.Decision, ...]:
    """The decision about a record that was replaced, behind the change by which the old one gives up its id.

    Nothing is taken from the old one while there is nothing to take its place; one that is gone, or carries another's
    id by now, is left alone.
    """
    if not isinstance(decision, changes.Create | changes.Link) or old is None or not _has_to_go(draft, old):
        return (decision,)
    farewell = changes.Deactivate(
        subject=subject_of(draft.record),
        basis=basis_of(draft),
        reason=Reason.REPLACED,
        target_id=old.id,
        company_id=old.company_id,
        field_changes=(FieldChange(field="isActive", before=True, after=False),) if old.is_active else (),
        clears_id=True,
    )
    return (farewell, replace(decision, follows=old.id))


def _has_to_go(draft: Draft, old: TargetRecord) -> bool:
    if old.source_id is None:
        return old.is_active
    return old.source_id == draft.record.id
