"""What the old extension left in Autotask, and what came of taking it over (B14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.adopting import WORDS, Finding, counted, finding_of, to_compare
from taskforce.domain.choices import QUEUE
from taskforce.domain.history import Cause
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.wording import mend_beside_buttons
from taskforce.web.presenters.runs import RunLine, line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyLine:
    """Records that were found to be the same for the same reason; `queue` if a person decides about them in one."""

    number: int
    records: str
    sentence: str
    mend: str
    example: str
    outcome: OutcomeKind
    reason: Reason
    queue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """How many records were found to be what, and why."""

    word: str
    meaning: str
    companies: int
    contacts: int
    why: Sequence[WhyLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionView:
    """The latest adoption, or preview of one; `to_link` is what taking over would link, 0 once that is done."""

    run: RunLine
    is_dry_run: bool
    is_over: bool
    headline: str
    lines: Sequence[FindingLine]
    to_link: int
    to_compare: int
    waits: int


def adoption_view(run: Run, causes: Sequence[Cause]) -> AdoptionView:
    """An adoption in words and figures."""
    numbers = counted(causes)
    linked = sum(numbers[Finding.LINKED].values())
    new = sum(each.number for each in causes if each.outcome is OutcomeKind.LINKED and not each.is_note)
    is_over = run.status in (RunStatus.DONE, RunStatus.TO_BE_CONTINUED)
    return AdoptionView(
        run=line_of(run),
        is_dry_run=run.is_dry_run,
        is_over=is_over,
        headline=_headline(run, linked, sum(sum(each.values()) for each in numbers.values())),
        lines=[_line(finding, causes, numbers[finding]) for finding in Finding if any(numbers[finding].values())],
        to_link=new if run.is_dry_run and is_over else 0,
        to_compare=to_compare(causes),
        waits=sum(numbers[Finding.DOUBTFUL].values()) + sum(numbers[Finding.DOUBLED].values()),
    )


def _headline(run: Run, linked: int, found: int) -> str:
    if run.status in (RunStatus.COULD_NOT_RUN, RunStatus.CANCELLED):
        return "Looking at Autotask did not come to its end." if run.is_dry_run else "It did not come to its end."
    if not found:
        return "No record in Autotask carries a Salesforce id."
    of_them = f"{linked:,} of {found:,} ids in Autotask"
    return f"{of_them} can be taken over as they stand." if run.is_dry_run else f"{of_them} are linked."


def _line(finding: Finding, causes: Sequence[Cause], numbers: Mapping[Entity, int]) -> FindingLine:
    words = WORDS[finding]
    return FindingLine(
        word=words.word,
        meaning=words.meaning,
        companies=numbers[Entity.COMPANY],
        contacts=numbers[Entity.CONTACT],
        why=[_why(each) for each in causes if not each.is_note and finding_of(each.outcome, each.reason) is finding],
    )


def _why(cause: Cause) -> WhyLine:
    return WhyLine(
        number=cause.number,
        records=cause.entity.value if cause.number == 1 else cause.entity.plural,
        sentence=cause.reason.sentence,
        mend=mend_beside_buttons(cause.reason),
        example=cause.example,
        outcome=cause.outcome,
        reason=cause.reason,
        queue=cause.outcome is OutcomeKind.HELD and cause.reason in QUEUE,
    )
