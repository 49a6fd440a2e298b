"""The form of the filter (B10): groups of rows, each a field, a comparison and a value; works without script.

An input's name tells where its row stands: `accounts-0-2-field` is the field of the third row of the first group.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from taskforce.domain.filtering import Condition, Operator, Unfit, conditions_of, values_of
from taskforce.errors import ConfigurationError
from taskforce.filter_config import FilterConfig, filter_of

KINDS = ("accounts", "contacts")
MOST = 20
"""Groups of a kind, and rows of a group: more are not taken from a request."""

_NAME = re.compile(r"(accounts|contacts)-(\d{1,2})-(\d{1,2})-field", re.ASCII)
_ENTRY = ("field", "operator", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One condition as it is typed; `problem` is why it is none."""

    name: str
    field: str = ""
    operator: str = Operator.EQUALS.value
    value: str = ""
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Nothing was typed."""
        return not self.field.strip() and not self.value.strip()

    @property
    def condition(self) -> Condition:
        """What it says. Raises ValueError with words that say why it is nothing."""
        operator = Operator(self.operator)
        typed = self.value.strip()
        if operator.takes_value and not typed:
            raise ValueError("a value is expected")
        values = () if not operator.takes_value else values_of(typed) if operator.takes_list else (typed,)
        [condition] = conditions_of(str(Condition(field=self.field.strip(), operator=operator, values=values)))
        return condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The whole form: per kind the groups of rows, what becomes of linked accounts that do not fit, and of parents."""

    groups: Mapping[str, Sequence[Sequence[Row]]]
    unfit: Unfit = Unfit.KEEP
    bring_parents: bool = False

    @property
    def has_problems(self) -> bool:
        """A row is no condition."""
        return any(row.problem for groups in self.groups.values() for group in groups for row in group)

    def config(self) -> FilterConfig:
        """The filter it stands for. Raises ConfigurationError for rows that are no condition."""
        if self.has_problems:
            raise ConfigurationError(["See beside the rows that are marked."])
        texts = {
            kind: [" and ".join(str(row.condition) for row in group) for group in groups if group]
            for kind, groups in self.groups.items()
        }
        return filter_of(texts["accounts"], texts["contacts"], self.unfit, bring_parents=self.bring_parents)

    def with_room(self) -> "Typed":
        """With an empty row at the end of each group, and an empty group at the end of each kind."""
        roomy = {
            kind: [
                [*group, Row(name=f"{kind}-{number}-{len(group)}")]
                for number, group in enumerate([*(each for each in groups if each), []])
            ]
            for kind, groups in self.groups.items()
        }
        return replace(self, groups=roomy)


def stored_as_typed(stored: FilterConfig) -> Typed:
    """The stored filter as rows."""
    groups = {
        kind: [_rows(kind, number, conditions_of(text)) for number, text in enumerate(getattr(stored, kind))]
        for kind in KINDS
    }
    return Typed(groups=groups, unfit=stored.unfit, bring_parents=stored.bring_parents)


def _rows(kind: str, number: int, conditions: Iterable[Condition]) -> list[Row]:
    return [
        Row(
            name=f"{kind}-{number}-{place}",
            field=each.field,
            operator=each.operator.value,
            value=each.written_values if each.operator.takes_list else "".join(each.values),
        )
        for place, each in enumerate(conditions)
    ]


def typed_of(posted: Mapping[str, str]) -> Typed:
    """What was sent; blank rows are left out, rows that are no condition say why."""
    found: dict[str, dict[int, list[Row]]] = {kind: {} for kind in KINDS}
    places = sorted((match for match in map(_NAME.fullmatch, posted) if match), key=_place)
    for match in places[: len(KINDS) * MOST * MOST]:
        row = _row(match[0].removesuffix("-field"), posted)
        if not row.is_blank:
            rows = found[match[1]].setdefault(int(match[2]), [])
            rows.append(replace(row, name=f"{match[1]}-{len(found[match[1]]) - 1}-{len(rows)}"))
    groups = {kind: list(by_number.values())[:MOST] for kind, by_number in found.items()}
    unfit = posted.get("unfit", "")
    return Typed(
        groups=groups,
        unfit=Unfit(unfit) if unfit in set(Unfit) else Unfit.KEEP,
        bring_parents="bring_parents" in posted,
    )


def _place(match: re.Match[str]) -> tuple[str, int, int]:
    return match[1], int(match[2]), int(match[3])


def _row(name: str, posted: Mapping[str, str]) -> Row:
    field, operator, value = (posted.get(f"{name}-{part}", "") for part in _ENTRY)
    row = Row(name=name, field=field, operator=operator if operator in set(Operator) else "=", value=value)
    try:
        if not row.is_blank:
            row.condition  # noqa: B018 - asked whether it is one
    except ValueError as problem:
        said = str(problem)
        return replace(row, problem=f"{said[0].upper()}{said[1:]}.")
    return row
