"""Writes whose end is not known: wait out the settle time, then look (protocol 2).

A request that was given up can still be carried out minutes later. Until the settle time has passed since sending was
over, neither "not there" nor "there" is an answer to rely on, and nothing is sent for the record. The time is taken
from Autotask's clock, since it is Autotask that is waited for; the clock here may jump.

    a create  → ask for the Salesforce id by value: none → not carried out, one → that is it, more → a person
    a patch   → read the record: it holds what was sent → carried out, else → not carried out
"""

from datetime import datetime, timedelta

from taskforce.domain import changes
from taskforce.domain.notices import NoticeKind
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetRecord
from taskforce.domain.values import comparable
from taskforce.engine.applying import apply_changes
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Job
from taskforce.engine.notifying import tell
from taskforce.engine.settling import settle_found, settle_waiting
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import Intent, IntentState

LONGEST_WAIT_IN_RUN = timedelta(seconds=30)
"""A run waits this long at most for its own doubts to settle; longer ones are left to the next run."""

WATCHED_FOR = timedelta(days=1)
"""After so long an id that was in doubt is looked for once more: does it stand twice?"""

_BREATH = timedelta(seconds=1)


def recover_intents(job: Job) -> None:
    """At the start of a run: a write found `sent` died on its way, so it is in doubt."""
    sent = [intent for intent in job.stores.intents.unsettled() if intent.state is IntentState.SENT]
    if sent:
        with job.stores.transaction():
            for intent in sent:
                job.stores.intents.doubt(intent.entity, intent.source_id)


def settle_earlier_doubts(job: Job) -> None:
    """Look what became of the writes of earlier runs whose settle time is over; their records stay due."""
    if not job.stores.intents.unsettled():
        return
    now = _autotask_time(job)
    for intent in job.stores.intents.unsettled():
        if _rest(job, intent, now) <= timedelta(0):
            stop_if_asked(job)
            _end(job, intent)


def settle_own_doubts(job: Job, entity: Entity) -> None:
    """End this run's doubts whose settle time is nearly over; those that take longer are left to a later run."""
    if not job.doubts:
        return
    now = _autotask_time(job)
    for intent in job.stores.intents.unsettled():
        rest = _rest(job, intent, now)
        number = intent.number
        if intent.entity is not entity or number not in job.doubts or rest > LONGEST_WAIT_IN_RUN:
            continue
        job.doubts.discard(number)
        _wait(job, rest)
        now += max(rest, timedelta(0))
        change = _end(job, intent)
        if change is not None and number is not None:
            apply_changes(job, [(number, change)])


def _autotask_time(job: Job) -> datetime:
    """What time it is there, by the cheapest request; the settle time of new doubts begins then."""
    job.target.usage()
    job.tally.usage_reads += 1
    now = job.target.server_time or job.clock.now()
    with job.stores.transaction():
        job.stores.intents.stamp(now)
    return now


def _rest(job: Job, intent: Intent, now: datetime) -> timedelta:
    """What is left of the settle time; never more than all of it, should that clock have been ahead."""
    since = intent.server_since if intent.server_since is not None else now
    return min(since + job.settings.settle_time - now, job.settings.settle_time)


def _wait(job: Job, rest: timedelta) -> None:
    """Wait, unless somebody asks to stop."""
    if rest > timedelta(0):
        job.progress.say(f"Waiting {rest.total_seconds():.0f} s to learn whether a lost write was carried out.")
    while rest > timedelta(0):
        stop_if_asked(job)
        job.clock.sleep(min(rest, _BREATH))
        rest -= _BREATH


def _end(job: Job, intent: Intent) -> changes.Create | changes.Patch | None:
    """Look, and store what is known now. Returns the change if it is certain that it was not carried out."""
    change = job.plan.write(intent.number) if intent.number is not None else None
    if isinstance(change, changes.Patch):
        return _end_patch(job, intent, change)
    return _end_create(job, intent, change)


def _end_create(job: Job, intent: Intent, change: changes.Create | None) -> changes.Create | None:
    carriers = job.target.find_by_source_id(intent.entity, job.schema, intent.source_id)
    with job.stores.transaction():
        job.stores.intents.close(intent.entity, intent.source_id)
        job.stores.watches.put(intent.entity, intent.source_id, job.clock.now() + WATCHED_FOR)
        job.stores.index.put(intent.entity, {each.id: (each, target_keys(each, job.settings)) for each in carriers})
        if len(carriers) > 1:
            _report_twins(job, intent, change, carriers[0])
        elif carriers and change is not None and intent.number is not None:
            settle_found(job, intent.number, change, carriers[0])
        elif intent.number is not None:
            _settle_not_done(job, intent, intent.number)
    return change if not carriers else None


def _end_patch(job: Job, intent: Intent, change: changes.Patch) -> changes.Patch | None:
    assert intent.number is not None, "a patch is found by its number"  # noqa: S101 - a defect, not input
    found = job.target.read(intent.entity, job.schema, [change.target_id]).get(change.target_id)
    is_carried_out = found is not None and _shows(found, change)
    with job.stores.transaction():
        job.stores.intents.close(intent.entity, intent.source_id)
        if found is not None and is_carried_out:
            settle_found(job, intent.number, change, found)
        else:
            _settle_not_done(job, intent, intent.number)
    return None if is_carried_out else change


def _shows(record: TargetRecord, change: changes.Patch) -> bool:
    """Whether a record holds everything that the patch wrote."""
    values = {**record.fields, "isActive": record.is_active}
    has_values = all(comparable(values.get(each.field)) == comparable(each.after) for each in change.field_changes)
    return has_values and (not change.writes_id or record.source_id == change.subject.source_id)


def _settle_not_done(job: Job, intent: Intent, number: int) -> None:
    """Not carried out: the record is planned anew, after a wait if it comes to this again and again."""
    job.stores.inbox.fail(intent.entity, intent.source_id, Reason.UNREACHABLE, job.clock.now())
    job.plan.settle(number, Outcome(kind=OutcomeKind.POSTPONED, reason=Reason.NOT_REACHED), job.clock.now())


def _report_twins(job: Job, intent: Intent, change: changes.Create | None, lowest: TargetRecord) -> None:
    """The id stands on several records: nothing more is written, and a person is told."""
    if change is not None and intent.number is not None:
        settle_waiting(job, intent.number, change, Reason.DUPLICATE_ID, None)
    tell(
        job,
        NoticeKind.DUPLICATE_ID,
        subject=intent.source_id,
        text=f"Several Autotask {intent.entity.plural} carry the Salesforce id {intent.source_id}. "
        f"Clear the user-defined field on all but one; {lowest.id} was there first.",
    )
