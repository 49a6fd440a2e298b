"""What a mail says: first what happened, then what is wrong and its mend, then why; plain values of plain words."""

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskforce.domain.history import Cause
from taskforce.domain.mailing import Standing, TroubleKind, Verdict
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import WRITTEN, OutcomeKind
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.wording import counted, in_words, mend_beside_buttons, what_of, worth_explaining

MOST_ITEMS = 20
"""Lines of one section; the pages tell the rest."""

LONGEST_NAME = 200
WIDTH = 78


class Tone(StrEnum):
    """How a section is to be taken; by its title as well, never by colour alone."""

    WRONG = "wrong"
    NEEDS_YOU = "needs-you"
    QUIET = "quiet"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing with its mend; `example` is the name of a record, as it stands in Salesforce or Autotask."""

    text: str
    mend: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Things of one kind; `more` are so many that are left out."""

    title: str
    tone: Tone
    items: Sequence[Item]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way to a page; without an address the words name the command that tells the same."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail without its envelope. `headline` is its first line and says what happened."""

    subject: str
    headline: str
    remark: str = ""
    sections: Sequence[Section] = ()
    facts: str = ""
    links: Sequence[Link] = ()
    why: str = ""


def letter_on_run(
    run: Run, causes: Sequence[Cause], *, verdict: Verdict, notices: Sequence[Notice], address: str
) -> Letter:
    """What an import did, with all trouble there is. `address` is that of the pages, empty if it is not known."""
    happened = _what_happened(run, verdict)
    is_trouble = run.status in (RunStatus.COULD_NOT_RUN, RunStatus.AWAITING_APPROVAL)
    return Letter(
        subject=f"{run.connection}: {happened}",
        headline=f"{run.connection}: {happened}.",
        remark="" if is_trouble else plain(run.message, 2000),
        sections=_filled(
            _trouble([*verdict.due, *verdict.lasting], causes, run.finished_at),
            _duplicates(notices),
            _explained(causes, run.connection, has_pages=bool(address)),
            _remarked(causes),
            _left_alone(causes),
            _over(verdict, notices),
        ),
        facts=_facts(run),
        links=_links_of(run, address),
        why=_why(run.connection),
    )


def letter_on_trouble(connection: str, *, verdict: Verdict, now: datetime, address: str) -> Letter:
    """What is wrong, or over, with the imports of a connection, while none of them ends."""
    happened = _news(verdict) or "something to know"
    return Letter(
        subject=f"{connection}: {happened}",
        headline=f"{connection}: {happened}.",
        sections=_filled(_trouble([*verdict.due, *verdict.lasting], (), now), _over(verdict, ())),
        links=[
            Link(words="See how it stands", address=f"{address}/")
            if address
            else Link(words=f"To see how it stands: taskforce runs {connection}")
        ],
        why=_why(connection),
    )


def trial_letter(address: str) -> Letter:
    """The mail that shows that mail arrives."""
    return Letter(
        subject="Taskforce: this is a test mail",
        headline="Taskforce can send mail.",
        remark="Nothing happened: somebody asked for this mail to see whether one arrives.",
        links=[Link(words="Open Taskforce", address=f"{address}/")] if address else (),
        why="You get this mail because an administrator of Taskforce sent a test mail to this address.",
    )


def as_text(letter: Letter) -> str:
    """The plain form, in lines of at most 78 letters where words allow."""
    blocks = [letter.headline, letter.remark]
    for section in letter.sections:
        lines = [_line(item) for item in section.items]
        more = [f"  and {section.more:,} more"] if section.more else []
        blocks.append("\n".join([section.title, *lines, *more]))
    links = "\n".join(f"{each.words}: {each.address}" if each.address else each.words for each in letter.links)
    blocks += [letter.facts, links, f"-- \n{_wrapped(letter.why)}" if letter.why else ""]
    return "\n\n".join(each if "\n" in each else _wrapped(each) for each in blocks if each) + "\n"


_JOINERS = "\u200c\u200d"
"""Letters without a shape of their own that some writings need."""


