"""Whether a change of an approved plan may still be made: all that it was planned on stands as it did (protocol 6)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from taskforce.domain import changes
from taskforce.domain.deciding import may_get_id
from taskforce.domain.diffing import fingerprint, wanted_for_create, wanted_for_update
from taskforce.domain.filtering import Unfit
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import Desired, desired_state
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.matching import Match
from taskforce.domain.ownership import NOTHING_WRITTEN, for_create, owned
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceId, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.scope import out_of_scope
from taskforce.domain.settings import ConnectionSettings, Deletion
from taskforce.domain.undoing import may_be_undone
from taskforce.domain.values import agree

_STANDING = frozenset({LinkState.LINKED, LinkState.DEACTIVATED, LinkState.DELETED, LinkState.VANISHED})
"""States of a pair that is changed or set inactive; in any other a person has a say, or had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the records of one change when it is about to be made.

    `record` is the Salesforce record as it waits in the Inbox; `present` the Autotask record of a patch as it stands
    now, which `is_taken` if it is linked to another Salesforce record by now; `match` what a create or a link would be
    paired with. `companies` are the Autotask ids of the accounts that
    have a company (None: this plan is to create it), `planned` the accounts that this plan writes, `locked` the
    fields of the record that a person locked; `is_brought` that it goes with an account whose parent it is.
    """

    record: SourceRecord | None
    link: Link | None
    is_in_doubt: bool
    present: TargetRecord | None
    is_taken: bool
    match: Match | None
    companies: Mapping[SourceId, TargetId | None]
    planned: Set[SourceId]
    locked: frozenset[str] = frozenset()
    is_brought: bool = False


def still_stands(change: changes.Applicable, facts: Facts, context: MappingContext) -> bool:
    """Whether the change would be planned in the same way now."""
    if isinstance(change, changes.Patch) and change.is_undo:
        return may_be_undone(change, facts.link, facts.present, is_in_doubt=facts.is_in_doubt, locked=facts.locked)
    return (
        _is_wanted(change, facts, context)
        and _is_paired(change, facts)
        and _belongs_where_it_did(change, facts)
        and _refers_to_the_same(change, facts)
        and (isinstance(change, changes.Create) or _is_as_it_was(change, facts))
    )


def _is_wanted(change: changes.Write, facts: Facts, context: MappingContext) -> bool:
    """No newer version came from Salesforce, and settings and metadata still make the same of it, the filter too."""
    record = facts.record
    if record is None or record.modified_at != change.subject.modified_at:
        return False
    left_out = (
        None if record.has_departed else out_of_scope(record, facts.link, context.settings, is_brought=facts.is_brought)
    )
    if isinstance(change, changes.Deactivate):
        return _is_still_to_go(change.reason, left_out, context.settings)
    if left_out is not None:
        return False
    desired = desired_state(record, context.settings.mappings.of(record.entity), context)
    return fingerprint(desired) == change.basis.fingerprint and _kept(change, desired, facts, context) == (
        change.basis.kept
    )


def _is_still_to_go(reason: Reason, left_out: changes.Decision | None, settings: ConnectionSettings) -> bool:
    """Whether the settings still have a record set inactive that does not fit, or was deleted."""
    if reason is Reason.UNFIT:
        is_unfit = left_out is not None and left_out.reason is Reason.UNFIT
        return is_unfit and settings.record_filter.unfit is Unfit.DEACTIVATE
    return reason is not Reason.SOURCE_DELETED or settings.deletion is Deletion.DEACTIVATE


def _kept(change: changes.Write, desired: Desired, facts: Facts, context: MappingContext) -> tuple[str, ...]:
    """What is to stay as it is in Autotask by now: by its mapping's rules, an edit, or a lock (B8)."""
    entity = change.subject.entity
    mapping = context.settings.mappings.of(entity)
    known = {name: facts.companies.get(account) for name, account in change.basis.references.items()}
    resolved = {name: target for name, target in known.items() if target is not None}
    pending = known.keys() - resolved.keys()
    if isinstance(change, changes.Create):
        return for_create(mapping, {**wanted_for_create(desired).values, **resolved}, pending).kept
    standing = facts.present.fields if facts.present is not None else {}
    values = {**wanted_for_update(entity, desired, standing, context).values, **resolved}
    is_pair = facts.link is not None and not isinstance(change, changes.Link)
    written = facts.link.written if facts.link is not None and is_pair else NOTHING_WRITTEN
    return owned(mapping, values, standing, written, facts.locked if is_pair else frozenset(), pending).kept


def _is_paired(change: changes.Applicable, facts: Facts) -> bool:
    """The pair is the one there was, or is to be; no write of it is in doubt."""
    link, match = facts.link, facts.match
    if facts.is_in_doubt or facts.is_taken:
        return False
    if isinstance(change, changes.Create):
        return _is_free(change, link) and match is not None and match.reason is Reason.NO_CANDIDATE
    if isinstance(change, changes.Link):
        candidate = match.candidate if match is not None else None
        return _is_free(change, link) and candidate is not None and candidate.id == change.target_id
    standing = {LinkState.LEAVING} if change.clears_id else _STANDING
    return link is not None and link.target_id == change.target_id and link.state in standing


def _is_free(change: changes.Write, link: Link | None) -> bool:
    """The Salesforce record has no pair, or one whose Autotask record a person wants replaced."""
    return link is None or (link.gives_way and change.follows in (None, link.target_id))


def _belongs_where_it_did(change: changes.Applicable, facts: Facts) -> bool:
    """A contact's account has its company still."""
    if change.company is None:
        return True
    if isinstance(change, changes.Patch):
        return facts.companies.get(change.company) == change.company_id
    return change.company in facts.companies


def _refers_to_the_same(change: changes.Applicable, facts: Facts) -> bool:
    """Accounts that are referred to have the company that they had; one that had none has none yet.

    Those that get theirs from this plan are resolved when the change is made.
    """
    if change.basis.revisit_after in facts.companies:
        return False
    return all(
        account in facts.planned or facts.companies.get(account) == _planned_value(change, name, facts.present)
        for name, account in change.basis.references.items()
        if name not in change.basis.kept
    )


def _planned_value(change: changes.Applicable, name: str, present: TargetRecord | None) -> Value:
    if isinstance(change, changes.Create):
        return change.values.get(name)
    standing = present.fields.get(name) if present is not None else None
    return next((each.after for each in change.field_changes if each.field == name), standing)


def _is_as_it_was(change: changes.Patch, facts: Facts) -> bool:
    """The Autotask record stands as the plan saw it: active, under its company, with its id and every value.

    One that a person wants replaced may be inactive already, or carry no id any more.
    """
    present = facts.present
    if present is None or present.company_id != change.company_id:
        return False
    values = {**present.fields, "isActive": present.is_active}
    usual = {} if change.clears_id else {"isActive": True}
    before = {**usual, **{each.field: each.before for each in change.field_changes}}
    is_same = all(agree(values.get(name), value) for name, value in before.items())
    return is_same and _carries_its_id(change, facts.link, present)


def _carries_its_id(change: changes.Patch, link: Link | None, present: TargetRecord) -> bool:
    """It carries the id, or the plan knew that it need not yet."""
    if present.source_id == change.subject.source_id:
        return True
    if isinstance(change, changes.Link) or change.clears_id:
        return (change.writes_id or change.clears_id) and present.source_id is None
    return link is not None and may_get_id(link, present)
