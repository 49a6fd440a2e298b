"""What is worth a mail: an import that did something, and trouble once, then daily, then when it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from taskforce.domain.mailing import (
    Seen,
    Standing,
    TroubleKind,
    Verdict,
    could_not_run,
    is_report_due,
    judge,
    seen_in,
    told,
    wait_after,
)
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.settings import ConnectionSettings
from tests.builders import NOON

TWENTY_MINUTES = timedelta(minutes=20)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
S7 = ConnectionSettings(mail_only_with_changes=True)
EVERY_TIME = ConnectionSettings()


def run(
    status: RunStatus = RunStatus.DONE, *, message: str = "", held: int = 0, failing: int = 0, **counts: int
) -> Run:
    """A run that ended so, with so many companies created and the like."""
    return Run(
        id=7,
        connection="acme",
        status=status,
        started_at=NOON,
        finished_at=NOON,
        message=message,
        counts={Entity.COMPANY: Counts(**counts), Entity.CONTACT: Counts()},
        held=held,
        failing=failing,
    )


REFUSED = run(RunStatus.COULD_NOT_RUN, message="Salesforce refused the login.")
UNREACHABLE = run(RunStatus.COULD_NOT_RUN, message="Autotask cannot be reached.")
FINE = run()


@dataclass(slots=True)
class Diary:
    """What was mailed, when, over days of imports; remembers as the outbox does."""

    now: datetime = NOON
    known: Sequence[Standing] = ()
    mails: list[tuple[timedelta, list[str], list[str]]] = field(default_factory=list)

    def see(self, ended: Run, *notices: Notice) -> Verdict:
        """A scheduled import ended."""
        return self.judge(seen_in(ended, notices))

    def judge(self, seen: Seen) -> Verdict:
        """Decide, and remember."""
        verdict, self.known = judge(self.known, seen, self.now)
        if verdict.is_news:
            due = [f"{each.kind.value}{' again' if each.is_told else ''}" for each in verdict.due]
            self.mails.append((self.now - NOON, due, [each.kind.value for each in verdict.over]))
            self.known = told(self.known, self.now)
        return verdict

    def every_twenty_minutes(self, ends: Callable[[int], Run], *, hours: float) -> None:
        """So many imports, the first one now."""
        for number in range(round(hours * 3)):
            self.see(ends(number))
            self.now += TWENTY_MINUTES


def test_the_same_error_is_told_once_then_daily_then_when_it_ends() -> None:
    """Three days of imports that fail every twenty minutes are four mails."""
    diary = Diary()

    diary.every_twenty_minutes(lambda _: REFUSED, hours=60)
    diary.every_twenty_minutes(lambda _: FINE, hours=12)

    assert diary.mails == [
        (timedelta(0), ["could_not_run"], []),
        (A_DAY, ["could_not_run again"], []),
        (2 * A_DAY, ["could_not_run again"], []),
        (timedelta(hours=60), [], ["could_not_run"]),
    ]


def test_the_same_error_with_other_figures_is_the_same() -> None:
    """It says until when a vendor wants to be left alone, or how many requests were used."""
    diary = Diary()

    diary.every_twenty_minutes(
        lambda number: run(RunStatus.COULD_NOT_RUN, message=f"Try again at 12:{number:02}, after {number} requests."),
        hours=10,
    )

    assert len(diary.mails) == 1


def test_another_error_is_told_at_once_and_ends_the_one_before_in_silence() -> None:
    """What stops imports now is told; that it was something else before is over is no good news."""
    diary = Diary()
    diary.see(REFUSED)
    diary.now += TWENTY_MINUTES

    diary.see(UNREACHABLE)

    assert diary.mails[1:] == [(TWENTY_MINUTES, ["could_not_run"], [])]


def test_errors_that_take_turns_make_no_storm() -> None:
    """Each is told once, and again when a day has passed."""
    diary = Diary()

    diary.every_twenty_minutes(lambda number: UNREACHABLE if number % 2 else REFUSED, hours=71)

    assert [len(due) for _, due, _ in diary.mails] == [1, 1, 1, 1, 1, 1]
    assert [when // A_DAY for when, _, _ in diary.mails] == [0, 0, 1, 1, 2, 2]


def test_what_comes_and_goes_makes_no_storm() -> None:
    """Every second import fails for three days: told once and over, then once a day."""
    diary = Diary()

    diary.every_twenty_minutes(lambda number: FINE if number % 2 else REFUSED, hours=72)

    assert [when // A_DAY for when, _, _ in diary.mails] == [0, 0, 1, 1, 2, 2]


def test_what_comes_back_to_stay_is_told_an_hour_later() -> None:
    """It was said to be over, and is not."""
    diary = Diary()
    ends = iter([REFUSED, FINE, REFUSED, REFUSED, REFUSED, REFUSED, FINE])

    diary.every_twenty_minutes(lambda _: next(ends), hours=7 / 3)

    assert diary.mails == [
        (timedelta(0), ["could_not_run"], []),
        (TWENTY_MINUTES, [], ["could_not_run"]),
        (timedelta(minutes=100), ["could_not_run"], []),
        (timedelta(minutes=120), [], ["could_not_run"]),
    ]


def test_what_comes_back_after_an_hour_is_new() -> None:
    """It was really over."""
    diary = Diary()
    diary.see(REFUSED)
    diary.now += TWENTY_MINUTES
    diary.see(FINE)
    diary.now += AN_HOUR

    diary.see(REFUSED)

    assert diary.mails[2:] == [(TWENTY_MINUTES + AN_HOUR, ["could_not_run"], [])]


def test_an_import_that_was_stopped_tells_nothing_about_errors() -> None:
    """Whether the login works is not known by that."""
    diary = Diary()
    diary.see(REFUSED)

    assert not diary.see(run(RunStatus.CANCELLED)).is_news


def test_records_that_fail_are_told_once_then_daily_then_when_none_does() -> None:
    """However often they are tried."""
    diary = Diary()
    refused = run(RunStatus.DONE_WITH_FAILURES, failing=3, failed=3)

    diary.every_twenty_minutes(lambda number: run(failing=3) if number % 2 else refused, hours=30)
    diary.see(FINE)

    assert diary.mails == [
        (timedelta(0), ["failing"], []),
        (A_DAY, ["failing again"], []),
        (timedelta(hours=30), [], ["failing"]),
    ]


def test_more_records_that_fail_are_news_at_most_hourly() -> None:
    """One more with every import, for three hours."""
    diary = Diary()

    diary.every_twenty_minutes(lambda number: run(RunStatus.DONE_WITH_FAILURES, failing=number + 1), hours=3)

    assert [when for when, _, _ in diary.mails] == [timedelta(0), AN_HOUR, 2 * AN_HOUR]


def test_fewer_records_that_fail_are_no_news_but_more_than_those_are() -> None:
    """Two of three were mended, then another one came."""
    diary = Diary()
    diary.see(run(failing=3))
    diary.now += 2 * AN_HOUR
    assert not diary.see(run(failing=1)).is_news

    assert diary.see(run(failing=2)).is_news


def test_records_that_wait_are_told_when_there_are_more_and_never_daily() -> None:
    """Some wait for ever, because nobody has to decide; that none waits any more is no news either."""
    diary = Diary()

    diary.every_twenty_minutes(lambda _: run(held=3), hours=72)
    diary.see(run(held=4))
    diary.see(FINE)

    assert diary.mails == [(timedelta(0), ["held"], []), (3 * A_DAY, ["held again"], [])]


def test_a_plan_that_waits_is_told_once_then_daily_then_when_somebody_has_decided() -> None:
    """Every import says that it still waits."""
    diary = Diary()
    waiting = run(RunStatus.AWAITING_APPROVAL, message="This plan changes unusually much.")

    diary.every_twenty_minutes(lambda _: waiting, hours=25)
    diary.see(run(RunStatus.REJECTED))

    assert diary.mails == [
        (timedelta(0), ["approval"], []),
        (A_DAY, ["approval again"], []),
        (timedelta(hours=25), [], ["approval"]),
    ]


ALARM = Notice(kind=NoticeKind.NO_IMPORT, subject="", text="No import has succeeded since noon.", told_at=NOON)


def test_the_alarm_stands_until_it_is_over() -> None:
    """It is told with the import that raises it, reminds along with what stops imports, and ends with a success."""
    diary = Diary()
    diary.see(REFUSED)
    diary.now += 2 * AN_HOUR
    diary.see(REFUSED, ALARM)
    diary.now += A_DAY
    diary.see(REFUSED)

    diary.see(FINE, replace(ALARM, over_at=diary.now))

    assert diary.mails == [
        (timedelta(0), ["could_not_run"], []),
        (2 * AN_HOUR, ["no_import"], []),
        (2 * AN_HOUR + A_DAY, ["could_not_run again", "no_import again"], []),
        (2 * AN_HOUR + A_DAY, [], ["could_not_run", "no_import"]),
    ]


def test_whoever_merely_looks_reminds_a_day_later() -> None:
    """Also while no import ends at all."""
    diary = Diary()
    diary.see(REFUSED, ALARM)
    diary.now += A_DAY - TWENTY_MINUTES
    assert not diary.judge(Seen()).is_news
    diary.now += TWENTY_MINUTES

    assert len(diary.judge(Seen()).due) == 2
    assert not diary.judge(Seen()).is_news


def test_everything_that_stands_is_told_along() -> None:
    """A mail says all there is to know; what it told is not told again a minute later."""
    diary = Diary()
    diary.see(run(RunStatus.DONE_WITH_FAILURES, failing=1))
    diary.now += A_DAY - TWENTY_MINUTES

    verdict = diary.see(replace(REFUSED, failing=1))
    diary.now += TWENTY_MINUTES

    assert ([each.kind for each in verdict.due], [each.kind for each in verdict.lasting]) == (
        [TroubleKind.COULD_NOT_RUN],
        [TroubleKind.FAILING],
    )
    assert not diary.judge(Seen()).is_news


def test_a_clock_that_was_ahead_silences_nothing() -> None:
    """What it told lies in a year; a day after it was set right people are reminded."""
    diary = Diary(now=NOON + timedelta(days=365))
    diary.see(REFUSED)
    diary.now = NOON
    diary.see(REFUSED)
    diary.now += A_DAY

    assert diary.see(REFUSED).is_news


def test_what_was_over_for_a_day_is_forgotten() -> None:
    """Nothing is kept for ever."""
    diary = Diary()
    diary.see(REFUSED)
    diary.see(FINE)
    diary.now += A_DAY
    kept = [each.is_due(diary.now) for each in diary.known]

    diary.see(FINE)

    assert (kept, diary.known) == ([False], [])


@pytest.mark.parametrize(
    ("ended", "is_told"),
    [
        (FINE, (True, True, False)),
        (run(created=1), (True, True, True)),
        (run(updated=1), (True, True, True)),
        (run(linked=1), (True, True, True)),
        (run(deactivated=1), (True, True, True)),
        (run(unchanged=9, skipped=2, held=3), (True, True, False)),
        (run(RunStatus.TO_BE_CONTINUED), (True, True, False)),
        (run(RunStatus.CANCELLED), (True, True, False)),
        (run(RunStatus.REJECTED), (True, True, True)),
        (run(RunStatus.DONE_WITH_FAILURES, failing=1), (False, False, False)),
        (run(RunStatus.DONE_WITH_FAILURES, failing=1, created=1), (True, True, True)),
        (REFUSED, (False, False, False)),
        (run(RunStatus.AWAITING_APPROVAL), (False, False, False)),
        (replace(run(created=1), is_dry_run=True), (False, False, False)),
    ],
)
def test_what_an_import_did_is_told(ended: Run, is_told: tuple[bool, bool, bool]) -> None:
    """By hand, scheduled, and scheduled with the option of S7; trouble is told by itself."""
    assert is_told == (
        is_report_due(ended, S7, is_by_hand=True),
        is_report_due(ended, EVERY_TIME, is_by_hand=False),
        is_report_due(ended, S7, is_by_hand=False),
    )


def test_trouble_of_an_import_that_did_not_begin() -> None:
    """It is the same as that of one that ended so."""
    assert could_not_run("Salesforce refused the login.").key == seen_in(REFUSED, ()).troubles[0].key


def test_words_for_one_and_for_more() -> None:
    """Records that fail or wait."""
    texts = [[each.text for each in seen_in(run(failing=n, held=n), ()).troubles] for n in (1, 1200)]

    assert texts == [
        ["1 record is failing: Autotask did not take it.", "1 record waits for a decision or for another record."],
        [
            "1,200 records are failing: Autotask did not take them.",
            "1,200 records wait for a decision or for another record.",
        ],
    ]


def test_a_notice_of_another_kind_is_no_standing_trouble() -> None:
    """Twins are told by themselves."""
    twins = Notice(kind=NoticeKind.DUPLICATE_ID, subject="001", text="Two carry it.", told_at=NOON)

    assert seen_in(FINE, [twins]).troubles == ()


def test_waits_grow_up_to_an_hour() -> None:
    """Between two attempts to send a mail."""
    waits = [wait_after(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 4, 5, 6, 7, 8, 500)]

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
