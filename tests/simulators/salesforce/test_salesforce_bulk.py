"""Bulk API 2.0: query jobs, their states, and their results in sets."""

import csv
import io

import pytest

QUERY = "SELECT Id, Name, AnnualRevenue, IsDeleted, SystemModstamp, Owner.LastName, Parent.Name FROM Account"


def create(org, query: str = "SELECT Id, Name FROM Account", **form: str) -> dict[str, object]:
    """A new job, as the answer tells it."""
    answer = org.call("POST", "/jobs/query", json={"operation": "query", "query": query, **form})
    assert answer.status_code == 200, answer.text
    return answer.json()


def results(org, job: str, **query: str):
    """One set of results."""
    return org.get(f"/jobs/query/{job}/results", **query)


def rows(org, job: str, **query: str) -> list[list[str]]:
    """What a set of results holds, the header first."""
    return list(csv.reader(io.StringIO(results(org, job, **query).text, newline="")))


def test_a_job_goes_through_its_states(org):
    """Its own resource tells more than the answer that made it."""
    org.set(bulk_seconds=60)
    org.create("Account", Name="Acme")
    made = create(org)
    told = {
        "id": made["id"],
        "operation": "query",
        "object": "Account",
        "createdById": made["createdById"],
        "createdDate": org.stamp,
        "systemModstamp": org.stamp,
        "state": "UploadComplete",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 68.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
    assert made == told
    org.advance(seconds=20)
    assert org.get(f"/jobs/query/{made['id']}").json()["state"] == "InProgress"
    assert (results(org, made["id"]).status_code, results(org, made["id"]).content) == (204, b"")
    org.advance(seconds=40)

    assert org.get(f"/jobs/query/{made['id']}").json() == told | {
        "systemModstamp": "2026-11-23T10:01:00.000+0000",
        "state": "JobComplete",
        "jobType": "V2Query",
        "numberRecordsProcessed": 1,
        "retries": 0,
        "totalProcessingTime": 60_000,
        "isPkChunkingSupported": True,
    }
    assert [job["id"] for job in org.get("/jobs/query").json()["records"]] == [made["id"]]


def test_values_are_quoted_and_null_is_nothing(org):
    """Booleans in words, moments with Z, doubles as Java writes them; columns carry the path that was asked for."""
    parent = org.create("Account", Name='The "gold" one', AnnualRevenue=350_000_000)
    child = org.create("Account", Name="Line\nbreak, Ltd", ParentId=parent, AnnualRevenue=1250)
    job = create(org, QUERY)["id"]
    org.get(f"/jobs/query/{job}")

    assert results(org, job).text == (
        '"Id","Name","AnnualRevenue","IsDeleted","SystemModstamp","Owner.LastName","Parent.Name"\n'
        f'"{parent}","The ""gold"" one","3.5E8","false","2026-11-23T10:00:00.000Z","User",""\n'
        f'"{child}","Line\nbreak, Ltd","1250.0","false","2026-11-23T10:00:00.000Z","User","The ""gold"" one"\n'
    )
    assert results(org, job).headers["content-type"].startswith("text/csv")


def test_results_come_in_sets(org):
    """Each with a header; the locator of the last is the word null, and each locator may be used again."""
    ids = sorted(org.create("Account", Name=f"Account {number}") for number in range(5))
    job = create(org)["id"]
    org.get(f"/jobs/query/{job}")
    first = results(org, job, maxRecords="2")
    locator = first.headers["sforce-locator"]

    assert first.headers["sforce-numberofrecords"] == "2"
    assert [row[0] for row in rows(org, job, maxRecords="2")] == ["Id", *ids[:2]]
    assert [row[0] for row in rows(org, job, maxRecords="2", locator=locator)] == ["Id", *ids[2:4]]
    assert [row[0] for row in rows(org, job, maxRecords="9", locator=locator)] == ["Id", *ids[2:]]
    last = results(org, job, locator=locator).headers
    assert (last["sforce-numberofrecords"], last["sforce-locator"]) == ("3", "null")
    assert org.error(results(org, job, locator="bm9uZQ")) == (400, "INVALID_QUERY_LOCATOR")


def test_the_csv_may_be_written_otherwise(org):
    """Other delimiters and line ends, and the order that was asked for."""
    for name in ("Beta", "Alpha"):
        org.create("Account", Name=name)
    job = create(org, "SELECT Name, Fax FROM Account ORDER BY Name", lineEnding="CRLF", columnDelimiter="PIPE")["id"]
    org.get(f"/jobs/query/{job}")

    assert results(org, job).content == b'"Name"|"Fax"\r\n"Alpha"|""\r\n"Beta"|""\r\n'


def test_query_all_shows_what_is_deleted(org):
    """A plain query does not."""
    gone = org.create("Account", Name="Gone")
    org.control("delete", object="Account", id=gone)
    plain, every = create(org)["id"], create(org, operation="queryAll")["id"]
    for job in (plain, every):
        org.get(f"/jobs/query/{job}")

    assert [row[0] for row in rows(org, plain)] == ["Id"]
    assert [row[0] for row in rows(org, every)] == ["Id", gone]


def test_results_stay_as_they_were(org):
    """What a complete job found is settled, values too; after seven days it is gone."""
    org.create("Account", Name="Before")
    job = create(org, "SELECT Name FROM Account")["id"]
    org.get(f"/jobs/query/{job}")
    org.control("settings", organization_name="Other")
    [(identifier,)] = org.rows("SELECT Id FROM Account")
    org.call("PATCH", f"/sobjects/Account/{identifier}", json={"Name": "After"})

    assert rows(org, job) == [["Name"], ["Before"]]
    org.advance(days=8)
    org.log_in()
    assert org.error(results(org, job)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT COUNT() FROM Account", (400, "API_ERROR")),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", (400, "API_ERROR")),
        ("SELECT BillingAddress FROM Account", (400, "API_ERROR")),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", (400, "MALFORMED_QUERY")),
        ("SELECT Shoe__c FROM Account", (400, "INVALID_FIELD")),
        ("SELECT Id FROM Shoe__c", (400, "INVALID_TYPE")),
    ],
)
def test_queries_that_no_job_can_run(org, query, error):
    """They are refused at once."""
    assert org.error(org.call("POST", "/jobs/query", json={"operation": "query", "query": query})) == error


