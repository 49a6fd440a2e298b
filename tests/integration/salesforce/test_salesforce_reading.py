"""Reading accounts and contacts: values, pages, lost places, and answers that break off."""

import json
from collections.abc import Mapping as MappingOf
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.adapters.salesforce.wire import Usage
from taskforce.domain.budget import TenantUse
from taskforce.domain.cursor import Position
from taskforce.domain.field_map import FieldMap, Mapping
from taskforce.domain.records import Entity, SourceId, SourceRecord
from taskforce.domain.standard_mapping import STANDARD
from taskforce.errors import AccessError, ApiError, BudgetExhausted, ConfigurationError, ProtocolError, TransientError
from taskforce.testing.clock import FrozenClock
from tests.integration.http.scripted_server import ScriptedServer, answer
from tests.integration.salesforce.simulated_org import (
    NOON,
    Heard,
    MemoryCache,
    SimulatedOrg,
    ids,
    read,
    read_one_by_one,
    records,
)

LOST = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
NEXT_PAGE = "/query/"
FIRST_PAGE = "/queryAll"


def test_record_has_neutral_values(org: SimulatedOrg) -> None:
    """Exact numbers, blanks as None, related records by a dot, nothing that was not asked for."""
    made = org.save("Account", Name="Acme", AnnualRevenue=1250000.5, NumberOfEmployees=12, Phone="", Site="x")

    [record] = records(
        read(
            org.source(), ["Name", "AnnualRevenue", "NumberOfEmployees", "Phone", "Owner.LastName", "Parent.Name", "Id"]
        )
    )

    assert record == SourceRecord(
        entity=Entity.COMPANY,
        id=SourceId(str(made["Id"])),
        modified_at=NOON,
        fields={
            "Name": "Acme",
            "AnnualRevenue": Decimal("1250000.5"),
            "NumberOfEmployees": 12,
            "Phone": None,
            "Owner.LastName": "User",
            "Parent.Name": None,
        },
    )


def test_merge_loser_names_its_survivor(org: SimulatedOrg) -> None:
    """Deleted records are read, and merge losers with the record they went into."""
    winner, loser = org.add_accounts(2)
    org.simulator.save_record("Account", {"Id": loser, "IsDeleted": True, "MasterRecordId": winner})

    found = {record.id: (record.is_deleted, record.master_id) for record in records(read(org.source()))}

    assert found == {winner: (False, None), loser: (True, winner)}


def test_compound_field_is_refused(org: SimulatedOrg) -> None:
    """An address has no single value."""
    org.save("Account", Name="Acme", BillingCity="Springfield")

    with pytest.raises(ProtocolError) as refused:
        read(org.source(), ["BillingAddress"])

    assert refused.value.code == "compound_field"


def test_name_that_is_none_is_refused(org: SimulatedOrg) -> None:
    """Nothing but names of fields gets into a query."""
    with pytest.raises(ConfigurationError, match="is no name of a Salesforce field"):
        read(org.source(), ["Name FROM User --"])

    assert org.asked("query") == []


def test_pages_follow_each_other(org: SimulatedOrg) -> None:
    """As many records to a page as asked for; each request counts."""
    made = org.add_accounts(401)
    client = org.client()

    pages = read(org.source(client, page_size=200))

    assert ids(pages) == made
    assert [len(page.records) for page in pages] == [200, 200, 1]
    assert {page.asked_at for page in pages} == {NOON}
    assert client.calls == org.counted == 3
    assert client.usage == Usage(used=3, limit=100_000)


def test_pages_travel_while_others_are_worked_on(org: SimulatedOrg) -> None:
    """From the third on; the first stands alone, since it may show that a bulk job is better."""
    made = org.add_accounts(801)
    client = org.client()
    heard = Heard(client)

    got = []
    for page, asked in zip(read_one_by_one(org.source(client, page_size=200)), [1, 3, 4, 5, 5], strict=True):
        got.append(page)
        assert heard.as_many_as(asked)

    assert ids(got) == made


