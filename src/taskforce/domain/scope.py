"""Which records no import touches, and why."""

from taskforce.domain import changes
from taskforce.domain.drafts import subject_of
from taskforce.domain.filtering import why_unfit
from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.reasons import Evidence, Reason
from taskforce.domain.records import Entity, SourceRecord
from taskforce.domain.settings import ConnectionSettings, PersonAccounts


def out_of_scope(
    record: SourceRecord, link: Link | None, settings: ConnectionSettings, *, is_brought: bool = False
) -> changes.Skip | changes.Hold | None:
    """Records that no import touches: separated, ignored, doubtful, person accounts, without an account, not fitting.

    `is_brought`: it is the parent of an imported account, and goes with it whether it fits or not. Those that have left
    Salesforce are decided about in `departing`.
    """
    reason = _scope_reason(record, link, settings)
    if reason is None or (is_brought and reason in (Reason.UNFIT, Reason.FIELD_NOT_VISIBLE)):
        return None
    if link is not None and link.state is LinkState.DOUBTFUL:
        known: Evidence = {"target": link.target_id} if link.target_id != NO_TARGET else {}
        return changes.Hold(subject=subject_of(record), reason=reason, evidence=known)
    if reason is Reason.FIELD_NOT_VISIBLE:
        hidden = sorted(set(settings.record_filter.fields(record.entity)) - record.fields.keys())
        return changes.Hold(subject=subject_of(record), reason=reason, evidence={"fields": hidden})
    waits_for = record.account_id if reason is Reason.ACCOUNT_UNFIT else None
    return changes.Skip(subject=subject_of(record), reason=reason, waits_for=waits_for)


def _scope_reason(record: SourceRecord, link: Link | None, settings: ConnectionSettings) -> Reason | None:
    if link is not None and link.state is LinkState.UNMAPPED:
        return Reason.UNMAPPED
    if link is not None and link.state is LinkState.IGNORED:
        return Reason.IGNORED
    if link is not None and link.state is LinkState.DOUBTFUL:
        return Reason.OWN_COMPANY if link.target_id == NO_TARGET else Reason.NAME_DIFFERS
    if record.fields.get("IsPersonAccount") is True and settings.person_accounts is PersonAccounts.SKIP:
        return Reason.PERSON_ACCOUNT
    if record.entity is Entity.CONTACT and record.account_id is None:
        return Reason.NO_ACCOUNT
    return why_unfit(record, settings.record_filter)
