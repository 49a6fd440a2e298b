"""A program that uses the REST API with a token."""

from types import TracebackType
from typing import Any, Self

import httpx2

from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.support.clients import TRUSTS_NOBODY

ROOT = "/api/v1"
OFFICE = f"/connections/{NAME}"


class Program:
    """Asks with one token; an empty one is not shown."""

    def __init__(self, address: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx2.Client(base_url=address, headers=headers, timeout=60, verify=TRUSTS_NOBODY)
        self.token = token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Any request, at an address of the API or (beginning with "//") elsewhere."""
        return self._client.request(method, path[1:] if path.startswith("//") else f"{ROOT}{path}", **options)

    def get(self, path: str, **query: Any) -> Any:
        """The object that an address tells."""
        return self.ask("GET", path, params=query).raise_for_status().json()

    def post(self, path: str, **given: Any) -> Any:
        """The object that comes of it."""
        return self.ask("POST", path, json=given).raise_for_status().json()

    def refused(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """Status and sentence of a request that is not answered."""
        answer = self.ask(method, path, **options)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status_code, answer.json()["detail"]


def given_out(office: Office, role: Role, name: str = "") -> str:
    """A token of this role."""
    here = office.installation
    return here.tokens.add(name or f"a {role.value}", role=role, days=30, by="helen", now=here.clock.now())