@pytest.mark.parametrize(("taken", "sent"), [(1, 1), (2, 3), (3, 3)])
def test_who_stops_reading_pays_for_one_page_more(org: SimulatedOrg, taken: int, sent: int) -> None:
    """At most, and not after the first or the last one."""
    org.add_accounts(450)
    client = org.client()
    pages = read_one_by_one(org.source(client, page_size=200))

    got = list(islice(pages, taken))
    pages.close()

    assert len(records(got)) == min(taken * 200, 450)
    assert client.calls == org.counted == sent


def test_asked_at_is_salesforces_clock(org: SimulatedOrg) -> None:
    """Not the clock here, and that of the first answer."""
    org.add_accounts(201)
    pages = org.source(page_size=200).changes(Entity.COMPANY, ["Name"], since=None, after=None)

    first = next(pages)
    org.simulator.clock.advance(timedelta(minutes=5))
    [last] = pages

    assert (first.asked_at, last.asked_at) == (NOON, NOON)


def test_lost_locator_goes_on_behind_the_last_record(org: SimulatedOrg) -> None:
    """Not from the start, and no record is lost or repeated, though all were saved in the same second."""
    made = org.add_accounts(650)
    org.goes_wrong("status", NEXT_PAGE, status=400, body=LOST, skip=1)

    pages = read(org.source(page_size=200))

    assert ids(pages) == made
    queries = [path for path in org.asked() if FIRST_PAGE in path]
    assert len(queries) == 2
    assert f"(SystemModstamp = 2026-11-23T12:00:00Z AND Id > '{made[199]}')" in queries[1]


def test_asked_at_stays_when_the_place_is_lost(org: SimulatedOrg) -> None:
    """What became visible since the first query belongs to the next reading, also after a second query."""
    org.add_accounts(250)
    org.goes_wrong("status", NEXT_PAGE, status=400, body=LOST)
    pages = org.source(page_size=200).changes(Entity.COMPANY, ["Name"], since=None, after=None)

    first = next(pages)
    org.simulator.clock.advance(timedelta(minutes=5))
    [last] = pages

    assert (first.asked_at, last.asked_at) == (NOON, NOON)


def test_page_that_is_gone_counts_as_lost(org: SimulatedOrg) -> None:
    """Some locators end in 404."""
    made = org.add_accounts(250)
    org.goes_wrong("status", NEXT_PAGE, status=404, body=[{"errorCode": "NOT_FOUND", "message": "gone"}])

    assert ids(read(org.source(page_size=200))) == made


def test_locators_that_never_live_still_come_to_an_end(org: SimulatedOrg) -> None:
    """Each query hands out one page more."""
    made = org.add_accounts(700)
    org.goes_wrong("status", NEXT_PAGE, status=400, body=LOST, times=None)

    assert ids(read(org.source(page_size=200))) == made


def test_query_that_is_lost_at_once_is_an_error(org: SimulatedOrg) -> None:
    """Without progress there is no second try."""
    org.goes_wrong("status", FIRST_PAGE, status=400, body=LOST, times=None)

    with pytest.raises(TransientError) as lost:
        read(org.source())

    assert lost.value.code == "INVALID_QUERY_LOCATOR"


def test_record_changed_while_reading_hides_no_others(org: SimulatedOrg) -> None:
    """It shows a newer stamp than its neighbours; going on behind that stamp would lose what lies between."""
    made = org.add_accounts(600)
    org.simulator.clock.advance(timedelta(days=1))
    org.goes_wrong("status", NEXT_PAGE, status=400, body=LOST, skip=1)
    pages = org.source(page_size=200).changes(Entity.COMPANY, ["Name"], since=None, after=None)
    first = next(pages)
    org.simulator.save_record("Account", {"Id": made[399], "Name": "Changed"})

    following = list(pages)

    assert sorted(set(ids([first, *following]))) == made
    assert first.position == Position(modified_at=NOON, id=SourceId(made[199]))
    assert following[0].position == Position(modified_at=NOON, id=SourceId(made[398]))


