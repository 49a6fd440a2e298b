"""Merges in Salesforce: who is left in the end (B6)."""

from collections.abc import Mapping

from taskforce.domain.records import SourceId


def last_survivor(record: SourceId, survivors: Mapping[SourceId, SourceId]) -> SourceId:
    """The end of a chain of merges; the record itself if it was merged into nothing.

    Read in pieces, a chain can look like a ring (merged, restored, and merged the other way round): it ends before it
    would come back to where it was.
    """
    met = {record}
    while (following := survivors.get(record)) is not None and following not in met:
        met.add(following)
        record = following
    return record
