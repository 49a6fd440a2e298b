"""What a run intends for each record."""

import pytest

from taskforce.domain.changes import Basis, Create, Subject
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId
from tests.builders import NOON, account_id, contact_id

PARENT, HOME = account_id(7), account_id(1)


@pytest.mark.parametrize(
    ("references", "company", "accounts"),
    [
        ({}, None, set()),
        ({"parentCompanyID": PARENT}, None, {PARENT}),
        ({}, HOME, {HOME}),
        ({"parentCompanyID": PARENT}, HOME, {PARENT, HOME}),
        ({"parentCompanyID": HOME}, HOME, {HOME}),
    ],
)
def test_a_write_needs_the_companies_of_its_accounts(
    references: dict[str, SourceId], company: SourceId | None, accounts: set[SourceId]
) -> None:
    """Those it refers to, and the one that a contact belongs to."""
    write = Create(
        subject=Subject(entity=Entity.CONTACT, source_id=contact_id(), name="Rosa Lind", modified_at=NOON),
        reason=Reason.NO_CANDIDATE,
        basis=Basis(keys=Keys(match="m", name="n"), fingerprint="f", references=references),
        values={},
        company=company,
    )

    assert write.accounts == accounts
