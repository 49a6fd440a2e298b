"""Records in words: lists, both sides, one record's page and the review queue, without a page."""

from dataclasses import replace

import pytest

from taskforce.domain.choices import QUEUE, Choice, choices_for
from taskforce.domain.diffing import FieldChange
from taskforce.domain.directory import Chapter, KnownRecord, Standing, Waiting
from taskforce.domain.history import RecordedChange
from taskforce.domain.links import LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.wording import mend_beside_buttons
from taskforce.web.presenters.directory import (
    csv_rows,
    filters_of,
    headline,
    line_of_record,
    why_of,
)
from taskforce.web.presenters.one_record import choice_line, view_of
from taskforce.web.presenters.places import autotask_url, salesforce_url
from taskforce.web.presenters.records import FieldLine
from taskforce.web.presenters.review_queue import best_of, groups_of, others_of, queue_headline
from taskforce.web.presenters.sides import Marked, marked, sides_of
from taskforce.web.spreadsheet import plain_cell
from tests.builders import NOON, OLIVIA, account, account_id, company, company_contact, contact, settings, target_schema

HELD = KnownRecord(
    connection="acme",
    entity=Entity.COMPANY,
    source_id=account_id(1),
    name="Birch",
    waiting=Waiting.HELD,
    reason=Reason.AMBIGUOUS,
    modified_at=NOON,
)
LINKED = KnownRecord(
    connection="acme",
    entity=Entity.COMPANY,
    source_id=account_id(2),
    name="Ash",
    target_id=TargetId(101),
    state=LinkState.LINKED,
)
DUE = replace(HELD, waiting=Waiting.DUE, reason=None)
NOBODY = dict.fromkeys(Standing, 0)


# --- lists ---


@pytest.mark.parametrize(
    ("counts", "found", "standing", "words", "expected"),
    [
        ({}, 0, None, "", "No record is known yet."),
        ({Standing.LINKED: 1204}, 1204, None, "", "All is in step: 1,204 records are linked."),
        ({Standing.LINKED: 2, Standing.HELD: 1}, 3, None, "", "2 records are linked. 1 waits."),
        ({Standing.LINKED: 2, Standing.FAILING: 3}, 5, None, "", "2 records are linked. 3 wait."),
        ({Standing.HELD: 1}, 1, Standing.HELD, "", "1 record is held."),
        ({Standing.HELD: 1}, 0, Standing.UNMAPPED, "", "0 records are un-mapped."),
        ({Standing.HELD: 1}, 1, None, "ash", "1 record fits “ash”."),
        ({Standing.HELD: 1}, 1200, None, "ash", "1,200 records fit “ash”."),
        ({Standing.HELD: 1}, 0, Standing.HELD, "ash", "No record fits “ash”."),
    ],
)
def test_the_first_line_answers(
    counts: dict[Standing, int], found: int, standing: Standing | None, words: str, expected: str
) -> None:
    """In words, before any figure or table."""
    assert headline({**NOBODY, **counts}, found, standing, words) == expected


def test_filters_are_those_with_records() -> None:
    """And the one that is chosen, though there be none."""
    shown = filters_of({**NOBODY, Standing.HELD: 2}, Standing.IGNORED)

    assert [(each.word, each.number, each.is_chosen) for each in shown] == [
        ("everything", None, False),
        ("held", 2, False),
        ("ignored", 0, True),
    ]


@pytest.mark.parametrize(
    ("record", "word", "why"),
    [
        (HELD, "held", "Several Autotask records fit, so none was touched."),
        (replace(HELD, waiting=Waiting.FAILING, reason=Reason.REJECTED), "failing", "Autotask refused the record."),
        (replace(HELD, reason=None), "held", "It waits."),
        (
            replace(HELD, waiting=Waiting.DUE, reason=None),
            "waiting for the next import",
            "The next import looks at it.",
        ),
        (
            replace(HELD, waiting=Waiting.DUE, reason=None, is_new=True),
            "waiting for the next import",
            "The next import creates it, as somebody decided.",
        ),
        (LINKED, "linked", "The pair is kept current."),
    ],
)
def test_how_a_record_stands(record: KnownRecord, word: str, why: str) -> None:
    """By shape and word, with the reason as a sentence."""
    line = line_of_record(record)

    assert (line.badge.word, line.why, why_of(record)) == (word, why, why)


