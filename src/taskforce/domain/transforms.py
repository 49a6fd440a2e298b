"""The closed list of what may happen to a value on its way from Salesforce to Autotask.

Each transform is a small function of the field map, the record and the context; none of them ever fails: what cannot
be mapped is left out or defaulted as spec section 2 says, and a note tells it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from taskforce.domain.countries import ALIASES
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceRecord, TargetId, Value
from taskforce.domain.schema import Country, Resource, TargetSchema
from taskforce.domain.settings import ConnectionSettings, Overflow
from taskforce.domain.values import decimal_or_none, match_text, street_lines, text_or_none


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
    """What mapping needs to know besides the record: Autotask's metadata, ready for look-up, and the settings."""

    schema: TargetSchema
    settings: ConnectionSettings
    resources: Mapping[tuple[str, str], tuple[Resource, ...]]
    countries: Mapping[str, TargetId]
    labels: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, schema: TargetSchema, settings: ConnectionSettings) -> "MappingContext":
        """Index the metadata by what records say: full names, country names and codes, picklist labels."""
        resources: dict[tuple[str, str], tuple[Resource, ...]] = {}
        for resource in schema.resources:
            name = (resource.first_name.strip(), resource.last_name.strip())
            resources[name] = (*resources.get(name, ()), resource)
        fields = schema.fields[Entity.COMPANY]
        return cls(
            schema=schema,
            settings=settings,
            resources=resources,
            countries=_countries_by_text(schema.countries),
            labels={
                name: {match_text(value.label): value.code for value in fields[name].picklist or () if value.is_active}
                for name in ("companyType", "marketSegmentID", "classification")
                if name in fields
            },
        )

    def length(self, entity: Entity, field: str) -> int:
        """The greatest length of a text field; 0 when it has none."""
        known = self.schema.fields[entity].get(field)
        return known.length if known else 0

    def picklist_code(self, field: str, label: str) -> int | None:
        """The code of the active picklist value of this name."""
        return self.labels.get(field, {}).get(match_text(label))

    def owner(self, first_name: str, last_name: str) -> Resource | Reason:
        """The one active resource with exactly these names (S19), or why there is none."""
        return _the_one(self.resources.get((first_name, last_name), ()))

    def default_manager(self) -> Resource | Reason:
        """The one active resource whose full name the settings give (S8), or why there is none."""
        name = self.settings.default_account_manager.strip()
        return _the_one([each for each in self.schema.resources if name and each.full_name == name])

    def is_active_resource(self, resource_id: Value) -> bool:
        """Whether a company's present account manager is active."""
        return any(each.is_active for each in self.schema.resources if each.id == resource_id)


_CLEARED, _UNTOUCHED = Mapped(), Mapped(use=Use.NEVER)