@pytest.mark.parametrize(("minutes", "last"), [(0, 199), (14, 199), (16, 249)])
def test_place_after_a_later_page_waits_for_late_commits(org: SimulatedOrg, minutes: int, last: int) -> None:
    """Stamps of the last quarter of an hour prove nothing on a later page: the place stays where it is sure."""
    made = org.add_accounts(250)
    org.simulator.clock.advance(timedelta(minutes=minutes))

    first, second = (page.position for page in read(org.source(page_size=200)))

    assert first == Position(modified_at=NOON, id=SourceId(made[199]))
    assert second == Position(modified_at=NOON, id=SourceId(made[last]))


@pytest.mark.parametrize("path", [FIRST_PAGE, NEXT_PAGE])
@pytest.mark.parametrize("fault", [{"action": "garbage"}, {"action": "empty"}, {"action": "html", "status": 200}])
def test_strange_page_is_an_error(org: SimulatedOrg, path: str, fault: dict[str, Any]) -> None:
    """It never means that there is no more."""
    org.add_accounts(250)
    org.goes_wrong(path=path, **fault)

    with pytest.raises(ProtocolError) as refused:
        read(org.source(page_size=200))

    assert refused.value.code == "not_understood"


def test_last_page_that_is_short_is_an_error(org: SimulatedOrg) -> None:
    """What was announced must come; what came before stays handed out."""
    org.add_accounts(250)
    org.goes_wrong("status", NEXT_PAGE, status=200, body={"totalSize": 250, "done": True, "records": []})
    pages = org.source(page_size=200).changes(Entity.COMPANY, ["Name"], since=None, after=None)
    first = next(pages)

    with pytest.raises(ProtocolError) as refused:
        next(pages)

    assert (len(first.records), refused.value.code) == (200, "short_page")
    assert refused.value.message == "Salesforce announced 250 records and handed out 200."


def page(*rows: object, total: int | None = None, following: str | None = None) -> dict[str, object]:
    """A page of an answer."""
    document = {"totalSize": len(rows) if total is None else total, "done": following is None, "records": list(rows)}
    return document | ({"nextRecordsUrl": following} if following else {})


ROW = {"Id": "001000000000001AAA", "SystemModstamp": "2026-11-23T10:00:00.000+0000", "IsDeleted": False, "Name": "A"}
PAGE_TWO = "/services/data/v66.0/query/0r8000000000001AAA-1"


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        (page(ROW, total=2), "short_page"),
        (page(ROW, total=0), "short_page"),
        (page(total=1), "short_page"),
        (page(ROW, total=1, following=PAGE_TWO), "short_page"),
        (page(total=5, following=PAGE_TWO), "short_page"),
        ({**page(ROW, total=2, following=PAGE_TWO), "done": True}, "short_page"),
        ({**page(ROW, total=2), "done": False}, "short_page"),
        (page({**ROW, "Id": None}), "not_understood"),
        (page({**ROW, "Id": "short"}), "not_understood"),
        (page({**ROW, "SystemModstamp": "today"}), "not_understood"),
        (page({**ROW, "SystemModstamp": "2026-11-23T10:00:00"}), "not_understood"),
        (page({"Name": "A"}), "not_understood"),
        (page(ROW, total=2, following="https://evil.example/services/data/v66.0/query/1"), "foreign_address"),
        (page(ROW, total=2, following="//evil.example/services/data/v66.0/query/1"), "foreign_address"),
        (page(ROW, total=2, following="/secur/frontdoor.jsp"), "foreign_address"),
    ],
)
def test_answer_that_does_not_add_up(org: SimulatedOrg, answered: dict[str, object], code: str) -> None:
    """Announced and handed out must agree, rows must say who they are, and pages stay on the instance."""
    org.goes_wrong("status", FIRST_PAGE, status=200, body=answered)

    with pytest.raises(ProtocolError) as refused:
        read(org.source())

    assert refused.value.code == code
    assert len([path for path in org.asked() if "query" in path]) == 1


def test_stamps_of_other_zones_are_kept_in_utc(org: SimulatedOrg) -> None:
    """Beside rows that are in UTC; the order is that of the moments."""
    later = {**ROW, "Id": "001000000000002AAA", "SystemModstamp": "2026-11-23T12:00:01.000+0200"}
    org.goes_wrong("status", FIRST_PAGE, status=200, body=page(ROW, later))

    [first, second] = records(read(org.source()))

    assert second.modified_at - first.modified_at == timedelta(seconds=1)
    assert second.modified_at.tzinfo is UTC


