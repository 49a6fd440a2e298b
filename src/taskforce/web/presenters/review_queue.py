"""The review queue: what waits for a person, grouped by reason, each with its candidates and what may be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.choices import QUEUE, Choice, choices_for
from taskforce.domain.directory import KnownRecord
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceRecord
from taskforce.engine.suggesting import Suggested
from taskforce.web.presenters.one_record import CandidateLine, ChoiceLine, candidate_lines, choice_line, kind_of

_WORDS: Mapping[Reason, str] = {
    Reason.RULE_MATCH_HELD: "found by a match rule",
    Reason.NEAR_MATCH_HELD: "much like one in Autotask",
    Reason.AMBIGUOUS: "several fit",
    Reason.TAKEN: "the one that fits is taken",
    Reason.CANDIDATE_INACTIVE: "the one that fits is inactive",
    Reason.SAME_NAME_OTHER_COMPANY: "stands under a namesake",
    Reason.MOVED: "moved to another account",
    Reason.ORPHANED: "gone or inactive in Autotask",
    Reason.MERGED_BOTH_LINKED: "merged, and both were linked",
    Reason.DUPLICATE_ID: "its id stands twice",
    Reason.NAME_DIFFERS: "its id stands on another name",
    Reason.OWN_COMPANY: "its id stands on your own company",
}

_SHOWN: Mapping[Entity, tuple[str, ...]] = {
    Entity.COMPANY: ("BillingStreet", "BillingCity", "BillingState", "Phone", "Website"),
    Entity.CONTACT: ("Title", "Email", "Phone", "MobilePhone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records of one connection that are held for one reason."""

    connection: str
    reason: str
    word: str
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One record to decide about; `best` is the candidate that a decision for many would link, or None."""

    name: str
    kind: str
    source_id: str
    where: str
    mark: str
    candidates: Sequence[CandidateLine]
    choices: Sequence[ChoiceLine]
    may_link: bool
    best: int | None


def groups_of(held: Mapping[tuple[str, Reason], int], chosen: tuple[str, Reason] | None) -> Sequence[Group]:
    """What needs a person, by connection and in the order of the queue."""
    connections = sorted({connection for connection, _ in held})
    return [
        Group(
            connection=connection,
            reason=reason.value,
            word=_WORDS[reason],
            number=held[connection, reason],
            is_chosen=(connection, reason) == chosen,
        )
        for connection in connections
        for reason in QUEUE
        if (connection, reason) in held
    ]


def others_of(held: Mapping[tuple[str, Reason], int]) -> Sequence[tuple[str, int]]:
    """How many wait for something else, by connection: a correction elsewhere, or another record."""
    totals: dict[str, int] = {}
    for (connection, reason), number in held.items():
        if reason not in QUEUE:
            totals[connection] = totals.get(connection, 0) + number
    return sorted(totals.items())


def queue_headline(groups: Sequence[Group]) -> str:
    """The first line."""
    number = sum(group.number for group in groups)
    if not number:
        return "Nothing waits for a decision."
    return f"{number:,} record{' waits' if number == 1 else 's wait'} for a decision."


def queue_line(record: KnownRecord, suggested: Suggested | None) -> QueueLine:
    """One record in words."""
    choices = choices_for(record)
    best = best_of(suggested)
    return QueueLine(
        name=record.name or "(no name yet)",
        kind=kind_of(record),
        source_id=record.source_id,
        where=_where(suggested.record) if suggested is not None else "",
        mark=record.mark,
        candidates=candidate_lines(suggested),
        choices=[choice_line(each, record) for each in choices if each is not Choice.LINK],
        may_link=Choice.LINK in choices,
        best=best if Choice.LINK in choices else None,
    )


def best_of(suggested: Suggested | None) -> int | None:
    """The id of the candidate that many may be linked to at once."""
    best = suggested.best if suggested is not None else None
    return best.record.id if best is not None else None


def _where(record: SourceRecord) -> str:
    values = (record.fields.get(name) for name in _SHOWN[record.entity])
    return ", ".join(" ".join(str(value).split()) for value in values if value)
