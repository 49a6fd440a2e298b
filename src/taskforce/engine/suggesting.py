"""Autotask records that may be the counterparts of held records, scored: from the local index, at no request (B4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from taskforce.domain.added_rules import Trait
from taskforce.domain.likeness import spellings
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.mapping import Mapper
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Candidate, Keys, keys_by, shared_value
from taskforce.domain.records import OWN_COMPANY_ID, Entity, SourceId, SourceRecord, TargetRecord, Value
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.suggesting import LEAD, NEARLY_CERTAIN, Part, Score, score
from taskforce.engine.stores import Stores

BY_RULE = "match rule"
"""What a part of the score is called that says which added rule finds a candidate; it gives no points."""

LOOKED_AT = 12
"""Candidates of one record that are compared field by field, after a rough look at their keys."""
SHOWN = 5
"""Candidates of one record that a person is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One candidate. `obstacle` says why it cannot be linked as it stands; empty if it can."""

    record: TargetRecord
    score: Score
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A held record as it would be written, and its candidates, the best first."""

    record: SourceRecord
    values: Mapping[str, Value]
    suggestions: Sequence[Suggestion] = ()

    @property
    def best(self) -> Suggestion | None:
        """The candidate that is nearly certain, can be linked, and leads all others clearly; None if there is none."""
        ranked = sorted(self.suggestions, key=lambda each: -each.score.points)
        if not ranked or ranked[0].obstacle or ranked[0].score.points < NEARLY_CERTAIN:
            return None
        leads = len(ranked) == 1 or ranked[0].score.points - ranked[1].score.points >= LEAD
        return ranked[0] if leads else None


def suggest(
    stores: Stores, settings: ConnectionSettings, entity: Entity, ids: Sequence[SourceId]
) -> Mapping[SourceId, Suggested]:
    """What may be the counterparts of these records of the Inbox; empty before Autotask was ever read."""
    schema = stores.schemas.target()
    if schema is None:
        return {}
    mapper = Mapper.of(settings.mappings.of(entity), MappingContext.of(schema, settings))
    found = {}
    for record in stores.inbox.load(entity, ids):
        values = mapper.desired(record).values
        keys = keys_by(settings, entity, values)
        suggestions = _suggestions(stores, settings, record, values, keys)
        found[record.id] = Suggested(record=record, values=values, suggestions=suggestions)
    return found


def _suggestions(
    stores: Stores, settings: ConnectionSettings, record: SourceRecord, values: Mapping[str, Value], keys: Keys
) -> Sequence[Suggestion]:
    entity, candidates = record.entity, _candidates(stores, record, keys)
    by_rule = {each.id: found for each in candidates if (found := _found_by(settings, entity, keys, each.keys))}
    candidates.sort(key=lambda each: (each.id not in by_rule, -_rough(keys, each.keys), each.id))
    looked_at = candidates[:LOOKED_AT]
    records = stores.index.records(entity, [each.id for each in looked_at])
    company = _company_of(stores, record)
    scored = [
        Suggestion(
            record=records[each.id],
            score=_said(score(entity, values, records[each.id].fields), by_rule.get(each.id, ())),
            obstacle=_obstacle(record, each, company),
        )
        for each in looked_at
        if each.id in records
    ]
    scored.sort(key=lambda each: (bool(each.obstacle), -each.score.points, each.record.id))
    return [each for each in scored if each.score.points > 0 or each.record.id in by_rule][:SHOWN]


def _found_by(settings: ConnectionSettings, entity: Entity, ours: Keys, theirs: Keys) -> Sequence[Trait]:
    """By which added rules a candidate is found."""
    traits = [rule.trait for rule in settings.match_rules.of(entity)]
    return [
        each
        for each in traits
        if (value := shared_value(entity, each, ours, settings)) is not None
        and value == shared_value(entity, each, theirs, settings)
    ]


def _said(found: Score, traits: Sequence[Trait]) -> Score:
    """The score with the rules that find the candidate named."""
    named = [Part(what=BY_RULE, points=0, words=f"found by the match rule: {each.words}") for each in traits]
    return replace(found, parts=(*named, *found.parts))


def _candidates(stores: Stores, record: SourceRecord, keys: Keys) -> list[Candidate]:
    """Those that share a trait or the key with it; never the MSP itself, nor the record that it is linked to."""
    index, entity = stores.index, record.entity
    spelt = [replace(keys, similar=each) for each in spellings(keys.similar)]
    found = [*index.fitting(entity, [keys.match]).get(keys.match, ()), *index.alike(entity, [keys, *spelt])]
    link = stores.links.by_source(entity, [record.id]).get(record.id)
    left_out = {OWN_COMPANY_ID, link.target_id if link is not None else NO_TARGET}
    return list({each.id: each for each in found if each.id not in left_out}.values())


def _rough(ours: Keys, theirs: Keys) -> float:
    """How promising a candidate looks by its keys alone."""
    is_equal = (ours.match == theirs.match, ours.domain is not None and ours.domain == theirs.domain)
    has_phone = ours.phone is not None and ours.phone == theirs.phone
    return 100 * sum((*is_equal, has_phone)) + fuzz.ratio(ours.similar, theirs.similar)


def _company_of(stores: Stores, record: SourceRecord) -> int | None:
    """The linked company of a contact's account."""
    if record.account_id is None:
        return None
    link = stores.links.by_source(Entity.COMPANY, [record.account_id]).get(record.account_id)
    return link.target_id if link is not None and link.state is LinkState.LINKED else None


def _obstacle(record: SourceRecord, candidate: Candidate, company: int | None) -> str:
    if candidate.linked_to not in (None, record.id):
        return f"belongs to {candidate.linked_to} already"
    if not candidate.is_active:
        return "is inactive in Autotask"
    if record.entity is Entity.CONTACT and candidate.company_id != company:
        return "stands under another company, and contacts cannot be moved"
    return ""
