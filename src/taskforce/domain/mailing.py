"""What is worth a mail (S7, S11, S24): what imports did, and trouble: once, then daily, then when it ends.

Trouble of one kind and cause is the same trouble, however often it is met. What comes back within an hour has never
really been over: it is told again once it has stood for an hour, or when a day has passed, so that something which
comes and goes with every import makes no storm.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.wording import wrote

DAILY = timedelta(days=1)
"""How often trouble that stands is told again."""

QUIET = timedelta(hours=1)
"""How long trouble is away before it is over, and stands before it is told when it is back, or has grown."""


class TroubleKind(StrEnum):
    """What kind of trouble; the value is stored."""

    COULD_NOT_RUN = "could_not_run"
    """Imports do not run, or not to their end."""
    NO_IMPORT = "no_import"
    """None has succeeded for the set time (B13)."""
    APPROVAL = "approval"
    """A plan waits for a person."""
    FAILING = "failing"
    """Records that Autotask does not take."""
    HELD = "held"
    """Records that wait for a person or another record: told when there are more, never again for their own sake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong now: `cause` tells those of one kind apart, `size` is how many records it is about."""

    kind: TroubleKind
    cause: str = ""
    text: str
    mend: str = ""
    size: int = 1

    @property
    def key(self) -> tuple[TroubleKind, str]:
        """What makes it the same as one of before."""
        return self.kind, self.cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Trouble as it is remembered, also for a while after it is over.

    `since` is when it began or came back, `told_at` when it was last told at all, `told_size` how large it was then;
    `is_told` whether that was since it began or came back.
    """

    kind: TroubleKind
    cause: str
    text: str
    mend: str
    size: int
    since: datetime
    told_at: datetime | None = None
    told_size: int = 0
    is_told: bool = False
    over_at: datetime | None = None

    @property
    def key(self) -> tuple[TroubleKind, str]:
        """See `Trouble`."""
        return self.kind, self.cause

    def is_due(self, now: datetime) -> bool:
        """Whether people are to be told of it now."""
        if self.over_at is not None:
            return False
        is_old = self.told_at is not None and now - self.told_at >= DAILY
        if not self.is_told:
            return self.told_at is None or is_old or now - self.since >= QUIET
        if self.kind is not TroubleKind.HELD and is_old:
            return True
        return self.size > self.told_size and self.told_at is not None and now - self.told_at >= QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found: the troubles there are, of those kinds that could be judged."""

    troubles: Sequence[Trouble] = ()
    judged: frozenset[TroubleKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What there is to tell: `due` now for its own sake, `lasting` along with it, and what is `over`."""

    due: Sequence[Standing] = ()
    lasting: Sequence[Standing] = ()
    over: Sequence[Standing] = ()

    @property
    def is_news(self) -> bool:
        """Whether that alone is worth a mail."""
        return bool(self.due or self.over)


def judge(known: Sequence[Standing], seen: Seen, now: datetime) -> tuple[Verdict, Sequence[Standing]]:
    """What is to be told of all trouble, and what is remembered of it if nothing is."""
    before = {each.key: _believed(each, now) for each in known}
    after: dict[tuple[TroubleKind, str], Standing] = dict(before)
    for trouble in seen.troubles:
        after[trouble.key] = _standing(before.get(trouble.key), trouble, now)
    met, over = {trouble.key for trouble in seen.troubles}, []
    kinds = {trouble.kind for trouble in seen.troubles}
    for key, each in before.items():
        if each.over_at is not None or each.kind not in seen.judged or key in met:
            continue
        after[key] = replace(each, over_at=now)
        if each.is_told and each.kind is not TroubleKind.HELD and each.kind not in kinds:
            over.append(after[key])
    kept = [each for each in after.values() if each.over_at is None or now - each.over_at < DAILY]
    standing = [each for each in kept if each.over_at is None]
    verdict = Verdict(
        due=[each for each in standing if each.is_due(now)],
        lasting=[each for each in standing if not each.is_due(now)],
        over=over,
    )
    return verdict, kept


def told(remembered: Sequence[Standing], now: datetime) -> Sequence[Standing]:
    """What is remembered once a mail has told of everything that stands."""
    return [
        each if each.over_at is not None else replace(each, told_at=now, told_size=each.size, is_told=True)
        for each in remembered
    ]


def _standing(before: Standing | None, trouble: Trouble, now: datetime) -> Standing:
    if before is None or (before.over_at is not None and now - before.over_at >= QUIET):
        return Standing(
            kind=trouble.kind, cause=trouble.cause, text=trouble.text, mend=trouble.mend, size=trouble.size, since=now
        )
    is_back = before.over_at is not None
    return replace(
        before,
        text=trouble.text,
        mend=trouble.mend,
        size=trouble.size,
        told_size=min(before.told_size, trouble.size),
        since=now if is_back else before.since,
        is_told=before.is_told and not is_back,
        over_at=None,
    )