def test_old_style_ids_and_absent_fields(org: SimulatedOrg) -> None:
    """Ids get 18 characters; a field that is not in the answer is absent, not blank."""
    short = "0015g00000000Ab"
    row = {**ROW, "Id": short, "ParentId": short, "MasterRecordId": short, "IsDeleted": True, "Site": "  "}
    org.goes_wrong("status", FIRST_PAGE, status=200, body=page(row))

    [record] = records(read(org.source(), ["Name", "ParentId", "Site", "Fax", "Owner.Name"]))

    full = "0015g00000000AbAAI"
    assert (record.id, record.master_id) == (full, full)
    assert record.fields == {"Name": "A", "ParentId": full, "Site": None}


@pytest.mark.parametrize("action", ["cut_before", "cut_after", "cut_midway"])
@pytest.mark.parametrize("path", [FIRST_PAGE, NEXT_PAGE])
def test_cut_connection_is_no_failure(org: SimulatedOrg, action: str, path: str) -> None:
    """Reading may be repeated; a request that may have arrived is counted."""
    made = org.add_accounts(250)
    client = org.client()
    org.goes_wrong(action, path)

    pages = read(org.source(client, page_size=200))

    assert ids(pages) == made
    assert client.calls == org.counted == 3


@pytest.mark.parametrize("status", [502, 503])
def test_outage_that_passes(org: SimulatedOrg, status: int) -> None:
    """Maintenance pages are waited for."""
    org.add_accounts(1)
    org.goes_wrong("html", FIRST_PAGE, status=status, times=2)

    assert len(records(read(org.source()))) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (503, "Down for maintenance", TransientError, ""),
        (503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "x"}], TransientError, "SERVER_UNAVAILABLE"),
        (500, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "x"}], TransientError, "UNKNOWN_EXCEPTION"),
        (420, "", TransientError, ""),
        (400, [{"errorCode": "QUERY_TIMEOUT", "message": "x"}], TransientError, "QUERY_TIMEOUT"),
        (400, [{"errorCode": "MALFORMED_QUERY", "message": "x"}], ProtocolError, "MALFORMED_QUERY"),
        (403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "x"}], AccessError, "INSUFFICIENT_ACCESS"),
        (403, "", AccessError, ""),
        (
            403,
            [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentPerOrgLongTxn Limit exceeded."}],
            TransientError,
            "REQUEST_LIMIT_EXCEEDED",
        ),
        (410, [{"errorCode": "UNSUPPORTED_API_VERSION", "message": "x"}], ProtocolError, "UNSUPPORTED_API_VERSION"),
        (302, "", AccessError, ""),
        (400, [{"errorCode": "bad {code}", "message": "x"}], ProtocolError, ""),
    ],
)
def test_refused_reading(org: SimulatedOrg, status: int, body: object, kind: type[ApiError], code: str) -> None:
    """What each refusal means for the run."""
    org.goes_wrong("status", FIRST_PAGE, status=status, body=body, times=None)

    with pytest.raises(ApiError) as refused:
        read(org.source())

    error = refused.value
    assert (type(error), error.code, error.status, error.operation) == (kind, code, status, "query")
    assert error.mend


def test_hidden_field_is_named(org: SimulatedOrg) -> None:
    """The engine tells it by its code and describes anew."""
    org.set(hidden_fields={"Account": ["Sic"]})

    with pytest.raises(ProtocolError) as refused:
        read(org.source(), ["Name", "Sic"])

    assert refused.value.code == "INVALID_FIELD"
    assert refused.value.message == "Salesforce does not show a field that was asked for (Sic)."


def test_daily_limit(org: SimulatedOrg) -> None:
    """Out of requests is no error of anybody: the run goes on later."""
    org.set(daily_request_limit=0)

    with pytest.raises(BudgetExhausted) as refused:
        read(org.source())

    assert (refused.value.code, refused.value.retry_after) == ("REQUEST_LIMIT_EXCEEDED", timedelta(hours=1))


