"""The fewest calls a run can cost (protocol 4)."""

import pytest

from taskforce.domain.frugality import Work, lower_bound
from taskforce.domain.records import ApiCalls


@pytest.mark.parametrize(
    ("work", "calls"),
    [
        (Work(), ApiCalls(salesforce=0, autotask=0)),
        (Work(source_records=(0, 0)), ApiCalls(salesforce=2, autotask=0)),
        (Work(source_records=(2000, 1)), ApiCalls(salesforce=2, autotask=0)),
        (Work(source_records=(2001, 0)), ApiCalls(salesforce=3, autotask=0)),
        (Work(source_records=(52_000, 0)), ApiCalls(salesforce=27, autotask=0)),
        (Work(source_records=(52_001, 0)), ApiCalls(salesforce=10, autotask=0)),
        (Work(present_states=(500, 0), writes=3), ApiCalls(salesforce=0, autotask=4)),
        (Work(present_states=(501, 1)), ApiCalls(salesforce=0, autotask=3)),
        (Work(index_reads=2), ApiCalls(salesforce=0, autotask=2)),
        (Work(watch_reads=2), ApiCalls(salesforce=0, autotask=2)),
        (Work(describes=2, metadata_calls=9), ApiCalls(salesforce=2, autotask=9)),
        (Work(wanted_reads=3), ApiCalls(salesforce=3, autotask=0)),
        (
            Work(
                source_records=(4500, 9000),
                describes=2,
                index_reads=20,
                present_states=(0, 0),
                metadata_calls=9,
                writes=13500,
            ),
            ApiCalls(salesforce=10, autotask=13529),
        ),
    ],
    ids=[
        "nothing was read",
        "nothing changed",
        "one full page",
        "one record more",
        "as many as pages are for",
        "so many that a job reads them",
        "read once, write what differs",
        "reads of 500 per entity",
        "what is new in Autotask",
        "an id asked for by its value",
        "metadata",
        "wanted",
        "first load",
    ],
)
def test_the_lower_bound_follows_the_work(work: Work, calls: ApiCalls) -> None:
    """Salesforce by pages of 2,000 per object, at least one each; Autotask by reads of 500 and single writes."""
    assert lower_bound(work) == calls
