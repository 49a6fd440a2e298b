"""A parser for the part of SOQL that clients of accounts, contacts and users speak. Source: reference section 3."""

from typing import Final

from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.soql.tokens import Token, pointing, tokens, unexpected
from taskforce_simulators.salesforce.soql.tree import (
    Comparison,
    Condition,
    Count,
    Junction,
    Literal,
    Not,
    Order,
    Path,
    Query,
)

LONGEST: Final = 100_000
"""Characters a query may have (reference section 3)."""

_CLAUSES: Final = ("WHERE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "FOR", "WITH", "USING", "ALL")
_COMPARISONS: Final = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MOST_OFFSET: Final = 2000


def parse(query: str) -> Query:
    """The query as a tree, or MALFORMED_QUERY."""
    if len(query) > LONGEST:
        raise ApiError.malformed_query(f"SOQL statement is too long; the most is {LONGEST} characters")
    return _Parser(query).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._place = 0

    def query(self) -> Query:
        self._expect("SELECT")
        fields, counts = self._select_list()
        self._expect("FROM")
        name = self._name()
        if self._at().kind == "name" and not self._at().means(*_CLAUSES):
            raise self._refused("an alias")
        where = self._condition() if self._take("WHERE") else None
        groups = self._groups() if self._take("GROUP") else ()
        self._refuse_ungrouped(fields, counts, groups)
        order = self._order() if self._take("ORDER") else ()
        limit = self._whole_number() if self._take("LIMIT") else None
        offset = self._offset() if self._take("OFFSET") else 0
        self._end()
        return Query(
            text=self._text,
            object_name=name.text,
            object_at=name.at,
            fields=fields,
            counts=counts,
            where=where,
            groups=groups,
            order=order,
            limit=limit,
            offset=offset,
        )

    def _end(self) -> None:
        for clause in ("GROUP", "HAVING", "FOR", "WITH", "USING", "ALL"):
            if self._at().means(clause):
                raise self._refused(clause)
        if self._at().kind != "end":
            raise unexpected(self._text, self._at())

    def _select_list(self) -> tuple[tuple[Path, ...], tuple[Count, ...]]:
        fields: list[Path] = []
        counts: list[Count] = []
        while True:
            if self._at().means("COUNT") and self._tokens[self._place + 1].means("("):
                count = self._count(len(counts))
                if count is None and not fields and not counts:
                    return (), ()
                counts += [count] if count else []
            else:
                fields.append(self._path())
            if not self._take(","):
                break
        return tuple(fields), tuple(counts)

    def _groups(self) -> tuple[Path, ...]:
        self._expect("BY")
        groups = [self._path()]
        while self._take(","):
            groups.append(self._path())
        return tuple(groups)

    def _refuse_ungrouped(self, fields: tuple[Path, ...], counts: tuple[Count, ...], groups: tuple[Path, ...]) -> None:
        """Beside a count, or where anything is grouped, each field has to be one that is grouped by."""
        if not counts and not groups:
            return
        grouped = {tuple(part.lower() for part in group.parts) for group in groups}
        for path in fields:
            if tuple(part.lower() for part in path.parts) not in grouped:
                message = f"Field must be grouped or aggregated: {'.'.join(path.parts)}"
                raise ApiError.malformed_query(self._pointing(message, path.at))
        if groups and not fields and not counts:
            raise self._refused("COUNT() beside GROUP BY")

    def _count(self, number: int) -> Count | None:
        self._place += 2
        if self._take(")"):
            return None
        path = self._path()
        self._expect(")")
        named = self._at().kind == "name" and not self._at().means("FROM")
        return Count(path, self._name().text if named else f"expr{number}")

    def _condition(self) -> Condition:
        first = self._term()
        conditions, operator = [first], ""
        while self._at().means("AND", "OR"):
            joint = self._next()
            if operator and joint.text.upper() != operator:
                raise unexpected(self._text, joint)
            operator = joint.text.upper()
            conditions.append(self._term())
        return Junction(operator, tuple(conditions)) if operator else first

    def _term(self) -> Condition:
        if self._take("NOT"):
            return Not(self._term())
        if self._take("("):
            condition = self._condition()
            self._expect(")")
            return condition
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = self._path()
        operator = self._next()
        if operator.text in _COMPARISONS:
            return Comparison(path, _COMPARISONS[operator.text], (self._literal(),))
        if operator.means("LIKE"):
            return Comparison(path, "LIKE", (self._literal(),))
        if operator.means("IN", "INCLUDES", "EXCLUDES"):
            return Comparison(path, operator.text.upper(), self._list())
        if operator.means("NOT") and self._take("IN"):
            return Comparison(path, "NOT IN", self._list())
        raise unexpected(self._text, operator)

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        if self._at().means("SELECT"):
            raise self._refused("a query in a query")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Literal:
        token = self._next()
        if token.kind in {"string", "number", "date", "datetime"}:
            return Literal(token.kind, token.text, token.at)
        if token.means("TRUE", "FALSE"):
            return Literal("boolean", token.text.lower(), token.at)
        if token.means("NULL"):
            return Literal("null", "null", token.at)
        if token.kind == "name":
            return Literal("range", token.text.upper(), token.at)
        raise unexpected(self._text, token)

    def _order(self) -> tuple[Order, ...]:
        self._expect("BY")
        keys = [self._order_key()]
        while self._take(","):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> Order:
        counts = self._at().means("COUNT") and self._tokens[self._place + 1].means("(")
        if counts:
            self._place += 2
        path = self._path()
        if counts:
            self._expect(")")
        descending = self._take("DESC")
        if not descending:
            self._take("ASC")
        nulls_last = False
        if self._take("NULLS"):
            nulls_last = self._take("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Order(path, descending, nulls_last, counts)

    def _offset(self) -> int:
        offset = self._whole_number()
        if offset > _MOST_OFFSET:
            message = f"Maximum SOQL offset allowed is {_MOST_OFFSET}"
            raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", message)
        return offset

    def _whole_number(self) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit():
            raise unexpected(self._text, token)
        return int(token.text)

    def _path(self) -> Path:
        if self._at().means("("):
            raise self._refused("a query in a query")
        token = self._name()
        if self._at().means("("):
            raise self._refused(f"the function {token}")
        return Path(tuple(token.text.split(".")), token.at)

    def _name(self) -> Token:
        token = self._next()
        if token.kind != "name" or token.means("FROM", "WHERE"):
            raise unexpected(self._text, token)
        return token

    def _at(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._at()
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def _take(self, word: str) -> bool:
        if not self._at().means(word):
            return False
        self._place += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise unexpected(self._text, self._at())

    def _pointing(self, message: str, at: int) -> str:
        return pointing(self._text, at, message)

    def _refused(self, what: str) -> ApiError:
        return ApiError.malformed_query(self._pointing(f"the simulator does not understand {what}", self._at().at))
