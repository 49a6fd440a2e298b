"""Looking again, before a change of an approved plan is made: does it still stand? (protocol 6)

While the plan waited, people went on working. A change whose records are not as they were when it was planned is left
out, and its record stays due: the next import plans it anew.
"""

from collections.abc import Iterable, Mapping, Sequence

from taskforce.domain import changes
from taskforce.domain.approval import Facts, still_stands
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import Mapper
from taskforce.domain.match_rules import Keys, keys_by
from taskforce.domain.matching import Match
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.engine.candidates import Seeker
from taskforce.engine.indexing import attached, present_state, refresh_index
from taskforce.engine.job import Job
from taskforce.engine.lookups import Lookups
from taskforce.engine.places import Places
from taskforce.engine.presence import confirm_ids
from taskforce.engine.stores import Intended

"""A change that a plan holds to be applied."""


def refresh_if_paired(job: Job, entity: Entity, intended: Iterable[Intended]) -> None:
    """Before something is created or linked, learn what was typed into Autotask meanwhile."""
    if any(isinstance(change, changes.Create | changes.Link) for _, change in intended):
        for each in dict.fromkeys([Entity.COMPANY, entity]):
            if each not in job.refreshed:
                refresh_index(job, each)


def those_that_stand(job: Job, entity: Entity, intended: Sequence[Intended]) -> list[Intended]:
    """The changes of a slice that may be made; of the others it is stored that their records changed."""
    context, facts = job.context, _facts(job, entity, [change for _, change in intended])
    stands = [still_stands(change, known, context) for (_, change), known in zip(intended, facts, strict=True)]
    stands = [each and not _has_more_attached(job, change) for each, (_, change) in zip(stands, intended, strict=True)]
    _join(intended, stands)
    changed = [each for each, is_standing in zip(intended, stands, strict=True) if not is_standing]
    with job.stores.transaction():
        for number, change in changed:
            job.plan.settle(number, _left(change), job.clock.now())
    job.progress.advance(len(changed))
    job.tally.left_out += len(changed)
    return [each for each, is_standing in zip(intended, stands, strict=True) if is_standing]


def _left(change: changes.Applicable) -> Outcome:
    if change.is_undo:
        return Outcome(kind=OutcomeKind.SKIPPED, reason=Reason.CHANGED_SINCE_RUN)
    return Outcome(kind=OutcomeKind.HELD, reason=Reason.CHANGED_SINCE_PLANNED)


def _has_more_attached(job: Job, change: changes.Applicable) -> bool:
    """Whether more hangs on a company that an undo sets inactive than what was to go before it, and did."""
    is_such = change.subject.entity is Entity.COMPANY and change.reason is Reason.CREATION_UNDONE
    if not is_such or not isinstance(change, changes.Patch):
        return False
    if job.tally.failures or job.tally.left_out:
        return True
    hanging = attached(job, change.target_id)
    return any(number != change.evidence.get(what, 0) for what, number in hanging.items())


def _join(intended: Sequence[Intended], stands: list[bool]) -> None:
    """A record that gives up its id and the one that gets it, which is next to it: both or neither."""
    for place, (_, change) in enumerate(intended):
        if change.follows is not None and place and gives_up_id(intended[place - 1][1]):
            stands[place - 1] = stands[place] = stands[place - 1] and stands[place]


def gives_up_id(change: changes.Applicable) -> bool:
    """Whether it is followed by the change that gets its id."""
    return isinstance(change, changes.Patch) and change.clears_id


