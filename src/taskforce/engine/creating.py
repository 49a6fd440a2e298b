"""Nothing twice: the create protocol (protocol 2).

    intent `sent`, on disk  ──POST──▶  yes (200 with an id)   → link stored, intent closed
                                       no  (nothing created)  → intent closed, the error decides
                                       neither                → intent `in doubt`: wait the settle time, then look

A create that was given up can still be carried out minutes later, so neither trying again nor looking at once is safe.
"""

from collections.abc import Mapping
from datetime import timedelta

from taskforce.domain import changes
from taskforce.domain.links import Link
from taskforce.domain.match_rules import digest
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId, TargetRecord
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Doubt, Job
from taskforce.engine.settling import settle_doubt, settle_refusal, settle_waiting, settle_written
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import Intent, IntentState
from taskforce.errors import ApiError, ProtocolError, RecordRejected, WriteInDoubt

LONGEST_WAIT_IN_RUN = timedelta(seconds=30)
"""A run waits this long at most for its own doubts to settle; longer ones are left to the next run."""


def create(
    job: Job, number: int, change: changes.Create, references: Mapping[str, TargetId], company_id: TargetId | None
) -> bool:
    """One attempt at one record: linked, refused, or in doubt, and stored as such; False when the answer was lost.

    Raises TransientError and whatever stops the run, all of which say that nothing was created.
    """
    subject = change.subject
    with job.stores.transaction():
        job.stores.intents.send(subject.entity, subject.source_id, _body_digest(change), job.clock.now())
    try:
        target_id = job.target.create(
            subject.entity, job.schema, change.values, source_id=subject.source_id, company_id=company_id
        )
    except (WriteInDoubt, ProtocolError):
        settle_doubt(job, number, change)
        job.doubts[subject.entity, subject.source_id] = Doubt(
            number=number, change=change, references=references, company_id=company_id
        )
        return False
    except RecordRejected as error:
        settle_refusal(job, number, change, error)
    except ApiError:
        with job.stores.transaction():
            job.stores.intents.close(subject.entity, subject.source_id)
        raise
    else:
        job.tally.writes += 1
        settle_written(job, number, change, _created(change, target_id, company_id), references)
    return True


def _body_digest(change: changes.Create) -> str:
    return digest(*(f"{name}={value}" for name, value in sorted(change.values.items())))


def _created(change: changes.Create, target_id: TargetId, company_id: TargetId | None) -> TargetRecord:
    return TargetRecord(
        entity=change.subject.entity,
        id=target_id,
        fields=change.values,
        is_active=True,
        source_id=change.subject.source_id,
        source_id_as_written=change.subject.source_id,
        company_id=company_id,
    )


def recover_intents(job: Job) -> None:
    """At the start of a run: a create found `sent` died on its way, so it is in doubt from now on at the latest."""
    now = job.clock.now()
    for intent in job.stores.intents.unsettled():
        if intent.state is IntentState.SENT:
            with job.stores.transaction():
                job.stores.intents.doubt(intent.entity, intent.source_id, now)


def settle_earlier_doubts(job: Job) -> None:
    """Look for creates of earlier runs whose settle time is over; their records are planned again in this run.

    One that was carried out gets its link, without a fingerprint, so that planning compares the values.
    """
    for intent in job.stores.intents.unsettled():
        if _rest(job, intent) > timedelta(0):
            continue
        carriers = job.target.find_by_source_id(intent.entity, job.schema, intent.source_id)
        with job.stores.transaction():
            job.stores.intents.close(intent.entity, intent.source_id)
            if len(carriers) == 1:
                job.stores.links.put([Link(entity=intent.entity, source_id=intent.source_id, target_id=carriers[0].id)])
            job.stores.index.put(intent.entity, {each.id: (each, target_keys(each, job.settings)) for each in carriers})


def settle_own_doubts(job: Job, entity: Entity) -> None:
    """End this run's doubts whose settle time is nearly over; those that take longer are left to a later run."""
    for intent in job.stores.intents.unsettled():
        doubt = job.doubts.pop((entity, intent.source_id), None)
        rest = _rest(job, intent)
        if intent.entity is not entity or doubt is None or rest > LONGEST_WAIT_IN_RUN:
            continue
        if rest > timedelta(0):
            job.progress.say(f"Waiting {rest.total_seconds():.0f} s to learn whether a lost create was carried out.")
            job.clock.sleep(rest)
        _end(job, doubt)


def _rest(job: Job, intent: Intent) -> timedelta:
    """What is left of the settle time."""
    return (intent.doubtful_since or intent.sent_at) + job.settings.settle_time - job.clock.now()


def _end(job: Job, doubt: Doubt) -> None:
    """Ask for the id by value: none → create it now; one → that is it; more → a person must decide."""
    stop_if_asked(job)
    subject = doubt.change.subject
    carriers = job.target.find_by_source_id(subject.entity, job.schema, subject.source_id)
    if len(carriers) > 1:
        settle_waiting(job, doubt.number, doubt.change, Reason.DUPLICATE_ID, None)
    elif carriers:
        settle_written(job, doubt.number, doubt.change, carriers[0], doubt.references)
    else:
        with job.stores.transaction():
            job.stores.intents.close(subject.entity, subject.source_id)
        create(job, doubt.number, doubt.change, doubt.references, doubt.company_id)
