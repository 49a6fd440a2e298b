"""A mapping as people write it (B9): rows of JSON, none at all for the tables of S25 and S26."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from taskforce.config_section import Line, Section, refusal
from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform, Wins
from taskforce.domain.field_map import Mapping as FieldMapping
from taskforce.domain.records import Entity
from taskforce.domain.source_text import source_text
from taskforce.domain.standard_mapping import STANDARD, Mappings
from taskforce.errors import ConfigurationError

MOST_ROWS = 200
"""Autotask has at most as many user-defined fields on companies; more rows are a mistake."""

PROSE = {entity: frozenset(each.target for each in STANDARD.of(entity).fields if each.is_prose) for entity in Entity}
"""The Autotask fields that hold names, titles, street lines and cities, which may be cut."""


KEYS = "accounts and contacts"
"""What the file of a mapping has."""


def _checked_source(text: str) -> str:
    source_text(text)
    if "\0" in text:
        raise ValueError("must be plain text")
    return text


def _checked_country(text: str) -> str:
    if text and not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError("must be two letters, such as US")
    return text


class RowConfig(Section):
    """One row; what is not said is as in most rows."""

    source: Annotated[str, Field(max_length=1000), AfterValidator(_checked_source)]
    target: Annotated[Line, Field(pattern=r"^(udf:.{1,100}|[A-Za-z]\w{0,99})$")]
    transform: Transform = Transform.TEXT
    wins: Wins = Wins.SALESFORCE
    blank: Blank = Blank.DEFAULT
    too_long: TooLong = TooLong.DEFAULT
    table: dict[Line, Line] = Field(default_factory=dict, max_length=1000)
    default: Line = ""
    country: Annotated[str, AfterValidator(_checked_country)] = ""

    def as_row(self, entity: Entity) -> FieldMap:
        """The domain's form."""
        return FieldMap(
            source=self.source,
            target=self.target,
            transform=self.transform,
            is_prose=self.target in PROSE[entity],
            wins=self.wins,
            blank=self.blank,
            too_long=self.too_long,
            table=tuple(self.table.items()),
            default=self.default,
            country=self.country,
        )

    @classmethod
    def of(cls, row: FieldMap) -> Self:
        """A row of the domain as people write it."""
        same = {name: getattr(row, name) for name in cls.model_fields if name != "table"}
        return cls(**same, table=dict(row.table))

    def document(self) -> dict[str, Any]:
        """As JSON, with only what is said."""
        return self.model_dump(mode="json", exclude_defaults=True)


Rows = Annotated[tuple[RowConfig, ...], Field(max_length=MOST_ROWS)]


class MappingConfig(Section):
    """The rows of accounts and of contacts; None where they are those of S25 or S26."""

    accounts: Rows | None = None
    contacts: Rows | None = None

    @model_validator(mode="after")
    def _has_one_row_for_each_field(self) -> Self:
        for word, rows in (("accounts", self.accounts), ("contacts", self.contacts)):
            targets = [row.target for row in rows or ()]
            twice = sorted({target for target in targets if targets.count(target) > 1})
            if twice:
                raise ValueError(f"{word} have several rows for {', '.join(twice)}")
        return self

    def as_mappings(self) -> Mappings:
        """The domain's form."""
        return Mappings(companies=self._of(Entity.COMPANY), contacts=self._of(Entity.CONTACT))

    def _of(self, entity: Entity) -> FieldMapping:
        rows = self.accounts if entity is Entity.COMPANY else self.contacts
        if rows is None:
            return STANDARD.of(entity)
        return FieldMapping(entity=entity, fields=tuple(row.as_row(entity) for row in rows))

    @classmethod
    def of(cls, mappings: Mappings) -> Self:
        """Mappings of the domain as people write them."""
        rows = {
            key: None if mappings.of(entity) == STANDARD.of(entity) else _rows(mappings.of(entity))
            for key, entity in (("accounts", Entity.COMPANY), ("contacts", Entity.CONTACT))
        }
        return cls(**rows)

    def document(self) -> dict[str, list[dict[str, Any]]]:
        """All rows as a file holds them, those of S25 and S26 too, with only what is said."""
        mappings = self.as_mappings()
        return {
            "accounts": [row.document() for row in _rows(mappings.companies)],
            "contacts": [row.document() for row in _rows(mappings.contacts)],
        }


def _rows(mapping: FieldMapping) -> tuple[RowConfig, ...]:
    return tuple(RowConfig.of(row) for row in mapping.fields)


def mapping_of(document: Mapping[str, Any]) -> MappingConfig:
    """A mapping as a file or a form holds it. Raises ConfigurationError with every problem, never with a value."""
    try:
        config = MappingConfig.model_validate(document)
    except ValidationError as error:
        raise refusal(error, "the mapping") from None
    return MappingConfig.of(config.as_mappings())


def row_of(document: Mapping[str, Any], entity: Entity) -> FieldMap:
    """One row. Raises as `mapping_of` does."""
    try:
        return RowConfig.model_validate(document).as_row(entity)
    except ValidationError as error:
        raise refusal(error, "the mapping") from None


def table_of(lines: Iterable[str]) -> dict[str, str]:
    """A row's table by its lines, such as "Reseller=Vendor". Raises ConfigurationError for one that is none."""
    pairs = [line.partition("=") for line in lines]
    if any(not (written.strip() and sign and meant.strip()) for written, sign, meant in pairs):
        raise ConfigurationError(["table: Write each line as SALESFORCE=AUTOTASK, such as Reseller=Vendor."])
    return {written.strip(): meant.strip() for written, _, meant in pairs}
