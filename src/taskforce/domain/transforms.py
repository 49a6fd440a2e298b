"""The closed list of what may happen to a value on its way from Salesforce to Autotask.

Each transform is a small function of a field, its value and all values of the record; none of them ever fails: what
cannot be mapped is left out or defaulted as spec section 2 says, and a note tells it. What does not depend on the
record is looked up once, when a field map is bound (`bound`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import partial
from sys import maxsize

from taskforce.domain.countries import ALIASES
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.domain.schema import Country, Resource, TargetSchema
from taskforce.domain.settings import ConnectionSettings, Overflow
from taskforce.domain.values import decimal_or_none, label_text, street_lines, text_or_none


class Transform(StrEnum):
    """How a source value becomes a target value."""

    TEXT = "text"
    PHONE = "phone"
    FIRST_NAME = "first_name"
    STREET_FIRST = "street_first"
    STREET_REST = "street_rest"
    AMOUNT = "amount"
    COUNTRY = "country"
    OWNER = "owner"
    COMPANY_TYPE = "company_type"
    MARKET_SEGMENT = "market_segment"
    CLASSIFICATION = "classification"
    COMPANY_REFERENCE = "company_reference"


WITH_FALLBACK = frozenset({Transform.PHONE, Transform.FIRST_NAME, Transform.COMPANY_TYPE, Transform.OWNER})
"""Their fields are required by Autotask: they have a fallback even where the source field may not be seen."""


class Use(Enum):
    """When a mapped value is written."""

    ALWAYS = auto()
    FALLBACK = auto()
    REFERENCE = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A value, when it is to be written, and what there is to say about it."""

    use: Use = Use.ALWAYS
    value: Value = None
    notes: tuple[Note, ...] = ()


Result = Value | Mapped
"""What a transform makes of a value. One to be written, None to clear, stands for itself: that is the usual case."""

Given = Mapping[str, Value]
"""All values of a record, by Salesforce field name."""

Step = Callable[[Value, Given], Result]
"""A bound field map: from the source field's value, and all others, to the target field's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """One row of S25 or S26: the source field, the target field, and what happens in between.

    Prose (names, titles, street lines, cities) may be cut at the field's length; other texts never are. A field map
    whose source field the user may not see is left out: a value that cannot be seen is not a blank.
    """

    source: str
    target: str
    transform: Transform = Transform.TEXT
    is_prose: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingContext:
    """What mapping needs to know besides the record: Autotask's metadata, ready for look-up, and the settings.

    `default_manager` is the one active resource whose full name the settings give (S8), or why there is none.
    """

    schema: TargetSchema
    settings: ConnectionSettings
    resources: Mapping[tuple[str, str], tuple[Resource, ...]]
    countries: Mapping[str, TargetId]
    labels: Mapping[str, Mapping[str, int]]
    default_manager: Resource | Reason

    @classmethod
    def of(cls, schema: TargetSchema, settings: ConnectionSettings) -> "MappingContext":
        """Index the metadata by what records say: full names, country names and codes, picklist labels."""
        resources: dict[tuple[str, str], tuple[Resource, ...]] = {}
        for resource in schema.resources:
            name = (resource.first_name.strip(), resource.last_name.strip())
            resources[name] = (*resources.get(name, ()), resource)
        fields, default = schema.fields[Entity.COMPANY], settings.default_account_manager.strip()
        return cls(
            schema=schema,
            settings=settings,
            resources=resources,
            countries=_countries_by_text(schema.countries),
            labels={
                name: {label_text(value.label): value.code for value in fields[name].picklist or () if value.is_active}
                for name in ("companyType", "marketSegmentID", "classification")
                if name in fields
            },
            default_manager=_the_one([each for each in schema.resources if default and each.full_name == default]),
        )

    def length(self, entity: Entity, field: str) -> int:
        """The greatest length of a text field; 0 when it has none."""
        known = self.schema.fields[entity].get(field)
        return known.length if known else 0

    def country(self, text: str) -> TargetId | None:
        """The country of this name, display name, code or alias."""
        form = label_text(text)
        return self.countries.get(form, self.countries.get(ALIASES.get(form, "")))

    def owner(self, first_name: str, last_name: str) -> Resource | Reason:
        """The one active resource with exactly these names (S19), or why there is none."""
        return _the_one(self.resources.get((first_name, last_name), ()))

    def is_active_resource(self, resource_id: Value) -> bool:
        """Whether a company's present account manager is active."""
        return any(each.is_active for each in self.schema.resources if each.id == resource_id)


