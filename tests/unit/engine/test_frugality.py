"""What a run spends, beside the fewest calls it can cost (protocol 4)."""

from taskforce.domain.records import ApiCalls
from tests.builders import account_id
from tests.unit.engine.office import USAGE, Office


def spent_and_bound(office: Office) -> tuple[ApiCalls, ApiCalls]:
    """The calls of one more import as counted by both systems, and its own lower bound."""
    spent = office.spent()
    return spent, office.stores.state.runs[max(office.stores.state.runs)].lower_bound


def test_nothing_changed_costs_two_requests() -> None:
    """One Salesforce request per object, none to Autotask."""
    office = Office()
    office.account()
    office.run()

    spent, bound = spent_and_bound(office)

    assert spent == bound == ApiCalls(salesforce=2, autotask=0)


def test_changed_records_cost_one_look_and_one_write_each() -> None:
    """Three that differ and one that does not: one read of the present state, three writes."""
    office = Office()
    for number in range(1, 11):
        office.account(number, Name=f"Company {number}")
    office.run()
    for number in range(1, 4):
        office.save(account_id(number), Phone="217-555-0199")
    office.save(account_id(4), Description="not mapped")

    spent, bound = spent_and_bound(office)

    assert spent == bound == ApiCalls(salesforce=2, autotask=USAGE + 1 + 3)


def test_changed_records_scattered_over_slices_cost_one_look() -> None:
    """Few that differ among many that are read again still cost one read of the present state."""
    office = Office()
    for number in range(1, 1201):
        office.account(number, Name=f"Company {number}")
    office.run()
    for number in range(1, 1201):
        office.save(account_id(number), Description="not mapped")
    for number in (1, 600, 1200):
        office.save(account_id(number), Phone="217-555-0199")

    spent, bound = spent_and_bound(office)

    assert spent == bound == ApiCalls(salesforce=2, autotask=USAGE + 1 + 3)


def test_new_record_among_linked_ones_costs_one_more_query() -> None:
    """What is new in Autotask is asked once per entity."""
    office = Office()
    office.account(1)
    office.run()
    office.save(account_id(1), Phone="217-555-0199")
    office.account(2, Name="New")
    office.person(1, at=account_id(2))

    spent, bound = spent_and_bound(office)

    assert spent == bound == ApiCalls(salesforce=2, autotask=USAGE + 1 + 1 + 1 + 3)


def test_first_load_costs_reads_of_500_and_one_post_each() -> None:
    """Existing records are read in pages of 500, and one request creates each new one; metadata is read once."""
    office = Office()
    for number in range(1, 602):
        office.company(companyName=f"There {number}")
    for number in range(1, 31):
        office.account(number, Name=f"New {number}")
        office.person(number, at=account_id(number))
    office.account(31, Name="There 7")

    spent, bound = spent_and_bound(office)

    assert spent == bound == ApiCalls(salesforce=4, autotask=USAGE + 6 + 2 + 1 + 30 + 1 + 30)
