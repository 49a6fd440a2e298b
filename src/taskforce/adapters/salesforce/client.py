"""REST calls in peels: send → renew the session once → say what an error means."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import msgspec

from taskforce.adapters.http.client import Answer, HttpClient
from taskforce.adapters.salesforce.auth import check_instance, log_in
from taskforce.adapters.salesforce.credentials import SalesforceCredentials, Session, SessionCache
from taskforce.adapters.salesforce.error_map import SESSION_EXPIRED, SYSTEM, not_understood, rest_error, rest_errors
from taskforce.adapters.salesforce.wire import Usage, Version, usage_of
from taskforce.errors import ProtocolError

NEWEST_VERSION = 66.0
"""The newest API version that Taskforce was built for (Spring '26)."""

OLDEST_VERSION = 50.0
"""Older ones lack nothing we need, but no org offers them alone."""


class SalesforceClient:
    """Requests to one org. `calls` counts those that Salesforce counts; logins and the list of versions are free."""

    def __init__(self, credentials: SalesforceCredentials, http: HttpClient, cache: SessionCache) -> None:
        self.calls = 0
        self.usage: Usage | None = None
        self._credentials = credentials
        self._http = http
        self._cache = cache
        self._session: Session | None = None

    def get(self, path: str, *, operation: str, params: Mapping[str, str] | None = None) -> Answer:
        """A successful answer; `path` begins with a slash, or with `{base}` for the versioned API root."""
        answer = self._authorised(path, operation, params)
        if answer.status == 401 and _is_expired(answer):
            self.end_session()
            answer = self._authorised(path, operation, params)
        if answer.status not in (200, 304):
            raise rest_error(answer, operation)
        return answer

    def session(self) -> Session:
        """The session in hand, the one kept from earlier, or a new one; with the API version agreed on."""
        if self._session is None:
            self._session = self._kept() or self._new_session()
        return self._session

    def end_session(self) -> None:
        """Forget the session: it is no longer accepted."""
        self._session = None
        self._cache.clear()

    def _authorised(self, path: str, operation: str, params: Mapping[str, str] | None) -> Answer:
        session = self.session()
        base = f"/services/data/v{session.api_version}"
        url = urljoin(session.instance_url, path.replace("{base}", base))
        if urlsplit(url).netloc != urlsplit(session.instance_url).netloc:
            raise ProtocolError(
                "Salesforce pointed to another host for the next page.", system=SYSTEM, operation=operation
            )
        answer = self._http.send(
            "GET",
            url,
            operation=operation,
            headers={"Authorization": f"Bearer {session.access_token}", "Accept": "application/json"},
            params=params,
            repeatable=True,
        )
        self.calls += 1
        self.usage = usage_of(answer.headers.get("sforce-limit-info", "")) or self.usage
        return answer

    def _kept(self) -> Session | None:
        text = self._cache.load()
        try:
            session = msgspec.json.decode(text, type=Session) if text else None
        except msgspec.DecodeError:
            return None
        if session is not None:
            check_instance(session.instance_url, self._credentials)
        return session

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
                f"The org offers no API version between {OLDEST_VERSION} and {NEWEST_VERSION}.",
                system=SYSTEM,
                operation=operation,
                mend="Install a newer version of Taskforce.",
            )
        return max(known, key=float)


def _is_expired(answer: Answer) -> bool:
    """Only the session itself is renewed; any other 401 is a refusal."""
    errors = rest_errors(answer)
    return not errors or errors[0].errorCode == SESSION_EXPIRED
