"""Writing against the simulator: what is sent stands there, and a lost answer is told as what it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.errors import AccessError, BudgetExhausted, RecordRejected, TransientError, WriteInDoubt
from tests.integration.autotask.autotask_bench import COMPANY, CONTACT, Bench, NoonClock, Shelf, no_schema

FIRM = {"companyName": "Birch Dental", "companyType": 1, "phone": "312-555-0199"}
PERSON = {"firstName": "Rosa", "lastName": "Lind"}


@pytest.fixture
def target(bench: Bench) -> AutotaskTarget:
    """A target; the user-defined fields exist."""
    bench.with_id_fields()
    return bench.target()


def create(bench: Bench, target: AutotaskTarget, source_id: SourceId = COMPANY, **fields: object) -> TargetId:
    """Create a company."""
    values = {**FIRM, "ownerResourceID": bench.resource(), **fields}
    return target.create(Entity.COMPANY, no_schema(), values, source_id=source_id)  # type: ignore[arg-type]


def test_a_company_is_created(bench: Bench, target: AutotaskTarget) -> None:
    """One request; active, with its Salesforce id, amounts exact."""
    company = create(bench, target, assetValue=Decimal("1250000.55"))
    stored = bench.stored("Companies", company)

    assert (stored["companyName"], stored["isActive"], stored["assetValue"]) == ("Birch Dental", True, 1250000.55)
    assert stored["userDefinedFields"] == [{"name": "Salesforce Company ID", "value": COMPANY}]
    assert target.calls == 1


def test_a_contact_is_created_and_updated(bench: Bench, target: AutotaskTarget) -> None:
    """Under its company, by child routes; None clears a field."""
    company = bench.company()
    fields = {**PERSON, "title": "Office Manager"}
    contact = target.create(Entity.CONTACT, no_schema(), fields, source_id=CONTACT, company_id=company)
    target.update(Entity.CONTACT, no_schema(), contact, {"title": None, "firstName": "Rosalind"}, company_id=company)
    stored = bench.stored("Contacts", contact)

    assert (stored["firstName"], stored["lastName"], stored["isActive"]) == ("Rosalind", "Lind", 1)
    assert (stored["title"], stored["companyID"]) in [(None, company), ("", company)]
    assert stored["userDefinedFields"] == [{"name": "Salesforce Contact ID", "value": CONTACT}]


def test_linking_is_one_patch(bench: Bench, target: AutotaskTarget) -> None:
    """The id and the differences travel together; other fields stay."""
    company = bench.company(city="Chicago")
    target.update(Entity.COMPANY, no_schema(), company, {"state": "IL"}, source_id=COMPANY)
    stored = bench.stored("Companies", company)

    assert (stored["city"], stored["state"], target.calls) == ("Chicago", "IL", 1)
    assert stored["userDefinedFields"] == [{"name": "Salesforce Company ID", "value": COMPANY}]


@pytest.mark.parametrize("action", ["cut_before", "cut_after", "cut_midway"])
def test_a_create_whose_answer_is_lost(bench: Bench, target: AutotaskTarget, action: str) -> None:
    """Sent exactly once; asking by value tells what became of it."""
    bench.fault(action, method="POST", path="Companies$")
    with pytest.raises(WriteInDoubt):
        create(bench, target)
    found = target.find_by_source_id(Entity.COMPANY, no_schema(), COMPANY)

    assert [entry.operation for entry in bench.requests()].count("create") == 1
    assert len(found) == (action != "cut_before")


def test_a_create_that_is_carried_out_late(bench: Bench, target: AutotaskTarget) -> None:
    """A request that was given up can still be carried out minutes later."""
    bench.fault("late_commit", method="POST", path="Companies$", delay_seconds=120)
    with pytest.raises(WriteInDoubt):
        create(bench, target)
    at_once = target.find_by_source_id(Entity.COMPANY, no_schema(), COMPANY)
    bench.simulator.clock.advance(timedelta(minutes=3))
    later = target.find_by_source_id(Entity.COMPANY, no_schema(), COMPANY)

    assert (len(at_once), len(later)) == (0, 1)


@pytest.mark.parametrize("action", ["garbage", "html", "empty"])
def test_a_create_with_a_strange_answer(bench: Bench, target: AutotaskTarget, action: str) -> None:
    """An answer that is not understood is a doubt, carried out or not."""
    bench.fault(action, method="POST", path="Companies$", status=200, apply=True)
    with pytest.raises(WriteInDoubt):
        create(bench, target)

    assert len(target.find_by_source_id(Entity.COMPANY, no_schema(), COMPANY)) == 1


@pytest.mark.parametrize("action", ["cut_before", "cut_after", "cut_midway"])
def test_an_update_whose_answer_is_lost(bench: Bench, target: AutotaskTarget, action: str) -> None:
    """Sent exactly once; reading the record tells what became of it."""
    company = bench.company(city="Springfield")
    bench.fault(action, method="PATCH")
    with pytest.raises(WriteInDoubt) as caught:
        target.update(Entity.COMPANY, no_schema(), company, {"city": "Chicago"})

    assert (caught.value.code, target.calls) == ("no_answer", 1)
    assert bench.stored("Companies", company)["city"] == ("Springfield" if action == "cut_before" else "Chicago")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_update_that_a_gateway_answers(bench: Bench, target: AutotaskTarget, status: int) -> None:
    """What stands behind it may carry the update out all the same, so it is not sent again."""
    company = bench.company()
    bench.fault("status", method="PATCH", status=status)
    with pytest.raises(WriteInDoubt):
        target.update(Entity.COMPANY, no_schema(), company, {"city": "Chicago"})

    assert [entry.operation for entry in bench.requests()].count("update") == 1


def test_a_read_that_is_never_answered(bench: Bench, target: AutotaskTarget) -> None:
    """Nothing was changed, so it is no doubt."""
    bench.fault("cut_before", path="query", times=None)
    with pytest.raises(TransientError) as caught:
        list(target.read_all(Entity.COMPANY, no_schema()))

    assert caught.value.code == "no_answer"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"companyType": 99}, "bad_picklist"),
        ({"ownerResourceID": 1}, "bad_reference"),
        ({"phone": None}, "required_missing"),
        ({"companyName": "A Very Secret Customer " * 10}, "too_long"),
        ({"isActive": "A Very Secret Customer"}, "bad_type"),
    ],
)
def test_a_record_that_is_refused(bench: Bench, target: AutotaskTarget, fields: dict[str, object], code: str) -> None:
    """A reason with its code and a mend, without the value; nothing was created."""
    with pytest.raises(RecordRejected) as caught:
        create(bench, target, **fields)

    assert caught.value.code == code
    assert caught.value.mend
    assert "Secret" not in str(caught.value)
    assert list(target.read_all(Entity.COMPANY, no_schema())) == [[]]


def test_an_inactive_owner_is_a_bad_reference(bench: Bench, target: AutotaskTarget) -> None:
    """So that the resources are read anew."""
    retired = bench.resource()
    bench.simulator.save_record("Resources", {"id": retired, "isActive": False})
    with pytest.raises(RecordRejected) as caught:
        create(bench, target, ownerResourceID=retired)

    assert (caught.value.code, "ownerResourceID" in caught.value.message) == ("bad_reference", True)


def test_a_contact_under_a_company_that_is_gone(target: AutotaskTarget) -> None:
    """The record is refused; the run goes on."""
    with pytest.raises(RecordRejected):
        target.create(Entity.CONTACT, no_schema(), PERSON, source_id=CONTACT, company_id=TargetId(99))


def test_an_update_of_a_record_that_is_gone(target: AutotaskTarget) -> None:
    """The record is refused; the run goes on."""
    with pytest.raises(RecordRejected) as caught:
        target.update(Entity.COMPANY, no_schema(), TargetId(99), {"city": "Chicago"})

    assert caught.value.code == "not_found"


@pytest.mark.parametrize("status", ["500", "403"])
@pytest.mark.parametrize("action", ["query", "create", "update"])
def test_a_missing_permission(bench: Bench, target: AutotaskTarget, status: str, action: str) -> None:
    """It stops the run and names the right and the entity."""
    company = bench.company()
    bench.simulator.change_settings({"permissions": {"Companies": {action: False}}, "permission_errors": status})
    acts = {
        "query": lambda: list(target.read_all(Entity.COMPANY, no_schema())),
        "create": lambda: create(bench, target),
        "update": lambda: target.update(Entity.COMPANY, no_schema(), company, {"city": "Chicago"}),
    }
    with pytest.raises(AccessError) as caught:
        acts[action]()

    assert (caught.value.code, caught.value.message) == (
        "permission",
        f"The API user may not {action} Companies in Autotask.",
    )


@pytest.mark.parametrize("status", [429, 403, 500])
def test_the_hourly_limit(bench: Bench, target: AutotaskTarget, status: int) -> None:
    """Used up is no error: the run ends early and goes on later."""
    bench.simulator.change_settings({"request_limit": 10, "other_use": 10, "suspended_status": status})
    with pytest.raises(BudgetExhausted) as caught:
        create(bench, target)

    assert caught.value.code == "request_limit"


def test_a_create_that_reaches_nobody(bench: Bench) -> None:
    """Nothing was sent for certain, so nothing is in doubt, and no call is counted."""
    nobody = "http://127.0.0.1:9"
    target = bench.target(Shelf(f"{nobody}/ATServicesRest/"), url=nobody)
    with pytest.raises(TransientError) as caught:
        create(bench, target)

    assert (caught.value.code, target.calls) == ("unreachable", 0)


def test_no_more_than_two_at_once(bench: Bench, target: AutotaskTarget) -> None:
    """Eight threads stay inside the vendor's thread limit: no request is refused."""
    bench.simulator.change_settings({"service_time_seconds": 0.02})
    with ThreadPoolExecutor(8) as pool:
        reads = [pool.submit(lambda: list(target.read_all(Entity.COMPANY, no_schema()))) for _ in range(16)]
        rows = [len(page) for read in reads for page in read.result()]

    assert rows == [0] * 16
    assert target.calls == bench.counted() == 16


def test_two_in_all_once_too_many_were_found(bench: Bench) -> None:
    """Contacts may count for the endpoint of companies: then four at once are one too many, and it happens once."""
    bench.with_id_fields()
    company = bench.company()
    patient = RetryPolicy(attempts=5, first_wait=timedelta(milliseconds=20))
    target = AutotaskTarget(AutotaskClient(bench.credentials(), bench.http, retries=patient), NoonClock())
    bench.simulator.change_settings({"service_time_seconds": 0.02, "children_count_for": "parent"})

    def employ(number: int) -> TargetId:
        person = SourceId(f"0030000000000{number}AAA")
        return target.create(Entity.CONTACT, no_schema(), PERSON, source_id=person, company_id=company)

    with ThreadPoolExecutor(4) as contacts, ThreadPoolExecutor(4) as companies:
        made = [contacts.submit(employ, number) for number in range(10, 50)]
        read = [companies.submit(target.read, Entity.COMPANY, no_schema(), [company]) for _ in range(40)]

    assert len({each.result() for each in made}) == len([each.result()[company] for each in read]) == 40
    refused = [number for number, each in enumerate(bench.requests()) if each.status == 429]
    assert refused
    assert refused[-1] - refused[0] < 10