def test_jobs_are_aborted_and_deleted(org):
    """A job that runs can be aborted, one that has ended can be deleted."""
    org.set(bulk_seconds=60)
    job = f"/jobs/query/{create(org)['id']}"
    assert org.error(org.call("DELETE", job)) == (400, "API_ERROR")
    assert org.error(org.call("PATCH", job, json={"state": "JobComplete"})) == (400, "INVALIDJOBSTATE")
    assert org.call("PATCH", job, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert org.error(org.call("PATCH", job, json={"state": "Aborted"})) == (400, "INVALIDJOBSTATE")
    assert org.get(f"{job}/results").status_code == 204
    assert org.call("DELETE", job).status_code == 204
    assert org.error(org.get(job)) == (404, "NOT_FOUND")


def test_a_job_fails_with_its_message(org):
    """And has no results."""
    org.set(bulk_failure="InternalServerError : Retried more than fifteen times")
    job = create(org)["id"]
    told = org.get(f"/jobs/query/{job}").json()

    assert (told["state"], told["errorMessage"]) == ("Failed", "InternalServerError : Retried more than fifteen times")
    assert results(org, job).status_code == 204


def test_jobs_have_limits(org):
    """So many in 24 hours, only where the API is on, from version 47 on, one version for the whole job."""
    org.set(daily_bulk_jobs=1)
    job = create(org)["id"]
    assert org.error(org.call("POST", "/jobs/query", json={"operation": "query", "query": "SELECT Id FROM User"})) == (
        400,
        "LIMIT_EXCEEDED",
    )
    other = org.http.get(f"/services/data/v67.0/jobs/query/{job}/results", headers=org.headers)
    assert org.error(other) == (409, "API_ERROR")
    assert org.http.get("/services/data/v46.0/jobs/query", headers=org.headers).status_code == 404
    org.set(bulk_enabled=False)
    assert org.error(org.get("/jobs/query")) == (403, "FEATURENOTENABLED")


def test_what_goes_wrong_on_order(org):
    """Jobs are forgotten by the fault expire_pages; truncated results still tell how many there should be."""
    org.create("Account", Name="Acme")
    job = create(org)["id"]
    org.get(f"/jobs/query/{job}")
    org.http.post("/__sim__/faults", json={"action": "truncated", "path": "results$"})
    cut = results(org, job)
    assert (cut.headers["sforce-numberofrecords"], cut.text.count("\n")) == ("1", 1)
    org.http.post("/__sim__/faults", json={"action": "expire_pages", "path": "results$"})
    assert org.error(results(org, job)) == (404, "NOT_FOUND")


def test_calls_count_by_their_names(org):
    """Each is a request of the org."""
    job = create(org)["id"]
    org.get(f"/jobs/query/{job}")
    results(org, job)
    org.call("DELETE", f"/jobs/query/{job}")
    entries = org.simulator.journal.entries()[-4:]

    assert [entry.operation for entry in entries] == ["bulk_create", "bulk_job", "bulk_results", "bulk_delete"]
