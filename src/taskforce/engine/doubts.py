"""Creates whose end is not known: wait out the settle time, then ask for the Salesforce id by value (protocol 2).

A create that was given up can still be carried out minutes later; until the settle time has passed since sending was
over, neither "not there" nor "there" is an answer to rely on, and nothing is sent for the record.
"""

from datetime import timedelta

from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.engine.applying import apply_changes
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Job
from taskforce.engine.sending import Request
from taskforce.engine.settling import file_away, settle_waiting, settle_written
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import Intent, IntentState

LONGEST_WAIT_IN_RUN = timedelta(seconds=30)
"""A run waits this long at most for its own doubts to settle; longer ones are left to the next run."""


def recover_intents(job: Job) -> None:
    """At the start of a run: a create found `sent` died on its way, so it is in doubt from now on at the latest."""
    now = job.clock.now()
    for intent in job.stores.intents.unsettled():
        if intent.state is IntentState.SENT:
            with job.stores.transaction():
                job.stores.intents.doubt(intent.entity, intent.source_id, now)


def settle_earlier_doubts(job: Job) -> None:
    """Look for creates of earlier runs whose settle time is over; their records are planned again in this run.

    One that was carried out is then found by the id it carries, and linked like any other.
    """
    for intent in job.stores.intents.unsettled():
        if _rest(job, intent) > timedelta(0):
            continue
        carriers = job.target.find_by_source_id(intent.entity, job.schema, intent.source_id)
        with job.stores.transaction():
            job.stores.intents.close(intent.entity, intent.source_id)
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
    """What is left of the settle time; never more than all of it, should a clock have been ahead."""
    rest = (intent.doubtful_since or intent.sent_at) + job.settings.settle_time - job.clock.now()
    return min(rest, job.settings.settle_time)


def _end(job: Job, doubt: Request) -> None:
    """Ask for the id by value: none → create it now; one → that is it; more → a person must decide."""
    stop_if_asked(job)
    subject = doubt.change.subject
    carriers = job.target.find_by_source_id(subject.entity, job.schema, subject.source_id)
    with job.stores.transaction():
        if len(carriers) > 1:
            settle_waiting(job, doubt.number, doubt.change, Reason.DUPLICATE_ID, None)
        elif carriers:
            settle_written(job, doubt.number, doubt.change, carriers[0], doubt.references)
            file_away(job)
        else:
            job.stores.intents.close(subject.entity, subject.source_id)
    if not carriers:
        apply_changes(job, [(doubt.number, doubt.change)])
