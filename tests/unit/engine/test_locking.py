"""Locked fields, references that keep to the rule of their row, and what is known for written (B8)."""

from dataclasses import replace
from typing import Any

import pytest

from taskforce.domain.field_map import Wins
from taskforce.domain.links import LinkState
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Value
from taskforce.domain.review import Resolution
from taskforce.domain.settings import ConnectionSettings, Deletion
from taskforce.domain.standard_mapping import COMPANY_MAPPING, STANDARD
from taskforce.editing import look_again_by
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.deciding_office import USUAL, an_office, approve, asked, set_brake
from tests.unit.engine.office import COMPANY, SETTINGS, Office
from tests.unit.engine.owned import notes, number_of, ruled, standing
from tests.unit.engine.reviewing import FIRST, SECOND, UNCHANGED, UPDATED, link, linked, refusal, review

PARENT = "parentCompanyID"
NEW_FAX = "217-555-0777"
BOSS, OTHER_BOSS = account_id(8), account_id(9)


def with_two_bosses(settings: ConnectionSettings = SETTINGS) -> Office:
    """An account below one of two others."""
    office = Office(settings=settings)
    office.account(8, Name="Boss")
    office.account(9, Name="Other boss")
    office.account(1, ParentId=BOSS)
    office.run()
    return office


# --- a person's decision ---


def test_a_locked_field_is_not_written_and_the_others_are() -> None:
    """What Salesforce says is remarked, and costs nothing the next time."""
    office = linked(1)
    decided = review(office).lock(COMPANY, FIRST, ["fax"])
    office.save(FIRST, Fax=NEW_FAX, Phone="217-555-0111")
    run = office.run()
    calls = office.work_calls
    office.save(FIRST, Fax=NEW_FAX)
    office.run()

    assert (decided.resolution, decided.fields, decided.locked) == (Resolution.LOCKED, ("fax",), ("fax",))
    assert decided.sentence == (
        f"No import writes fax of Autotask company {number_of(office, FIRST)}, the pair of account {FIRST}, until a "
        "person unlocks that."
    )
    assert (standing(office, "fax"), standing(office, "phone")) == (None, "217-555-0111")
    assert notes(office, run.id) == [
        Note(reason=Reason.FIELD_LOCKED, field="fax", evidence={"salesforce": NEW_FAX, "autotask": None})
    ]
    assert office.work_calls == calls


def test_once_unlocked_the_next_import_writes_it() -> None:
    """Though nothing has changed in Salesforce since it was left out."""
    office = linked(1)
    review(office).lock(COMPANY, FIRST, ["fax"])
    both = review(office).lock(COMPANY, FIRST, ["city"])
    office.save(FIRST, Fax=NEW_FAX, BillingCity="Chicago")
    office.run()

    first = review(office).unlock(COMPANY, FIRST, ["fax", "phone"])
    office.run()
    halfway = (standing(office, "fax"), standing(office, "city"))
    rest = review(office).unlock(COMPANY, FIRST)
    again = review(office).unlock(COMPANY, FIRST)
    office.run()

    assert (both.fields, both.locked) == (("city",), ("city", "fax"))
    assert (first.resolution, first.fields, first.locked) == (Resolution.UNLOCKED, ("fax",), ("city",))
    assert halfway == (NEW_FAX, "Springfield")
    assert (rest.fields, rest.locked, standing(office, "city")) == (("city",), (), "Chicago")
    pair = f"Autotask company {number_of(office, FIRST)}, the pair of account {FIRST},"
    assert again.sentence == f"No field of {pair} was locked."


def test_what_cannot_be_locked() -> None:
    """A record without a pair, a field that no import writes, nothing, and a record whose write is in doubt."""
    office = linked(1)
    desk = review(office)

    nobody = refusal(lambda: desk.lock(COMPANY, SECOND, ["fax"]))
    unknown = refusal(lambda: desk.lock(COMPANY, FIRST, ["fax", "Fax"]))
    nothing = refusal(lambda: desk.lock(COMPANY, FIRST, []))
    unlocked = refusal(lambda: desk.unlock(COMPANY, FIRST, ["isActive"]))
    office.save(FIRST, Phone="217-555-0111")
    office.trouble(Fault.LOST_BEFORE, "update")
    office.run()
    doubtful = refusal(lambda: desk.lock(COMPANY, FIRST, ["fax"]))

    assert nobody.startswith(f"The account {SECOND} has no pair in which a field could be locked.")
    known = ", ".join(sorted(COMPANY_MAPPING.targets))
    assert unknown == f"No such field is mapped: Fax. The mapping fills: {known}."
    assert nothing.startswith("No field was named.")
    assert unlocked == f"No such field is mapped: isActive. These may be: {known}."
    assert doubtful != ""
    assert office.stores.links.locks(COMPANY, [FIRST]) == {}


