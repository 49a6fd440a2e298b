"""Answers that are not what they should be."""

import json
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from starlette.responses import HTMLResponse, JSONResponse, Response

from taskforce_simulators.core.actions import Action
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.core.mangling import garbled
from taskforce_simulators.core.messages import Answer, Asked

PAGES_REMEMBERED: Final = 8


class Spoiling:
    """Spoils the answers of one simulator; remembers the last pages of results, so that they can be repeated."""

    def __init__(self) -> None:
        self._pages: deque[Answer] = deque(maxlen=PAGES_REMEMBERED)

    def remember(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer that may be a page of a result."""
        if asked.operation.startswith("query"):
            self._pages.append(answer)

    def spoilt(self, fault: Fault, asked: Asked, answer: Answer | None) -> Answer | None:
        """What is answered instead of `answer`, which is None when the request was not carried out."""
        if fault.action in _INSTEAD:
            return _INSTEAD[fault.action](fault)
        if answer is None:
            return None
        if fault.action in _CHANGED:
            return _CHANGED[fault.action](answer)
        if fault.action in _REPEATED and (before := self._page_before(asked)) is not None:
            return _REPEATED[fault.action](answer, before)
        return answer

    def _page_before(self, asked: Asked) -> Answer | None:
        """The last page that named the address which is asked for now."""
        address = unquote(f"{asked.path}?{asked.scope['query_string'].decode('latin-1')}").removesuffix("?")
        return next((page for page in reversed(self._pages) if address in unquote(page.body.decode())), None)


def page_of_html(status: int) -> str:
    """A web server's own page, in the layout that IIS has."""
    title = f"{status} - {HTTPStatus(status).phrase}."
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml">\r\n<head>\r\n<title>{title}</title>\r\n</head>\r\n<body>\r\n'
        f"<h1>Server Error</h1>\r\n<h2>{title}</h2>\r\n<h3>The program behind this web server has said nothing.</h3>"
        "\r\n</body>\r\n</html>\r\n"
    )


def _with_status(fault: Fault) -> Answer:
    if fault.body is None:
        return _headed(fault, Response(HTTPStatus(fault.status).phrase, fault.status, media_type="text/plain"))
    if isinstance(fault.body, str):
        return _headed(fault, Response(fault.body, fault.status, media_type="text/plain"))
    return _headed(fault, JSONResponse(fault.body, fault.status))


def _html(fault: Fault) -> Answer:
    return _headed(fault, HTMLResponse(page_of_html(fault.status), fault.status))


def _garbage(fault: Fault) -> Answer:
    return _headed(fault, Response('{"items": [{"id": 17, "companyNa', media_type="application/json"))


def _empty(fault: Fault) -> Answer:
    return _headed(fault, Response(status_code=200))


def _headed(fault: Fault, response: Response) -> Answer:
    response.headers.update(fault.headers)
    return Answer.of(response)


def _truncated(answer: Answer) -> Answer:
    return answer.with_body(answer.body[: len(answer.body) // 2])


def _garbled(answer: Answer) -> Answer:
    return answer.with_body(garbled(answer.body))


def _page_again(_answer: Answer, before: Answer) -> Answer:
    return before


def _records_again(answer: Answer, before: Answer) -> Answer:
    document, earlier = json.loads(answer.body), json.loads(before.body)
    if not isinstance(document, dict) or not isinstance(earlier, dict):
        return answer  # an error of Salesforce is a list, and no page that could repeat records
    lists = {name: value for name, value in earlier.items() if isinstance(value, list)}
    return answer.with_body(json.dumps({**document, **lists}, ensure_ascii=False).encode())


_INSTEAD: Final[dict[Action, Callable[[Fault], Answer]]] = {
    "status": _with_status,
    "html": _html,
    "garbage": _garbage,
    "empty": _empty,
}
_CHANGED: Final[dict[Action, Callable[[Answer], Answer]]] = {"truncated": _truncated, "garbled": _garbled}
_REPEATED: Final[dict[Action, Callable[[Answer, Answer], Answer]]] = {
    "repeat_page": _page_again,
    "repeat_records": _records_again,
}
