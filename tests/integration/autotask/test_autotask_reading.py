"""Reading: pages to the end, never a short answer taken for the whole, records in neutral form."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.budget import TenantUse
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.errors import ProtocolError
from taskforce_simulators.scenarios import build
from tests.integration.autotask.autotask_bench import COMPANY, CONTACT, Bench, Mouthpiece, Said, no_schema, page

SHORT_FORM = COMPANY[:15]
MIXED_CASE = SourceId("0013000001abCdEAAU")


def test_every_page_is_read(bench: Bench) -> None:
    """1,200 companies and the tenant itself are three requests, ordered by id; company 0 is not handed out."""
    bench.simulator.load(build("empty", accounts=0).autotask)
    ids = [bench.company(f"Company {number}") for number in range(1200)]
    target = bench.target()
    target.client.find_zone()
    pages = list(target.read_all(Entity.COMPANY, no_schema()))

    assert [len(each) for each in pages] == [499, 500, 201]
    assert [record.id for each in pages for record in each] == sorted(ids)
    assert target.calls == bench.counted() == 3


def test_pages_are_followed_by_post_with_the_same_body(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """After a POST the next page wants the same body again."""
    following = f"{mouthpiece.url}/ATServicesRest/V1.0/Contacts/query/next?paging=%7B%7D"
    mouthpiece.say(page([{"id": 5}, {"id": 3}], following), page([{"id": 8}]))
    read = [[record.id for record in each] for each in told.read_all(Entity.CONTACT, no_schema())]
    first, second = mouthpiece.asked

    assert read == [[3, 5], [8]]
    assert json.loads(first.body) == {"filter": [{"op": "gte", "field": "id", "value": 0}], "maxRecords": 500}
    assert (second.method, second.path, second.body) == (
        "POST",
        "/ATServicesRest/V1.0/Contacts/query/next?paging=%7B%7D",
        first.body,
    )


def test_pages_are_followed_by_get_where_post_is_refused(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """Sources disagree on the method of the next page."""
    following = f"{mouthpiece.url}/ATServicesRest/V1.0/Contacts/query/next?paging=1"
    mouthpiece.say(page([{"id": 3}], following), Said(status=405), page([{"id": 4}]))
    read = [record.id for each in told.read_all(Entity.CONTACT, no_schema()) for record in each]

    assert (read, [asked.method for asked in mouthpiece.asked]) == ([3, 4], ["POST", "POST", "GET"])


def test_pages_travel_while_others_are_worked_on(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """From the third on: after the first one, Autotask's clock is looked at."""
    following = [f"{mouthpiece.url}/ATServicesRest/V1.0/Contacts/query/next?paging={number}" for number in range(3)]
    mouthpiece.say(*(page([{"id": n}], url) for n, url in enumerate([*following, None], start=1)))
    read = []
    for each, asked in zip(told.read_all(Entity.CONTACT, no_schema()), [1, 3, 4, 4], strict=True):
        read += [record.id for record in each]
        assert mouthpiece.has_been_asked(asked)

    assert read == [1, 2, 3, 4]


@pytest.mark.parametrize("host", ["https://evil.example", "http://127.0.0.1:9", "//evil.example"])
def test_a_next_page_elsewhere_is_refused(told: AutotaskTarget, mouthpiece: Mouthpiece, host: str) -> None:
    """Credentials are never sent to another host, port or scheme."""
    mouthpiece.say(page([{"id": 3}], f"{host}/ATServicesRest/V1.0/Contacts/query/next?paging=1"))
    with pytest.raises(ProtocolError) as caught:
        list(told.read_all(Entity.CONTACT, no_schema()))

    assert (caught.value.code, len(mouthpiece.asked)) == ("foreign_address", 1)


