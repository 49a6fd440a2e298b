"""A person at a browser without script: keeps cookies, follows links, sends the forms that stand there."""

import re
from collections.abc import Mapping
from html import unescape
from types import TracebackType
from typing import Self

import httpx2

from tests.support.clients import TRUSTS_NOBODY

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PASSWORD = "a heron stands in the reeds"


class Visitor:
    """One person."""

    def __init__(self, address: str) -> None:
        self._client = httpx2.Client(base_url=address, follow_redirects=True, verify=TRUSTS_NOBODY, timeout=60)
        self._token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str) -> httpx2.Response:
        """Look at a page."""
        return self._seen(self._client.get(path))

    def send(self, path: str, **fields: str | list[str]) -> httpx2.Response:
        """Send a form of the page that was looked at last."""
        return self._seen(self._client.post(path, data=self._with_token(fields)))

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx2.Response:
        """By the form."""
        self.get("/sign-in/")
        return self.send("/sign-in/", username=name, password=password)

    def _with_token(self, fields: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        return {**fields, "csrfmiddlewaretoken": self._token}

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        if found := TOKEN.search(answer.text):
            self._token = found.group(1)
        return answer


def words(answer: httpx2.Response) -> str:
    """What a page says, without its marks, in one line."""
    body = re.sub(r"<(script|style|title|head)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
