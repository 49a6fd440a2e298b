"""Parents that are imported with the accounts below them, whether they fit the filter or not (B10)."""

from collections.abc import Iterator, Sequence

from taskforce.domain.records import Entity, SourceId
from taskforce.domain.scope import out_of_scope
from taskforce.engine.job import Job
from taskforce.engine.stores import slices

SLICE = 500
"""Records looked at once."""


def bring_parents(job: Job) -> None:
    """Mark the parents of the due accounts that are imported, and their parents, before anything is decided.

    Also those that have a company: none is left behind, or set inactive, as one that does not fit. What is not at hand
    is read by the next import.
    """
    if not job.settings.record_filter.bring_parents:
        return
    known = job.stores.inbox.due_parents(job.clock.now())
    parents = {account: parent for account, parent in known.items() if parent is not None}
    below = {account for some in slices(sorted(parents), SLICE) for account in _imported(job, some)}
    brought: set[SourceId] = set()
    while below := {parents[each] for each in below if each in parents} - brought:
        brought |= below
    with job.stores.transaction():
        job.stores.inbox.bring(Entity.COMPANY, brought)


def _imported(job: Job, ids: Sequence[SourceId]) -> Iterator[SourceId]:
    links = job.stores.links.by_source(Entity.COMPANY, ids)
    brought = job.stores.inbox.brought(Entity.COMPANY, ids)
    for record in job.stores.inbox.load(Entity.COMPANY, ids):
        if out_of_scope(record, links.get(record.id), job.settings, is_brought=record.id in brought) is None:
            yield record.id
