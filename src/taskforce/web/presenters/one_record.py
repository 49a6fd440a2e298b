"""One record's page: how it stands and why, what may be decided, and its story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from taskforce.domain.choices import Choice, choices_for
from taskforce.domain.directory import Chapter, KnownRecord, Standing
from taskforce.domain.history import WRITES
from taskforce.domain.records import Entity
from taskforce.domain.wording import mend_beside_buttons
from taskforce.engine.suggesting import Suggested, Suggestion
from taskforce.web.presenters.directory import Badge, badge_of, why_of
from taskforce.web.presenters.plan import DONE_WITH, planned_sentence
from taskforce.web.presenters.records import RecordLine, record_line


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateLine:
    """An Autotask record that may be the counterpart. `parts` are its points, each with what was found."""

    id: int
    name: str
    where: str
    points: int
    is_likely: bool
    parts: Sequence[tuple[str, str]]
    obstacle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLine:
    """A decision that is offered: its button, and what it will do."""

    value: str
    label: str
    promise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterLine:
    """What one run decided."""

    run_id: int
    at: datetime
    is_dry_run: bool
    line: RecordLine


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """All that a page shows of a record besides its two sides."""

    connection: str
    kind: str
    name: str
    source_id: str
    target_id: int | None
    target_kind: str
    badge: Badge
    why: str
    mend: str
    evidence: Sequence[tuple[str, str]]
    choices: Sequence[ChoiceLine]
    mark: str
    waits: bool
    story: Sequence[ChapterLine]
    next_attempt_at: datetime | None


def view_of(record: KnownRecord, story: Sequence[Chapter]) -> RecordView:
    """A record in words."""
    waits = record.standing in (Standing.HELD, Standing.FAILING)
    chapters = [_chapter(each) for each in story]
    latest = chapters[0].line if waits and chapters and story[0].change.outcome_reason is record.reason else None
    return RecordView(
        connection=record.connection,
        kind=kind_of(record),
        name=record.name or "(no name yet)",
        source_id=record.source_id,
        target_id=record.target_id,
        target_kind=record.entity.value,
        badge=badge_of(record),
        why=why_of(record),
        mend=mend_beside_buttons(record.reason) if waits and record.reason is not None else "",
        evidence=latest.evidence if latest is not None else (),
        choices=[choice_line(each, record) for each in choices_for(record)],
        mark=record.mark,
        waits=waits,
        story=chapters,
        next_attempt_at=record.next_attempt_at if record.standing is Standing.FAILING else None,
    )


def kind_of(record: KnownRecord) -> str:
    """What Salesforce calls it."""
    return "account" if record.entity is Entity.COMPANY else "contact"


def _chapter(chapter: Chapter) -> ChapterLine:
    line = record_line(chapter.change)
    if chapter.is_dry_run and chapter.change.kind in WRITES:
        kind, reason = chapter.change.kind, chapter.change.reason
        line = replace(line, word=f"would be {DONE_WITH[kind]}", sentence=planned_sentence(reason))
    return ChapterLine(run_id=chapter.run_id, at=chapter.at, is_dry_run=chapter.is_dry_run, line=line)


_CHOICES: Mapping[Choice, tuple[str, str]] = {
    Choice.LINK: (
        "Link",
        "The next import writes the Salesforce id and every value that differs into the {there} you choose.",
    ),
    Choice.CREATE: ("Create", "The next import creates a new {there}, whatever stands in Autotask that is like it."),
    Choice.REPLACE: (
        "Create under the new company",
        "The next import deactivates the old contact, clears its Salesforce id, and creates it under the new company.",
    ),
    Choice.REJOIN: (
        "Join again",
        "The next import writes the Salesforce id and every value that differs into {there} {target} again.",
    ),
    Choice.RETRY: ("Try again", "The next import looks at it again, whatever it waits for."),
    Choice.UNMAP: (
        "Un-map",
        "The pair is separated: nothing is written or matched again until somebody says so; Autotask stays as it is.",
    ),
    Choice.IGNORE: ("Ignore", "No import touches it{contacts} until somebody says otherwise."),
    Choice.FORGET: (
        "Forget",
        "What is remembered of it is removed: the next import decides by the rules, as if it had never been seen.",
    ),
    Choice.LOCK: ("Lock", "No import writes the field, whatever Salesforce says, until somebody unlocks it."),
    Choice.UNLOCK: ("Unlock", "The next import writes the field again, as the mapping says."),
}


def choice_line(choice: Choice, record: KnownRecord) -> ChoiceLine:
    """A decision with what it will do, said beforehand."""
    label, promise = _CHOICES[choice]
    words = {
        "there": record.entity.value,
        "target": str(record.target_id or ""),
        "contacts": ", or its contacts," if record.entity is Entity.COMPANY else "",
    }
    return ChoiceLine(value=choice.value, label=label, promise=promise.format(**words))


def candidate_lines(suggested: Suggested | None) -> Sequence[CandidateLine]:
    """The candidates, the best first."""
    return [_candidate(each) for each in suggested.suggestions] if suggested is not None else []


def _candidate(suggestion: Suggestion) -> CandidateLine:
    fields, score = suggestion.record.fields, suggestion.score
    named = ("address1", "city", "state", "phone", "webAddress")
    personal = ("title", "emailAddress", "phone")
    where = named if suggestion.record.entity is Entity.COMPANY else personal
    return CandidateLine(
        id=suggestion.record.id,
        name=suggestion.record.name or "(no name)",
        where=", ".join(str(fields[each]) for each in where if fields.get(each)),
        points=score.points,
        is_likely=score.is_likely,
        parts=[(f"{part.points:+d}", f"{part.what}: {part.words}") for part in score.parts],
        obstacle=suggestion.obstacle,
    )
