"""A connection whose addresses or users were changed: the same systems as before, or others."""

from dataclasses import replace

from taskforce.domain.run import RunStatus
from tests.unit.engine.office import FIRST_ACCOUNT, Office

OTHER_ORG = "00D000000000002EAA"


def test_another_org_is_not_read() -> None:
    """How far the one was read says nothing of the other, so the run stops; back at the first it goes on."""
    office = Office()
    office.account()
    office.run()
    first, office.source.organization_id = office.source.organization_id, OTHER_ORG
    office.stores.schemas.expire()
    office.account(2, Name="Other")

    stopped = office.run()
    office.source.organization_id = first
    resumed = office.run()

    assert (stopped.status, resumed.status) == (RunStatus.COULD_NOT_RUN, RunStatus.DONE)
    assert stopped.message == (
        f"This is another Salesforce org ({OTHER_ORG} instead of {first}) than the one that this connection was made "
        "for; nothing was written. Set the address and the user back, and add a connection of its own for the other."
    )
    assert len(office.companies()) == 2


def test_another_database_is_not_written() -> None:
    """What is linked has other ids there, or none: a database without any resource of before is another one."""
    office = Office()
    office.account()
    office.run()
    strangers = tuple(replace(each, last_name=f"{each.last_name}-Stranger") for each in office.target.tenant.resources)
    office.target.tenant = replace(office.target.tenant, resources=strangers)
    office.stores.schemas.expire()
    office.save(FIRST_ACCOUNT, Phone="217-555-0199")

    stopped = office.run()

    assert stopped.status is RunStatus.COULD_NOT_RUN
    assert stopped.message == (
        "This is another Autotask database (it has none of the resources of before) than the one that this connection "
        "was made for; nothing was written. Set the address and the user back, and add a connection of its own for the "
        "other."
    )
    assert [each.fields["phone"] for each in office.companies()] == ["217-555-0100"]


def test_resources_that_come_go_and_are_renamed_make_no_other_database() -> None:
    """One that stays as it was is enough."""
    office = Office()
    office.account()
    office.run()
    first, *others = office.target.tenant.resources
    renamed = [replace(each, id=each.id + 1000, last_name="New") for each in others]
    office.target.tenant = replace(office.target.tenant, resources=(first, *renamed))
    office.stores.schemas.expire()
    office.account(2, Name="Next", **{"Owner.FirstName": first.first_name, "Owner.LastName": first.last_name})

    assert office.run().status is RunStatus.DONE
    assert len(office.companies()) == 2
