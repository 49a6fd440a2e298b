"""The routes of the pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from taskforce_simulators.core.browsing import BrowsableObject, Form, FormField, RecordRefusedError
from taskforce_simulators.core.connection import plain

if TYPE_CHECKING:
    from taskforce_simulators.core.server import Simulator

ROWS: Final = 50
REQUESTS: Final = 200
NEW: Final = "new"
TITLES: Final = {"salesforce": "Salesforce", "autotask": "Autotask"}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Site:
    """The pages of one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator

    def home(self, _request: Request) -> Response:
        """What there is, and how to use it."""
        pages = self.simulator.pages()
        counts = {item.name: pages.listing(item.name, search="", offset=0, limit=1).total for item in pages.objects()}
        return self._page("home.html", None, counts=counts, settings=self.simulator.settings())

    def requests(self, _request: Request) -> Response:
        """The last requests of the journal, newest first."""
        entries = self.simulator.journal.entries()[-REQUESTS:]
        return self._page("requests.html", "requests", entries=entries[::-1])

    def listing(self, request: Request) -> Response:
        """One page of an object's records."""
        shown = self._object(request)
        search = request.query_params.get("search", "").strip()
        number = _number(request.query_params.get("page"))
        listing = self.simulator.pages().listing(shown.name, search=search, offset=(number - 1) * ROWS, limit=ROWS)
        last = max(1, ceil(listing.total / ROWS))
        return self._page(
            "list.html", shown.name, shown=shown, listing=listing, search=search, number=number, last=last
        )

    def record(self, request: Request) -> Response:
        """A record's form."""
        shown, form = self._object(request), self._form(request)
        said = "Saved." if request.query_params.get("saved") else ""
        tab = _number(request.query_params.get("tab"), least=0)
        return self._record(shown, request.path_params["id"], form, tab=tab, said=said)

    def save(self, request: Request, entered: FormData) -> Response:
        """Save a form and show the record again."""
        shown, form = self._object(request), self._form(request)
        values = _values(form, entered)
        tab = _number(str(entered.get("__tab", "0")), least=0)
        try:
            saved = self.simulator.pages().submit(shown.name, _record_id(request), values)
        except RecordRefusedError as refusal:
            again = _filled(form, values)
            return self._record(shown, request.path_params["id"], again, tab=tab, refusal=str(refusal), status=422)
        return RedirectResponse(f"/__page__/{shown.name}/{saved}?{urlencode({'saved': 1, 'tab': tab})}", 303)

    def _record(
        self,
        shown: BrowsableObject,
        record_id: str,
        form: Form,
        *,
        tab: int,
        said: str = "",
        refusal: str = "",
        status: int = 200,
    ) -> Response:
        tab = tab if tab < len(form.tabs) else 0
        return self._page(
            "record.html",
            shown.name,
            status=status,
            shown=shown,
            record_id=record_id,
            form=form,
            tab=tab,
            said=said,
            refusal=refusal,
        )

    def _object(self, request: Request) -> BrowsableObject:
        name = request.path_params["object"]
        return next(item for item in self.simulator.pages().objects() if item.name == name)

    def _form(self, request: Request) -> Form:
        form = self.simulator.pages().form(request.path_params["object"], _record_id(request))
        if form is None:
            raise LookupError("there is no such record")
        return form

    def _page(self, template: str, current: str | None, *, status: int = 200, **values: object) -> Response:
        common = {
            "name": self.simulator.name,
            "title": TITLES.get(self.simulator.name, self.simulator.name),
            "url": self.simulator.public_url,
            "now": self.simulator.clock.now(),
            "objects": self.simulator.pages().objects(),
            "current": current,
        }
        return HTMLResponse(_templates.get_template(template).render({**common, **values}), status)


def page_routes(simulator: "Simulator") -> Sequence[BaseRoute]:
    """The pages of a simulator, under `/` and `/__page__`."""
    site = Site(simulator)
    record = "/__page__/{object}/{id}"
    return [
        Route("/", plain(_found(site.home)), methods=["GET"]),
        Route("/__page__/-/requests", plain(_found(site.requests)), methods=["GET"]),
        Route("/__page__/{object}", plain(_found(site.listing)), methods=["GET"]),
        Route(record, plain(_found(site.record)), methods=["GET"]),
        Route(record, _saving(site), methods=["POST"]),
    ]


def _found(show: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """A handler that answers 404 for an object or a record that is not there."""

    def answer(request: Request) -> Response:
        try:
            return show(request)
        except (LookupError, StopIteration, ValueError):
            return HTMLResponse("<p>There is no such page. <a href='/'>Start</a></p>", 404)

    return answer


def _saving(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        entered = await request.form()
        return await plain(_found(lambda asked: site.save(asked, entered)))(request)

    return answer


def _record_id(request: Request) -> str | None:
    record_id = str(request.path_params["id"])
    return None if record_id == NEW else record_id


def _number(text: str | None, *, least: int = 1) -> int:
    return max(least, int(text)) if text and text.isdecimal() else least


def _values(form: Form, entered: FormData) -> dict[str, str]:
    """What was entered into the fields that can be changed."""
    fields = (field for tab in form.tabs for field in tab.fields if field.kind != "readonly")
    return {field.name: _entered(field, str(entered.get(field.name, ""))) for field in fields}


def _entered(field: FormField, text: str) -> str:
    """Browsers send every line end as CR LF: text that differs in nothing else is the value it was."""
    lines = text.replace("\r\n", "\n")
    return field.value if lines == field.value.replace("\r\n", "\n") else lines


def _filled(form: Form, values: Mapping[str, str]) -> Form:
    def field_with_value(field: FormField) -> FormField:
        return replace(field, value=values.get(field.name, field.value))

    return replace(
        form, tabs=tuple(replace(tab, fields=tuple(field_with_value(f) for f in tab.fields)) for tab in form.tabs)
    )
