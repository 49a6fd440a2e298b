"""Writes whose end is not known: wait out the settle time, then look (protocol 2).

A request that was given up can still be carried out minutes later. Until the settle time has passed since sending was
over, neither "not there" nor "there" is an answer to rely on, and nothing is sent for the record. The time is taken
from Autotask's clock, since it is Autotask that is waited for; the clock here may jump.

    a create  → ask for the Salesforce id by value: none → not carried out, one → that is it, more → a person
    a patch   → read the record: it holds what was sent → carried out, else → not carried out
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from taskforce.domain import changes
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetRecord
from taskforce.domain.values import agree
from taskforce.engine.answers import remember_partly_found, settle_found
from taskforce.engine.applying import apply_changes
from taskforce.engine.indexing import index_written, release_what_waits_for
from taskforce.engine.job import Job
from taskforce.engine.presence import carries
from taskforce.engine.stopping import stop_if_asked
from taskforce.engine.stores import Intent, IntentState, Stores
from taskforce.engine.twins import hold_twins, tell_twins
from taskforce.engine.unsettled import write_of
from taskforce.errors import DecisionRefused

LONGEST_WAIT_IN_RUN = timedelta(seconds=30)
"""A run waits this long at most for its own doubts to settle; longer ones are left to the next run."""

WATCHED_FOR = timedelta(days=1)
"""After so long an id that was in doubt is looked for once more: does it stand twice?"""

_BREATH = timedelta(seconds=1)


def recover_intents(job: Job) -> None:
    """At the start of a run: a write found `sent` died on its way, so it is in doubt."""
    if any(intent.state is IntentState.SENT for intent in job.stores.intents.unsettled()):
        with job.stores.transaction():
            doubt_sent(job.stores)


def doubt_sent(stores: Stores) -> None:
    """Nobody waits for the answers to what is `sent` any more, inside a transaction."""
    for intent in stores.intents.unsettled():
        if intent.state is IntentState.SENT:
            stores.intents.doubt(intent.entity, intent.source_id)


def refuse_doubt(stores: Stores, settle_time: timedelta, now: datetime) -> None:
    """Raises DecisionRefused while a write may still be carried out that would be forgotten: it could not be found.

    The clock here decides, as Autotask may not be asked any more; a moment that lies ahead of it counts as now.
    """
    until = max((min(intent.sent_at, now) + settle_time for intent in stores.intents.unsettled()), default=now)
    if until > now:
        raise DecisionRefused(
            "The answer to a write to Autotask was lost, and it may still be carried out until "
            f"{until:%Y-%m-%d %H:%M:%S} UTC. Forgotten before that, its record could be created twice.",
            mend="Say this again after that.",
        )


def settle_earlier_doubts(job: Job) -> None:
    """Look what became of the writes of earlier runs whose settle time is over; their records stay due."""
    if not job.stores.intents.unsettled():
        return
    now = _autotask_time(job)
    for intent in job.stores.intents.unsettled():
        if _rest(job, intent, now) <= timedelta(0):
            stop_if_asked(job)
            _end(job, intent, is_own=False)


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
        change = _end(job, intent, is_own=True)
        if change is not None and number is not None:
            apply_changes(job, [[(number, change)]])


def _autotask_time(job: Job) -> datetime:
    """What time it is there, by the cheapest request; the settle time of new doubts begins then."""
    job.target.usage()
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


def _end(job: Job, intent: Intent, *, is_own: bool) -> changes.Applicable | None:
    """Look, and store what is known now. Returns the change if it is certain that it was not carried out."""
    change = write_of(job.stores, intent)
    if isinstance(change, changes.Patch):
        found = job.target.read(intent.entity, job.schema, [change.target_id])
        carriers = [record for record in found.values() if _shows(job, record, change)]
        standing = found.get(change.target_id)
    else:
        standing = None
        carriers = list(job.target.find_by_source_id(intent.entity, job.schema, intent.source_id))
    with job.stores.transaction():
        job.stores.intents.close(intent.entity, [intent.source_id])
        job.stores.watches.put(intent.entity, intent.source_id, job.clock.now() + WATCHED_FOR)
        index_written(job, intent.entity, carriers)
        outcome = _outcome(job, intent, change, carriers, is_own=is_own)
        if not carriers and change is not None:
            _give_back(job, change, standing)
        if is_own and intent.number is not None:
            job.plan.settle(intent.number, outcome, job.clock.now())
        elif intent.number is not None and not job.is_dry_run:
            job.plan.settle_earlier(intent.number, outcome, job.clock.now())
    return None if carriers else change


def _give_back(job: Job, change: changes.Applicable, standing: TargetRecord | None) -> None:
    """A write was not carried out: what was kept for its record is free, and others that wait for it become due."""
    entity = change.subject.entity
    if isinstance(change, changes.Patch) and standing is not None:
        remember_partly_found(job, change, standing)
        release_what_waits_for(job, entity, [standing])
    elif isinstance(change, changes.Create):
        job.stores.inbox.release_keys(entity, {change.basis.keys.match})


def _shows(job: Job, record: TargetRecord, change: changes.Patch) -> bool:
    """Whether a record holds everything that the patch wrote, and no longer the id that it cleared."""
    values = {**record.fields, "isActive": record.is_active}
    has_values = all(agree(values.get(each.field), each.after) for each in change.field_changes)
    if not has_values or not (change.writes_id or change.clears_id):
        return has_values
    return carries(job, record, change.subject.source_id) == change.writes_id


def _outcome(
    job: Job,
    intent: Intent,
    change: changes.Applicable | None,
    carriers: Sequence[TargetRecord],
    *,
    is_own: bool,
) -> Outcome:
    """What became of the write, with its link. Records of earlier runs stay due, and are planned in this one.

    One that was not carried out is planned after a wait if it comes to this again and again.
    """
    if not carriers:
        if change is None or not change.is_undo:
            job.stores.inbox.fail(intent.entity, intent.source_id, Reason.UNREACHABLE, job.clock.now())
        return Outcome(kind=OutcomeKind.POSTPONED, reason=Reason.NOT_REACHED)
    if len(carriers) > 1:
        tell_twins(job, intent.entity, intent.source_id, carriers)
        if is_own:
            hold_twins(job, intent.entity, intent.source_id)
        return Outcome(kind=OutcomeKind.HELD, reason=Reason.DUPLICATE_ID)
    return settle_found(job, intent, change, carriers[0])
