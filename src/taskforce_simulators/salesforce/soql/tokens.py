"""SOQL cut into tokens, and the errors that point at one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.salesforce.errors import ApiError

_TOKEN: Final = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*')
      | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
      | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\d+)?)
      | (?P<symbol><=|>=|!=|<>|[=<>(),])""",
    re.VERBOSE,
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it stands."""

    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        return self.text

    def means(self, *words: str) -> bool:
        """Whether this is one of the key words or symbols, in any spelling of case."""
        return self.kind in {"name", "symbol"} and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, closed by one of the kind ``end``."""
    place = 0
    while place < len(query):
        if query[place].isspace():
            place += 1
            continue
        match = _TOKEN.match(query, place)
        if match is None:
            raise unexpected(query, Token("symbol", query[place], place))
        yield Token(str(match.lastgroup), match.group(), place)
        place = match.end()
    yield Token("end", "<EOF>", len(query))


def unescaped(text: str, *, pattern: bool = False) -> str:
    """The characters of a quoted string; a pattern for LIKE keeps its escapes."""
    return re.sub(
        r"\\(u[0-9A-Fa-f]{4}|.)", lambda match: _character(match.group(1), pattern), text[1:-1], flags=re.DOTALL
    )


def _character(escape: str, pattern: bool) -> str:
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    if pattern and escape in "%_\\":
        return f"\\{escape}"
    return _ESCAPES.get(escape, escape)


def unexpected(query: str, token: Token) -> ApiError:
    """The query cannot be read from this token on."""
    what = "unexpected end of query" if token.kind == "end" else f"unexpected token: '{token}'"
    return ApiError.malformed_query(pointing(query, token.at, what))


def pointing(query: str, at: int, message: str) -> str:
    """The message with the place it is about: the query around it, a caret, row and column."""
    row = query.count("\n", 0, at) + 1
    column = at - (query.rfind("\n", 0, at) + 1) + 1
    start = max(0, at - 30)
    excerpt = query[start : at + 30].replace("\n", " ")
    return f"\n{excerpt}\n{' ' * (at - start)}^\nERROR at Row:{row}:Column:{column}\n{message}"