@pytest.mark.parametrize(("limit", "sent"), [(3, 3), (4, 4)])
def test_share_of_the_daily_limit_is_kept(org: SimulatedOrg, limit: int, sent: int) -> None:
    """Four fifths at most, those of others included; what was read before stays read."""
    org.add_accounts(850)
    org.set(daily_request_limit=limit)
    client = org.client()
    pages = org.source(client, page_size=200).changes(Entity.COMPANY, ["Name"], since=None, after=None)
    got = [next(pages) for _ in range(sent)]

    with pytest.raises(BudgetExhausted) as stopped:
        next(pages)

    assert (client.calls, len(records(got)), stopped.value.code) == (sent, 200 * sent, "daily_share")
    assert stopped.value.retry_after == timedelta(hours=1)
    assert stopped.value.message == (
        f"{sent} of the org's {limit} API requests a day are used; Taskforce stops at 80%."
    )


def test_api_switched_off(org: SimulatedOrg) -> None:
    """OAuth gives a session even so; the first request tells (S12)."""
    org.set(edition="Professional Edition")

    with pytest.raises(AccessError, match="editions Enterprise, Unlimited, Performance and Developer"):
        read(org.source())


def test_object_out_of_sight(org: SimulatedOrg) -> None:
    """A user without access to an object is told where to give it."""
    org.goes_wrong("status", "/describe", status=404, body=[{"errorCode": "NOT_FOUND", "message": "x"}])

    with pytest.raises(AccessError) as refused:
        org.source().describe()

    assert refused.value.message == "The user may not see an object that is needed (describe Account)."


@pytest.mark.parametrize("body", ["{}", {"name": "Lead", "fields": []}, "<html>"])
def test_describe_that_is_none(org: SimulatedOrg, body: object) -> None:
    """Another object's description is not taken for this one's."""
    org.goes_wrong("status", "/describe", status=200, body=body)

    with pytest.raises(ProtocolError) as refused:
        org.source().describe()

    assert refused.value.code == "not_understood"


def test_describe_lists_what_is_visible(org: SimulatedOrg) -> None:
    """Hidden fields are absent; what is switched on in the org shows."""
    org.set(hidden_fields={"Account": ["Sic"], "Contact": ["Fax"]}, person_accounts=True)

    schema = org.source().describe()

    assert "Sic" not in schema.fields[Entity.COMPANY]
    assert "Fax" not in schema.fields[Entity.CONTACT]
    assert {"Name", "BillingStreet", "SystemModstamp"} <= schema.fields[Entity.COMPANY]
    assert (schema.has_person_accounts, schema.is_multi_currency) == (True, False)


RELATED = STANDARD.replaced(
    Mapping(
        entity=Entity.COMPANY,
        fields=tuple(FieldMap(source=f"Owner.{name}", target=f"udf:{name}") for name in ("Email", "Name")),
    )
)


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [([], {}), (["Email"], {Entity.COMPANY: frozenset({"Owner.Email"})})],
)
def test_describe_tells_what_is_hidden_of_related_records(
    org: SimulatedOrg, hidden: list[str], expected: MappingOf[Entity, frozenset[str]]
) -> None:
    """One request more for each related object that is mapped, none otherwise."""
    org.set(hidden_fields={"User": hidden})
    source = org.source()

    assert source.describe(RELATED).hidden == expected
    assert source.calls == 3
    assert source.describe().hidden == {}
    assert source.calls == 5


def test_related_object_that_is_hidden_hides_its_fields(org: SimulatedOrg) -> None:
    """The import goes on without them; a describe that fails otherwise is told."""
    org.goes_wrong("status", "/sobjects/User/describe", status=404, body=[{"errorCode": "NOT_FOUND", "message": "x"}])

    assert org.source().describe(RELATED).hidden == {Entity.COMPANY: frozenset({"Owner.Email", "Owner.Name"})}

    org.goes_wrong("status", "/sobjects/User/describe", status=403, body=[{"errorCode": "X", "message": "x"}])
    with pytest.raises(AccessError):
        org.source().describe(RELATED)


