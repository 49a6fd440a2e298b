"""Memory does not grow with the number of records: what is decided about goes by in slices."""

import gc
from dataclasses import dataclass

from taskforce.domain.drafts import Draft
from taskforce.domain.links import Link
from taskforce.domain.records import Counts
from taskforce.domain.run import RunStatus
from taskforce.engine.planning import SLICE
from taskforce.testing.progress import RecordedProgress
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, Office

MANY = 5_000


@dataclass(slots=True)
class Census(RecordedProgress):
    """Counts the records on their way to a decision whenever some are done."""

    most: int = 0

    def advance(self, count: int) -> None:
        """Some are done; how many are there?"""
        RecordedProgress.advance(self, count)
        if self.phases[-1] == ("Planning companies", MANY):
            self.most = max(self.most, sum(type(each) is Draft for each in gc.get_objects()))


def test_reconciliation_of_many_holds_a_slice_at_most() -> None:
    """Of 5,000 records that are all compared, no more are held at once than two slices."""
    office = Office()
    office.progress = census = Census()
    pairs = []
    for number in range(MANY):
        name = f"Company {number}"
        source_id = office.account(number, Name=name)
        target_id = office.company(companyName=name, carries=account_id(number))
        pairs.append(Link(entity=COMPANY, source_id=source_id, target_id=target_id))
    office.stores.links.put(pairs)

    run = office.reconcile()

    assert run.status is RunStatus.DONE
    assert run.counts[COMPANY] == Counts(unchanged=MANY)
    assert 0 < census.most <= 2 * SLICE
