"""What the engine may rely on of any Target."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count

import pytest

from taskforce.domain.budget import Budget, TenantUse
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord, Value
from taskforce.domain.schema import TargetSchema
from taskforce.errors import BudgetExhausted, RecordRejected, WriteInDoubt
from tests.builders import account_id, contact_id
from tests.contract.autotasks import Autotask

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
NOBODY = TargetId(999_999)
FIELDS = ("companyName", "city", "phone", "companyType", "ownerResourceID", "parentCompanyID")


def company(autotask: Autotask, **fields: Value) -> Mapping[str, Value]:
    """A company that is complete."""
    required: dict[str, Value] = {
        "phone": "217-555-0100",
        "companyType": autotask.company_type,
        "ownerResourceID": autotask.owner,
    }
    return {"companyName": "Acme", **required, **fields}


def create(autotask: Autotask, number: int = 1, **fields: Value) -> TargetId:
    """Create a company for the n-th account."""
    schema = autotask.target.describe()
    return autotask.target.create(COMPANY, schema, company(autotask, **fields), source_id=account_id(number))


def read(autotask: Autotask, target_id: TargetId, entity: Entity = COMPANY) -> TargetRecord:
    """A record as it stands."""
    return autotask.target.read(entity, autotask.target.describe(), [target_id])[target_id]


def test_created_company_is_read_back(autotask: Autotask) -> None:
    """Its values and its Salesforce id stand there at once, and it is active."""
    made = create(autotask, city="Springfield")

    record = read(autotask, made)

    assert {name: record.fields[name] for name in FIELDS} == {
        **company(autotask, city="Springfield"),
        "parentCompanyID": None,
    }
    assert (record.id, record.is_active, record.company_id) == (made, True, None)
    assert (record.source_id, record.source_id_as_written, record.id_field_seen) == (account_id(1), account_id(1), True)


def test_created_contact_stands_under_its_company(autotask: Autotask) -> None:
    """Contacts are written under their company and know it."""
    home = create(autotask)
    schema = autotask.target.describe()
    fields = {"firstName": "Jo", "lastName": "Doe"}

    made = autotask.target.create(CONTACT, schema, fields, source_id=contact_id(1), company_id=home)

    record = read(autotask, made, CONTACT)
    assert (record.company_id, record.is_active, record.source_id) == (home, True, contact_id(1))
    assert {name: record.fields[name] for name in ("firstName", "lastName", "title")} == {**fields, "title": None}


def test_contact_without_a_company_is_nobody_s_business(autotask: Autotask) -> None:
    """Writing a contact without its company is a defect of the caller."""
    with pytest.raises(ValueError, match="under its company"):
        autotask.target.create(
            CONTACT, autotask.target.describe(), {"firstName": "Jo", "lastName": "Doe"}, source_id=contact_id(1)
        )


def test_the_own_company_is_shown_to_whoever_asks_for_it_alone(autotask: Autotask) -> None:
    """Company 0, by one request; what carries no id has none, and no other reading shows it."""
    schema = autotask.target.describe()
    before = autotask.target.calls

    own = autotask.target.own_company(schema)

    assert autotask.target.calls == before + 1
    assert own is not None
    assert (own.entity, own.id, own.source_id, own.unreadable_id) == (COMPANY, TargetId(0), None, None)
    assert [each.id for page in autotask.target.read_all(COMPANY, schema) for each in page] == []


def test_update_sets_and_clears_what_is_given(autotask: Autotask) -> None:
    """Absolute values; None clears; everything else stays, the id as well."""
    made = create(autotask, city="Springfield", state="IL")

    autotask.target.update(COMPANY, autotask.target.describe(), made, {"city": None, "phone": "217-555-0199"})

    record = read(autotask, made)
    assert (record.fields["city"], record.fields["state"], record.fields["phone"]) == (None, "IL", "217-555-0199")
    assert record.source_id == account_id(1)


def test_update_writes_the_id_of_a_pair(autotask: Autotask) -> None:
    """Linking is one request that carries the id and the differences."""
    there = autotask.put(COMPANY, company(autotask))
    before = autotask.target.calls
    schema = autotask.target.describe()
    described = autotask.target.calls - before

    autotask.target.update(COMPANY, schema, there, {"city": "Springfield"}, source_id=account_id(7))

    assert autotask.target.calls - before == described + 1
    record = read(autotask, there)
    assert (record.source_id, record.fields["city"]) == (account_id(7), "Springfield")


def test_update_of_a_contact_goes_through_its_company(autotask: Autotask) -> None:
    """The route of a contact is its company's."""
    home = create(autotask)
    there = autotask.put(CONTACT, {"firstName": "Jo", "lastName": "Doe"}, company_id=home)

    autotask.target.update(
        CONTACT, autotask.target.describe(), there, {"title": "CEO"}, source_id=contact_id(3), company_id=home
    )

    record = read(autotask, there, CONTACT)
    assert (record.fields["title"], record.source_id, record.company_id) == ("CEO", contact_id(3), home)


