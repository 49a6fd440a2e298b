"""A view as CSV, for a spreadsheet."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from io import StringIO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from taskforce.adapters.store.scope import chunks

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(rows: Iterable[Sequence[str]], *, name: str) -> StreamingHttpResponse:
    """Rows as a file of this name, sent as they come; no cell can be taken for a formula."""
    answer = StreamingHttpResponse(_as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def plain_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


async def _as_csv(rows: Iterable[Sequence[str]]) -> AsyncIterator[str]:
    """The lines in pieces, each fetched by the request's own thread while the next ones wait."""
    pieces = chunks(rows)
    fetch = sync_to_async(lambda: next(pieces, None))
    while piece := await fetch():
        lines = StringIO()
        csv.writer(lines).writerows([plain_cell(each) for each in row] for row in piece)
        yield lines.getvalue()
