"""REST calls in peels: send → renew the session once → say what an error means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.salesforce.auth import check_instance, log_in
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session, SessionCache
from taskforce.adapters.salesforce.error_map import (
    SESSION_EXPIRED,
    WAIT_FOR_REQUESTS,
    not_understood,
    rest_error,
    rest_errors,
)
from taskforce.adapters.salesforce.login_errors import SYSTEM
from taskforce.adapters.salesforce.wire import Usage, Version, usage_of
from taskforce.errors import AccessError, BudgetExhausted, ProtocolError

NEWEST_VERSION = 66.0
"""The newest API version that Taskforce was built for (Spring '26)."""

OLDEST_VERSION = 50.0
"""Nothing that Taskforce asks for is newer; an org offers every version that is not retired."""

NO_COMMON_VERSION = "no_common_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One that may be repeated when its answer is lost.

    `path` begins with a slash, or with `{base}` for the versioned API root.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


class SalesforceClient:
    """Requests to one org. `calls` counts those that Salesforce counts; logins and the list of versions are free.

    `usage` is the org's use of its daily requests as the latest answer told it, `server_time` its clock.
    """

    def __init__(self, credentials: SalesforceCredentials, http: HttpClient, cache: SessionCache) -> None:
        self.calls = 0
        self.usage: Usage | None = None
        self.server_time: datetime | None = None
        self._credentials = credentials
        self._http = http
        self._cache = cache
        self._session: Session | None = None

    def get(
        self,
        path: str,
        *,
        operation: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A successful answer to a GET, as `send` gives it."""
        return self.send(Request(method="GET", path=path, operation=operation, params=params, headers=headers or {}))

    def send(self, request: Request) -> Answer:
        """A successful answer. A session that has ended is renewed once; else what `error_map` says is raised."""
        return self.accepted(request, self.sent(request))

    def accepted(self, request: Request, answer: Answer) -> Answer:
        """The second half of `send`: what came of a request, which is sent again if its session had ended."""
        if answer.status == 401 and _is_expired(answer):
            self.end_session()
            answer = self.sent(request)
        if answer.status != 200 and (request.method, answer.status) != ("DELETE", 204):
            raise rest_error(answer, request.operation)
        return answer

    def sent(self, request: Request) -> Answer:
        """The first half: the answer, whatever its status. Once there is a session, any thread may send."""
        session = self.session()
        answer = self._http.send(
            request.method,
            _address(session, request.path, request.operation),
            operation=request.operation,
            headers={
                "Authorization": f"Bearer {session.access_token}",
                "Accept": "application/json",
                **request.headers,
            },
            params=request.params,
            content=request.content,
            repeatable=True,
            on_sent=self._count,
        )
        self.usage = usage_of(answer.headers.get("sforce-limit-info", "")) or self.usage
        self.server_time = answer.date or self.server_time
        return answer

    def session(self) -> Session:
        """The session in hand, the one kept from earlier, or a new one; with the API version agreed on."""
        if self._session is None:
            self._session = self._kept() or self._new_session()
        return self._session

    def stop_at(self, share: float, *, operation: str) -> None:
        """Raise BudgetExhausted when the org has used this share of its daily requests (protocol 5)."""
        if self.usage is None or self.usage.used < share * self.usage.limit:
            return
        raise BudgetExhausted(
            f"{self.usage.used:,} of the org's {self.usage.limit:,} API requests a day are used; Taskforce stops at "
            f"{share:.0%}.",
            system=SYSTEM,
            operation=operation,
            code="daily_share",
            retry_after=WAIT_FOR_REQUESTS,
            mend="The import goes on by itself later; look which other programs use the API.",
        )

    def end_session(self) -> None:
        """Forget the session: it is no longer accepted, or a new login is wanted."""
        self._session = None
        self._cache.clear()

    def _count(self, answer: Answer | None) -> None:
        """Every request counts that Salesforce may have seen, unless it refused the session."""
        self.calls += answer is None or answer.status != 401

    def _kept(self) -> Session | None:
        """The session of an earlier process, if it can be read and leads where a login may lead."""
        text = self._cache.load()
        try:
            session = msgspec.json.decode(text, type=Session) if text else None
            if session is not None:
                check_instance(session.instance_url, self._credentials)
        except (msgspec.DecodeError, AccessError):
            return None
        return session if session is not None and session.api_version else None

    def _new_session(self) -> Session:
        session = log_in(self._credentials, self._http)
        session = msgspec.structs.replace(session, api_version=self._negotiated(session))
        self._cache.save(msgspec.json.encode(session).decode())
        return session

    def _negotiated(self, session: Session) -> str:
        """The newest version that both sides know (`/services/data` lists those of the org)."""
        operation = "list API versions"
        answer = self._http.send("GET", f"{session.instance_url}/services/data", operation=operation, repeatable=True)
        if answer.status != 200:
            raise rest_error(answer, operation)
        try:
            offered = [each.version for each in msgspec.json.decode(answer.body, type=list[Version])]
            known = [each for each in offered if OLDEST_VERSION <= float(each) <= NEWEST_VERSION]
        except (msgspec.DecodeError, ValueError):
            raise not_understood(operation, answer) from None
        if not known:
            raise ProtocolError(
                f"The org offers no API version from {OLDEST_VERSION} to {NEWEST_VERSION}.",
                system=SYSTEM,
                operation=operation,
                code=NO_COMMON_VERSION,
                mend="Install a newer version of Taskforce.",
            )
        return max(known, key=float)


def _address(session: Session, path: str, operation: str) -> str:
    """The full address; a path that leads off the instance, or out of its API, is refused before anything is sent."""
    url = urljoin(session.instance_url, path.replace("{base}", f"/services/data/v{session.api_version}"))
    there, home = urlsplit(url), urlsplit(session.instance_url)
    if (there.scheme, there.netloc) != (home.scheme, home.netloc) or not there.path.startswith("/services/data/"):
        raise ProtocolError(
            "Salesforce pointed to another place for what follows; nothing was sent there.",
            system=SYSTEM,
            operation=operation,
            code="foreign_address",
            mend="Check that the address is that of a Salesforce org; if it is, please report this message.",
        )
    return url


def _is_expired(answer: Answer) -> bool:
    """Only the session itself is renewed; any other 401 is a refusal."""
    errors = rest_errors(answer)
    return not errors or errors[0].errorCode == SESSION_EXPIRED
