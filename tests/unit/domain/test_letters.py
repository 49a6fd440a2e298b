"""What mails say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.history import Cause
from taskforce.domain.letters import (
    MOST_ITEMS,
    Item,
    Letter,
    Link,
    Section,
    Tone,
    as_text,
    letter_on_run,
    letter_on_trouble,
    plain,
    summary_of,
    trial_letter,
)
from taskforce.domain.mailing import Standing, TroubleKind, Verdict, judge, seen_in
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from tests.builders import NOON

ADDRESS = "https://taskforce.example"
WHY = (
    "You get this mail because you are chosen under Notification in the Salesforce extension settings of acme. "
    "An administrator of Taskforce can change that."
)
COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
NOTHING = Counts()


def run(
    status: RunStatus = RunStatus.DONE,
    companies: Counts = NOTHING,
    contacts: Counts = NOTHING,
    *,
    message: str = "",
    held: int = 0,
    failing: int = 0,
) -> Run:
    """Run 12 of acme, which took seven seconds."""
    return Run(
        id=12,
        connection="acme",
        status=status,
        started_at=NOON,
        finished_at=NOON + timedelta(seconds=7),
        duration=timedelta(seconds=7),
        message=message,
        counts={COMPANY: companies, CONTACT: contacts},
        held=held,
        failing=failing,
    )


def standing(kind: TroubleKind, text: str = "It is wrong.", *, is_told: bool = False, days: int = 0) -> Standing:
    """Trouble that began so many days ago."""
    since = NOON - timedelta(days=days)
    return Standing(kind=kind, cause="", text=text, mend="Mend it.", size=1, since=since, is_told=is_told)


def cause(
    number: int,
    outcome: OutcomeKind,
    reason: Reason,
    *,
    entity: Entity = COMPANY,
    example: str = "Birch",
    is_note: bool = False,
) -> Cause:
    """Records that ended so."""
    return Cause(entity=entity, outcome=outcome, reason=reason, number=number, example=example, is_note=is_note)


def letter(
    ended: Run,
    causes: Sequence[Cause] = (),
    *,
    verdict: Verdict = Verdict(),  # noqa: B008 - never changes
    notices: Sequence[Notice] = (),
    address: str = ADDRESS,
) -> Letter:
    """The mail about a run."""
    return letter_on_run(ended, causes, verdict=verdict, notices=notices, address=address)


def test_a_whole_letter() -> None:
    """What happened, why records were not written, what was remarked, when, and where to look."""
    ended = run(companies=Counts(created=12, held=2), contacts=Counts(created=1), held=3)
    causes = [
        cause(2, OutcomeKind.HELD, Reason.TAKEN),
        cause(3, OutcomeKind.SKIPPED, Reason.NO_ACCOUNT, entity=CONTACT, example="Jo Doe"),
        cause(12, OutcomeKind.CREATED, Reason.NO_CANDIDATE, example="Ash"),
        cause(4, OutcomeKind.CREATED, Reason.STAND_IN, example="Cedar", is_note=True),
        cause(1, OutcomeKind.HELD, Reason.STAND_IN, example="Elm", is_note=True),
    ]

    assert letter(ended, causes) == Letter(
        subject="acme: 12 companies and 1 contact created, 3 need you",
        headline="acme: 12 companies and 1 contact created, 3 need you.",
        sections=[
            Section(
                title="Not written, and what to do",
                tone=Tone.NEEDS_YOU,
                items=[
                    Item(
                        text=f"2 companies held: {Reason.TAKEN.sentence}",
                        mend="Merge the two in Salesforce, or tell them apart by name or address.",
                        example="Birch",
                    )
                ],
            ),
            Section(
                title="Written, with a remark",
                tone=Tone.QUIET,
                items=[Item(text=f"4 companies created: {Reason.STAND_IN.sentence}", example="Cedar")],
            ),
            Section(
                title="Left alone",
                tone=Tone.QUIET,
                items=[Item(text=f"3 contacts skipped: {Reason.NO_ACCOUNT.sentence}", example="Jo Doe")],
            ),
        ],
        facts="Import 12 began 2026-03-02 12:00 UTC and took 7 s.",
        links=[
            Link(words="See import 12", address="https://taskforce.example/runs/12/"),
            Link(words="Decide about what waits", address="https://taskforce.example/review/"),
        ],
        why=WHY,
    )


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (run(), "nothing new"),
        (run(companies=Counts(unchanged=9, skipped=3)), "nothing new"),
        (run(companies=Counts(created=1)), "1 company created"),
        (
            run(companies=Counts(updated=1234), contacts=Counts(updated=1, linked=2)),
            "1,234 companies and 1 contact updated, 2 contacts linked",
        ),
        (run(contacts=Counts(deactivated=1)), "1 contact set inactive"),
        (run(held=1, failing=1), "1 needs you, 1 failing"),
        (run(held=1200, failing=3), "1,200 need you, 3 failing"),
    ],
)
def test_what_came_of_a_run(ended: Run, words: str) -> None:
    """In one clause."""
    assert summary_of(ended) == words


REFUSED = run(RunStatus.COULD_NOT_RUN, message="Salesforce refused the login. Check the consumer secret.")
WAITS = run(RunStatus.AWAITING_APPROVAL, message="This plan changes unusually much.")


@pytest.mark.parametrize(
    ("ended", "verdict", "subject"),
    [
        (REFUSED, Verdict(due=[standing(TroubleKind.COULD_NOT_RUN)]), "the import could not run"),
        (REFUSED, Verdict(due=[standing(TroubleKind.COULD_NOT_RUN, is_told=True)]), "imports still cannot run"),
        (REFUSED, Verdict(due=[standing(TroubleKind.NO_IMPORT)]), "no import succeeds"),
        (REFUSED, Verdict(), "the import could not run"),
        (WAITS, Verdict(due=[standing(TroubleKind.APPROVAL)]), "a plan waits for your approval"),
        (WAITS, Verdict(due=[standing(TroubleKind.APPROVAL, is_told=True)]), "a plan still waits for your approval"),
        (WAITS, Verdict(), "a plan waits for your approval"),
        (run(RunStatus.REJECTED, message="Dropped."), Verdict(), "a plan was rejected, nothing was written"),
        (run(RunStatus.CANCELLED, Counts(created=2)), Verdict(), "import stopped, 2 companies created"),
        (
            run(companies=Counts(created=2)),
            Verdict(over=[standing(TroubleKind.COULD_NOT_RUN)]),
            "imports work again, 2 companies created",
        ),
        (run(), Verdict(over=[standing(TroubleKind.NO_IMPORT)]), "imports work again, nothing new"),
        (run(failing=2), Verdict(due=[standing(TroubleKind.FAILING)]), "2 failing"),
    ],
)
def test_the_subject_of_a_run(ended: Run, verdict: Verdict, subject: str) -> None:
    """What happened; the first line says the same."""
    written = letter(ended, verdict=verdict)

    assert (written.subject, written.headline) == (f"acme: {subject}", f"acme: {subject}.")


@pytest.mark.parametrize(
    ("verdict", "subject"),
    [
        (Verdict(due=[standing(TroubleKind.NO_IMPORT), standing(TroubleKind.FAILING)]), "no import succeeds"),
        (Verdict(due=[standing(TroubleKind.NO_IMPORT, is_told=True)]), "still no import succeeds"),
        (Verdict(due=[standing(TroubleKind.FAILING, is_told=True)]), "records are still failing"),
        (Verdict(over=[standing(TroubleKind.NO_IMPORT)]), "the alarm is over"),
        (Verdict(over=[standing(TroubleKind.COULD_NOT_RUN)]), "imports work again"),
        (Verdict(over=[standing(TroubleKind.APPROVAL)]), "no plan waits any more"),
        (Verdict(over=[standing(TroubleKind.FAILING)]), "no record is failing any more"),
        (Verdict(), "something to know"),
    ],
)
def test_the_subject_while_no_import_ends(verdict: Verdict, subject: str) -> None:
    """The most urgent of what is due, or that it is over."""
    assert letter_on_trouble("acme", verdict=verdict, now=NOON, address="").subject == f"acme: {subject}"


def test_what_is_wrong_comes_first_and_says_since_when() -> None:
    """The most urgent first; what has just begun says nothing of that."""
    verdict = Verdict(
        due=[standing(TroubleKind.COULD_NOT_RUN, "Salesforce refused the login.", days=2)],
        lasting=[standing(TroubleKind.NO_IMPORT, "No import has succeeded.")],
    )

    [section] = letter_on_trouble("acme", verdict=verdict, now=NOON, address=ADDRESS).sections

    assert section == Section(
        title="What is wrong",
        tone=Tone.WRONG,
        items=[
            Item(text="No import has succeeded.", mend="Mend it."),
            Item(text="Salesforce refused the login. (since 2026-02-28 12:00 UTC)", mend="Mend it."),
        ],
    )


def test_what_only_needs_somebody_is_not_called_wrong() -> None:
    """A plan that waits."""
    [section] = letter(WAITS, verdict=Verdict(due=[standing(TroubleKind.APPROVAL)])).sections

    assert (section.title, section.tone) == ("What needs you", Tone.NEEDS_YOU)


def test_records_are_told_by_their_causes_where_these_are_known() -> None:
    """And by their number where this import did not touch them."""
    ended = run(RunStatus.DONE_WITH_FAILURES, Counts(failed=2), held=1, failing=2)
    verdict, _ = judge([], seen_in(ended, ()), NOON + timedelta(minutes=1))
    causes = [cause(2, OutcomeKind.FAILED, Reason.REJECTED)]

    sections = letter(ended, causes, verdict=verdict).sections

    assert [(each.title, each.tone, [item.text for item in each.items]) for each in sections] == [
        ("What needs you", Tone.NEEDS_YOU, ["1 record waits for a decision or for another record."]),
        ("Not written, and what to do", Tone.WRONG, [f"2 companies failed: {Reason.REJECTED.sentence}"]),
    ]


def test_ids_that_stand_twice() -> None:
    """Each is named, and says itself what to do; those that are over stand below."""
    twins = [
        Notice(kind=NoticeKind.DUPLICATE_ID, subject=f"001{n}", text=f"Companies {n} carry it.", told_at=NOON)
        for n in range(3)
    ]
    notices = [*twins[:2], replace(twins[2], over_at=NOON)]

    sections = letter(run(), notices=notices).sections

    assert sections == [
        Section(
            title="Autotask records that carry the same Salesforce id",
            tone=Tone.NEEDS_YOU,
            items=[Item(text="Companies 0 carry it."), Item(text="Companies 1 carry it.")],
        ),
        Section(title="What is over", tone=Tone.GOOD, items=[Item(text="Companies 2 carry it.")]),
    ]


def test_a_long_list_is_cut() -> None:
    """The pages tell the rest."""
    notices = [
        Notice(kind=NoticeKind.DUPLICATE_ID, subject=str(n), text=f"{n} carry it.", told_at=NOON)
        for n in range(MOST_ITEMS + 1200)
    ]

    [section] = letter(run(), notices=notices).sections

    assert (len(section.items), section.more) == (MOST_ITEMS, 1200)
    assert "  and 1,200 more\n" in as_text(letter(run(), notices=notices))


def test_without_an_address_the_command_is_named() -> None:
    """There is no link that leads nowhere, and no button that stands for a command."""
    on_run = letter(run(held=1), [cause(1, OutcomeKind.HELD, Reason.TAKEN)], address="")
    on_trouble = letter_on_trouble("acme", verdict=Verdict(), now=NOON, address="")

    assert on_run.links == [Link(words="To see all of it: taskforce run 12")]
    assert on_run.sections[0].items[0].mend == Reason.TAKEN.advice("acme")
    assert on_trouble.links == [Link(words="To see how it stands: taskforce runs acme")]


def test_a_reconciliation_is_called_so() -> None:
    """In the facts and in the link."""
    written = letter(replace(run(), kind=RunKind.RECONCILIATION))

    assert (written.facts.split(" began")[0], written.links[0].words) == ("Reconciliation 12", "See reconciliation 12")


def test_the_remark_of_an_import() -> None:
    """What it says of itself; not where that is the trouble, which is told already."""
    assert letter(run(RunStatus.TO_BE_CONTINUED, message="It goes on at 14:20.")).remark == "It goes on at 14:20."
    assert letter(REFUSED).remark == ""


def test_the_plain_form() -> None:
    """Lines of at most 78 letters, a name that runs from right to left kept to itself."""
    written = Letter(
        subject="acme: 2 need you",
        headline="acme: 2 need you.",
        remark="It goes on at 14:20.",
        sections=[
            Section(
                title="Not written, and what to do",
                tone=Tone.WRONG,
                items=[
                    Item(text="1 company held: " + "word " * 16 + "end.", mend="Choose.", example="שלום"),
                    Item(text="1 contact held.", example="Ash"),
                ],
                more=3,
            )
        ],
        facts="Import 12 took 7 s.",
        links=[
            Link(words="See import 12", address="https://taskforce.example/runs/12/"),
            Link(words="To decide: taskforce links acme"),
        ],
        why="You are chosen.",
    )

    assert as_text(written) == (
        "acme: 2 need you.\n"
        "\n"
        "It goes on at 14:20.\n"
        "\n"
        "Not written, and what to do\n"
        "- 1 company held: word word word word word word word word word word word word\n"
        "  word word word word end. For example: \u2068שלום\u2069.\n"
        "    Choose.\n"
        "- 1 contact held. For example: Ash.\n"
        "  and 3 more\n"
        "\n"
        "Import 12 took 7 s.\n"
        "\n"
        "See import 12: https://taskforce.example/runs/12/\n"
        "To decide: taskforce links acme\n"
        "\n"
        "-- \n"
        "You are chosen.\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ash\r\nBcc: everybody@example.com", "Ash Bcc: everybody@example.com"),
        ("a\u202eb\u2066c\u0000d", "a b c d"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ud800 lone", "lone"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_names_are_one_plain_line(text: str, shown: str) -> None:
    """No line break, nothing that turns what stands around it, nothing that cannot be sent, not endlessly long."""
    assert plain(text) == shown


def test_the_mail_that_shows_that_mail_arrives() -> None:
    """It says so, with a way to the pages where it is known."""
    assert (trial_letter(ADDRESS).subject, list(trial_letter(ADDRESS).links), list(trial_letter("").links)) == (
        "Taskforce: this is a test mail",
        [Link(words="Open Taskforce", address="https://taskforce.example/")],
        [],
    )
