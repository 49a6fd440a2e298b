"""Undoing a run: what it wrote is put back field by field, where Autotask still holds that (B15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from taskforce.domain import changes
from taskforce.domain.departing import LEFT_STANDING, LEFT_UNFIT
from taskforce.domain.diffing import FieldChange, with_references
from taskforce.domain.drafts import where_it_stands
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import TargetId, TargetRecord, Value
from taskforce.domain.values import agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """A change that a run carried out to the Autotask record `target_id`, and what is known about that now.

    `present` is the record as it stands, `companies` the Autotask ids that the change's references got. `attached`
    counts what hangs on a company that the run created, `goes_along` how much of that it created as well and is set
    inactive with it. `locked` are the fields that a person wants left as they are.
    """

    change: changes.Applicable
    target_id: TargetId
    link: Link | None
    present: TargetRecord | None
    is_in_doubt: bool = False
    companies: Mapping[str, TargetId] = field(default_factory=dict)
    attached: Mapping[str, int] = field(default_factory=dict)
    goes_along: Mapping[str, int] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()

    @property
    def is_create(self) -> bool:
        """The run created the record."""
        return isinstance(self.change, changes.Create)


def decide_undo(undoable: Undoable, *, with_creates: bool) -> changes.Decision:
    """What an undo does about one change: values are put back, created records set inactive, all else is left."""
    subject, link, present = undoable.change.subject, undoable.link, undoable.present
    if undoable.is_in_doubt:
        return changes.Hold(subject=subject, reason=Reason.WRITE_IN_DOUBT)
    if undoable.is_create and not with_creates:
        return changes.Skip(subject=subject, reason=Reason.CREATED_STAYS, evidence={"target": undoable.target_id})
    if present is None or link is None or link.target_id != undoable.target_id:
        return changes.Skip(subject=subject, reason=Reason.PAIR_IS_ANOTHER, evidence={"target": undoable.target_id})
    if isinstance(undoable.change, changes.Patch):
        return _put_back(undoable.change, undoable, link, present)
    return _deactivated(undoable, present)


def _put_back(
    change: changes.Patch, undoable: Undoable, link: Link, present: TargetRecord
) -> changes.Update | changes.Unchanged | changes.Skip:
    """The former values, where the record holds those of the run; a field changed or locked since is left."""
    standing = {**present.fields, "isActive": present.is_active}
    wrote = written_by(change, undoable.companies)
    open_ones = [each for each in wrote if not agree(standing.get(each.field), each.before)]
    unlocked = [each for each in open_ones if each.field not in undoable.locked]
    ours = [each for each in unlocked if agree(standing.get(each.field), each.after)]
    notes = tuple(
        _left(each, standing.get(each.field), Reason.CHANGED_SINCE_RUN if each in unlocked else Reason.FIELD_LOCKED)
        for each in open_ones
        if each not in ours
    )
    fingerprint = _undone_fingerprint(change, undoable, link)
    if ours:
        back = tuple(FieldChange(field=each.field, before=each.after, after=each.before) for each in ours)
        return changes.Update(
            subject=change.subject,
            basis=changes.Basis(keys=Keys(match="", name=""), fingerprint=fingerprint),
            reason=Reason.PUT_BACK,
            notes=notes,
            target_id=undoable.target_id,
            company_id=present.company_id,
            field_changes=back,
        )
    if notes:
        evidence: Evidence = {"target": undoable.target_id, "fields": [each.field for each in notes]}
        return changes.Skip(subject=change.subject, reason=Reason.CHANGED_SINCE_RUN, evidence=evidence, notes=notes)
    return changes.Unchanged(
        subject=change.subject,
        reason=Reason.UNCHANGED,
        target_id=undoable.target_id,
        fingerprint=fingerprint if wrote else "",
    )


def written_by(change: changes.Patch, companies: Mapping[str, TargetId]) -> list[FieldChange]:
    """Every field that a change has written, references to companies of the same run among them."""
    late = [
        FieldChange(field=name, before=before, after=companies[name])
        for name, before in change.replaced.items()
        if name in companies and not agree(before, companies[name])
    ]
    return [*change.field_changes, *late]


def _left(each: FieldChange, standing: Value, why: Reason) -> Note:
    evidence = {"written": each.after, "now": standing, "before": each.before}
    return Note(reason=why, field=each.field, evidence=evidence)


def _undone_fingerprint(change: changes.Patch, undoable: Undoable, link: Link) -> str:
    """Of what Salesforce wanted when this was last written, or seen to stand there."""
    if isinstance(change, changes.Deactivate):
        return LEFT_UNFIT if change.reason is Reason.UNFIT else LEFT_STANDING
    company_id = undoable.present.company_id if undoable.present is not None else None
    return link.fingerprint or with_references(
        change.basis.fingerprint, where_it_stands(undoable.companies, company_id)
    )


def _deactivated(undoable: Undoable, present: TargetRecord) -> changes.Deactivate | changes.Unchanged | changes.Skip:
    """Set inactive, where nothing hangs on it but what goes along."""
    subject = undoable.change.subject
    if not present.is_active:
        return changes.Unchanged(
            subject=subject, reason=Reason.CREATION_UNDONE, target_id=undoable.target_id, fingerprint=""
        )
    hanging = {what: number for what, number in undoable.attached.items() if number > undoable.goes_along.get(what, 0)}
    if hanging:
        return changes.Skip(
            subject=subject, reason=Reason.HAS_ATTACHED, evidence={"target": undoable.target_id, **hanging}
        )
    return changes.Deactivate(
        subject=subject,
        basis=changes.Basis(keys=Keys(match="", name=""), fingerprint=""),
        reason=Reason.CREATION_UNDONE,
        evidence={what: number for what, number in undoable.goes_along.items() if number},
        target_id=undoable.target_id,
        company_id=present.company_id,
        field_changes=(FieldChange(field="isActive", before=True, after=False),),
    )


def after_undo(link: Link, change: changes.Patch) -> Link:
    """The pair once a change of an undo is carried out: what Salesforce wants now is not written again by itself.

    One that the run created is left out of every import; one that it had set inactive, or active again, stands as
    before that.
    """
    if isinstance(change, changes.Deactivate):
        return replace(link, state=LinkState.IGNORED, fingerprint="", undone="")
    active = next((each.after for each in change.field_changes if each.field == "isActive"), None)
    state = link.state
    if active is False:
        state = LinkState.DEACTIVATED
    elif active is not None:
        state = LinkState.LINKED if change.basis.fingerprint == LEFT_UNFIT else LinkState.DELETED
    written = link.written.and_then(LastWritten.of({each.field: each.after for each in change.field_changes}))
    return replace(link, state=state, fingerprint="", undone=change.basis.fingerprint, written=written)


def stands_as_before(link: Link, decision: changes.Unchanged) -> Link:
    """The pair of a record that stands as it did before the run already: that is not written again either."""
    if decision.reason is Reason.CREATION_UNDONE:
        return replace(link, state=LinkState.IGNORED, fingerprint="", undone="")
    return replace(link, fingerprint="", undone=decision.fingerprint) if decision.fingerprint else link


def is_undone(link: Link | None, fingerprint: str) -> bool:
    """Whether a person took back the writing of just what is wanted now."""
    if link is None or link.state not in (LinkState.LINKED, LinkState.DEACTIVATED):
        return False
    return link.undone == fingerprint != ""


def may_be_undone(
    change: changes.Patch,
    link: Link | None,
    present: TargetRecord | None,
    *,
    is_in_doubt: bool,
    locked: frozenset[str] = frozenset(),
) -> bool:
    """Whether a change of an undo would be planned in the same way now."""
    if is_in_doubt or link is None or present is None or link.target_id != change.target_id:
        return False
    if any(each.field in locked for each in change.field_changes):
        return False
    standing = {**present.fields, "isActive": present.is_active}
    return present.company_id == change.company_id and all(
        agree(standing.get(each.field), each.before) for each in change.field_changes
    )