def test_a_page_that_is_cut(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """Fewer rows than the page says it has are no records that are gone."""
    mouthpiece.say(page([{"id": 3}], count=2))
    with pytest.raises(ProtocolError, match="holds 1 records and says 2"):
        list(told.read_all(Entity.CONTACT, no_schema()))


@pytest.mark.parametrize("again", [[{"id": 3}, {"id": 4}], [{"id": 9}, {"id": 9}]])
def test_a_page_that_repeats_rows(told: AutotaskTarget, mouthpiece: Mouthpiece, again: list[dict[str, int]]) -> None:
    """The same row twice means that another one is missing."""
    following = f"{mouthpiece.url}/ATServicesRest/V1.0/Contacts/query/next?paging=1"
    mouthpiece.say(page([{"id": 3}], following), page(again))
    with pytest.raises(ProtocolError, match="repeats records"):
        list(told.read_all(Entity.CONTACT, no_schema()))


def test_pages_that_go_round(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A page that leads back would never end."""
    one, two = (f"{mouthpiece.url}/ATServicesRest/V1.0/Contacts/query/next?paging={number}" for number in (1, 2))
    mouthpiece.say(page([{"id": 3}], one), page([{"id": 4}], two), page([{"id": 5}], one))
    with pytest.raises(ProtocolError, match="leads back"):
        list(told.read_all(Entity.CONTACT, no_schema()))


def test_a_cut_answer_is_read_again(bench: Bench) -> None:
    """A read whose answer breaks off is repeated."""
    bench.company()
    bench.fault("cut_midway", path="Companies/query")
    bench.fault("cut_before", path="Companies/query")
    (read,) = bench.target().read_all(Entity.COMPANY, no_schema())

    assert len(read) == 1


@pytest.mark.parametrize("with_z", [True, False])
def test_a_company_as_read(bench: Bench, with_z: bool) -> None:
    """Every mapped field, blanks as None, numbers exact, dates in UTC whether they say so or not."""
    bench.simulator.change_settings({"datetimes_with_z": with_z})
    bench.with_id_fields()
    changed_at = datetime(2026, 3, 2, 12, 30, 15, 250_000, tzinfo=UTC)
    owner = bench.resource()
    company = bench.company(
        companyNumber="C-1",
        assetValue=1250000.55,
        address1="12 Elm Street",
        address2="",
        city="Chicago",
        countryID=237,
        classification=200,
        lastTrackedModifiedDateTime="2026-03-02T12:30:15.25Z",
        createDate="2025-01-01T00:00:00Z",
        isActive=False,
        userDefinedFields=[{"name": "Salesforce Company ID", "value": SHORT_FORM}],
    )
    (read,) = bench.target().read(Entity.COMPANY, no_schema(), [company]).values()

    blank = ("postalCode", "state", "fax", "sicCode", "stockSymbol", "webAddress", "marketSegmentID")
    assert read == TargetRecord(
        entity=Entity.COMPANY,
        id=company,
        fields={
            **dict.fromkeys((*blank, "address2", "parentCompanyID", "currencyID")),
            "companyNumber": "C-1",
            "companyName": "Birch Dental",
            "assetValue": Decimal("1250000.55"),
            "address1": "12 Elm Street",
            "city": "Chicago",
            "countryID": 237,
            "phone": "312-555-0100",
            "companyType": 1,
            "classification": 200,
            "ownerResourceID": owner,
            "isActive": False,
        },
        is_active=False,
        source_id=COMPANY,
        source_id_as_written=SHORT_FORM,
        id_field_seen=True,
        changed_at=changed_at,
    )


def test_a_contact_as_read(bench: Bench) -> None:
    """A contact knows its company; without any value in the answer its user-defined field is not seen."""
    bench.with_id_fields()
    company = bench.company()
    contact = bench.contact(company, title="Office Manager", createDate="2026-03-02T12:00:00Z")
    ((read,),) = bench.target().read_all(Entity.CONTACT, no_schema())

    assert (read.id, read.company_id, read.fields["companyID"]) == (contact, company, company)
    assert (read.fields["title"], read.fields["city"], read.is_active) == ("Office Manager", None, True)
    assert (read.source_id, read.source_id_as_written, read.id_field_seen) == (None, None, False)


def test_a_blank_id_field_is_seen_when_another_row_has_a_value(bench: Bench) -> None:
    """Autotask lists the user-defined fields of every row as soon as one row has a value."""
    bench.with_id_fields()
    blank, written = bench.company("Blank"), bench.company("Written", **udf(COMPANY))
    read = bench.target().read(Entity.COMPANY, no_schema(), [blank, written])

    assert {key: (each.id_field_seen, each.source_id) for key, each in read.items()} == {
        blank: (True, None),
        written: (True, COMPANY),
    }


def udf(value: str, name: str = "Salesforce Company ID") -> dict[str, object]:
    """A user-defined field with a value."""
    return {"userDefinedFields": [{"name": name, "value": value}]}


def test_a_text_that_is_no_id(bench: Bench) -> None:
    """What people type is told, and is no id."""
    bench.with_id_fields()
    company = bench.company(**udf("ask Olivia"))
    (read,) = bench.target().read(Entity.COMPANY, no_schema(), [company]).values()

    assert (read.source_id, read.source_id_as_written) == (None, "ask Olivia")


def test_an_id_in_the_old_extensions_field(bench: Bench) -> None:
    """The old field is read when the new one is blank, and tells that the new one is still to be written."""
    bench.with_id_fields()
    bench.set_udf("Companies", "Salesforce Account ID")
    schema = no_schema(adopted_id_fields={Entity.COMPANY: ("Salesforce Account ID",)})
    company = bench.company(**udf(SHORT_FORM, "Salesforce Account ID"))
    target = bench.target()
    (read,) = target.read(Entity.COMPANY, schema, [company]).values()

    assert (read.source_id, read.source_id_as_written, read.id_field_seen) == (COMPANY, None, True)
    assert [each.id for each in target.find_by_source_id(Entity.COMPANY, schema, COMPANY)] == [company]


def test_records_that_are_gone_are_absent(bench: Bench) -> None:
    """A missing id is no error."""
    company = bench.company()

    assert list(bench.target().read(Entity.COMPANY, no_schema(), [company, TargetId(99)])) == [company]


def test_reading_nothing_costs_nothing(bench: Bench) -> None:
    """No ids, no request."""
    assert bench.target().read(Entity.COMPANY, no_schema(), []) == {}
    assert bench.requests() == []


def test_five_hundred_ids_are_one_request(bench: Bench) -> None:
    """As many as one query takes; one more is refused here."""
    target = bench.target()
    target.read(Entity.COMPANY, no_schema(), [TargetId(number) for number in range(1, 501)])

    assert target.calls == 1
    with pytest.raises(ValueError, match="between 1 and 500"):
        target.read(Entity.COMPANY, no_schema(), [TargetId(number) for number in range(1, 502)])


def test_records_that_were_not_asked_for(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A filter that is not understood matches everything at Autotask: stop."""
    mouthpiece.say(page([{"id": 3}, {"id": 4}]))
    with pytest.raises(ProtocolError) as caught:
        told.read(Entity.COMPANY, no_schema(), [TargetId(3)])

    assert caught.value.code == "not_asked_for"


@pytest.mark.parametrize("entity", Entity)
def test_what_changed_is_one_query(bench: Bench, entity: Entity) -> None:
    """Created or changed at or after the moment, by Autotask's clock; company 0 never."""
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    old, new = "2026-03-02T11:59:59.999Z", "2026-03-02T12:00:00Z"
    changed = "lastTrackedModifiedDateTime" if entity is Entity.COMPANY else "lastModifiedDate"
    bench.simulator.save_record("Companies", {"id": 0, "companyName": "Ourselves", "createDate": new})
    company = bench.company("Aside", createDate=old, lastTrackedModifiedDateTime=old)
    stamps = [(old, old), (old, new), (new, new)]
    made = [
        bench.company(f"Company {number}", createDate=created, **{changed: moved})
        if entity is Entity.COMPANY
        else bench.contact(company, createDate=created, **{changed: moved})
        for number, (created, moved) in enumerate(stamps)
    ]
    target = bench.target()
    (read,) = target.read_changed(entity, no_schema(), moment.astimezone(UTC) + timedelta(0))

    assert [record.id for record in read] == made[1:]
    assert target.calls == 1


def test_finding_by_id(bench: Bench) -> None:
    """Both forms of the id are found, at two requests per field; ids that differ only in case are others."""
    bench.with_id_fields()
    long_form = bench.company("Long", **udf(MIXED_CASE))
    short_form = bench.company("Short", **udf(MIXED_CASE[:15]))
    bench.company("Another", **udf(MIXED_CASE.lower()))
    bench.company("Another", **udf(MIXED_CASE[:15].lower()))
    target = bench.target()
    found = target.find_by_source_id(Entity.COMPANY, no_schema(), MIXED_CASE)

    assert [(each.id, each.source_id) for each in found] == [(long_form, MIXED_CASE), (short_form, MIXED_CASE)]
    assert target.calls == 2


def test_finding_nothing(bench: Bench) -> None:
    """No record carries the id."""
    bench.with_id_fields()

    assert bench.target().find_by_source_id(Entity.CONTACT, no_schema(), CONTACT) == []


def test_found_rows_without_their_field(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A row found by a value that it does not show proves that the question was not understood."""
    mouthpiece.say(page([{"id": 3, "userDefinedFields": []}]))
    with pytest.raises(ProtocolError) as caught:
        told.find_by_source_id(Entity.COMPANY, no_schema(), COMPANY)

    assert caught.value.code == "not_asked_for"


def test_the_clock_of_autotask(bench: Bench) -> None:
    """The Date of the latest answer."""
    target = bench.target()
    before = target.server_time
    target.usage()

    assert before is None
    assert target.server_time is not None
    assert target.server_time.tzinfo is UTC


def test_the_zone_answers_for_another_host_name(bench: Bench) -> None:
    """localhost and 127.0.0.1 are both this machine."""
    port = bench.url.rsplit(":", 1)[1]
    target = replace(bench, url=f"http://localhost:{port}").target()

    assert target.usage() == TenantUse(used=1, limit=10_000, window=timedelta(hours=1))