def _believed(each: Standing, now: datetime) -> Standing:
    """Moments that lie ahead were told by a clock that was ahead, which must not silence anything."""
    return replace(
        each,
        since=min(each.since, now),
        told_at=None if each.told_at is None else min(each.told_at, now),
        over_at=None if each.over_at is None else min(each.over_at, now),
    )


_ALWAYS_KNOWN = frozenset({TroubleKind.FAILING, TroubleKind.HELD})
"""The end of a run tells how many records fail and wait in all."""

_JUDGED: Mapping[RunStatus, frozenset[TroubleKind]] = {
    RunStatus.COULD_NOT_RUN: frozenset({TroubleKind.COULD_NOT_RUN}),
    RunStatus.AWAITING_APPROVAL: frozenset({TroubleKind.COULD_NOT_RUN, TroubleKind.APPROVAL}),
    RunStatus.REJECTED: frozenset({TroubleKind.APPROVAL}),
    RunStatus.CANCELLED: frozenset(),
}
_CAME_THROUGH = frozenset({TroubleKind.COULD_NOT_RUN, TroubleKind.APPROVAL})


def seen_in(run: Run, notices: Sequence[Notice]) -> Seen:
    """The troubles of a run that has ended, and of what people were told in it."""
    judged = _JUDGED.get(run.status, _CAME_THROUGH) | _ALWAYS_KNOWN
    troubles = [*_ending_as_trouble(run), *_waiting_as_trouble(run)]
    told_here = seen_in_notices(notices)
    return Seen(troubles=(*troubles, *told_here.troubles), judged=judged | told_here.judged)


def seen_in_notices(notices: Sequence[Notice]) -> Seen:
    """The alarm that no import succeeds is trouble that stands; other notices are told by themselves."""
    alarms = [each for each in notices if each.kind is NoticeKind.NO_IMPORT]
    return Seen(
        troubles=tuple(
            Trouble(kind=TroubleKind.NO_IMPORT, text=each.text, mend=each.kind.mend)
            for each in alarms
            if each.over_at is None
        ),
        judged=frozenset({TroubleKind.NO_IMPORT} if alarms else ()),
    )


def could_not_run(sentence: str) -> Trouble:
    """An import that did not run for this reason; the same one with other figures in it is the same."""
    cause = hashlib.sha256(re.sub(r"\d+", "#", sentence).encode()).hexdigest()[:16]
    return Trouble(kind=TroubleKind.COULD_NOT_RUN, cause=cause, text=sentence)


def _ending_as_trouble(run: Run) -> list[Trouble]:
    if run.status is RunStatus.COULD_NOT_RUN:
        return [could_not_run(run.message)]
    if run.status is RunStatus.AWAITING_APPROVAL:
        return [Trouble(kind=TroubleKind.APPROVAL, text=run.message)]
    return []


def _waiting_as_trouble(run: Run) -> list[Trouble]:
    found = []
    if run.failing:
        text = _counted(
            run.failing,
            "record is failing: Autotask did not take it.",
            "records are failing: Autotask did not take them.",
        )
        found.append(Trouble(kind=TroubleKind.FAILING, text=text, size=run.failing))
    if run.held:
        text = _counted(run.held, "record waits", "records wait") + " for a decision or for another record."
        found.append(Trouble(kind=TroubleKind.HELD, text=text, size=run.held))
    return found


def _counted(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def is_report_due(run: Run, settings: ConnectionSettings, *, is_by_hand: bool) -> bool:
    """Whether what an import did is told, whatever trouble there is (S24, and S7 for those that nobody started).

    One that wrote nothing and met refusals again has nothing to tell but those.
    """
    if run.is_dry_run or run.status in (RunStatus.COULD_NOT_RUN, RunStatus.AWAITING_APPROVAL):
        return False
    if wrote(run) or run.status is RunStatus.REJECTED:
        return True
    if run.status is RunStatus.DONE_WITH_FAILURES:
        return False
    return is_by_hand or not settings.mail_only_with_changes


FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
"""A mail that could not be delivered for so long is given up: what it tells is old by then."""


def wait_after(attempts: int) -> timedelta:
    """How long a mail waits after so many attempts in vain: twice as long each time, an hour at most."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10)
    return min(doubled, LONGEST_WAIT)


CLAIM = timedelta(minutes=10)
"""How long whoever took mails to send them has them to themselves; a process that died is followed after that."""
