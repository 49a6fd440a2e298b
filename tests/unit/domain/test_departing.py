"""Records that have left Salesforce, all facts given (B6)."""

from dataclasses import replace

import pytest

from taskforce.domain import changes
from taskforce.domain.departing import Departure, decide_departed
from taskforce.domain.drafts import subject_of
from taskforce.domain.links import LinkState
from taskforce.domain.reasons import Reason
from taskforce.domain.records import TargetRecord
from taskforce.domain.settings import Deletion
from tests.builders import account, account_id, company, link

KEEP, DEACTIVATE = Deletion.KEEP, Deletion.DEACTIVATE
DELETED = account(is_deleted=True)
VANISHED = replace(DELETED, is_gone=True)


@pytest.mark.parametrize(
    ("policy", "state", "present", "evidence"),
    [
        (KEEP, LinkState.LINKED, None, {"target": 101}),
        (KEEP, LinkState.DELETED, None, {"target": 101}),
        (KEEP, LinkState.ORPHANED, None, {}),
        (DEACTIVATE, LinkState.LINKED, company(source_id=account_id(), is_active=False), {"target": 101}),
    ],
)
def test_a_pair_whose_salesforce_record_has_left_says_so(
    policy: Deletion, state: LinkState, present: TargetRecord | None, evidence: dict[str, int]
) -> None:
    """Nothing is to be done in Autotask; deleted is told apart from no longer shown."""
    left = Departure(record=DELETED, link=link(DELETED, state=state), present=present)
    gone = Departure(record=VANISHED, link=link(VANISHED, state=state), present=present)

    common = {"subject": subject_of(DELETED), "evidence": evidence}
    assert decide_departed(left, policy) == changes.Skip(**common, reason=Reason.DELETED, link_state=LinkState.DELETED)
    assert decide_departed(gone, policy) == changes.Skip(
        **common, reason=Reason.VANISHED, link_state=LinkState.VANISHED
    )


@pytest.mark.parametrize("state", [LinkState.LINKED, LinkState.DELETED, LinkState.VANISHED])
def test_a_company_that_was_kept_may_be_set_inactive_later(state: LinkState) -> None:
    """When the setting changes, what was kept is treated like any other at its next look."""
    left = Departure(record=DELETED, link=link(DELETED, state=state), present=company(source_id=account_id()))

    assert isinstance(decide_departed(left, DEACTIVATE), changes.Deactivate)


@pytest.mark.parametrize("state", [LinkState.LINKED, LinkState.DELETED, LinkState.VANISHED])
def test_a_kept_pair_follows_a_merge(state: LinkState) -> None:
    """Deleted first, merged after it was restored: whatever was seen in between, the survivor is the heir."""
    left = Departure(record=DELETED, link=link(DELETED, state=state), survivor=account_id(2))

    decision = decide_departed(left, KEEP)

    assert isinstance(decision, changes.Skip)
    assert (decision.reason, decision.heir) == (Reason.MERGED, account_id(2))


def test_two_records_with_one_company_leave_no_question() -> None:
    """The survivor had taken the company over before: nothing has lost its counterpart."""
    left = Departure(
        record=DELETED,
        link=link(DELETED, state=LinkState.DELETED),
        survivor=account_id(2),
        survivor_link=link(account(2)),
    )

    assert not left.leaves_two_pairs
