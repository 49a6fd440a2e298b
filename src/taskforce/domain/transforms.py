"""The closed list of what may happen to a value on its way from Salesforce to Autotask.

Each transform is a small function of a field, its value and all values of the record; none of them ever fails: what
cannot be mapped is left out or defaulted as spec section 2 says, and a note tells it. What does not depend on the
record is looked up once, when a field map is bound (`bound`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from sys import maxsize

from taskforce.domain import plain_transforms as plain
from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform
from taskforce.domain.mapped import UNTOUCHED, Given, Mapped, Result, Step, Use
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, Value
from taskforce.domain.schema import FieldKind, Resource, TargetField
from taskforce.domain.settings import ConnectionSettings, Overflow
from taskforce.domain.values import decimal_or_none, label_text, street_lines, text_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A row with what metadata and settings say about it.

    `longest` is the greatest length of its text, `too_long` what becomes of a longer one, `codes` its picklist by
    label, `table` its texts by text, `blank` what a blank value comes to.
    """

    row: FieldMap
    known: TargetField
    longest: int
    too_long: TooLong
    codes: Mapping[str, int | str]
    table: Mapping[str, str]
    blank: Result
    context: MappingContext

    def code(self, label: str) -> int | str | None:
        """The code of the active picklist value of this name, or of the one that the table gives for it."""
        return self.codes.get(label_text(self.table.get(label_text(label), label)))

    def left_out(self, reason: Reason, **evidence: Value) -> Mapped:
        """A value that is not written, and why."""
        return Mapped(use=Use.NEVER, notes=(self.note(reason, **evidence),))

    def note(self, reason: Reason, **evidence: Value) -> Note:
        """Something to be said about this field."""
        return Note(reason=reason, field=self.row.target, evidence=evidence)


def bound(row: FieldMap, entity: Entity, context: MappingContext) -> Step:
    """A row, ready for any number of records: all that does not depend on the record is looked up here."""
    known = context.field(entity, row.target)
    field = _Field(
        row=row,
        known=known,
        longest=known.length or maxsize,
        too_long=_too_long(row, context.settings),
        codes=known.codes,
        table=row.meanings,
        blank=None if clears(row, context.settings) else UNTOUCHED,
        context=context,
    )
    transform = partial(_TRANSFORMS[row.transform], field)
    return _remembering(transform, f"{row.source}Code") if row.transform in _OF_FEW_VALUES else transform


_OF_FEW_VALUES = frozenset(
    {
        Transform.COUNTRY,
        Transform.COUNTRY_CODE,
        Transform.PICKLIST,
        Transform.COMPANY_TYPE,
        Transform.MARKET_SEGMENT,
        Transform.CLASSIFICATION,
    }
)
"""They look at a value, and at most at the code that Salesforce keeps beside it; few values stand in many records."""


def _remembering(transform: Step, code_name: str) -> Step:
    """A transform that remembers what became of 1,024 values; True and 1 are two."""

    @lru_cache(maxsize=1024, typed=True)
    def known(value: Value, code: Value) -> Result:
        return transform(value, {code_name: code})

    return lambda value, given: known(value, given.get(code_name))


def clears(row: FieldMap, settings: ConnectionSettings) -> bool:
    """Whether a blank is wanted; whose value it may clear is decided beside what stands there (`ownership`)."""
    return settings.clear_blanks if row.blank is Blank.DEFAULT else row.blank is not Blank.KEEP


def _too_long(row: FieldMap, settings: ConnectionSettings) -> TooLong:
    if row.too_long is not TooLong.DEFAULT:
        return row.too_long
    if not row.is_prose:
        return TooLong.LEAVE_OUT
    return TooLong.CUT if settings.overflow is Overflow.CUT else TooLong.REFUSE


def _text(field: _Field, value: Value, _: Given) -> Result:
    """Without outer space."""
    return _fitted(field, text_or_none(value))


def _fitted(field: _Field, text: str | None) -> Result:
    """A text that fits its field: prose is cut (or the record refused), anything else is left out."""
    if text is None:
        return field.blank
    if len(text) <= field.longest:
        return text
    if field.too_long is TooLong.LEAVE_OUT:
        return field.left_out(Reason.VALUE_LEFT_OUT, original=text, limit=field.longest)
    if field.too_long is TooLong.REFUSE:
        return field.left_out(Reason.TOO_LONG, original=text, limit=field.longest)
    note = field.note(Reason.VALUE_CUT, original=text, limit=field.longest)
    return Mapped(value=text[: field.longest].rstrip(), notes=(note,))


def _plainly(change: Callable[[str], str | None], refusal: Reason | None = None) -> "_Made":
    """A transform of a text alone; where it makes None of one, that is the refusal, or a blank."""

    def transform(field: _Field, value: Value, _: Given) -> Result:
        text = text_or_none(value)
        made = None if text is None else change(text)
        if made is None and text is not None and refusal is not None:
            return field.left_out(refusal, original=text)
        return _fitted(field, made)

    return transform


