"""What goes where: the rows by which an administrator shapes the import (B8, B9).

A row names an Autotask field and says where its value comes from, what happens to it on the way, and who wins when
both sides hold something. A mapping has one row for each Autotask field.
"""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum

from taskforce.domain.records import Entity
from taskforce.domain.source_text import SourceText, source_text
from taskforce.domain.values import label_text


class Transform(StrEnum):
    """How a source value becomes a target value: the closed list (B9)."""

    TEXT = "text"
    UPPER_CASE = "upper_case"
    LOWER_CASE = "lower_case"
    TITLE_CASE = "title_case"
    DIGITS = "digits"
    PHONE_FORMAT = "phone_format"
    EMAIL = "email"
    STREET_FIRST = "street_first"
    STREET_REST = "street_rest"
    STATE_CODE = "state_code"
    STATE_NAME = "state_name"
    COUNTRY_CODE = "country_code"
    TABLE = "table"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    PICKLIST = "picklist"
    AMOUNT = "amount"
    COUNTRY = "country"
    OWNER = "owner"
    COMPANY_TYPE = "company_type"
    MARKET_SEGMENT = "market_segment"
    CLASSIFICATION = "classification"
    COMPANY_REFERENCE = "company_reference"
    PHONE = "phone"
    FIRST_NAME = "first_name"

    @property
    def meaning(self) -> str:
        """What it does, for a person."""
        return _MEANINGS[self]

    @property
    def is_bound_to(self) -> str:
        """The one Autotask field that it is made for; empty for those that fit any."""
        return _BOUND.get(self, "")


_MEANINGS: MappingOf[Transform, str] = {
    Transform.TEXT: "as it is, without outer space",
    Transform.UPPER_CASE: "in capital letters",
    Transform.LOWER_CASE: "in small letters",
    Transform.TITLE_CASE: "Each Word With A Capital",
    Transform.DIGITS: "its digits only",
    Transform.PHONE_FORMAT: "a phone number in international form, read by a country's rules",
    Transform.EMAIL: "an e-mail address; anything else is left out",
    Transform.STREET_FIRST: "the first line",
    Transform.STREET_REST: "the lines after the first",
    Transform.STATE_CODE: "a state or province by its code",
    Transform.STATE_NAME: "a state or province by its name",
    Transform.COUNTRY_CODE: "a country by its code of two letters",
    Transform.TABLE: "by a table of texts",
    Transform.NUMBER: "a number",
    Transform.DATE: "a date",
    Transform.YES_NO: "yes or no",
    Transform.PICKLIST: "the picklist value of this name, or of the one that a table gives",
    Transform.AMOUNT: "an amount of money, if its currency is Autotask's",
    Transform.COUNTRY: "the country of this name or code",
    Transform.OWNER: "the resource with the owner's name, or the default account manager",
    Transform.COMPANY_TYPE: "the company type of this name, or the fallback type",
    Transform.MARKET_SEGMENT: "the market segment of this name, or none",
    Transform.CLASSIFICATION: "the classification of this name; others leave what is there",
    Transform.COMPANY_REFERENCE: "the company that is linked with that account",
    Transform.PHONE: "a phone number, or its stand-in on create",
    Transform.FIRST_NAME: "a first name, or its stand-in on create",
}

_BOUND: MappingOf[Transform, str] = {
    Transform.OWNER: "ownerResourceID",
    Transform.COMPANY_TYPE: "companyType",
    Transform.MARKET_SEGMENT: "marketSegmentID",
    Transform.CLASSIFICATION: "classification",
    Transform.COMPANY_REFERENCE: "parentCompanyID",
    Transform.COUNTRY: "countryID",
}

WITH_FALLBACK = frozenset({Transform.PHONE, Transform.FIRST_NAME, Transform.COMPANY_TYPE, Transform.OWNER})
"""Their fields are required by Autotask: they have a fallback even where the source field may not be seen."""


class Wins(StrEnum):
    """Who wins where both sides hold something (B8)."""

    SALESFORCE = "salesforce"
    """What Salesforce says is written."""
    FILL_EMPTY = "fill_empty"
    """Written only where nothing stands in Autotask."""
    CREATE_ONLY = "create_only"
    """Written when the record is created, never after."""
    KEEP_EDITS = "keep_edits"
    """Written, but what somebody edited in Autotask since it was last written stays."""
    NEVER = "never"
    """Not written; the value may still serve to match."""


class Blank(StrEnum):
    """What a blank in Salesforce does to what stands in Autotask (B8)."""

    DEFAULT = "default"
    """As the connection's setting `clear_blanks` says."""
    CLEAR = "clear"
    """It is cleared."""
    KEEP = "keep"
    """It stays."""
    CLEAR_OURS = "clear_ours"
    """It is cleared if Taskforce wrote it, and stays if anybody else did."""