@pytest.mark.parametrize("state", LinkState)
def test_every_state_of_a_pair_has_its_standing(state: LinkState) -> None:
    """With a word, a sentence and something to decide."""
    line = line_of_record(replace(LINKED, state=state))

    assert line.badge.word
    assert line.why.endswith(".")
    assert choices_for(replace(LINKED, state=state))


def test_a_name_that_nobody_knows() -> None:
    """Is said to be none."""
    assert line_of_record(replace(LINKED, name="")).name == "(no name yet)"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever a name begins with."""
    assert plain_cell(text) == f"'{text}"


def test_a_line_for_a_spreadsheet() -> None:
    """Everything that the page shows."""
    assert list(csv_rows([LINKED])) == [
        ("connection", "kind", "name", "salesforce_id", "autotask_id", "state", "reason", "why"),
        ("acme", "account", "Ash", account_id(2), "101", "linked", "", "The pair is kept current."),
    ]


# --- places ---


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com/001X"),
        ("https://login.salesforce.com/services/Soap/u/64.0", "https://login.salesforce.com/001X"),
        ("http://127.0.0.1:8080/services", "http://127.0.0.1:8080/"),
        ("http://localhost:1", "http://localhost:1/"),
    ],
)
def test_the_page_of_a_record_in_salesforce(address: str, url: str) -> None:
    """By its id; a simulator has a start page."""
    assert salesforce_url(address, "001X") == url


@pytest.mark.parametrize(
    ("address", "entity", "url"),
    [
        (
            "https://webservices5.autotask.net/ATServicesRest/",
            Entity.COMPANY,
            "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenAccount&AccountID=7",
        ),
        (
            "https://webservices14.autotask.net",
            Entity.CONTACT,
            "https://ww14.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenContact&ContactID=7",
        ),
        ("https://webservices.autotask.net", Entity.COMPANY, ""),
        ("https://evil.example/webservices5.autotask.net", Entity.COMPANY, ""),
        ("http://127.0.0.1:9/ATServicesRest/", Entity.COMPANY, "http://127.0.0.1:9/"),
    ],
)
def test_the_page_of_a_record_in_autotask(address: str, entity: Entity, url: str) -> None:
    """In its zone; none while that is not known."""
    assert autotask_url(address, entity, 7) == url


# --- both sides ---


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("312-555-0142", "312-555-0199", (Marked("312-555-01", "42"), Marked("312-555-01", "99"))),
        ("Acme", "", (Marked(changed="Acme"), Marked())),
        ("aa", "aaa", (Marked("aa"), Marked("aa", "a"))),
        ("Birch Dental", "Birch X Dental", (Marked("Birch ", "", "Dental"), Marked("Birch ", "X ", "Dental"))),
    ],
)
def test_only_the_changed_part_is_marked(left: str, right: str, expected: tuple[Marked, Marked]) -> None:
    """Inside the text."""
    assert marked(left, right) == expected


def test_what_differs_stands_apart() -> None:
    """Numbers of Autotask in its own words."""
    shown = sides_of(
        Entity.COMPANY,
        account(1),
        company(101, phone="312-555-0177", ownerResourceID=OLIVIA),
        target_schema(),
        settings(),
    )

    assert [line.target for line in shown.different] == ["phone"]
    assert {line.target: line.theirs.before for line in shown.equal}["ownerResourceID"] == "Olivia Grant"
    assert {line.target: line.ours.before for line in shown.equal}["ownerResourceID"] == "Olivia Grant"
    assert (shown.has_source, shown.has_target) == (True, True)


def test_a_side_that_is_not_known() -> None:
    """Nothing differs from it."""
    left = sides_of(Entity.CONTACT, contact(1), None, target_schema(), settings())
    right = sides_of(Entity.CONTACT, None, company_contact(), None, settings())
    neither = sides_of(Entity.CONTACT, None, None, None, settings())

    assert (left.different, left.has_target, right.different, right.has_source) == ([], False, [], False)
    assert "lastName" in {line.target for line in right.equal}
    assert (neither.different, neither.equal) == ([], [])


# --- one record ---


def test_the_page_says_what_each_decision_will_do() -> None:
    """Before it is made."""
    said = {each: choice_line(each, LINKED) for each in Choice}

    assert said[Choice.UNMAP].promise.startswith("The pair is separated: nothing is written or matched again")
    assert said[Choice.REJOIN].promise == (
        "The next import writes the Salesforce id and every value that differs into company 101 again."
    )
    assert said[Choice.IGNORE].promise == "No import touches it, or its contacts, until somebody says otherwise."
    assert choice_line(Choice.IGNORE, replace(LINKED, entity=Entity.CONTACT)).promise == (
        "No import touches it until somebody says otherwise."
    )


@pytest.mark.parametrize("reason", QUEUE)
def test_what_is_held_for_a_person_can_be_decided(reason: Reason) -> None:
    """By a button; a pair may always be separated."""
    assert choices_for(replace(HELD, reason=reason)) == tuple(
        each for each in QUEUE[reason] if each not in (Choice.UNMAP, Choice.REJOIN)
    )
    assert Choice.UNMAP in choices_for(replace(HELD, reason=reason, target_id=TargetId(7)))


def test_a_page_tells_the_mend_that_no_button_does() -> None:
    """Commands are for the command line."""
    ambiguous, inactive = view_of(HELD, ()), view_of(replace(HELD, reason=Reason.CANDIDATE_INACTIVE), ())

    assert (ambiguous.mend, inactive.mend) == ("", "Activate it in Autotask.")
    assert mend_beside_buttons(Reason.TAKEN) == "Merge the two in Salesforce, or tell them apart by name or address."
    assert mend_beside_buttons(Reason.SAME_NAME_OTHER_COMPANY) == (
        "Rename one of the companies; contacts cannot be moved by Autotask's API."
    )
    assert [each for each in QUEUE if "taskforce" in mend_beside_buttons(each)] == []


def test_evidence_is_that_of_the_decision_that_holds_it() -> None:
    """None, where the latest run said something else."""
    change = RecordedChange(
        entity=Entity.COMPANY,
        source_id=account_id(1),
        name="Birch",
        kind="hold",
        reason=Reason.AMBIGUOUS,
        evidence={"candidates": [1, 2]},
        outcome=OutcomeKind.HELD,
        outcome_reason=Reason.AMBIGUOUS,
    )
    story = [Chapter(run_id=7, at=NOON, is_dry_run=False, change=change)]

    assert view_of(HELD, story).evidence == [("candidates", "1, 2")]
    assert view_of(replace(HELD, reason=Reason.TAKEN), story).evidence == ()
    assert [(each.run_id, each.line.word) for each in view_of(LINKED, story).story] == [(7, "held")]


def test_what_a_preview_saw_is_told_as_not_done() -> None:
    """Only a run has changed anything; a value that goes is marked as one."""
    change = RecordedChange(
        entity=Entity.COMPANY,
        source_id=account_id(1),
        name="Birch",
        kind="update",
        reason=Reason.PUT_BACK,
        field_changes=(FieldChange(field="fax", before="312-555-0100", after=None),),
        outcome=OutcomeKind.UPDATED,
    )
    story = [Chapter(run_id=number, at=NOON, is_dry_run=number == 8, change=change) for number in (8, 7)]

    told = view_of(LINKED, story).story

    assert [(each.line.word, each.line.sentence) for each in told] == [
        ("would be changed", "What stood there before the run would be put back."),
        ("updated", "A person undid the run, so what stood there before was put back."),
    ]
    assert told[0].line.fields == [
        FieldLine(name="fax", before=Marked(changed="312-555-0100"), after=Marked(before="—"))
    ]


# --- the queue ---


def test_groups_by_connection_and_reason() -> None:
    """In the order of the queue; what waits for something else is counted apart."""
    held = {("b", Reason.TAKEN): 2, ("b", Reason.AMBIGUOUS): 1, ("a", Reason.MOVED): 1200, ("a", Reason.TOO_LONG): 4}

    groups = groups_of(held, ("b", Reason.TAKEN))

    assert [(each.connection, each.word, each.number, each.is_chosen) for each in groups] == [
        ("a", "moved to another account", 1200, False),
        ("b", "several fit", 1, False),
        ("b", "the one that fits is taken", 2, True),
    ]
    assert (queue_headline(groups), others_of(held)) == ("1,203 records wait for a decision.", [("a", 4)])


def test_an_empty_queue() -> None:
    """Nothing waits, and nothing is best."""
    assert (queue_headline([]), best_of(None)) == ("Nothing waits for a decision.", None)
