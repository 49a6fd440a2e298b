"""Which records are imported (B10): conditions on their Salesforce fields.

A filter is a list of groups: a record fits when every condition of at least one group holds; a filter without groups
fits all. Contacts follow their account, whose fields are read with them ("Account.Type"), and may have a filter of
their own besides. Texts are compared as Salesforce's queries do, without letter case; what is blank equals only blank.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceRecord, Value
from taskforce.domain.values import decimal_or_none, match_text, text_or_none


class Operator(StrEnum):
    """How a field is compared; the value is what people write."""

    EQUALS = "="
    DIFFERS = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    ABOVE = ">"
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    IS_BLANK = "is blank"
    IS_NOT_BLANK = "is not blank"

    @property
    def takes_value(self) -> bool:
        """All but the question whether there is anything."""
        return self not in (Operator.IS_BLANK, Operator.IS_NOT_BLANK)

    @property
    def takes_list(self) -> bool:
        """Several values, one of which is meant."""
        return self in (Operator.IN, Operator.NOT_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison: a Salesforce field ("Type", "Owner.Email"), how, and with what, as texts."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As `conditions_of` reads it."""
        return " ".join([self.field, self.operator.value, self.written_values]).rstrip()

    @property
    def written_values(self) -> str:
        """The values as `values_of` reads them."""
        return ", ".join(map(_quoted, self.values))


Group = tuple[Condition, ...]
"""Conditions all of which hold."""

Groups = tuple[Group, ...]
"""Groups one of which holds; none at all fits everything."""


class Unfit(StrEnum):
    """What becomes of the Autotask record of an account or contact that does not fit any more."""

    KEEP = "keep"
    """It stays as it is and is not updated."""
    DEACTIVATE = "deactivate"
    """It is set inactive, and active again when it fits again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """The filters of accounts and of contacts, and what becomes of linked accounts that do not fit.

    With `bring_parents`, an account that does not fit is imported all the same once it is the parent of one that is;
    its contacts are not.
    """

    accounts: Groups = ()
    contacts: Groups = ()
    unfit: Unfit = Unfit.KEEP
    bring_parents: bool = False

    def groups(self, entity: Entity) -> Groups:
        """Those that concern one kind of record itself."""
        return self.accounts if entity is Entity.COMPANY else self.contacts

    def fields(self, entity: Entity) -> tuple[str, ...]:
        """The Salesforce fields to read for it with a record, those of a contact's account included."""
        own = fields_of(self.groups(entity))
        return own if entity is Entity.COMPANY else (*own, *(f"Account.{each}" for each in fields_of(self.accounts)))


def why_unfit(record: SourceRecord, wanted: RecordFilter) -> Reason | None:
    """Why a record is not imported, of a contact first by its account; None when it fits.

    FIELD_NOT_VISIBLE: a field that decides is hidden from the Salesforce user, and nothing is concluded.
    """
    if record.entity is Entity.CONTACT:
        by_account = _fits(wanted.accounts, record.fields, prefix="Account.")
        if by_account is not True:
            return Reason.FIELD_NOT_VISIBLE if by_account is None else Reason.ACCOUNT_UNFIT
    fits = _fits(wanted.groups(record.entity), record.fields)
    if fits is None:
        return Reason.FIELD_NOT_VISIBLE
    return None if fits else Reason.UNFIT


def fields_of(groups: Groups) -> tuple[str, ...]:
    """The fields that conditions name, each once, in their order."""
    return tuple(dict.fromkeys(condition.field for group in groups for condition in group))


def _fits(groups: Groups, fields: Mapping[str, Value], *, prefix: str = "") -> bool | None:
    """None when a field that decides is not there to be seen."""
    if not groups:
        return True
    answers = [_all([_holds(condition, fields, prefix) for condition in group]) for group in groups]
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    if any(answer is False for answer in known):
        return False
    return None if any(answer is None for answer in known) else True


def _holds(condition: Condition, fields: Mapping[str, Value], prefix: str) -> bool | None:
    name = f"{prefix}{condition.field}"
    if name not in fields:
        return None
    return _COMPARED[condition.operator](text_or_none(fields[name]), condition.values, fields[name])


def _equals(text: str | None, values: tuple[str, ...], value: Value) -> bool:
    return any(_same(text, each, value) for each in values)


def _same(text: str | None, wanted: str, value: Value) -> bool:
    """Numbers as numbers, yes and no as such, moments by their day, several choices by those named; else as text.

    An empty text is blank, as it is to Salesforce.
    """
    if text is None:
        return not match_text(wanted)
    if isinstance(value, bool):
        return match_text(wanted) in (_YES if value else _NO)
    if isinstance(value, int | Decimal):
        return decimal_or_none(wanted) == value
    if DAY.fullmatch(wanted) and _MOMENT.match(text):
        return text.startswith(wanted)
    return match_text(wanted) == match_text(text) or _choices(wanted) <= _choices(text)


