"""Records in lists: the first line, the filters and one line a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.directory import KnownRecord, Standing
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.web.presenters.states import State

WORDS: Mapping[Standing, str] = {
    Standing.HELD: "held",
    Standing.FAILING: "failing",
    Standing.DUE: "waiting for the next import",
    Standing.ORPHANED: "orphaned",
    Standing.UNMAPPED: "un-mapped",
    Standing.IGNORED: "ignored",
    Standing.REPLACED: "moving to another company",
    Standing.DEPARTED: "no longer in Salesforce",
    Standing.LINKED: "linked",
}

_STATES: Mapping[Standing, State] = {
    Standing.HELD: State.NEEDS_YOU,
    Standing.FAILING: State.FAILING,
    Standing.DUE: State.RUNNING,
    Standing.ORPHANED: State.NEEDS_YOU,
    Standing.UNMAPPED: State.OFF,
    Standing.IGNORED: State.OFF,
    Standing.REPLACED: State.RUNNING,
    Standing.DEPARTED: State.OFF,
    Standing.LINKED: State.IN_STEP,
}
_SENTENCES: Mapping[Standing, str] = {
    Standing.DUE: "The next import looks at it.",
    Standing.ORPHANED: Reason.ORPHANED.sentence,
    Standing.UNMAPPED: Reason.UNMAPPED.sentence,
    Standing.IGNORED: Reason.IGNORED.sentence,
    Standing.REPLACED: "The next import creates it under its new company.",
    Standing.DEPARTED: "It was deleted or merged in Salesforce, or is not shown any more.",
    Standing.LINKED: "The pair is kept current.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """How a record stands, by shape and word."""

    icon: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLine:
    """One record of a list."""

    connection: str
    entity: str
    name: str
    source_id: str
    target_id: int | None
    badge: Badge
    why: str
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to see fewer records."""

    value: str
    word: str
    number: int | None
    is_chosen: bool


def badge_of(record: KnownRecord) -> Badge:
    """How a record stands."""
    standing = record.standing
    return Badge(icon=_STATES[standing].value, word=WORDS[standing])


def why_of(record: KnownRecord) -> str:
    """Why it stands so, in one sentence."""
    if record.is_new and record.standing is Standing.DUE:
        return "The next import creates it, as somebody decided."
    if record.standing in (Standing.HELD, Standing.FAILING):
        return record.reason.sentence if record.reason is not None else "It waits."
    return _SENTENCES[record.standing]


def line_of_record(record: KnownRecord) -> DirectoryLine:
    """A record as a line."""
    return DirectoryLine(
        connection=record.connection,
        entity="account" if record.entity is Entity.COMPANY else "contact",
        name=record.name or "(no name yet)",
        source_id=record.source_id,
        target_id=record.target_id,
        badge=badge_of(record),
        why=why_of(record),
        next_attempt_at=record.next_attempt_at if record.standing is Standing.FAILING else None,
    )


def headline(counts: Mapping[Standing, int], found: int, standing: Standing | None, words: str) -> str:
    """The first line: what is found, or how all of them stand."""
    if words:
        told = "No record fits" if not found else f"{found:,} record{_s(found)} fit{'s' if found == 1 else ''}"
        return f"{told} “{words}”."
    if standing is not None:
        return f"{found:,} record{_s(found)} {'is' if found == 1 else 'are'} {WORDS[standing]}."
    if not any(counts.values()):
        return "No record is known yet."
    troubled = counts[Standing.HELD] + counts[Standing.FAILING]
    if not troubled:
        return f"All is in step: {counts[Standing.LINKED]:,} records are linked."
    return f"{counts[Standing.LINKED]:,} records are linked. {troubled:,} {'waits' if troubled == 1 else 'wait'}."


def filters_of(counts: Mapping[Standing, int], chosen: Standing | None) -> Sequence[Filter]:
    """Everything, and each standing in which there is a record."""
    kinds = [
        Filter(value=each.value, word=WORDS[each], number=counts[each], is_chosen=each is chosen)
        for each in Standing
        if counts[each] or each is chosen
    ]
    return [Filter(value="", word="everything", number=None, is_chosen=chosen is None), *kinds]


CSV_HEAD = ("connection", "kind", "name", "salesforce_id", "autotask_id", "state", "reason", "why")


def csv_rows(records: Iterable[KnownRecord]) -> Iterable[Sequence[str]]:
    """The same view for a spreadsheet."""
    yield CSV_HEAD
    for record in records:
        yield (
            record.connection,
            "account" if record.entity is Entity.COMPANY else "contact",
            record.name,
            record.source_id,
            "" if record.target_id is None else str(record.target_id),
            WORDS[record.standing],
            record.reason.value if record.reason is not None else "",
            why_of(record),
        )


def _s(number: int) -> str:
    return "" if number == 1 else "s"
