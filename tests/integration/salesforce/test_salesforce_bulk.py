"""Large reads by a bulk job: the same records as by pages, nothing lost when it breaks off, pages where it cannot."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from taskforce.adapters.salesforce.bulk import LONGEST_JOB
from taskforce.domain.records import Entity, SourceRecord
from taskforce.engine.ports import SourcePage
from taskforce.errors import BudgetExhausted
from taskforce.testing.clock import FrozenClock
from taskforce_simulators.salesforce import SalesforceSimulator
from tests.integration.salesforce.simulated_org import Heard, SimulatedOrg, ids, read, read_one_by_one, records

FIELDS = ["Name", "AnnualRevenue", "NumberOfEmployees", "Phone", "BillingStreet", "OwnerId", "CreatedDate"]
RELATED = ["Owner.LastName", "Owner.IsActive", "Parent.Name"]
CREATE, JOB, RESULTS = "/jobs/query$", "/jobs/query/[^/]+$", "/results$"


class ClockOf(FrozenClock):
    """Who waits by this clock lets time go by in the simulator as well."""

    def __init__(self, simulator: SalesforceSimulator) -> None:
        super().__init__()
        self.simulator = simulator

    def sleep(self, duration: timedelta) -> None:
        """Both clocks move on."""
        FrozenClock.sleep(self, duration)
        self.simulator.clock.advance(duration)


@pytest.fixture
def large(org: SimulatedOrg) -> SimulatedOrg:
    """An org with 500 accounts of the same second, of which 200 go on a first page."""
    org.add_accounts(500)
    return org


def in_bulk(org: SimulatedOrg, fields: Sequence[str] = ("Name",), **options: Any) -> list[SourcePage]:
    """Every page, the first 200 records by REST and the rest by a job."""
    return read(org.source(page_size=200, bulk_from=0, clock=ClockOf(org.simulator), **options), fields)


def by_id(found: Sequence[SourceRecord]) -> dict[str, SourceRecord]:
    """Records, whatever their order."""
    return {record.id: record for record in found}


def test_records_are_those_of_rest(org: SimulatedOrg) -> None:
    """Types, blanks, quotes, line ends, related records, deletions and merge losers."""
    [parent] = org.add_accounts(1)
    org.save("Account", Name='The "gold", one', AnnualRevenue=350_000_000, NumberOfEmployees=12, ParentId=parent)
    org.save("Account", Name="Müller & Søn\u2028Ltd", BillingStreet="1 Main St\r\nFloor 2\n", Phone=" ")
    loser = org.save("Account", Name="Loser", AnnualRevenue=1250, Site="")
    org.simulator.save_record("Account", {"Id": loser["Id"], "IsDeleted": True, "MasterRecordId": parent})
    org.simulator.change_settings({"least_page_size": 1})
    by_rest = records(read(org.source(), [*FIELDS, *RELATED]))

    pages = read(org.source(page_size=1, bulk_from=0), [*FIELDS, *RELATED])

    assert by_id(records(pages)) == by_id(by_rest)
    assert [len(page.records) for page in pages] == [1, 3]
    assert {type(record.fields["AnnualRevenue"]) for record in by_rest} == {Decimal, type(None)}


def test_calls_are_few_and_counted(large: SimulatedOrg) -> None:
    """A first page, a job, two descriptions for the types, a look, one set of results, and the job is deleted."""
    client = large.client()

    pages = read(large.source(client, page_size=200, bulk_from=299), ["Name", "Owner.LastName"])

    assert len(set(ids(pages))) == 500
    assert client.calls == large.counted == 7
    assert large.asked("bulk_delete") != []
    assert large.simulator.org.jobs.all(large.simulator.org.settings) == []


def test_few_records_need_no_job(large: SimulatedOrg) -> None:
    """Up to the threshold pages follow each other."""
    pages = read(large.source(page_size=200, bulk_from=300))

    assert [len(page.records) for page in pages] == [200, 200, 100]
    assert large.asked("bulk_create") == []


def test_place_stays_where_order_ends(large: SimulatedOrg) -> None:
    """Pages of a job come in no order, so a reading that is killed has them once more, and none is missed."""
    first, *others = in_bulk(large)

    assert {page.position for page in others} == {first.position}
    again = read(large.source(page_size=200, bulk_from=0), after=first.position)
    assert set(ids([first])) | set(ids(again)) == set(ids([first, *others]))


def test_changes_meanwhile_are_not_lost(large: SimulatedOrg) -> None:
    """A record that is changed after the first page comes with the job too; the clock is that of the first answer."""
    pages = large.source(page_size=200, bulk_from=0).changes(Entity.COMPANY, ["Name"], since=None, after=None)
    first = next(pages)
    large.simulator.clock.advance(timedelta(hours=1))
    changed = first.records[7].id
    large.save("Account", Id=changed, Name="Changed")
    rest = list(pages)

    assert by_id(records(rest))[changed].fields == {"Name": "Changed"}
    assert {page.asked_at for page in rest} == {first.asked_at}


def test_waiting_gives_time_to_stop(large: SimulatedOrg) -> None:
    """Each look at a job that is not complete is an empty page; looks are ever longer apart, up to half a minute."""
    large.set(bulk_seconds=100)
    clock = ClockOf(large.simulator)

    pages = read(large.source(page_size=200, bulk_from=0, clock=clock))

    assert [len(page.records) for page in pages] == [200, 0, 0, 0, 0, 0, 0, 0, 300]
    assert clock.slept == timedelta(seconds=2 + 4 + 8 + 16 + 30 + 30 + 30)


def test_session_may_end_meanwhile(large: SimulatedOrg) -> None:
    """It is renewed, and the job goes on."""
    large.goes_wrong("expire_session", RESULTS)

    assert len(set(ids(in_bulk(large)))) == 500
    assert len(large.asked("token")) == 2


def test_next_set_travels_while_one_is_worked_on(large: SimulatedOrg) -> None:
    """It has been asked for before the set in hand is through."""
    large.set(bulk_page_size=100)
    client = large.client()
    heard = Heard(client, "/results")
    source = large.source(client, page_size=200, bulk_from=0, clock=ClockOf(large.simulator))

    pages = (page for page in read_one_by_one(source) if page.records)
    for page, asked in zip(pages, [0, 2, 3, 3], strict=True):
        assert len(page.records) in (100, 200)
        assert heard.as_many_as(asked)


def test_results_come_set_by_set(large: SimulatedOrg) -> None:
    """Also where Salesforce gives fewer at once than were asked for."""
    large.set(bulk_page_size=130)

    pages = in_bulk(large)

    assert [len(page.records) for page in pages] == [200, 130, 130, 40]
    assert len(set(ids(pages))) == 500


def _fails(org: SimulatedOrg) -> None:
    org.set(bulk_failure="InternalServerError : Retried more than fifteen times over SELECT Name")


def _is_off(org: SimulatedOrg) -> None:
    org.set(bulk_enabled=False)


def _is_slow(org: SimulatedOrg) -> None:
    org.set(bulk_seconds=int(LONGEST_JOB.total_seconds()) * 2)


def _has_no_job_left(org: SimulatedOrg) -> None:
    org.set(daily_bulk_jobs=0)


def _spoils(action: str, path: str = RESULTS, **fault: Any) -> Callable[[SimulatedOrg], None]:
    return lambda org: org.goes_wrong(action, path, times=None, **fault)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (_is_off, "Salesforce refused access (bulk query, FEATURENOTENABLED)."),
        (_has_no_job_left, "Salesforce did not accept a request (bulk query, status 400, LIMIT_EXCEEDED)."),
        (_fails, "Salesforce did not carry out a query job: it ended as Failed, InternalServerError."),
        (_is_slow, "Salesforce did not carry out a query job: it was not complete after 1:00:"),
        (_spoils("truncated"), "The answer to bulk query is not what Salesforce's API gives."),
        (_spoils("garbled"), "The answer to bulk query is not what Salesforce's API gives."),
        (_spoils("empty"), "The answer to bulk query is not what Salesforce's API gives."),
        (_spoils("html", status=200), "The answer to bulk query is not what Salesforce's API gives."),
        (_spoils("expire_pages"), "The user may not see an object that is needed (bulk query)."),
        (_spoils("garbage", CREATE), "The answer to bulk query is not what Salesforce's API gives."),
        (_spoils("status", JOB, status=500), "Salesforce failed with status 500 (bulk query)."),
    ],
    ids=[
        "bulk-is-off",
        "no-job-left",
        "job-fails",
        "job-is-slow",
        "results-truncated",
        "results-garbled",
        "results-empty",
        "results-html",
        "results-gone",
        "job-not-made",
        "job-not-told",
    ],
)
def test_pages_follow_where_no_job_helps(
    large: SimulatedOrg, trouble: Callable[[SimulatedOrg], None], told: str
) -> None:
    """Behind the first page, with one remark that says why."""
    trouble(large)

    pages = in_bulk(large)

    assert ids([page for page in pages if page.records]) == sorted(ids(pages))
    assert len(ids(pages)) == 500
    [remark] = [page.remark for page in pages if page.remark]
    assert remark.startswith(
        f"A bulk job could not be used, so records were read page by page, by more API requests: {told}"
    )


def test_cut_short_in_the_middle(large: SimulatedOrg) -> None:
    """What came before is handed out once more by pages: nothing is concluded from half a result."""
    large.set(bulk_page_size=130)
    large.goes_wrong("truncated", RESULTS, skip=1)

    pages = in_bulk(large)

    assert [len(page.records) for page in pages] == [200, 130, 200, 100]
    assert len(set(ids(pages))) == 500


def test_job_that_is_too_slow_is_aborted(large: SimulatedOrg) -> None:
    """So that it does not go on for nobody."""
    _is_slow(large)

    in_bulk(large)

    [job] = large.simulator.org.jobs.all(large.simulator.org.settings)
    assert job.state == "Aborted"


def test_budget_is_kept(large: SimulatedOrg) -> None:
    """Beyond the share of the daily requests neither a job nor pages read on."""
    large.set(daily_request_limit=10)

    with pytest.raises(BudgetExhausted):
        in_bulk(large, daily_share=0.3)

    assert large.counted == 3


def test_job_that_is_not_deleted_harms_nothing(large: SimulatedOrg) -> None:
    """Salesforce keeps it for seven days; what was read is read."""
    large.goes_wrong("status", JOB, method="DELETE", times=None, status=500)

    pages = in_bulk(large)

    assert len(ids(pages)) == 500
    assert {page.remark for page in pages} == {""}
