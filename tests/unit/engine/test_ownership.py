"""Who wins a field where both sides hold something (B8): through whole imports."""

import pytest

from taskforce.domain.field_map import Wins
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import SourceId
from taskforce.domain.run import Run
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, Office
from tests.unit.engine.owned import number_of, ruled, standing


def notes_of(office: Office, run: Run, source_id: SourceId) -> list[Note]:
    """What is said of a record in a run."""
    entries = office.stores.plan(run.id).entries()
    return [note for each in entries if each.decision.subject.source_id == source_id for note in each.decision.notes]


@pytest.mark.parametrize(
    ("wins", "is_written"), [(Wins.SALESFORCE, True), (Wins.CREATE_ONLY, True), (Wins.NEVER, False)]
)
def test_a_parent_is_created_with_its_child(wins: Wins, is_written: bool) -> None:
    """Both by one plan: the child refers to the parent, unless that is never written."""
    office = Office(settings=ruled("parentCompanyID", wins))
    parent = office.account(1, Name="Parent")
    child = office.account(2, Name="Child", ParentId=parent)

    office.run()

    expected = number_of(office, parent) if is_written else None
    assert standing(office, "parentCompanyID", child) == expected


@pytest.mark.parametrize("is_linked", [True, False])
@pytest.mark.parametrize(
    ("wins", "is_written"), [(Wins.SALESFORCE, True), (Wins.CREATE_ONLY, False), (Wins.NEVER, False)]
)
def test_a_parent_of_a_company_that_stands_is_written_by_the_rule(
    wins: Wins, is_linked: bool, is_written: bool
) -> None:
    """Whether the parent has its company already, or gets it by the same plan."""
    office = Office(settings=ruled("parentCompanyID", wins))
    child = office.account(2, Name="Child")
    parent = office.account(1, Name="Parent") if is_linked else account_id(1)
    office.run()
    if not is_linked:
        office.account(1, Name="Parent")
    office.save(child, ParentId=parent)

    office.run()

    expected = number_of(office, parent) if is_written else None
    assert standing(office, "parentCompanyID", child) == expected


def test_a_locked_parent_stays() -> None:
    """A person's word for one record."""
    office = Office()
    child, parent = office.account(2, Name="Child"), office.account(1, Name="Parent")
    office.run()
    with office.stores.transaction():
        office.stores.links.lock(COMPANY, child, ["parentCompanyID", "phone"])
    office.save(child, ParentId=parent, Phone="217-555-0111", Fax="217-555-0112")

    run = office.run()

    assert [standing(office, name, child) for name in ("parentCompanyID", "phone", "fax")] == [
        None,
        "217-555-0100",
        "217-555-0112",
    ]
    evidence = {"salesforce": "217-555-0111", "autotask": "217-555-0100"}
    above: Evidence = {"salesforce": number_of(office, parent), "autotask": None}
    assert notes_of(office, run, child) == [
        Note(reason=Reason.FIELD_LOCKED, field="phone", evidence=evidence),
        Note(reason=Reason.FIELD_LOCKED, field="parentCompanyID", evidence=above),
    ]


@pytest.mark.parametrize(
    ("wins", "reason", "value"),
    [(Wins.KEEP_EDITS, Reason.EDIT_KEPT, "217-555-0122"), (Wins.SALESFORCE, Reason.EDIT_REPLACED, "217-555-0111")],
)
def test_an_edit_in_autotask_is_told(wins: Wins, reason: Reason, value: str) -> None:
    """With both values, whether it stays or not; and stays so when the account changes again."""
    office = Office(settings=ruled("phone", wins))
    source_id = office.account(1)
    office.run()
    office.target.edit(COMPANY, number_of(office, source_id), {"phone": "217-555-0122"})
    office.save(source_id, Phone="217-555-0111")

    run = office.run()
    first = standing(office, "phone", source_id)
    office.save(source_id, Fax="217-555-0133")
    office.run()

    evidence = {"salesforce": "217-555-0111", "autotask": "217-555-0122"}
    assert notes_of(office, run, source_id) == [Note(reason=reason, field="phone", evidence=evidence)]
    assert (first, standing(office, "phone", source_id)) == (value, value)


def test_what_agrees_counts_as_written() -> None:
    """Linked with a company that held the same already: what is edited after that is an edit."""
    office = Office(settings=ruled("phone", Wins.KEEP_EDITS))
    source_id = office.account(1)
    target_id = office.company()
    office.run()
    office.target.edit(COMPANY, target_id, {"phone": "217-555-0122"})
    office.save(source_id, Phone="217-555-0111")

    office.run()

    assert standing(office, "phone", source_id) == "217-555-0122"


def test_kept_edits_cost_nothing_while_nothing_changes() -> None:
    """A record whose edit was kept is settled."""
    office = Office(settings=ruled("phone", Wins.KEEP_EDITS))
    source_id = office.account(1)
    office.run()
    office.target.edit(COMPANY, number_of(office, source_id), {"phone": "217-555-0122"})
    office.save(source_id, Phone="217-555-0111")
    office.run()

    spent = office.spent()

    assert (spent.salesforce, spent.autotask) == (2, 0)