@pytest.fixture
def clockless(server: ScriptedServer, org: SimulatedOrg) -> SalesforceClient:
    """A client of a server that never tells the time."""
    session = {"access_token": "t", "instance_url": server.url.rstrip("/"), "api_version": "66.0"}
    return org.client(MemoryCache(json.dumps(session)), url=server.url)


def test_clock_of_an_answer_without_date(clockless: SalesforceClient, server: ScriptedServer) -> None:
    """The newest stamp seen stands in: it is never later than the clock."""
    older = {**ROW, "Id": "001000000000002AAA", "SystemModstamp": "2026-11-20T10:00:00.000+0000"}
    server.script = [answer(200, json.dumps(page(older, ROW)).encode())]

    [got] = read(SalesforceSource(clockless, FrozenClock()))

    assert got.asked_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(("since", "expected"), [(NOON, NOON), (None, datetime(1970, 1, 1, tzinfo=UTC))])
def test_clock_of_an_empty_answer_without_date(
    clockless: SalesforceClient, server: ScriptedServer, since: datetime | None, expected: datetime
) -> None:
    """Nothing is known, so the cursor does not move."""
    server.script = [answer(200, json.dumps(page()).encode())]

    [got] = read(SalesforceSource(clockless, FrozenClock()), since=since)

    assert got.asked_at == expected


def test_lost_place_without_clock(clockless: SalesforceClient, server: ScriptedServer) -> None:
    """Without a clock only first pages mark the place; what comes again is left out."""
    rows = [{**ROW, "Id": f"00100000000000{number}AAA"} for number in range(1, 5)]
    scripts = [
        page(rows[0], total=4, following=PAGE_TWO),
        page(rows[1], total=4, following=PAGE_TWO),
        LOST,
        page(*rows[1:]),
    ]
    server.script = [answer(400 if each is LOST else 200, json.dumps(each).encode()) for each in scripts]

    pages = read(SalesforceSource(clockless, FrozenClock()))

    assert ids(pages) == [row["Id"] for row in rows]
    assert [len(each.records) for each in pages] == [1, 1, 2]


def test_repeated_page_is_an_error(clockless: SalesforceClient, server: ScriptedServer) -> None:
    """A page that brings what the page before brought stands for one that is lost, though the numbers add up."""
    rows = [{**ROW, "Id": f"00100000000000{number}AAA"} for number in (1, 2)]
    scripts = [page(*rows, total=4, following=PAGE_TWO), page(*rows, total=4)]
    server.script = [answer(200, json.dumps(each).encode()) for each in scripts]

    with pytest.raises(ProtocolError) as refused:
        read(SalesforceSource(clockless, FrozenClock()))

    assert refused.value.code == "repeated_page"


def test_page_that_leads_back_is_an_error(clockless: SalesforceClient, server: ScriptedServer) -> None:
    """Long settled records come in their order; the first page again after the second one is no page three."""
    rows = [{**ROW, "Id": f"00100000000000{number}AAA"} for number in (1, 2)]
    today = {"Date": "Mon, 23 Nov 2026 12:00:00 GMT"}
    scripts = [page(rows[0], total=3, following=PAGE_TWO), page(rows[1], total=3, following=PAGE_TWO + "2")]
    server.script = [answer(200, json.dumps(each).encode(), **today) for each in (*scripts, page(rows[0], total=3))]

    with pytest.raises(ProtocolError) as refused:
        read(SalesforceSource(clockless, FrozenClock()))

    assert refused.value.code == "repeated_page"


def test_usage_is_told(org: SimulatedOrg) -> None:
    """How many of the day's requests the org has used, as the latest answer told it."""
    source = org.source()
    before = source.use_seen
    source.describe()

    assert (before, source.use_seen) == (None, TenantUse(used=2, limit=100_000, window=timedelta(days=1)))


def test_records_by_their_ids_may_take_several_pages(org: SimulatedOrg) -> None:
    """Salesforce decides how many rows go on a page; none is taken for gone because it stands on the next."""
    made = org.add_accounts(3)
    org.set(page_size=2)

    found = org.source().read(Entity.COMPANY, ["Name"], [SourceId(each) for each in made])

    assert sorted(record.id for record in found) == made
