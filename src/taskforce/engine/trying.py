"""A trial of match rules over the present data: what each would do, and how it agrees with the pairs there are (B4).

Nothing is written, and Autotask is not asked: what is known of it stands in the local index, once there was an import.
Salesforce's values of settled records are kept nowhere, so all accounts and contacts are read, page by page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from taskforce.domain.added_rules import TRAITS, MatchRule, RuleVerdict, Trait
from taskforce.domain.budget import Budget
from taskforce.domain.filtering import RecordFilter
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import Mapper, fields_to_read
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Candidate, keys_by
from taskforce.domain.matching import Finding, Match, match, match_by_rules
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Entity, SourceId, SourceRecord, TargetId
from taskforce.domain.scope import out_of_scope
from taskforce.domain.settings import ConnectionSettings
from taskforce.engine.budgeting import LOOK_BACK
from taskforce.engine.candidates import Candidates, Seeker
from taskforce.engine.indexing import target_keys
from taskforce.engine.job import Progress
from taskforce.engine.places import Place
from taskforce.engine.ports import Clock, Source, Target
from taskforce.engine.stores import Stores
from taskforce.errors import ConfigurationError

SLICE = 500
"""Records compared at once."""

QUICK = 20_000
"""So many Salesforce records are compared while somebody waits for a page."""

EXAMPLES = 5
"""Examples kept of each outcome of a rule."""

EXACT = "exact"
"""The name of the rule that S15 or S16 is."""

OUTCOMES = ("link", "hold", "ambiguous", "taken", "inactive")
"""What a rule does with a record that has no pair."""

AGREEMENT = ("same", "several", "other", "nothing")
"""What a rule finds of a record that has one: its counterpart, that among others, others only, or none."""

_OUTCOMES: Mapping[Reason, str] = {
    Reason.EXACT_MATCH: "link",
    Reason.RULE_MATCH: "link",
    Reason.RULE_MATCH_HELD: "hold",
    Reason.AMBIGUOUS: "ambiguous",
    Reason.TAKEN: "taken",
    Reason.CANDIDATE_INACTIVE: "inactive",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One record of which a rule said something, and the Autotask records that it found."""

    source_id: SourceId
    name: str
    outcome: str
    candidates: Mapping[TargetId, str]


@dataclass(slots=True, kw_only=True)
class Line:
    """One rule; `verdict` is None for one that is not in use, which is tried as if it stood last and held."""

    entity: Entity
    rule: str
    verdict: RuleVerdict | None
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def note(self, record: SourceRecord, outcome: str, candidates: Iterable[Candidate]) -> None:
        """Count a record, and keep it as an example while there are few."""
        self.counts[outcome] += 1
        is_telling = outcome not in ("same", "nothing")
        if is_telling and sum(each.outcome == outcome for each in self.examples) < EXAMPLES:
            found = {each.id: each.name for each in sorted(candidates, key=lambda each: each.id)}
            self.examples.append(Example(source_id=record.id, name=record.name, outcome=outcome, candidates=found))