_UNTOUCHED = Mapped(use=Use.NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A field map with what metadata and settings say about it.

    `longest` is the greatest length of its text, `codes` its picklist by label, `blank` what a blank value comes to.
    """

    source: str
    target: str
    is_prose: bool
    longest: int
    codes: Mapping[str, int]
    blank: Result
    context: MappingContext

    def code(self, label: str) -> int | None:
        """The code of the active picklist value of this name."""
        return self.codes.get(label_text(label))

    def left_out(self, reason: Reason, **evidence: Value) -> Mapped:
        """A value that is not written, and why."""
        return Mapped(use=Use.NEVER, notes=(self.note(reason, **evidence),))

    def note(self, reason: Reason, **evidence: Value) -> Note:
        """Something to be said about this field."""
        return Note(reason=reason, field=self.target, evidence=evidence)


def bound(field_map: FieldMap, entity: Entity, context: MappingContext) -> Step:
    """A field map, ready for any number of records: all that does not depend on the record is looked up here."""
    field = _Field(
        source=field_map.source,
        target=field_map.target,
        is_prose=field_map.is_prose,
        longest=context.length(entity, field_map.target) or maxsize,
        codes=context.labels.get(field_map.target, {}),
        blank=None if context.settings.clear_blanks else _UNTOUCHED,
        context=context,
    )
    return partial(_TRANSFORMS[field_map.transform], field)


def _text(field: _Field, value: Value, _: Given) -> Result:
    """Without outer space."""
    return _fitted(field, text_or_none(value))


def _fitted(field: _Field, text: str | None) -> Result:
    """A text that fits its field: prose is cut (or the record refused), anything else is left out."""
    if text is None:
        return field.blank
    if len(text) <= field.longest:
        return text
    if not field.is_prose:
        return field.left_out(Reason.VALUE_LEFT_OUT, original=text, limit=field.longest)
    if field.context.settings.overflow is Overflow.REFUSE:
        return field.left_out(Reason.TOO_LONG, original=text, limit=field.longest)
    note = field.note(Reason.VALUE_CUT, original=text, limit=field.longest)
    return Mapped(value=text[: field.longest].rstrip(), notes=(note,))


def _phone(field: _Field, value: Value, _: Given) -> Result:
    """Required by Autotask: blank, or too long to be kept, it becomes the stand-in on create."""
    return _or_stand_in(field, text_or_none(value), field.context.settings.phone_stand_in)


def _first_name(field: _Field, value: Value, _: Given) -> Result:
    """As a phone number is."""
    return _or_stand_in(field, text_or_none(value), field.context.settings.first_name_stand_in)


def _or_stand_in(field: _Field, text: str | None, stand_in: str) -> Result:
    fitted = _fitted(field, text)
    written = fitted.value if isinstance(fitted, Mapped) else fitted
    if written is not None:
        return fitted
    notes = fitted.notes if isinstance(fitted, Mapped) else ()
    return Mapped(use=Use.FALLBACK, value=stand_in, notes=(*notes, field.note(Reason.STAND_IN, stand_in=stand_in)))


def _street_first(field: _Field, value: Value, _: Given) -> Result:
    return _fitted(field, street_lines(value)[0])


def _street_rest(field: _Field, value: Value, _: Given) -> Result:
    return _fitted(field, street_lines(value)[1])


def _amount(field: _Field, value: Value, given: Given) -> Result:
    """A number; in a multi-currency org only when its currency is Autotask's."""
    if value is None:
        return field.blank
    number = decimal_or_none(value)
    if number is None:
        return field.left_out(Reason.NOT_A_NUMBER)
    currency, ours = given.get("CurrencyIsoCode"), field.context.settings.autotask_currency
    if currency is not None and currency != ours:
        return field.left_out(Reason.CURRENCY_DIFFERS, currency=currency, autotask_currency=ours or None)
    return number


def _country(field: _Field, value: Value, given: Given) -> Result:
    """By ISO code where the org keeps codes, else by name or code as written; unknown ones leave what is there."""
    written, code = text_or_none(value), text_or_none(given.get(f"{field.source}Code"))
    if written is None and code is None:
        return field.blank
    for text in (code, written):
        known = None if text is None else field.context.country(text)
        if known is not None:
            return known
    return field.left_out(Reason.COUNTRY_UNKNOWN, country=written or code)


def _owner(field: _Field, _: Value, given: Given) -> Result:
    """The resource of exactly the owner's name, otherwise the default account manager as a fallback (S8, S19)."""
    first, last = (text_or_none(given.get(f"Owner.{part}")) or "" for part in ("FirstName", "LastName"))
    found = field.context.owner(first, last)
    if isinstance(found, Resource):
        return found.id
    note = field.note(found, owner=f"{first} {last}".strip())
    manager = field.context.default_manager
    if isinstance(manager, Resource):
        return Mapped(use=Use.FALLBACK, value=manager.id, notes=(note,))
    return Mapped(use=Use.NEVER, notes=(note,))


def _company_type(field: _Field, value: Value, _: Given) -> Result:
    """The type of the same name; unknown ones become the fallback type, blank ones only on create (S20)."""
    label, fallback = text_or_none(value), field.code(field.context.settings.fallback_company_type)
    if label is None:
        return Mapped(use=Use.FALLBACK if fallback is not None else Use.NEVER, value=fallback)
    code = field.code(label)
    if code is not None:
        return code
    note = field.note(Reason.TYPE_UNKNOWN, type=label)
    return Mapped(use=Use.ALWAYS if fallback is not None else Use.NEVER, value=fallback, notes=(note,))


def _market_segment(field: _Field, value: Value, _: Given) -> Result:
    """The segment of the same name; unknown ones empty it (S21)."""
    label = text_or_none(value)
    if label is None:
        return field.blank
    code = field.code(label)
    return code if code is not None else Mapped(notes=(field.note(Reason.INDUSTRY_UNKNOWN, industry=label),))


def _classification(field: _Field, value: Value, _: Given) -> Result:
    """The classification of the same name; unknown ones leave what is there (S22)."""
    label = text_or_none(value)
    if label is None:
        return field.blank
    code = field.code(label)
    return code if code is not None else field.left_out(Reason.RATING_UNKNOWN, rating=label)


def _company_reference(field: _Field, value: Value, _: Given) -> Result:
    """The linked company of another account; which one that is gets known while planning."""
    account = text_or_none(value)
    return field.blank if account is None else Mapped(use=Use.REFERENCE, value=account)


def _the_one(found: Sequence[Resource]) -> Resource | Reason:
    if len(found) > 1:
        return Reason.OWNER_AMBIGUOUS
    if not found:
        return Reason.OWNER_UNKNOWN
    return found[0] if found[0].is_active else Reason.OWNER_INACTIVE


def _countries_by_text(countries: Iterable[Country]) -> Mapping[str, TargetId]:
    """Countries by name, display name and ISO code, in the form of `match_text`; the first one of a text wins."""
    known: dict[str, TargetId] = {}
    for country in countries:
        if country.is_active:
            for text in (country.code, country.name, country.display_name):
                known.setdefault(label_text(text), country.id)
    known.pop("", None)
    return known


_TRANSFORMS: Mapping[Transform, Callable[[_Field, Value, Given], Result]] = {
    Transform.TEXT: _text,
    Transform.PHONE: _phone,
    Transform.FIRST_NAME: _first_name,
    Transform.STREET_FIRST: _street_first,
    Transform.STREET_REST: _street_rest,
    Transform.AMOUNT: _amount,
    Transform.COUNTRY: _country,
    Transform.OWNER: _owner,
    Transform.COMPANY_TYPE: _company_type,
    Transform.MARKET_SEGMENT: _market_segment,
    Transform.CLASSIFICATION: _classification,
    Transform.COMPANY_REFERENCE: _company_reference,
}
