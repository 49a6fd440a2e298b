"""Large reads by a query job: create → wait → results, set by set → delete (Bulk API 2.0 Developer Guide).

A job asks for no order: ORDER BY would keep Salesforce from dividing it ("Create a Query Job"). So nothing is
concluded from the place of a row, and a reading that ends early begins a new job (decision 0025).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

import msgspec
import structlog

from taskforce.adapters.http.ahead import Ahead
from taskforce.adapters.http.client import Answer
from taskforce.adapters.salesforce.bulk_rows import CsvTable, table_of
from taskforce.adapters.salesforce.client import Request, SalesforceClient
from taskforce.adapters.salesforce.error_map import not_understood
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.wire import BulkJob
from taskforce.domain.frugality import BULK_SET
from taskforce.engine.ports import Clock
from taskforce.errors import ApiError, BudgetExhausted, ProtocolError, TransientError

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=30)
LONGEST_JOB = timedelta(hours=1)
"""A job that is not complete by then is aborted."""

_OPERATION = "bulk query"
_UNDER_WAY = frozenset({"UploadComplete", "InProgress"})
_log = structlog.get_logger()


class QueryJob:
    """One query job; every request counts against the org's daily ones, and none is sent beyond `daily_share`."""

    def __init__(self, client: SalesforceClient, clock: Clock, *, daily_share: float) -> None:
        self._client = client
        self._clock = clock
        self._daily_share = daily_share
        self._job = BulkJob(id="", state="")

    def create(self, soql: str) -> None:
        """Deleted records included. Repeated when its answer is lost: a job that nobody reads does no harm."""
        form = {"operation": "queryAll", "query": soql, "contentType": "CSV"}
        self._job = _decoded(self._told("POST", "", content=msgspec.json.encode(form)))

    def waits(self) -> Iterator[None]:
        """Wait until the job is complete; yields after each look at a job that is not.

        Raises TransientError when Salesforce gives it up, or when it takes longer than an hour.
        """
        wait, waited = FIRST_WAIT, timedelta()
        while self._job.state in _UNDER_WAY:
            if waited >= LONGEST_JOB:
                self._told("PATCH", f"/{self._job.id}", content=msgspec.json.encode({"state": "Aborted"}))
                raise _given_up("bulk_too_slow", f"it was not complete after {waited}")
            self._job = _decoded(self._told("GET", f"/{self._job.id}"))
            if self._job.state in _UNDER_WAY:
                yield
                self._clock.sleep(wait)
                waited, wait = waited + wait, min(wait * 2, LONGEST_WAIT)
        if self._job.state != "JobComplete":
            raise _given_up("bulk_not_complete", f"it ended as {self._job.state[:20]}, {self._job.cause}")

    def results(self, columns: Sequence[str]) -> Iterator[CsvTable]:
        """The rows, set by set; each travels while the one before it is worked on.

        Raises ProtocolError for a set that is not what the job and its headers announce.
        """
        seen, locator = 0, ""
        request = self._results("")
        answer = self._client.accepted(request, self._sent(request))
        with Ahead() as ahead:
            while True:
                table = table_of(answer, columns, _OPERATION)
                following = answer.headers.get("sforce-locator", "")
                seen += len(table)
                complete = seen == self._job.number_records_processed if following == "null" else bool(table)
                if not complete or following in ("", locator):
                    raise _incomplete(self._job.number_records_processed, seen)
                if following == "null":
                    yield table
                    return
                locator, request = following, self._results(following)
                coming = ahead.begin(partial(self._sent, request))
                yield table
                answer = self._client.accepted(request, coming())

    def _results(self, locator: str) -> Request:
        params = {"maxRecords": str(BULK_SET)} | ({"locator": locator} if locator else {})
        return self._request("GET", f"/{self._job.id}/results", params=params, accept="text/csv")

    def delete(self) -> None:
        """Take the results off Salesforce's disks, which would keep them for seven days. Never raises ApiError."""
        try:
            self._told("DELETE", f"/{self._job.id}")
        except ApiError as error:
            _log.warning("A bulk job was not deleted", action="bulk_job_kept", code=error.code, status=error.status)

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        content: bytes | None = None,
        accept: str = "application/json",
    ) -> Request:
        return Request(
            method=method,
            path=f"{{base}}/jobs/query{path}",
            operation=_OPERATION,
            params=params,
            headers={"Accept": accept, "Content-Type": "application/json"},
            content=content,
        )

    def _sent(self, request: Request) -> Answer:
        self._client.stop_at(self._daily_share, operation=_OPERATION)
        return self._client.sent(request)

    def _told(self, method: str, path: str, *, content: bytes | None = None) -> Answer:
        request = self._request(method, path, content=content)
        return self._client.accepted(request, self._sent(request))


def why_not(error: ApiError) -> str:
    """Why a job could not be used, for people; re-raises what stops a reading by pages as well."""
    if isinstance(error, BudgetExhausted):
        raise error
    return f"A bulk job could not be used, so records were read page by page, by more API requests: {error.message}"


def _decoded(answer: Answer) -> BulkJob:
    try:
        return msgspec.json.decode(answer.body, type=BulkJob)
    except msgspec.DecodeError:
        raise not_understood(_OPERATION, answer) from None


def _given_up(code: str, how: str) -> TransientError:
    return TransientError(
        f"Salesforce did not carry out a query job: {how}.",
        system=SYSTEM,
        operation=_OPERATION,
        code=code,
        mend="Setup > Bulk Data Load Jobs tells more about it.",
    )


def _incomplete(announced: int, seen: int) -> ProtocolError:
    return ProtocolError(
        f"Salesforce announced {announced} records of a query job and handed out {seen}.",
        system=SYSTEM,
        operation=_OPERATION,
        code="short_page",
        mend="Nothing is concluded from a cut answer; the next import reads on from the last complete page.",
    )
