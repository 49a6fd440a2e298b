"""What becomes of records that the filter does not take (B10): left as they are, or set inactive."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from taskforce.adapters.store.models import ChangeRow
from taskforce.domain.filtering import Unfit
from taskforce.domain.reasons import Reason
from tests.properties.sync_machine.excuses import is_excused
from tests.properties.sync_machine.fitting import ACCOUNT_FILTERS, is_left_out
from tests.properties.sync_machine.people import Source
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

if TYPE_CHECKING:
    from tests.properties.sync_machine.view import View

Broken = Iterator[str]


def what_does_not_fit_is_left_as_it_is(view: "View") -> Broken:
    """Nothing is written of a record that the filter does not take; it may be set inactive where that is wished."""
    for source, before in view.witness.left_out.written.items():
        for row in view.writes_of(source):
            if row.pk not in before and _is_of_what_stands(view, source, row) and not _is_wished(view, row):
                yield f"{source} does not fit, and was {row.outcome} ({row.reason}) in run {row.run_id}"


def _is_of_what_stands(view: "View", source: Source, row: ChangeRow) -> bool:
    """Whether it was decided by the record as it is now; of a contact also by its account as it is now."""
    kind, source_id = source
    record = view.sources[kind][source_id]
    if kind == CONTACTS and view.settings.record_filter.accounts:
        account = view.sources[COMPANIES].get(str(record["AccountId"]))
        if account is None or str(account["SystemModstamp"]) >= str(record["SystemModstamp"]):
            return False
    return row.modified_at == view.version(source)


def _is_wished(view: "View", row: ChangeRow) -> bool:
    """It is set inactive, as the settings said when that was planned."""
    planned_under = view.witness.restraint.settings_of[row.run_id]
    return row.reason == Reason.UNFIT and planned_under.record_filter.unfit is Unfit.DEACTIVATE


def what_does_not_fit_is_inactive_where_that_is_wished(view: "View") -> Broken:
    """With `deactivate`, what is paired with a record that the filter does not take by its own fields is inactive."""
    wanted = view.settings.record_filter
    if wanted.unfit is not Unfit.DEACTIVATE:
        return
    for source, link in view.links.items():
        kind, source_id = source
        target = view.targets[kind].get(link.target_id)
        is_paired = link.state in ("linked", "deactivated") and target is not None
        if not is_paired or target is None or not target["isActive"] or not _is_itself_unfit(view, source):
            continue
        others = [each for (of, _), each in view.links.items() if of == kind and each.target_id == link.target_id]
        was_activated = (kind, link.target_id, "isActive") in view.book.edited
        row = view.inbox.get(source)
        is_rejected = row is not None and bool(row.reason) and is_excused(view, source, Reason(row.reason))
        if len(others) == 1 and not was_activated and not is_rejected:
            yield f"{kind} {link.target_id} of {source_id}, which does not fit, is still active"


def _is_itself_unfit(view: "View", source: Source) -> bool:
    """It is left out by its own fields; contacts of an account that does not fit stay."""
    kind, source_id = source
    if not is_left_out(view, source):
        return False
    account = view.sources[COMPANIES].get(str(view.sources[kind][source_id].get("AccountId")))
    return kind == COMPANIES or (account is not None and ACCOUNT_FILTERS[view.settings.record_filter.accounts](account))