def _phone_format(field: _Field, value: Value, _: Given) -> Result:
    text = text_or_none(value)
    return _fitted(field, None if text is None else plain.phone_format(text, field.row.country))


def _country_code(field: _Field, value: Value, given: Given) -> Result:
    """The ISO code; where the org keeps codes itself, that one."""
    written, code = text_or_none(value), text_or_none(given.get(f"{field.row.source}Code"))
    if code is not None or written is None:
        return _fitted(field, code)
    found = field.context.country_code(written)
    return _fitted(field, found) if found else field.left_out(Reason.COUNTRY_UNKNOWN, country=written)


def _table(field: _Field, value: Value, _: Given) -> Result:
    """The text that the table gives, or the default."""
    text = text_or_none(value)
    if text is None:
        return field.blank
    found = text_or_none(field.table.get(label_text(text), field.row.default))
    return _fitted(field, found) if found else field.left_out(Reason.NOT_IN_TABLE, original=text)


def _picklist(field: _Field, value: Value, _: Given) -> Result:
    """The value of the same name, or of the one that the table gives, or the default; unknown ones are left out."""
    label = text_or_none(value)
    if label is None:
        return field.blank
    code = field.code(label)
    code = field.code(field.row.default) if code is None and field.row.default else code
    return code if code is not None else field.left_out(Reason.NOT_IN_PICKLIST, original=label)


def _number(field: _Field, value: Value, _: Given) -> Result:
    """A number, or its text where the field holds texts; one with a fraction is none where whole ones are wanted."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return field.blank
    number = decimal_or_none(int(value) if isinstance(value, bool) else value)
    if number is None or (field.known.kind is FieldKind.WHOLE and number != number.to_integral_value()):
        return field.left_out(Reason.NOT_A_NUMBER)
    return _fitted(field, format(number, "f")) if field.known.kind is FieldKind.TEXT else number


def _date(field: _Field, value: Value, _: Given) -> Result:
    """A date; user-defined fields hold no time of day, other ones a moment in UTC, texts whatever there is."""
    if text_or_none(value) is None:
        return field.blank
    found = plain.moment(value)
    if found is None:
        return field.left_out(Reason.NOT_A_DATE)
    if field.known.kind is not FieldKind.MOMENT:
        return _fitted(field, found)
    return plain.as_moment(found[:10] if field.known.is_user_defined else found)


def _yes_no(field: _Field, value: Value, _: Given) -> Result:
    """Yes or no, as a number where the field holds numbers, in words where it holds texts."""
    if text_or_none(value) is None:
        return field.blank
    answer = plain.yes_or_no(value)
    if answer is None:
        return field.left_out(Reason.NOT_YES_OR_NO)
    if field.known.kind is FieldKind.YES_NO:
        return answer
    return int(answer) if field.known.kind is not FieldKind.TEXT else _fitted(field, "Yes" if answer else "No")


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
    """By the table, by ISO code where the org keeps codes, by name or code; unknown ones leave what is there."""
    written, code = text_or_none(value), text_or_none(given.get(f"{field.row.source}Code"))
    if written is None and code is None:
        return field.blank
    meant = None if written is None else field.table.get(label_text(written))
    for text in (meant, code, written):
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


_Made = Callable[[_Field, Value, Given], Result]

_TRANSFORMS: Mapping[Transform, _Made] = {
    Transform.TEXT: _text,
    Transform.UPPER_CASE: _plainly(str.upper),
    Transform.LOWER_CASE: _plainly(str.lower),
    Transform.TITLE_CASE: _plainly(plain.title_case),
    Transform.DIGITS: _plainly(plain.digits),
    Transform.PHONE_FORMAT: _phone_format,
    Transform.EMAIL: _plainly(plain.email, Reason.NOT_AN_EMAIL),
    Transform.STREET_FIRST: _street_first,
    Transform.STREET_REST: _street_rest,
    Transform.STATE_CODE: _plainly(plain.state_by_code),
    Transform.STATE_NAME: _plainly(plain.state_by_name),
    Transform.COUNTRY_CODE: _country_code,
    Transform.TABLE: _table,
    Transform.NUMBER: _number,
    Transform.DATE: _date,
    Transform.YES_NO: _yes_no,
    Transform.PICKLIST: _picklist,
    Transform.AMOUNT: _amount,
    Transform.COUNTRY: _country,
    Transform.OWNER: _owner,
    Transform.COMPANY_TYPE: _company_type,
    Transform.MARKET_SEGMENT: _market_segment,
    Transform.CLASSIFICATION: _classification,
    Transform.COMPANY_REFERENCE: _company_reference,
    Transform.PHONE: _phone,
    Transform.FIRST_NAME: _first_name,
}