class TooLong(StrEnum):
    """What becomes of a text that is longer than its Autotask field."""

    DEFAULT = "default"
    """As the connection's setting `overflow` says for names, titles, streets and cities; others are left out."""
    CUT = "cut"
    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """One row: where an Autotask field's value comes from, what happens to it, and who wins.

    `source` is read by `source_text`; `target` is a standard field, or `udf:` and the name of a user-defined one.
    Prose (names, titles, street lines, cities) is cut at the field's length unless the settings or `too_long` say
    otherwise; other texts are left out. `table` gives texts for texts, `default` is for what the table or the picklist
    does not know, `country` reads phone numbers. A row whose source field the user may not see is left out: a value
    that cannot be seen is not a blank.
    """

    source: str
    target: str
    transform: Transform = Transform.TEXT
    is_prose: bool = False
    wins: Wins = Wins.SALESFORCE
    blank: Blank = Blank.DEFAULT
    too_long: TooLong = TooLong.DEFAULT
    table: tuple[tuple[str, str], ...] = ()
    default: str = ""
    country: str = ""

    @property
    def text(self) -> SourceText:
        """The source, understood."""
        return source_text(self.source)

    @property
    def fields(self) -> tuple[str, ...]:
        """The Salesforce fields that it reads, those that only its transform looks at included."""
        return (*self.text.fields, *_NEEDS.get(self.transform, ()))

    @property
    def meanings(self) -> MappingOf[str, str]:
        """The texts of the table, by the plain form of what they stand for."""
        return {label_text(written): meant for written, meant in self.table}

    @property
    def is_reference(self) -> bool:
        """Its value is another record's Autotask id, which gets known while planning."""
        return self.transform is Transform.COMPANY_REFERENCE


_NEEDS: MappingOf[Transform, tuple[str, ...]] = {Transform.OWNER: ("Owner.FirstName", "Owner.LastName")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """All rows of one entity."""

    entity: Entity
    fields: tuple[FieldMap, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The Autotask fields that it fills."""
        return tuple(each.target for each in self.fields)

    def row(self, target: str) -> FieldMap | None:
        """The row of an Autotask field."""
        return next((each for each in self.fields if each.target == target), None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The Salesforce fields that its values come from, each once."""
        return tuple(dict.fromkeys(name for each in self.fields for name in each.text.fields))

    @property
    def related(self) -> tuple[str, ...]:
        """Those of them that belong to a related record which is not described anyway, as a contact's account is."""
        return tuple(name for name in self.sources if "." in name and not name.startswith("Account."))

    def source_fields(self, shows: Callable[[str], bool]) -> tuple[str, ...]:
        """What to ask Salesforce for: mapped fields that are visible, what they need, and what decides about import."""
        wanted = [name for each in self.fields if all(map(shows, each.text.fields)) for name in each.fields]
        codes = [f"{each.source}Code" for each in self.fields if each.transform in _WITH_CODE]
        extra = ("Name", "FirstName", "LastName", "ParentId", "AccountId", "IsPersonAccount", "CurrencyIsoCode", *codes)
        return tuple(dict.fromkeys([*wanted, *(name for name in extra if "." not in name and shows(name))]))

    def sources_of(self, targets: Iterable[str]) -> frozenset[str]:
        """The Salesforce fields that these Autotask fields come from."""
        wanted = set(targets)
        return frozenset(name for each in self.fields if each.target in wanted for name in each.text.fields)

    def without(self, target: str) -> "Mapping":
        """The same without one row."""
        return Mapping(entity=self.entity, fields=tuple(each for each in self.fields if each.target != target))

    def with_row(self, row: FieldMap) -> "Mapping":
        """The same with one row in the place of that of the same Autotask field, or at the end."""
        if self.row(row.target) is None:
            return Mapping(entity=self.entity, fields=(*self.fields, row))
        rows = tuple(row if each.target == row.target else each for each in self.fields)
        return Mapping(entity=self.entity, fields=rows)


_WITH_CODE = (Transform.COUNTRY, Transform.COUNTRY_CODE)
"""Where an org keeps countries by code, a field of its own beside the name's holds it."""


def reference_of(name: str) -> str:
    """The field that refers to the record of "Owner.Email" or "Region__r.Name"; blank for a field of its own."""
    first, _, rest = name.partition(".")
    if not rest:
        return ""
    return f"{first.removesuffix('__r')}__c" if first.endswith("__r") else f"{first}Id"
