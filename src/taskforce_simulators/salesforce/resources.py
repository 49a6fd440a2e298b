"""The REST resources below ``/services/data/vNN.0``. Source: reference section 3."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from taskforce_simulators.salesforce import describe, rendering, replication
from taskforce_simulators.salesforce.calls import Call, Reply, refusal, required, wrong_method
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.queries import Page
from taskforce_simulators.salesforce.schema import SObject

_LIMITS: Final = {
    "DailyBulkV2QueryJobs": 10_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDeliveredPlatformEvents": 25_000,
    "DataStorageMB": 10_240,
    "FileStorageMB": 10_240,
}


class Resources:
    """Answers single calls; composites call it for their parts."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._first: dict[str, Callable[[Call], Reply]] = {
            "limits": self._limits,
            "query": self._query,
            "queryAll": self._query,
            "sobjects": self._sobjects,
        }

    def answer(self, call: Call) -> Reply:
        """Carry out one call; errors become answers."""
        try:
            if not call.parts:
                return Reply(body={name: call.path(name) for name in ("composite", "jobs", *self._first)})
            resource = self._first.get(call.parts[0])
            if resource is None:
                raise ApiError.not_found()
            return resource(call)
        except ApiError as error:
            return refusal(error)

    def _limits(self, call: Call) -> Reply:
        _only(call, "GET")
        if not self._org.settings.view_setup:
            raise ApiError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")
        most = self._org.settings.daily_request_limit
        limits = {name: {"Max": size, "Remaining": size} for name, size in _LIMITS.items()}
        return Reply(body={"DailyApiRequests": {"Max": most, "Remaining": most - self._org.usage.used()}} | limits)

    def _query(self, call: Call) -> Reply:
        _only(call, "GET")
        if len(call.parts) > 2:
            raise ApiError.not_found()
        org = self._org
        if len(call.parts) == 2:
            return self._page(call, org.queries.more(call.parts[1], org.settings, version=call.version))
        if "q" not in call.query:
            raise ApiError.malformed_query("A query string has to be specified")
        page = org.queries.run(
            call.query["q"],
            org.settings,
            org.schema,
            version=call.version,
            size=self._page_size(call),
            deleted_too=call.parts[0] == "queryAll",
        )
        return self._page(call, page)

    def _page_size(self, call: Call) -> int:
        """The org's page size, or less if the caller asks for less; tests set both below the least of 200."""
        most = self._org.settings.page_size
        options = dict(
            part.strip().partition("=")[::2] for part in call.headers.get("sforce-query-options", "").split(";")
        )
        wanted = options.get("batchSize", "")
        return min(most, max(self._org.settings.least_page_size, int(wanted))) if wanted.isdigit() else most

    def _page(self, call: Call, page: Page) -> Reply:
        """A page as REST has it: also that of queryAll goes on below ``query``."""
        body: dict[str, object] = {"totalSize": page.total, "done": page.following is None}
        if page.following is not None:
            body["nextRecordsUrl"] = call.path("query", page.following)
        return Reply(body=body | {"records": page.records})

    def _sobjects(self, call: Call) -> Reply:
        rest = call.parts[1:]
        if not rest:
            _only(call, "GET")
            objects = [describe.summary(sobject, call.version) for sobject in self._org.schema.objects()]
            return Reply(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})
        sobject = required(self._org.schema.find(rest[0]))
        if len(rest) == 1:
            return self._object(call, sobject)
        if len(rest) > 2:
            raise ApiError.not_found()
        if rest[1] == "describe":
            return self._describe(call, sobject)
        if rest[1] in {"updated", "deleted"}:
            _only(call, "GET")
            return Reply(body=replication.answer(self._org, sobject, rest[1], call.query))
        return self._record(call, sobject, rest[1])

    def _object(self, call: Call, sobject: SObject) -> Reply:
        if call.method == "GET":
            return Reply(body={"objectDescribe": describe.summary(sobject, call.version), "recentItems": []})
        if not sobject.createable:
            raise wrong_method(call, "GET", "HEAD")
        _only(call, "POST", "GET", "HEAD")
        identifier = self._org.records.create(sobject, call.json(), call.session.user_id, self._org.settings)
        location = {"Location": call.path("sobjects", sobject.name, identifier)}
        return Reply(status=201, body={"id": identifier, "success": True, "errors": []}, headers=location)

    def _describe(self, call: Call, sobject: SObject) -> Reply:
        _only(call, "GET")
        changed = self._org.described_at
        headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
        since = _http_date(call.headers.get("if-modified-since"))
        if since is not None and since >= changed:
            return Reply(status=304, headers=headers)
        body = describe.describe(sobject, self._org.schema, call.version, self._org.public_url)
        return Reply(body=body, headers=headers)

    def _record(self, call: Call, sobject: SObject, identifier: str) -> Reply:
        if call.method == "GET":
            return self._retrieve(call, sobject, identifier)
        if call.method == "PATCH":
            self._org.records.update(sobject, identifier, call.json(), call.session.user_id, self._org.settings)
            return Reply(status=204)
        if call.method == "DELETE" and sobject.deletable:
            self._org.records.delete(sobject.name, identifier, call.session.user_id)
            return Reply(status=204)
        raise wrong_method(call, "HEAD", "GET", "PATCH", *(["DELETE"] if sobject.deletable else []))

    def _retrieve(self, call: Call, sobject: SObject, identifier: str) -> Reply:
        row = self._org.records.find(sobject.name, identifier)
        names = list(sobject.fields)
        if "fields" in call.query:
            names = [self._named(sobject, name.strip()) for name in call.query["fields"].split(",") if name.strip()]
            names += [] if "Id" in names else ["Id"]
        return Reply(body=rendering.record(sobject, names, row, call.version))

    def _named(self, sobject: SObject, name: str) -> str:
        field = sobject.field(name)
        if field is None:
            raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        return field.name


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise wrong_method(call, *methods)


def _http_date(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
