"""Salesforce ids that stand on more than one Autotask record: never mended by a program (protocol 2, steps 5 and 6)."""

from collections.abc import Sequence

from taskforce.domain.notices import NoticeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, TargetRecord
from taskforce.engine.job import Job
from taskforce.engine.notifying import tell


def hold_twins(job: Job, entity: Entity, source_id: SourceId) -> None:
    """Nothing more is written for this id, inside a transaction, until one of the records changes."""
    job.stores.inbox.hold(entity, source_id, Reason.DUPLICATE_ID, waits_for=None, match_key="")


def tell_twins(job: Job, entity: Entity, source_id: SourceId, twins: Sequence[TargetRecord]) -> None:
    """A person is told, inside a transaction; the lower id is proposed."""
    ids = sorted(twin.id for twin in twins)
    tell(
        job,
        NoticeKind.DUPLICATE_ID,
        subject=source_id,
        text=f"The Autotask {entity.plural} {', '.join(map(str, ids))} carry the same Salesforce id {source_id}. "
        f"Clear the user-defined field on all but one; {ids[0]} was there first.",
    )
