"""The resources below ``jobs/query``. Source: reference section 4; Bulk API 2.0 Developer Guide, "Query Jobs"."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from taskforce_simulators.salesforce.bulk.jobs import Job
from taskforce_simulators.salesforce.bulk.rendering import DELIMITERS, LINE_ENDINGS, CsvRenderer
from taskforce_simulators.salesforce.calls import Call, Reply, refusal, wrong_method
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.soql import Compiled, Query, compile_query, parse

_OLDEST: Final = 47.0


class Bulk:
    """Answers what is asked below ``jobs``."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def answer(self, call: Call) -> Reply:
        """Carry out one call; errors become answers."""
        try:
            if call.parts[:2] != ("jobs", "query") or float(call.version) < _OLDEST:
                raise ApiError.not_found()
            if not self._org.settings.bulk_enabled:
                raise ApiError(403, "FEATURENOTENABLED", "Async API not enabled")
            return self._reply(call, call.parts[2:])
        except ApiError as error:
            return refusal(error)

    def _reply(self, call: Call, parts: tuple[str, ...]) -> Reply:
        if not parts:
            return self._all(call)
        job = self._org.jobs.find(parts[0], self._org.settings)
        if len(parts) == 1:
            return self._one(call, job)
        if parts[1:] == ("results",):
            return self._results(call, job)
        raise ApiError.not_found()

    def _all(self, call: Call) -> Reply:
        if call.method == "POST":
            return Reply(body=self._created(call).form())
        if call.method == "GET":
            records = [job.form() | {"jobType": "V2Query"} for job in self._org.jobs.all(self._org.settings)]
            return Reply(body={"done": True, "nextRecordsUrl": None, "records": records})
        raise wrong_method(call, "GET", "POST")

    def _one(self, call: Call, job: Job) -> Reply:
        if call.method == "GET":
            return Reply(body=job.details())
        if call.method == "PATCH":
            if call.json().get("state") != "Aborted":
                raise ApiError(400, "INVALIDJOBSTATE", "A query job can be set to Aborted only")
            self._org.jobs.abort(job)
            return Reply(body=job.form())
        if call.method == "DELETE":
            self._org.jobs.remove(job)
            return Reply(status=204)
        raise wrong_method(call, "GET", "PATCH", "DELETE")

    def _created(self, call: Call) -> Job:
        form = call.json()
        operation = _choice(form, "operation", ("query", "queryAll"))
        delimiter = _choice(form, "columnDelimiter", tuple(DELIMITERS), "COMMA")
        line_ending = _choice(form, "lineEnding", tuple(LINE_ENDINGS), "LF")
        _choice(form, "contentType", ("CSV",), "CSV")
        org = self._org
        query, compiled = self._compiled(str(form.get("query", "")), deleted_too=operation == "queryAll")
        now = org.clock.now()
        job = Job(
            id=org.jobs.register(org.settings.daily_bulk_jobs),
            operation=operation,
            object_name=compiled.selection.sobject.name,
            version=call.version,
            user_id=call.session.user_id,
            delimiter=delimiter,
            line_ending=line_ending,
            compiled=compiled,
            renderer=CsvRenderer(compiled.selection, query.fields, delimiter=delimiter, line_ending=line_ending),
            created=now,
            changed=now,
            since=org.clock.steady(),
        )
        org.jobs.add(job)
        return job

    def _compiled(self, soql: str, *, deleted_too: bool) -> tuple[Query, Compiled]:
        query = parse(soql)
        if not query.fields or query.counts or query.groups:
            raise _unsupported("Aggregate queries are not supported in Bulk Query")
        if query.offset:
            raise _unsupported("OFFSET is not supported in Bulk Query")
        today = self._org.clock.now().date()
        compiled = compile_query(query, self._org.schema, today=today, deleted_too=deleted_too)
        selections = [compiled.selection]
        while selections:
            selection = selections.pop()
            if any(not field.stored for field in selection.fields):
                raise _unsupported("Selecting compound data not supported in Bulk Query")
            selections.extend(selection.related.values())
        return query, compiled

    def _results(self, call: Call, job: Job) -> Reply:
        """A set of results: at most as many as asked for, from the locator on."""
        if call.method != "GET":
            raise wrong_method(call, "GET")
        if call.version != job.version:
            raise ApiError(409, "API_ERROR", f"The job was created with API version {job.version}")
        if job.state != "JobComplete":
            return Reply(status=204)
        start = _place(call.query.get("locator", ""), len(job.lines))
        most = self._org.settings.bulk_page_size
        wanted = call.query.get("maxRecords", "")
        end = min(start + (min(most, int(wanted)) if wanted.isdigit() and int(wanted) else most), len(job.lines))
        headers = {
            "Sforce-NumberOfRecords": str(end - start),
            "Sforce-Locator": _locator(end) if end < len(job.lines) else "null",
        }
        content = (job.renderer.header() + "".join(job.lines[start:end])).encode()
        return Reply(body=content, headers=headers, media_type="text/csv")


def _choice(form: Mapping[str, object], name: str, allowed: tuple[str, ...], default: str = "") -> str:
    value = str(form.get(name, default))
    if value not in allowed:
        raise ApiError(400, "INVALIDJOB", f"{name} must be one of {', '.join(allowed)}")
    return value


def _unsupported(message: str) -> ApiError:
    return ApiError(400, "API_ERROR", message)


def _locator(place: int) -> str:
    """As in the guide's example, where MTAwMDA stands behind 10,000 records."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(locator: str, count: int) -> int:
    if not locator:
        return 0
    try:
        place = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error):
        place = count
    if not 0 < place < count:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return place
