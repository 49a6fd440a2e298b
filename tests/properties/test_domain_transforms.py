"""Every transform is total: any value, any text, any length gives a value or a named refusal (B9)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform
from taskforce.domain.mapped import Mapped, Use
from taskforce.domain.plain_transforms import moment
from taskforce.domain.records import Entity, SourceId, Value
from taskforce.domain.schema import FieldKind, PicklistValue, TargetField
from taskforce.domain.source_text import source_text
from taskforce.domain.transforms import bound
from taskforce.domain.values import comparable
from tests.builders import context, target_schema

HUGE = st.sampled_from(["1e9999999", "-1e-9999999"])
ANY_TEXT = st.text(max_size=80) | st.text(st.sampled_from("0123456789+-.:TZe@ \n{}\"',é"), max_size=40)
ANY_VALUE = HUGE | st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | ANY_TEXT
NOT_CHOSEN = (Transform.COMPANY_REFERENCE,)
PICKLIST = (PicklistValue(code=7, label="Red"), PicklistValue(code=8, label="Gone", is_active=False))


@pytest.mark.parametrize("transform", [each for each in Transform if each not in NOT_CHOSEN])
@given(
    value=ANY_VALUE,
    beside=ANY_VALUE,
    kind=st.sampled_from(FieldKind),
    length=st.integers(min_value=0, max_value=12),
    blank=st.sampled_from(Blank),
    too_long=st.sampled_from(TooLong),
    default=ANY_TEXT,
    country=st.sampled_from(["", "US", "de", "ZZ"]),
    is_own=st.booleans(),
)
def test_every_transform_is_total(
    transform: Transform,
    value: Value,
    beside: Value,
    kind: FieldKind,
    length: int,
    blank: Blank,
    too_long: TooLong,
    default: str,
    country: str,
    is_own: bool,
) -> None:
    """Texts fit their field; what is left out says why, and what is written is no blank text."""
    target = transform.is_bound_to or ("udf:Field" if is_own else "field")
    row = FieldMap(
        source="Field__c",
        target=target,
        transform=transform,
        blank=blank,
        too_long=too_long,
        table=(("Hot", default), (default, "Red")),
        default=default,
        country=country,
    )
    schema = target_schema()
    known = schema.fields[Entity.COMPANY].get(target) or TargetField(
        name=target, kind=kind, length=length, picklist=PICKLIST if transform is Transform.PICKLIST else None
    )
    fields = {**schema.fields, Entity.COMPANY: {**schema.fields[Entity.COMPANY], target: known}}
    step = bound(row, Entity.COMPANY, context(replace(schema, fields=fields)))

    result = step(value, {"Field__c": value, "Field__cCode": beside, "CurrencyIsoCode": beside})

    mapped = result if isinstance(result, Mapped) else Mapped(value=result)
    written = mapped.value
    assert written is None or isinstance(written, str | int | Decimal | bool)
    assert comparable(written) == comparable(written)
    if isinstance(written, str) and mapped.use is not Use.FALLBACK:
        assert written.strip()
        assert len(written) <= (known.length or len(written)) or known.kind is FieldKind.MOMENT or known.picklist
    if mapped.use is Use.NEVER and mapped.notes:
        assert all(note.field == target and note.reason.sentence for note in mapped.notes)


@given(text=ANY_TEXT)
def test_a_source_is_understood_or_refused_in_words(text: str) -> None:
    """And what is understood gives a value whatever its fields hold."""
    found, refusal = None, ""
    try:
        found = source_text(text)
    except ValueError as error:
        refusal = str(error)

    assert (found is None) == ("is not understood" in refusal)
    assert found is None or not found.fields or found.of(dict.fromkeys(found.fields)) is None


@given(
    parts=st.lists(
        st.tuples(st.text(st.characters(exclude_characters='{}"\n'), max_size=5), ANY_VALUE), min_size=2, max_size=4
    )
)
def test_a_text_of_several_fields_is_total(parts: list[tuple[str, Value]]) -> None:
    """Blank ones leave nothing behind but what stands between."""
    names = [f"Field{number}__c" for number in range(len(parts))]
    text = "".join(f"{before}{{{name}}}" for name, (before, _) in zip(names, parts, strict=True))

    made = source_text(text).of({name: value for name, (_, value) in zip(names, parts, strict=True)})

    assert made is None or isinstance(made, str)


@given(text=ANY_TEXT)
def test_a_date_read_twice_is_the_same(text: str) -> None:
    """What was written is read back as itself, or it would be written again and again."""
    once = moment(text)

    assert once is None or moment(once) == once


@given(identity=st.text(min_size=1))
def test_a_reference_stays_what_it_was(identity: str) -> None:
    """Which company an account has gets known while planning."""
    row = FieldMap(source="ParentId", target="parentCompanyID", transform=Transform.COMPANY_REFERENCE)

    result = bound(row, Entity.COMPANY, context())(identity, {})

    expected = Mapped(use=Use.REFERENCE, value=SourceId(identity.strip())) if identity.strip() else None
    assert result == expected