def test_a_lock_belongs_to_the_pair() -> None:
    """It goes when another Autotask record takes its place, and stays when the same one is joined again."""
    office = linked(1)
    review(office).lock(COMPANY, FIRST, ["fax"])
    review(office).unmap(COMPANY, FIRST)
    review(office).relink(COMPANY, FIRST)
    same = office.stores.links.locks(COMPANY, [FIRST])
    other = office.company(companyName="Another")
    office.target.set_id(COMPANY, number_of(office, FIRST), None)
    review(office).relink(COMPANY, FIRST, other)

    assert same == {FIRST: frozenset({"fax"})}
    assert office.stores.links.locks(COMPANY, [FIRST]) == {}


def test_a_lock_of_a_field_that_is_mapped_no_more_is_taken_off() -> None:
    """Its row was removed meanwhile."""
    office = linked(1)
    review(office).lock(COMPANY, FIRST, ["fax"])
    office.settings = replace(SETTINGS, mappings=STANDARD.replaced(COMPANY_MAPPING.without("fax")))
    desk = replace(review(office), settings=office.settings)

    assert (desk.unlock(COMPANY, FIRST, ["fax"]).locked, office.stores.links.locks(COMPANY, [FIRST])) == ((), {})


def test_a_lock_goes_along_with_a_merge() -> None:
    """The Autotask record is the survivor's now, and its field is as locked as it was."""
    office = linked(1)
    office.account(2, Name="Survivor", Fax=NEW_FAX)
    review(office).lock(COMPANY, FIRST, ["fax"])
    office.source.delete(COMPANY, FIRST, survivor=SECOND)
    office.run()
    office.run()

    assert office.stores.links.locks(COMPANY, [FIRST, SECOND]) == {SECOND: frozenset({"fax"})}
    assert standing(office, "fax", SECOND) is None


# --- references ---


@pytest.mark.parametrize("is_new", [False, True], ids=["to a company that stands", "to one of the same plan"])
@pytest.mark.parametrize("rule", [Wins.CREATE_ONLY, Wins.FILL_EMPTY, Wins.NEVER, "locked"])
def test_a_reference_keeps_to_its_rule(rule: Any, is_new: bool) -> None:
    """The parent stays as it is in Autotask, though Salesforce names another; and nothing is written twice."""
    office = with_two_bosses(ruled(PARENT, rule) if rule != "locked" else SETTINGS)
    if rule == "locked":
        office.stores.links.lock(COMPANY, FIRST, [PARENT])
    before = standing(office, PARENT)
    boss = office.account(10, Name="New boss") if is_new else OTHER_BOSS
    office.save(FIRST, ParentId=boss, Phone="217-555-0111")
    office.run()
    office.run()
    calls = office.work_calls
    office.run()

    assert before == (None if rule is Wins.NEVER else number_of(office, BOSS))
    assert (standing(office, PARENT), standing(office, "phone")) == (before, "217-555-0111")
    assert office.work_calls == calls


def test_a_parent_of_the_same_plan_is_never_written_on_create_either() -> None:
    """Where the row says never."""
    office = with_two_bosses(ruled(PARENT, Wins.NEVER))

    assert standing(office, PARENT) is None


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_reference_that_was_resolved_late_is_known_for_ours(is_edited: bool) -> None:
    """A parent created in the same plan counts as written: what is edited later stays, what is not follows."""
    office = with_two_bosses(ruled(PARENT, Wins.KEEP_EDITS))
    third = office.account(10, Name="Third")
    office.run()
    if is_edited:
        office.target.edit(COMPANY, number_of(office, FIRST), {PARENT: number_of(office, third)})
    office.save(FIRST, ParentId=OTHER_BOSS)
    office.run()

    assert standing(office, PARENT) == number_of(office, third if is_edited else OTHER_BOSS)


def test_a_locked_parent_does_not_spoil_an_approved_plan() -> None:
    """What else was planned is carried out; what is locked or unlocked in the meantime is planned anew."""
    office = an_office(1, 2)
    third = office.account(3, Name="New boss")
    office.stores.links.lock(COMPANY, FIRST, [PARENT])
    for source_id in (FIRST, SECOND):
        office.save(source_id, ParentId=third, Phone="217-555-0199")
    waiting = asked(office)
    run = approve(office, waiting)

    assert office.outcomes(run)[FIRST] == UPDATED
    assert (standing(office, PARENT), standing(office, "phone")) == (None, "217-555-0199")
    assert standing(office, PARENT, SECOND) == number_of(office, third)