def test_update_clears_the_id(autotask: Autotask) -> None:
    """A contact gives up its id and is deactivated in one request; everything else stays."""
    home = create(autotask)
    schema = autotask.target.describe()
    fields = {"firstName": "Jo", "lastName": "Doe"}
    there = autotask.target.create(CONTACT, schema, fields, source_id=contact_id(1), company_id=home)
    calls = autotask.target.calls

    autotask.target.update(CONTACT, schema, there, {"isActive": False}, clears_id=True, company_id=home)

    assert autotask.target.calls == calls + 1
    record = read(autotask, there, CONTACT)
    assert (record.is_active, record.source_id, record.fields["lastName"]) == (False, None, "Doe")
    assert autotask.target.find_by_source_id(CONTACT, schema, contact_id(1)) == []


def test_absent_user_defined_fields_are_told(autotask: Autotask) -> None:
    """An answer in which no row has a value says that the id was not seen, which is not that it is not there."""
    there = autotask.put(COMPANY, company(autotask))

    record = read(autotask, there)

    assert (record.source_id, record.id_field_seen) == (None, False)


def test_empty_id_beside_one_with_a_value_is_seen(autotask: Autotask) -> None:
    """As soon as one row of an answer has a value the others' emptiness is a fact."""
    without = autotask.put(COMPANY, company(autotask, companyName="Without"))
    carrying = create(autotask)

    found = autotask.target.read(COMPANY, autotask.target.describe(), [without, carrying])

    assert {key: (record.source_id, record.id_field_seen) for key, record in found.items()} == {
        without: (None, True),
        carrying: (account_id(1), True),
    }


def test_records_that_are_gone_are_absent(autotask: Autotask) -> None:
    """Only what exists is answered."""
    made = create(autotask)

    found = autotask.target.read(COMPANY, autotask.target.describe(), [made, NOBODY])

    assert list(found) == [made]


def test_inactive_records_are_read(autotask: Autotask) -> None:
    """An inactive company is there, and says so."""
    made = create(autotask)
    autotask.deactivate(COMPANY, made)

    assert read(autotask, made).is_active is False


def test_records_are_found_by_their_id(autotask: Autotask) -> None:
    """All that carry it, and only those, however letters are written."""
    first, second = create(autotask, 1), create(autotask, 1, companyName="Copy")
    create(autotask, 2)
    schema = autotask.target.describe()

    found = autotask.target.find_by_source_id(COMPANY, schema, account_id(1))

    assert [record.id for record in found] == [first, second]
    assert autotask.target.find_by_source_id(COMPANY, schema, SourceId(account_id(1).swapcase())) == []


def test_read_all_is_in_order_and_without_ourselves(autotask: Autotask) -> None:
    """Every record by id; the company 0 that is the MSP itself is left out."""
    made = [create(autotask, number, companyName=f"Company {number}") for number in range(1, 4)]

    pages = list(autotask.target.read_all(COMPANY, autotask.target.describe()))

    assert [record.id for page in pages for record in page] == made