def transform(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """Apply a field map's transform."""
    return _TRANSFORMS[field_map.transform](field_map, record, context)


def _text(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    return _fitted(text_or_none(record.fields.get(field_map.source)), field_map, record, context)


def _fitted(text: str | None, field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """A text that fits its field: prose is cut (or the record refused), anything else is left out."""
    length = context.length(record.entity, field_map.target)
    if text is None:
        return _blank(context)
    if not length or len(text) <= length:
        return Mapped(value=text)
    evidence: dict[str, Value] = {"original": text, "limit": length}
    if not field_map.is_prose:
        return _left_out(Reason.VALUE_LEFT_OUT, field_map, evidence)
    if context.settings.overflow is Overflow.REFUSE:
        return _left_out(Reason.TOO_LONG, field_map, evidence)
    note = Note(reason=Reason.VALUE_CUT, field=field_map.target, evidence=evidence)
    return Mapped(value=text[:length].rstrip(), notes=(note,))


def _blank(context: MappingContext) -> Mapped:
    """What a blank value comes to: the target is cleared, or left as it is."""
    return _CLEARED if context.settings.clear_blanks else _UNTOUCHED


def _left_out(reason: Reason, field_map: FieldMap, evidence: Mapping[str, Value]) -> Mapped:
    return Mapped(use=Use.NEVER, notes=(Note(reason=reason, field=field_map.target, evidence=dict(evidence)),))


def _phone(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """Required by Autotask: blank, or too long to be kept, it becomes the stand-in on create."""
    return _or_stand_in(_text(field_map, record, context), field_map, context.settings.phone_stand_in)


def _first_name(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    return _or_stand_in(_text(field_map, record, context), field_map, context.settings.first_name_stand_in)


def _or_stand_in(mapped: Mapped, field_map: FieldMap, stand_in: str) -> Mapped:
    if mapped.value is not None:
        return mapped
    note = Note(reason=Reason.STAND_IN, field=field_map.target, evidence={"stand_in": stand_in})
    return Mapped(use=Use.FALLBACK, value=stand_in, notes=(*mapped.notes, note))


def _street_first(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    return _fitted(street_lines(record.fields[field_map.source])[0], field_map, record, context)


def _street_rest(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    return _fitted(street_lines(record.fields[field_map.source])[1], field_map, record, context)


def _amount(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """A number; in a multi-currency org only when its currency is Autotask's."""
    value = record.fields[field_map.source]
    if value is None:
        return _blank(context)
    number = decimal_or_none(value)
    if number is None:
        return _left_out(Reason.NOT_A_NUMBER, field_map, {})
    currency = record.fields.get("CurrencyIsoCode")
    if currency is not None and currency != context.settings.autotask_currency:
        evidence = {"currency": currency, "autotask_currency": context.settings.autotask_currency or None}
        return _left_out(Reason.CURRENCY_DIFFERS, field_map, evidence)
    return Mapped(value=number)


def _country(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """By ISO code where the org keeps codes, else by name or code as written; unknown ones leave what is there."""
    written = text_or_none(record.fields[field_map.source])
    code = text_or_none(record.fields.get(f"{field_map.source}Code"))
    if written is None and code is None:
        return _blank(context)
    for text in (match_text(code), match_text(written)):
        known = context.countries.get(text, context.countries.get(ALIASES.get(text, "")))
        if known is not None:
            return Mapped(value=known)
    return _left_out(Reason.COUNTRY_UNKNOWN, field_map, {"country": written or code})


def _owner(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """The resource of exactly the owner's name, otherwise the default account manager as a fallback (S8, S19)."""
    first, last = (text_or_none(record.fields.get(f"Owner.{part}")) or "" for part in ("FirstName", "LastName"))
    found = context.owner(first, last)
    if isinstance(found, Resource):
        return Mapped(value=found.id)
    note = Note(reason=found, field=field_map.target, evidence={"owner": f"{first} {last}".strip()})
    manager = context.default_manager()
    if isinstance(manager, Resource):
        return Mapped(use=Use.FALLBACK, value=manager.id, notes=(note,))
    return Mapped(use=Use.NEVER, notes=(note,))


def _company_type(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """The type of the same name; unknown ones become the fallback type, blank ones only on create (S20)."""
    label = text_or_none(record.fields.get(field_map.source))
    fallback = context.picklist_code(field_map.target, context.settings.fallback_company_type)
    if label is None:
        return Mapped(use=Use.FALLBACK if fallback is not None else Use.NEVER, value=fallback)
    code = context.picklist_code(field_map.target, label)
    if code is not None:
        return Mapped(value=code)
    note = Note(reason=Reason.TYPE_UNKNOWN, field=field_map.target, evidence={"type": label})
    return Mapped(use=Use.ALWAYS if fallback is not None else Use.NEVER, value=fallback, notes=(note,))


def _market_segment(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """The segment of the same name; unknown ones empty it (S21)."""
    label = text_or_none(record.fields[field_map.source])
    if label is None:
        return _blank(context)
    code = context.picklist_code(field_map.target, label)
    if code is not None:
        return Mapped(value=code)
    note = Note(reason=Reason.INDUSTRY_UNKNOWN, field=field_map.target, evidence={"industry": label})
    return Mapped(value=None, notes=(note,))


def _classification(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """The classification of the same name; unknown ones leave what is there (S22)."""
    label = text_or_none(record.fields[field_map.source])
    if label is None:
        return _blank(context)
    code = context.picklist_code(field_map.target, label)
    if code is None:
        return _left_out(Reason.RATING_UNKNOWN, field_map, {"rating": label})
    return Mapped(value=code)


def _company_reference(field_map: FieldMap, record: SourceRecord, context: MappingContext) -> Mapped:
    """The linked company of another account; which one that is gets known while planning."""
    account = text_or_none(record.fields[field_map.source])
    if account is None:
        return _blank(context)
    return Mapped(use=Use.REFERENCE, value=account)


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
                known.setdefault(match_text(text), country.id)
    known.pop("", None)
    return known


_TRANSFORMS: Mapping[Transform, Callable[[FieldMap, SourceRecord, MappingContext], Mapped]] = {
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