def _choices(text: str) -> frozenset[str]:
    """The entries of a multi-select picklist; of a value to compare with, those that are chosen together.

    Entries have no outer space, so "Ash; Sons" is one text.
    """
    parts = text.split(";")
    return frozenset(map(match_text, parts if parts == [part.strip() for part in parts] else [text]))


_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def _order(text: str | None, values: tuple[str, ...], value: Value) -> int | None:
    """-1, 0 or 1 as the field is below, at or above the value; None where the two cannot be compared."""
    if text is None or not values:
        return None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        wanted = decimal_or_none(values[0])
        return None if wanted is None else (value > wanted) - (value < wanted)
    mine, other = match_text(text), match_text(values[0])
    if DAY.fullmatch(other):
        mine = mine[: len(other)]
    return (mine > other) - (mine < other)


DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
"""A date in the one spelling that is taken; of a moment only the day is compared with it."""

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T")


def _contains(text: str | None, values: tuple[str, ...], _: Value) -> bool:
    return text is not None and any(match_text(each) in match_text(text) for each in values)


def _starts(text: str | None, values: tuple[str, ...], _: Value) -> bool:
    return text is not None and match_text(text).startswith(tuple(map(match_text, values)))


_Comparison = Callable[[str | None, tuple[str, ...], Value], bool]


def _ordered(wanted: frozenset[int]) -> _Comparison:
    return lambda text, values, value: _order(text, values, value) in wanted


_COMPARED: Mapping[Operator, _Comparison] = {
    Operator.EQUALS: _equals,
    Operator.IN: _equals,
    Operator.DIFFERS: lambda text, values, value: not _equals(text, values, value),
    Operator.NOT_IN: lambda text, values, value: not _equals(text, values, value),
    Operator.CONTAINS: _contains,
    Operator.STARTS_WITH: _starts,
    Operator.IS_BLANK: lambda text, _, __: text is None,
    Operator.IS_NOT_BLANK: lambda text, _, __: text is not None,
    Operator.BELOW: _ordered(frozenset({-1})),
    Operator.AT_MOST: _ordered(frozenset({-1, 0})),
    Operator.ABOVE: _ordered(frozenset({1})),
    Operator.AT_LEAST: _ordered(frozenset({0, 1})),
}

_NAME = r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)?"
_OPERATORS = "|".join(re.escape(each.value).replace(r"\ ", r"\s+") for each in sorted(Operator, key=lambda o: -len(o)))
_HEAD = re.compile(rf"\s*({_NAME})\s*({_OPERATORS})", re.ASCII | re.IGNORECASE)
_VALUE = re.compile(
    r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^,"'\s][^,"']*?))\s*(?=,|\s+and\s|$)""", re.IGNORECASE
)
_AND = re.compile(r"\s+and\s+|\s*$", re.IGNORECASE)


def conditions_of(text: str) -> Group:
    """Read conditions joined by "and": `Type = Customer and Rating in Hot, Warm`; quotes keep "and" and commas in.

    Raises ValueError with words that say where it is not understood.
    """
    found: list[Condition] = []
    at = 0
    while at < len(text.rstrip()):
        head = _HEAD.match(text, at)
        if head is None:
            raise ValueError(f"{text[at:].strip()!r} is not understood: write it like Type = Customer")
        operator = Operator(" ".join(head[2].lower().split()))
        values, at = _values(text, head.end(), operator)
        found.append(Condition(field=head[1], operator=operator, values=values))
        joint = _AND.match(text, at)
        if joint is None:
            raise ValueError(f"{text[at:].strip()!r} is not understood: conditions are joined by and")
        at = joint.end()
    if not found:
        raise ValueError("a group needs a condition, such as Type = Customer")
    return tuple(found)


def values_of(text: str) -> tuple[str, ...]:
    """Values with commas between them; quotes keep commas in. Raises ValueError with words that say where it fails."""
    values, at = _values(text, 0, Operator.IN)
    if at < len(text.rstrip()):
        raise ValueError(f"{text[at:].strip()!r} is not understood")
    return values


def _values(text: str, at: int, operator: Operator) -> tuple[tuple[str, ...], int]:
    values: list[str] = []
    while operator.takes_value:
        value = _VALUE.match(text, at)
        if value is None:
            raise ValueError(f"a value is expected after {text[:at].strip()!r}")
        quoted = value[1] if value[1] is not None else value[2]
        values.append(value[3].strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = value.end()
        if not operator.takes_list or not text.startswith(",", at):
            break
        at += 1
    return tuple(values), at


def _quoted(value: str) -> str:
    is_plain = re.fullmatch(r"[^\s,\"'\\]+", value)
    return value if is_plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