def test_read_changed_finds_what_was_made_or_changed_since(autotask: Autotask) -> None:
    """Both kinds of news, from their very moment on."""
    old, changed = create(autotask, 1), create(autotask, 2, companyName="Changed")
    autotask.advance(timedelta(hours=1))
    moment = autotask.now()
    autotask.target.update(COMPANY, autotask.target.describe(), changed, {"city": "Chicago"})
    new = create(autotask, 3, companyName="New")

    pages = list(autotask.target.read_changed(COMPANY, autotask.target.describe(), moment))

    assert [record.id for page in pages for record in page] == [changed, new]
    assert old not in {record.id for page in pages for record in page}


def test_clock_of_autotask_is_told(autotask: Autotask) -> None:
    """The latest answer's time, in whole seconds."""
    autotask.target.describe()

    assert autotask.target.server_time == autotask.now()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"phone": None}, "required_missing"),
        ({"companyType": 987}, "bad_picklist"),
        ({"ownerResourceID": 987_654}, "bad_reference"),
        ({"companyName": "x" * 101}, "too_long"),
    ],
)
def test_refusal_names_its_cause(autotask: Autotask, wrong: Mapping[str, Value], code: str) -> None:
    """What Autotask does not accept is refused for certain, with a code, and nothing was created."""
    fields = {name: value for name, value in {**company(autotask), **wrong}.items() if value is not None}
    schema = autotask.target.describe()

    with pytest.raises(RecordRejected) as refused:
        autotask.target.create(COMPANY, schema, fields, source_id=account_id(1))

    assert refused.value.code == code
    assert autotask.target.find_by_source_id(COMPANY, schema, account_id(1)) == []


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_lost_answer_to_a_create_is_a_doubt(autotask: Autotask, is_carried_out: bool) -> None:
    """Sent once: whether it was carried out is told by looking."""
    schema = autotask.target.describe()
    autotask.lose_next_answer(is_carried_out=is_carried_out)

    with pytest.raises(WriteInDoubt):
        autotask.target.create(COMPANY, schema, company(autotask), source_id=account_id(1))

    found = autotask.target.find_by_source_id(COMPANY, schema, account_id(1))
    assert len(found) == int(is_carried_out)


def within(autotask: Autotask, share: float) -> None:
    """A run begins that may spend this share."""
    autotask.target.spend_within(Budget(share=share, since=autotask.now()))


def create_until_spent(autotask: Autotask, schema: TargetSchema) -> tuple[int, BudgetExhausted]:
    """Create companies until the budget is spent; how many, and what was said then."""
    for made in count():
        try:
            autotask.target.create(COMPANY, schema, company(autotask), source_id=account_id(made))
        except BudgetExhausted as spent:
            return made, spent
    raise AssertionError("unreachable")


def test_use_of_the_limit_is_told(autotask: Autotask) -> None:
    """All requests of the last hour count: ours, this one among them, and those of others."""
    autotask.allow(1_000, other_use=300)
    autotask.advance(timedelta(hours=2))
    create(autotask)
    calls, before = autotask.target.calls, autotask.target.usage()
    autotask.advance(timedelta(hours=1))

    after = autotask.target.usage()

    made = autotask.target.calls - calls + 6  # describing is six requests
    assert (before, after) == (
        TenantUse(used=300 + made, limit=1_000),
        TenantUse(used=300 + 1, limit=1_000),
    )


def test_requests_end_below_the_share(autotask: Autotask) -> None:
    """The use is asked for once while little is sent, then more often; nothing is sent beyond the mark."""
    schema = autotask.target.describe()
    autotask.advance(timedelta(hours=1))
    autotask.allow(100, other_use=15)
    within(autotask, 0.5)
    calls, usage_reads = autotask.target.calls, autotask.target.usage_reads

    made, spent = create_until_spent(autotask, schema)

    assert (made, autotask.target.calls - calls, autotask.target.usage_reads - usage_reads) == (26, 30, 4)
    assert (spent.code, spent.retry_after) == ("share_used_up", timedelta(hours=1))
    assert spent.message == (
        "45 of 100 requests of this hour are used, all integrations together; Taskforce stays below 50."
    )
    autotask.allow(10_000)
    within(autotask, 0.5)
    assert len([each for page in autotask.target.read_all(COMPANY, schema) for each in page]) == made


