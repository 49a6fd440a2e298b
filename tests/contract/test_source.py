"""What the engine may rely on of any Source."""

from datetime import timedelta

import pytest

from taskforce.domain.cursor import Position
from taskforce.domain.filtering import RecordFilter, conditions_of
from taskforce.domain.records import Entity, SourceId
from taskforce.errors import ProtocolError
from tests.builders import account_id
from tests.contract.salesforces import Salesforce

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
A_MINUTE = timedelta(minutes=1)


def ids(salesforce: Salesforce, entity: Entity = COMPANY, **options: object) -> list[SourceId]:
    """The ids of what changed, in order."""
    asked = {"since": None, "after": None, **options}
    pages = salesforce.source.changes(entity, ["Name"], **asked)  # type: ignore[arg-type]
    return [record.id for page in pages for record in page.records]


def test_empty_org_yields_one_empty_page(salesforce: Salesforce) -> None:
    """There is always a page, so that the cursor can move."""
    pages = list(salesforce.source.changes(COMPANY, ["Name"], since=None, after=None))

    assert [(list(page.records), page.position, page.asked_at) for page in pages] == [([], None, salesforce.now())]


def test_records_come_whole(salesforce: Salesforce) -> None:
    """Id, stamp, the fields that were asked for, blank ones as None, and nothing else."""
    made = salesforce.save(COMPANY, None, Name="Acme", BillingCity="Springfield")
    stamp = salesforce.now()

    [page] = salesforce.source.changes(COMPANY, ["Name", "Phone", "Owner.LastName"], since=None, after=None)

    [record] = page.records
    assert (record.entity, record.id, record.modified_at) == (COMPANY, made, stamp)
    assert (record.is_deleted, record.master_id) == (False, None)
    assert {name: record.fields[name] for name in ("Name", "Phone")} == {"Name": "Acme", "Phone": None}
    assert set(record.fields) == {"Name", "Phone", "Owner.LastName"}
    assert page.position == Position(modified_at=stamp, id=made)


def test_contact_knows_its_account(salesforce: Salesforce) -> None:
    """The account of a contact is its 18-character id."""
    account = salesforce.save(COMPANY, None, Name="Acme")
    salesforce.save(CONTACT, None, LastName="Doe", AccountId=account)

    [page] = salesforce.source.changes(CONTACT, ["LastName", "AccountId"], since=None, after=None)

    assert [record.account_id for record in page.records] == [account]


def test_order_is_by_stamp_then_id(salesforce: Salesforce) -> None:
    """Equal stamps are told apart by the id; a later change moves a record to the end."""
    first, second = (salesforce.save(COMPANY, None, Name=name) for name in ("One", "Two"))
    salesforce.advance(A_MINUTE)
    third = salesforce.save(COMPANY, None, Name="Three")
    salesforce.save(COMPANY, first, Name="One again")

    assert ids(salesforce) == [second, *sorted([first, third])]


def test_since_includes_its_moment(salesforce: Salesforce) -> None:
    """A record stamped at the very moment asked from is read."""
    salesforce.save(COMPANY, None, Name="Before")
    salesforce.advance(A_MINUTE)
    at = salesforce.save(COMPANY, None, Name="At")
    moment = salesforce.now()
    salesforce.advance(A_MINUTE)
    after = salesforce.save(COMPANY, None, Name="After")

    assert ids(salesforce, since=moment) == [at, after]


def test_after_leaves_out_its_position(salesforce: Salesforce) -> None:
    """Reading goes on behind a record, among others with the same stamp."""
    made = sorted(salesforce.save(COMPANY, None, Name=f"Company {n}") for n in range(3))
    behind = Position(modified_at=salesforce.now(), id=made[1])

    assert ids(salesforce, after=behind) == [made[2]]
    assert ids(salesforce, after=behind, since=salesforce.now() + A_MINUTE) == []


def test_deleted_records_are_seen(salesforce: Salesforce) -> None:
    """A deletion moves the stamp and shows as such."""
    made = salesforce.save(COMPANY, None, Name="Acme")
    salesforce.advance(A_MINUTE)
    salesforce.delete(COMPANY, made)

    [page] = salesforce.source.changes(COMPANY, ["Name"], since=salesforce.now(), after=None)

    assert [(record.id, record.is_deleted) for record in page.records] == [(made, True)]


def test_records_are_read_by_their_ids(salesforce: Salesforce) -> None:
    """As they are now, deleted ones too; one that is not there is absent. It takes one request."""
    kept = salesforce.save(COMPANY, None, Name="Kept")
    gone = salesforce.save(COMPANY, None, Name="Gone")
    salesforce.save(COMPANY, None, Name="Not asked for")
    salesforce.delete(COMPANY, gone)
    list(salesforce.source.changes(COMPANY, ["Name"], since=None, after=None))
    calls = salesforce.source.calls

    found = salesforce.source.read(COMPANY, ["Name"], [kept, gone, account_id(999)])

    assert {record.id: (record.fields, record.is_deleted) for record in found} == {
        kept: ({"Name": "Kept"}, False),
        gone: ({"Name": "Gone"}, True),
    }
    assert salesforce.source.calls == calls + 1


def test_unknown_field_is_told_by_its_code(salesforce: Salesforce) -> None:
    """A field that does not exist or may not be seen ends in INVALID_FIELD."""
    with pytest.raises(ProtocolError) as refused:
        list(salesforce.source.changes(COMPANY, ["Name", "Shoe_Size__c"], since=None, after=None))

    assert refused.value.code == "INVALID_FIELD"


def test_describe_tells_the_mapped_fields(salesforce: Salesforce) -> None:
    """What may be asked for, at one request per object."""
    before = salesforce.source.calls

    schema = salesforce.source.describe()

    assert {"Name", "Phone", "OwnerId", "ParentId"} <= schema.fields[COMPANY]
    assert {"FirstName", "LastName", "AccountId"} <= schema.fields[CONTACT]
    assert salesforce.source.calls - before == 2


def test_reading_one_page_is_one_call(salesforce: Salesforce) -> None:
    """What Salesforce counts."""
    salesforce.save(COMPANY, None, Name="Acme")
    before = salesforce.source.calls

    ids(salesforce)

    assert salesforce.source.calls - before == 1


def test_records_that_fit_are_counted(salesforce: Salesforce) -> None:
    """Contacts by what their account is, too; deleted ones are not."""
    customer, prospect = (salesforce.save(COMPANY, None, Name=name, Type=name) for name in ("Customer", "Prospect"))
    for account, title in ((customer, "Head"), (customer, None), (prospect, "Head")):
        salesforce.save(CONTACT, None, LastName="Doe", AccountId=account, Title=title)
    salesforce.delete(COMPANY, salesforce.save(COMPANY, None, Name="Gone", Type="Customer"))
    wanted = RecordFilter(accounts=(conditions_of("Type = customer"),), contacts=(conditions_of("Title is not blank"),))

    counted = [salesforce.source.count(entity, each) for entity in Entity for each in (wanted, RecordFilter())]

    assert counted == [1, 2, 1, 3]