def _facts(job: Job, entity: Entity, intended: Sequence[changes.Applicable]) -> list[Facts]:
    """What is known now about each change, asked in bulk."""
    ids = [change.subject.source_id for change in intended]
    accounts = {account for change in intended for account in _accounts(change)}
    places = Places(job)
    places.look_up(accounts)
    found = {account: place.target_id for account in accounts if (place := places.of(account)) is not None}
    records = {record.id: record for record in job.stores.inbox.load(entity, ids)}
    links = job.stores.links.by_source(entity, ids)
    locks = job.stores.links.locks(entity, ids)
    brought = job.stores.inbox.brought(entity, ids)
    doubts = job.stores.intents.get(entity, ids)
    present = _present(job, entity, intended)
    new = job.stores.inbox.marked_new(entity, ids)
    keys = _keys(job, entity, records.values())
    seekers = [
        _seeker(
            change,
            keys.get(change.subject.source_id, change.basis.keys),
            places,
            links.get(change.subject.source_id),
            is_new=change.subject.source_id in new,
        )
        for change in intended
        if isinstance(change, changes.Create | changes.Link)
    ]
    matches = _matches(job, entity, seekers, present)
    planned = job.plan.planned(Entity.COMPANY, accounts).keys()
    return [
        Facts(
            record=records.get(source_id),
            link=links.get(source_id),
            is_in_doubt=source_id in doubts,
            present=present.get(change.target_id) if isinstance(change, changes.Patch) else None,
            is_taken=isinstance(change, changes.Patch) and _is_taken(job, change, links),
            match=matches.get(source_id),
            companies=found,
            planned=planned,
            locked=locks.get(source_id, frozenset()),
            is_brought=source_id in brought,
        )
        for source_id, change in zip(ids, intended, strict=True)
    ]


def _keys(job: Job, entity: Entity, records: Iterable[SourceRecord]) -> Mapping[SourceId, Keys]:
    """The keys of records by the settings as they are now: a plan may have waited through a change of them."""
    mapper = Mapper.of(job.settings.mappings.of(entity), job.context)
    return {record.id: keys_by(job.settings, entity, mapper.desired(record).values) for record in records}


def _accounts(change: changes.Write) -> frozenset[SourceId]:
    later = change.basis.revisit_after
    return change.accounts if later is None else change.accounts | {later}


def _present(job: Job, entity: Entity, intended: Sequence[changes.Applicable]) -> Mapping[TargetId, TargetRecord]:
    """The present state of the records to be patched; an id that is not to be seen is asked for by value."""
    patches = [change for change in intended if isinstance(change, changes.Patch)]
    present = present_state(job, entity, list(dict.fromkeys(patch.target_id for patch in patches)))
    linked = {patch.target_id: patch.subject.source_id for patch in patches if not patch.writes_id}
    return confirm_ids(job, entity, present, linked)


def _is_taken(job: Job, change: changes.Patch, links: Mapping[SourceId, Link]) -> bool:
    """The Autotask record is linked to another Salesforce record by now; asked only where it is not ours yet."""
    subject = change.subject
    link = links.get(subject.source_id)
    if link is not None and link.state is LinkState.LINKED:
        return False
    others = job.stores.links.by_target(subject.entity, [change.target_id])
    return any(other.state is LinkState.LINKED for other in others if other.source_id != subject.source_id)


def _matches(
    job: Job, entity: Entity, seekers: Sequence[Seeker], present: Mapping[TargetId, TargetRecord]
) -> Mapping[SourceId, Match]:
    """What creates and links would be paired with now; candidates that are gone from Autotask are none."""
    lookups = Lookups(job, entity, seekers)
    unseen = sorted(lookups.candidates(seekers) - present.keys())
    lookups.discard(unseen - present_state(job, entity, unseen).keys() if unseen else ())
    return {seeker.source_id: lookups.verdict(seeker) for seeker in seekers}


def _seeker(
    change: changes.Create | changes.Link, keys: Keys, places: Places, link: Link | None, *, is_new: bool
) -> Seeker:
    """What to look for; only a record that gives up its id in this plan, or has done so, is none of the candidates."""
    account = change.company
    has_given_up = link is not None and link.state is LinkState.REPLACED
    return Seeker(
        source_id=change.subject.source_id,
        keys=keys,
        account=account,
        place=places.of(account) if account is not None else None,
        given_up=link.target_id if link is not None and has_given_up else change.follows,
        is_new=is_new,
    )