@dataclass(slots=True, kw_only=True)
class Trial:
    """What a trial found. `seen` counts the records of each kind by how they stand: linked, unlinked (of which
    `created` no rule finds anything), waiting for their company, left out; `calls` are its requests."""

    lines: Sequence[Line]
    seen: Mapping[Entity, Counter[str]] = field(default_factory=lambda: {entity: Counter() for entity in Entity})
    calls: ApiCalls = field(default_factory=ApiCalls)

    def of(self, entity: Entity) -> Sequence[Line]:
        """The rules for one kind of record, in the order in which they are asked; those not in use come last."""
        return [line for line in self.lines if line.entity is entity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a trial works with. With `is_quick` somebody waits for a page: it is refused where it would take long."""

    stores: Stores
    settings: ConnectionSettings
    source: Source
    target: Target
    clock: Clock
    progress: Progress
    is_quick: bool = False


def try_rules(bench: Bench) -> Trial:
    """Try the rules of the settings; costs what reading all accounts and contacts costs, and two requests to count.

    Raises ConfigurationError where a quick answer is not to be had.
    """
    source, calls = bench.source, ApiCalls(salesforce=bench.source.calls, autotask=bench.target.calls)
    numbers = {entity: source.count(entity, RecordFilter()) for entity in Entity}
    if bench.is_quick and sum(numbers.values()) > QUICK:
        raise ConfigurationError([f"Salesforce has more than {QUICK:,} records: use taskforce match NAME try."])
    trial = Trial(lines=[line for entity in Entity for line in _lines(entity, bench.settings)])
    with _informed(bench, [entity for entity, number in numbers.items() if number]) as stores:
        for entity in Entity:
            bench.progress.phase(f"Comparing {entity.plural}", numbers[entity])
            _try_all(bench, stores, entity, trial)
    trial.calls = ApiCalls(salesforce=source.calls, autotask=bench.target.calls) - calls
    return trial


def _try_all(bench: Bench, stores: Stores, entity: Entity, trial: Trial) -> None:
    target, known = stores.schemas.target(), stores.schemas.source()
    assert target is not None and known is not None, "both are read by now"  # noqa: S101, PT018 - a defect, not input  # nosec B101
    mapper = Mapper.of(bench.settings.mappings.of(entity), MappingContext.of(target, bench.settings))
    attempt = _Attempt(stores, bench.settings, entity, mapper, trial)
    fields = fields_to_read(entity, known[0], bench.settings)
    with closing(bench.source.changes(entity, fields, since=None, after=None)) as pages:
        for page in pages:
            for start in range(0, len(page.records), SLICE):
                attempt.take(page.records[start : start + SLICE])
            bench.progress.advance(len(page.records))


@contextmanager
def _informed(bench: Bench, tried: Sequence[Entity]) -> Iterator[Stores]:
    """Stores that know Autotask's records: as imports left them, or before the first one a copy that is thrown away.

    `tried` are the entities that Salesforce has records of: without any, an import reads none of Autotask's either.
    """
    stores, now = bench.stores, bench.clock.now()
    is_known = all(stores.index.refreshed_through(entity) is not None for entity in tried)
    if is_known and stores.schemas.target() is not None and stores.schemas.source() is not None:
        yield stores
        return
    if bench.is_quick:
        raise ConfigurationError(["Autotask has not been read yet: use taskforce match NAME try, or import once."])
    with stores.scratch() as working:
        earlier = tuple(stores.runs.spent(now - LOOK_BACK))
        bench.target.spend_within(Budget(share=bench.settings.autotask_share, since=now, earlier=earlier))
        schema = bench.target.describe()
        with working.transaction():
            working.schemas.put_source(bench.source.describe(bench.settings.mappings), now)
            working.schemas.put_target(schema)
        for entity in Entity:
            bench.progress.phase(f"Reading {entity.plural} from Autotask")
            with closing(bench.target.read_all(entity, schema)) as pages:
                for page in pages:
                    with working.transaction():
                        working.index.put(entity, {each.id: (each, target_keys(each, bench.settings)) for each in page})
                    bench.progress.advance(len(page))
        yield working


def _lines(entity: Entity, settings: ConnectionSettings) -> Iterator[Line]:
    rules = settings.match_rules.of(entity)
    yield Line(entity=entity, rule=EXACT, verdict=RuleVerdict.LINK)
    for rule in rules:
        yield Line(entity=entity, rule=rule.trait, verdict=rule.verdict)
    for trait in TRAITS[entity]:
        if trait not in {rule.trait for rule in rules}:
            yield Line(entity=entity, rule=trait, verdict=None)


class _Attempt:
    """The records of one kind; whoever is linked in the trial has its Autotask record for itself (one to one)."""

    def __init__(
        self, stores: Stores, settings: ConnectionSettings, entity: Entity, mapper: Mapper, trial: Trial
    ) -> None:
        self._stores, self._settings, self._entity, self._mapper = stores, settings, entity, mapper
        self._lines, self._seen = trial.of(entity), trial.seen[entity]
        self._claims: dict[TargetId, SourceId] = {}

    def take(self, records: Sequence[SourceRecord]) -> None:
        """Compare a slice."""
        standing = [record for record in records if not record.has_departed]
        links = self._stores.links.by_source(self._entity, [record.id for record in standing])
        compared = list(self._in_scope(standing, links))
        seekers = self._seekers(compared)
        candidates = Candidates(
            self._stores,
            self._settings,
            self._entity,
            carried=[record.id for record in compared],
            seekers=seekers,
            traits=TRAITS[self._entity],
        )
        for record, seeker in zip(compared, seekers, strict=True):
            self._compare(record, links.get(record.id), _Findings(candidates, seeker))

    def _in_scope(self, records: Sequence[SourceRecord], links: Mapping[SourceId, Link]) -> Iterator[SourceRecord]:
        ids = [record.id for record in records]
        new, brought = self._stores.inbox.marked_new(self._entity, ids), self._stores.inbox.brought(self._entity, ids)
        for record in records:
            link, is_brought = links.get(record.id), record.id in brought
            if record.id in new or out_of_scope(record, link, self._settings, is_brought=is_brought) is not None:
                self._seen["left_out"] += 1
            else:
                yield record

    def _seekers(self, records: Sequence[SourceRecord]) -> list[Seeker]:
        """What to look for, contacts under the company that their account has now."""
        accounts = {record.account_id for record in records if record.account_id is not None}
        links = self._stores.links.by_source(Entity.COMPANY, accounts)
        companies = {account: link.target_id for account, link in links.items() if link.state is LinkState.LINKED}
        known = self._stores.index.keys(Entity.COMPANY, companies.values())
        places = {account: Place.at(company, known.get(company)) for account, company in companies.items()}
        return [
            Seeker(
                source_id=record.id,
                keys=keys_by(self._settings, self._entity, self._mapper.desired(record).values),
                place=places.get(record.account_id) if record.account_id is not None else None,
            )
            for record in records
        ]

    def _compare(self, record: SourceRecord, link: Link | None, found: "_Findings") -> None:
        if self._entity is Entity.CONTACT and found.seeker.place is None:
            self._seen["waiting"] += 1
        elif link is not None and link.state is LinkState.LINKED:
            self._seen["linked"] += 1
            for line in self._lines:
                candidates = found.by_rule(line.rule)
                line.note(record, _agreement(link.target_id, candidates), candidates)
        elif link is not None or found.is_carried:
            self._seen["left_out"] += 1
        else:
            self._seen["unlinked"] += 1
            self._decide(record, found)

    def _decide(self, record: SourceRecord, found: "_Findings") -> None:
        """The first rule in use that finds anything has it; where none does, each that is not in use is tried."""
        for line in self._lines:
            if line.verdict is not None and self._has_decided(line, record, found):
                return
        self._seen["created"] += 1
        for line in self._lines:
            if line.verdict is None:
                self._has_decided(line, record, found)

    def _has_decided(self, line: Line, record: SourceRecord, found: "_Findings") -> bool:
        candidates = found.by_rule(line.rule)
        claimed = [each.claimed_by(self._claims.get(each.id)) for each in candidates]
        verdict = _verdict(line, record.id, claimed)
        if verdict is None:
            return False
        line.note(record, _OUTCOMES[verdict.reason], candidates)
        if verdict.candidate is not None:
            self._claims[verdict.candidate.id] = record.id
        return True


class _Findings:
    """What each rule finds for one record, by itself."""

    def __init__(self, candidates: Candidates, seeker: Seeker) -> None:
        self._candidates, self.seeker = candidates, seeker

    @property
    def is_carried(self) -> bool:
        """An Autotask record has its id: no rule is asked."""
        return bool(self._candidates.carriers(self.seeker.source_id))

    def by_rule(self, rule: str) -> Sequence[Candidate]:
        """What a rule finds, S15 and S16 among them."""
        if rule == EXACT:
            return self._candidates.fitting(self.seeker)
        return self._candidates.sharing(self.seeker, Trait(rule))[1]


def _verdict(line: Line, source_id: SourceId, candidates: Sequence[Candidate]) -> Match | None:
    if line.rule == EXACT:
        found = match(source_id, carriers=(), fitting=candidates)
        return None if found.reason is Reason.NO_CANDIDATE else found
    rule = MatchRule(trait=Trait(line.rule), verdict=line.verdict or RuleVerdict.HOLD)
    return match_by_rules(source_id, [Finding(rule=rule, key="", candidates=candidates)])


def _agreement(target_id: TargetId, candidates: Sequence[Candidate]) -> str:
    ids = {each.id for each in candidates}
    if target_id not in ids:
        return "other" if ids else "nothing"
    return "same" if len(ids) == 1 else "several"