def plain(text: str, longest: int = LONGEST_NAME) -> str:
    """A text as it may stand in a mail: one line, without letters that steer, cut where it is very long."""
    kept = "".join(letter if unicodedata.category(letter)[0] != "C" or letter in _JOINERS else " " for letter in text)
    line = " ".join(kept.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _what_happened(run: Run, verdict: Verdict) -> str:
    if any(each.kind in (TroubleKind.COULD_NOT_RUN, TroubleKind.NO_IMPORT) for each in verdict.over):
        return f"imports work again, {summary_of(run)}"
    if run.status in (RunStatus.COULD_NOT_RUN, RunStatus.AWAITING_APPROVAL):
        return _news(verdict) or ("the import could not run" if run.status is RunStatus.COULD_NOT_RUN else _WAITS)
    if run.status is RunStatus.REJECTED:
        return "a plan was rejected, nothing was written"
    if run.status is RunStatus.CANCELLED:
        return f"{what_of(run).lower()} stopped, {summary_of(run)}"
    return summary_of(run)


def summary_of(run: Run) -> str:
    """What came of a run: "12 companies and 30 contacts created, 3 need you"."""
    words = {OutcomeKind.DEACTIVATED: "set inactive"}
    parts = [
        f"{' and '.join(numbers)} {words.get(kind, kind.value)}"
        for kind in WRITTEN
        if (numbers := [_number(counted(run, each, kind), each) for each in Entity if counted(run, each, kind)])
    ]
    if run.held:
        parts.append(f"{run.held:,} {'needs' if run.held == 1 else 'need'} you")
    if run.failing:
        parts.append(f"{run.failing:,} failing")
    return ", ".join(parts) or "nothing new"


def _number(number: int, entity: Entity) -> str:
    return f"{number:,} {entity.value if number == 1 else entity.plural}"


_WAITS = "a plan waits for your approval"

_NEWS: Mapping[TroubleKind, tuple[str, str]] = {
    TroubleKind.NO_IMPORT: ("no import succeeds", "still no import succeeds"),
    TroubleKind.COULD_NOT_RUN: ("the import could not run", "imports still cannot run"),
    TroubleKind.APPROVAL: (_WAITS, "a plan still waits for your approval"),
    TroubleKind.FAILING: ("records are failing", "records are still failing"),
    TroubleKind.HELD: ("records need you", "records still need you"),
}
"""When it is told first, and again; the most urgent first."""


def _news(verdict: Verdict) -> str:
    """The most urgent of what is due, or that it is over."""
    for kind, (first, again) in _NEWS.items():
        due = [each for each in verdict.due if each.kind is kind]
        if due:
            return again if all(each.is_told for each in due) else first
    over = {each.kind for each in verdict.over}
    if over & {TroubleKind.NO_IMPORT, TroubleKind.COULD_NOT_RUN}:
        return "imports work again" if TroubleKind.COULD_NOT_RUN in over else "the alarm is over"
    if over:
        return "no plan waits any more" if TroubleKind.APPROVAL in over else "no record is failing any more"
    return ""


def _trouble(standing: Sequence[Standing], causes: Sequence[Cause], now: datetime | None) -> Section | None:
    """What is wrong; records that fail or wait are told by their causes, where these are known."""
    explained = {OutcomeKind.FAILED: TroubleKind.FAILING, OutcomeKind.HELD: TroubleKind.HELD}
    told_below = {explained[each.outcome] for each in causes if each.outcome in explained and not each.is_note}
    ordered = sorted(standing, key=lambda each: list(_NEWS).index(each.kind))
    shown = [each for each in ordered if each.kind not in told_below]
    needs_you = {TroubleKind.APPROVAL, TroubleKind.HELD}
    is_wrong = any(each.kind not in needs_you for each in shown)
    return _section(
        "What is wrong" if is_wrong else "What needs you",
        Tone.WRONG if is_wrong else Tone.NEEDS_YOU,
        [Item(text=f"{plain(each.text, 2000)}{_since(each, now)}", mend=each.mend) for each in shown],
    )


def _since(each: Standing, now: datetime | None) -> str:
    """The alarm says so itself."""
    is_said = now is None or each.since >= now or each.kind is TroubleKind.NO_IMPORT
    return "" if is_said else f" (since {each.since:%Y-%m-%d %H:%M} UTC)"


def _duplicates(notices: Sequence[Notice]) -> Section | None:
    found = [each for each in notices if each.kind is NoticeKind.DUPLICATE_ID and each.over_at is None]
    return _section(
        "Autotask records that carry the same Salesforce id",
        Tone.NEEDS_YOU,
        [Item(text=plain(each.text, 2000)) for each in found],
    )


def _explained(causes: Sequence[Cause], connection: str, *, has_pages: bool) -> Section | None:
    """Where there are pages their buttons stand for the commands."""
    shown = [each for each in worth_explaining(causes) if each.outcome in _UNWRITTEN and not each.is_note]
    is_wrong = any(each.outcome is OutcomeKind.FAILED for each in shown)
    return _section(
        "Not written, and what to do",
        Tone.WRONG if is_wrong else Tone.NEEDS_YOU,
        [
            _item(each, mend_beside_buttons(each.reason) if has_pages else each.reason.advice(connection))
            for each in shown
        ],
    )


def _remarked(causes: Sequence[Cause]) -> Section | None:
    shown = [each for each in worth_explaining(causes) if each.is_note and each.outcome in WRITTEN]
    return _section("Written, with a remark", Tone.QUIET, [_item(each) for each in shown])


def _left_alone(causes: Sequence[Cause]) -> Section | None:
    shown = [each for each in causes if each.outcome is OutcomeKind.SKIPPED and not each.is_note]
    return _section("Left alone", Tone.QUIET, [_item(each) for each in shown])


def _item(cause: Cause, mend: str = "") -> Item:
    return Item(
        text=f"{_number(cause.number, cause.entity)} {cause.outcome.value}: {cause.reason.sentence}",
        mend=mend,
        example=plain(cause.example),
    )


_UNWRITTEN = (OutcomeKind.FAILED, OutcomeKind.HELD)


def _over(verdict: Verdict, notices: Sequence[Notice]) -> Section | None:
    duplicates = [each for each in notices if each.kind is NoticeKind.DUPLICATE_ID and each.over_at is not None]
    told = [*(each.text for each in verdict.over), *(each.text for each in duplicates)]
    return _section("What is over", Tone.GOOD, [Item(text=plain(text, 2000)) for text in told])


def _section(title: str, tone: Tone, items: Sequence[Item]) -> Section | None:
    if not items:
        return None
    return Section(title=title, tone=tone, items=items[:MOST_ITEMS], more=max(0, len(items) - MOST_ITEMS))


def _filled(*sections: Section | None) -> list[Section]:
    return [each for each in sections if each is not None]


def _links_of(run: Run, address: str) -> list[Link]:
    if not address:
        return [Link(words=f"To see all of it: taskforce run {run.id}")]
    links = [Link(words=f"See {what_of(run).lower()} {run.id}", address=f"{address}/runs/{run.id}/")]
    if run.held:
        links.append(Link(words="Decide about what waits", address=f"{address}/review/"))
    return links


def _facts(run: Run) -> str:
    took = in_words(run.duration.total_seconds())
    return f"{what_of(run)} {run.id} began {run.started_at:%Y-%m-%d %H:%M} UTC and took {took}."


def _why(connection: str) -> str:
    return (
        f"You get this mail because you are chosen under Notification in the Salesforce extension settings of "
        f"{connection}. An administrator of Taskforce can change that."
    )


def _line(item: Item) -> str:
    example = f" For example: {isolated(item.example)}." if item.example else ""
    first = textwrap.fill(
        f"{item.text}{example}", WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False
    )
    mend = f"\n{_wrapped(item.mend, '    ')}" if item.mend else ""
    return f"{first}{mend}"


def isolated(name: str) -> str:
    """A name that is written from right to left, kept from turning what stands around it."""
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
