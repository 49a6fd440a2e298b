"""The fewest calls a run can cost (protocol 4), to be shown beside what it did cost."""

from dataclasses import dataclass
from math import ceil

from taskforce.domain.records import ApiCalls

SOURCE_PAGE = 2000
TARGET_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a run had to do: pages count Salesforce records read per object, the rest Autotask records.

    `wanted_reads` are the requests for records that people had looked at again.
    """

    source_records: tuple[int, ...] = (0, 0)
    describes: int = 0
    wanted_reads: int = 0
    index_reads: int = 0
    present_states: tuple[int, ...] = (0, 0)
    metadata_calls: int = 0
    usage_reads: int = 0
    writes: int = 0


def lower_bound(work: Work) -> ApiCalls:
    """One Salesforce request per object and page of 2,000; Autotask by reads of 500 and one call per write."""
    pages = sum(max(1, ceil(count / SOURCE_PAGE)) for count in work.source_records)
    reads = sum(ceil(count / TARGET_PAGE) for count in work.present_states)
    return ApiCalls(
        salesforce=pages + work.describes + work.wanted_reads,
        autotask=work.index_reads + reads + work.metadata_calls + work.usage_reads + work.writes,
    )
