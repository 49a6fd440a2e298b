"""The fewest calls a run can cost (protocol 4), to be shown beside what it did cost."""

from dataclasses import dataclass
from math import ceil

from taskforce.domain.records import ApiCalls

SOURCE_PAGE = 2000
TARGET_PAGE = 500

BULK_FROM = 50_000
"""Salesforce records left behind a first page from which on a bulk job reads them (decision 0025)."""

BULK_SET = 10_000
"""Records in one set of a bulk job's results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a run had to do.

    `source_records` are Salesforce records, for each object that was read in pages; `wanted_reads` the requests for
    records by their ids; `present_states` Autotask records per entity; the rest counts requests to Autotask but for the
    describes.
    """

    source_records: tuple[int, ...] = ()
    describes: int = 0
    wanted_reads: int = 0
    index_reads: int = 0
    present_states: tuple[int, ...] = ()
    metadata_calls: int = 0
    usage_reads: int = 0
    watch_reads: int = 0
    writes: int = 0


def lower_bound(work: Work) -> ApiCalls:
    """One Salesforce request per object and page of 2,000; Autotask by reads of 500 and one call per write.

    Many records cost a page, a bulk job, a look at it, and one request for each set of results.
    """
    pages = sum(_pages(count) for count in work.source_records)
    reads = sum(ceil(count / TARGET_PAGE) for count in work.present_states)
    return ApiCalls(
        salesforce=pages + work.describes + work.wanted_reads,
        autotask=work.index_reads + reads + work.metadata_calls + work.usage_reads + work.watch_reads + work.writes,
    )


def _pages(count: int) -> int:
    left = count - SOURCE_PAGE
    return 3 + ceil(left / BULK_SET) if left > BULK_FROM else max(1, ceil(count / SOURCE_PAGE))