@pytest.mark.parametrize("field", [PARENT, "phone"])
@pytest.mark.parametrize("is_locked", [True, False], ids=["locked meanwhile", "unlocked meanwhile"])
def test_a_plan_does_not_outlive_a_decision_about_its_fields(field: str, is_locked: bool) -> None:
    """The change is left out, and the next import makes it by what holds then."""
    office = an_office(1, 2)
    third = office.account(3, Name="New boss")
    if not is_locked:
        review(office).lock(COMPANY, FIRST, [field])
    office.save(FIRST, ParentId=third, Phone="217-555-0199", BillingCity="Chicago")
    waiting = asked(office)
    decide = review(office).lock if is_locked else review(office).unlock
    decide(COMPANY, FIRST, [field])
    run = approve(office, waiting)
    outcome = office.outcomes(run)[FIRST]
    set_brake(office, USUAL)
    office.run()

    assert outcome is not None
    assert outcome[1] is Reason.CHANGED_SINCE_PLANNED
    assert standing(office, "city") == "Chicago"
    written = {PARENT: number_of(office, third), "phone": "217-555-0199"}
    assert (standing(office, field) == written[field]) == (not is_locked)


# --- another rule ---


@pytest.mark.parametrize("before", [Wins.KEEP_EDITS, Wins.FILL_EMPTY, Wins.CREATE_ONLY, Wins.NEVER])
def test_another_rule_holds_from_the_next_import_on(before: Wins) -> None:
    """For what the former one kept as well, though nothing has changed in Salesforce since; then all is quiet."""
    office = Office(settings=ruled("fax", before))
    office.account(1, Fax="1")
    office.account(2, Name="Another", Fax="5")
    office.run()
    office.target.edit(COMPANY, number_of(office, FIRST), {"fax": "theirs"})
    office.save(FIRST, Fax="2")
    office.run()
    kept = standing(office, "fax")
    after = ruled("fax", Wins.SALESFORCE)
    with office.stores.transaction():
        look_again_by(office.stores, office.settings, after)
    office.settings = after
    office.run()
    calls = office.work_calls
    office.run()

    assert (kept, standing(office, "fax"), standing(office, "fax", SECOND)) == ("theirs", "2", "5")
    assert office.work_calls == calls


# --- what is known for written ---


def test_a_lost_write_that_somebody_overwrote_in_part_is_known_for_ours() -> None:
    """It is not found as a whole: what of it stands there was ours all the same, and follows Salesforce later."""
    office = Office(settings=ruled("fax", Wins.KEEP_EDITS))
    office.account(1, Fax="1")
    office.run()
    office.save(FIRST, Fax="2", Phone="217-555-0111")
    office.trouble(Fault.LOST_AFTER, "update")
    office.run()
    office.target.edit(COMPANY, number_of(office, FIRST), {"phone": "217-555-0122"})
    office.save(FIRST, Fax="3")
    office.run()
    office.run(by_hand=True)

    assert standing(office, "fax") == "3"


def test_what_was_written_is_known_after_the_pair_was_inactive() -> None:
    """Deleted in Salesforce and back: an edit from before that is an edit still."""
    office = Office(settings=replace(ruled("fax", Wins.KEEP_EDITS), deletion=Deletion.DEACTIVATE))
    office.account(1, Fax="1")
    office.run()
    office.target.edit(COMPANY, number_of(office, FIRST), {"fax": "theirs"})
    office.source.delete(COMPANY, FIRST)
    office.run()
    gone = link(office, FIRST)
    office.source.undelete(COMPANY, FIRST)
    office.run()

    assert gone is not None
    assert gone.state is LinkState.DEACTIVATED
    assert gone.written.is_edited("fax", "theirs")
    assert standing(office, "fax") == "theirs"


def test_an_edit_is_one_still_once_the_same_pair_is_joined_again() -> None:
    """What was last written of it is known as before."""
    office = Office(settings=ruled("fax", Wins.KEEP_EDITS))
    office.account(1, Fax="1")
    office.run()
    office.target.edit(COMPANY, number_of(office, FIRST), {"fax": "theirs"})
    review(office).unmap(COMPANY, FIRST)
    review(office).relink(COMPANY, FIRST)
    office.save(FIRST, Fax="2")
    office.run()

    assert standing(office, "fax") == "theirs"


def test_an_edit_is_told_where_it_is_replaced() -> None:
    """By a reconciliation, which finds it though nothing changed in Salesforce."""
    office = linked(1)
    office.target.edit(COMPANY, number_of(office, FIRST), {"city": "Chicago"})
    run = office.reconcile()
    calm = office.reconcile()

    evidence: dict[str, Value] = {"salesforce": "Springfield", "autotask": "Chicago"}
    assert notes(office, run.id) == [Note(reason=Reason.EDIT_REPLACED, field="city", evidence=evidence)]
    assert (notes(office, calm.id), office.outcomes(calm)[FIRST]) == ([], UNCHANGED)


def test_what_is_remembered_of_a_create() -> None:
    """Every value that was sent, the parent that the same plan created included."""
    office = with_two_bosses()
    found = link(office, FIRST)

    assert found is not None
    assert found.written.is_ours(PARENT, number_of(office, BOSS))
    assert LastWritten.of({"companyName": "Acme"}).held_by({"companyName": "Acme"}) == LastWritten.of(
        {"companyName": "Acme"}
    )
    assert found.written.is_ours("companyName", "Acme")