def test_spent_budget_sends_nothing_more(autotask: Autotask) -> None:
    """Others have used it all: one request tells, and no other leaves; the next run looks anew."""
    schema = autotask.target.describe()
    autotask.allow(100, other_use=70)
    calls = autotask.target.calls
    within(autotask, 0.5)
    for _ in range(3):
        with pytest.raises(BudgetExhausted):
            autotask.target.read(COMPANY, schema, [NOBODY])
    sent = autotask.target.calls - calls
    autotask.allow(100)
    autotask.advance(timedelta(hours=1))
    within(autotask, 0.5)

    found = autotask.target.read(COMPANY, schema, [NOBODY])

    assert (found, sent, autotask.target.calls - calls, autotask.target.usage_reads) == ({}, 1, 3, 2)


def test_refusal_for_the_limit_says_when_to_go_on(autotask: Autotask) -> None:
    """Autotask's own no to all requests, before the first look even."""
    schema = autotask.target.describe()
    autotask.allow(10, other_use=10)
    within(autotask, 1.0)

    with pytest.raises(BudgetExhausted) as refused:
        autotask.target.read(COMPANY, schema, [NOBODY])

    assert (refused.value.code, refused.value.retry_after) == ("request_limit", timedelta(minutes=15))


def test_time_of_answers_is_measured(autotask: Autotask) -> None:
    """Of the requests since a budget was set."""
    schema = autotask.target.describe()
    within(autotask, 0.5)
    before = autotask.target.seconds_per_call
    autotask.target.read(COMPANY, schema, [NOBODY])

    assert before is None
    assert autotask.target.seconds_per_call is not None
    assert 0 <= autotask.target.seconds_per_call < 60


def test_missing_user_defined_fields_are_reported(autotask: Autotask) -> None:
    """Both exist here, so none is missing."""
    assert autotask.target.describe().missing_id_fields == ()


def test_use_of_the_limit_is_told_with_the_clock(autotask: Autotask) -> None:
    """One request, by which Autotask's time is known as well."""
    before = autotask.target.calls

    usage = autotask.target.usage()

    assert usage is None or usage.used <= usage.limit
    assert (autotask.target.calls - before, autotask.target.server_time) == (1, autotask.now())


def test_what_hangs_on_a_company_is_counted(autotask: Autotask) -> None:
    """Contacts and child companies, however many there are; nothing on another one."""
    mother, other = create(autotask, 1), create(autotask, 2, companyName="Other")
    create(autotask, 3, companyName="Daughter", parentCompanyID=mother)
    for name in ("Jo", "Al"):
        autotask.put(CONTACT, {"firstName": name, "lastName": "Doe"}, company_id=mother)

    counts = autotask.target.attached(mother), autotask.target.attached(other)

    assert [(each["contacts"], each["child companies"]) for each in counts] == [(2, 1), (0, 0)]


@pytest.mark.parametrize("entity", [COMPANY, CONTACT])
def test_record_is_set_inactive_and_active_again(autotask: Autotask, entity: Entity) -> None:
    """As any other value; it keeps its Salesforce id."""
    home = create(autotask)
    schema = autotask.target.describe()
    person = {"firstName": "Jo", "lastName": "Doe"}
    under = home if entity is CONTACT else None
    made = home
    if entity is CONTACT:
        made = autotask.target.create(CONTACT, schema, person, source_id=contact_id(1), company_id=home)
    seen = []
    for is_active in (False, True):
        autotask.target.update(entity, schema, made, {"isActive": is_active}, company_id=under)
        record = read(autotask, made, entity)
        seen.append((record.is_active, record.source_id))

    carried = account_id(1) if entity is COMPANY else contact_id(1)
    assert seen == [(False, carried), (True, carried)]
