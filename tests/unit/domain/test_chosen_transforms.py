"""The transforms that an administrator may choose (B9), beside those of S19 to S26."""

from dataclasses import replace
from decimal import Decimal

import pytest

from taskforce.domain.field_map import Blank, FieldMap, TooLong, Transform
from taskforce.domain.mapped import Mapped, Result, Use
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, Value
from taskforce.domain.schema import FieldKind, PicklistValue, TargetField
from taskforce.domain.transforms import bound
from tests.builders import context, target_schema

COLOURS = (PicklistValue(code="r", label="Red"), PicklistValue(code="g", label="Green", is_active=False))
LEFT_ALONE = Mapped(use=Use.NEVER)


def made(row: FieldMap, value: Value, field: TargetField | None = None, **given: Value) -> Result:
    """What a row makes of a value, into a field of this kind."""
    schema = target_schema()
    known = replace(field or TargetField(name=row.target), name=row.target)
    fields = {**schema.fields, Entity.COMPANY: {**schema.fields[Entity.COMPANY], row.target: known}}
    step = bound(row, Entity.COMPANY, context(replace(schema, fields=fields)))
    return step(value, {row.source: value, **given})


def row(transform: Transform, **options: object) -> FieldMap:
    """A row of a user-defined field."""
    return FieldMap(source="Field__c", target="udf:Field", transform=transform, **options)  # type: ignore[arg-type]


def left_out(reason: Reason, **evidence: Value) -> Mapped:
    """A named refusal."""
    return Mapped(use=Use.NEVER, notes=(Note(reason=reason, field="udf:Field", evidence=evidence),))


@pytest.mark.parametrize(
    ("transform", "value", "result"),
    [
        (Transform.UPPER_CASE, " straße ", "STRASSE"),
        (Transform.LOWER_CASE, "ÄB", "äb"),
        (Transform.TITLE_CASE, "o'brien & SONS-smith", "O'brien & Sons-Smith"),
        (Transform.DIGITS, "+1 (312) 555-0199", "13125550199"),
        (Transform.DIGITS, "٣٤", "34"),
        (Transform.DIGITS, "none", None),
        (Transform.EMAIL, " rosa.lind@birch.example ", "rosa.lind@birch.example"),
        (Transform.EMAIL, "rosa@müller.example", "rosa@müller.example"),
        (Transform.EMAIL, "rosa at birch", left_out(Reason.NOT_AN_EMAIL, original="rosa at birch")),
        (Transform.EMAIL, "a@b", left_out(Reason.NOT_AN_EMAIL, original="a@b")),
        (
            Transform.EMAIL,
            "a@b.example, c@d.example",
            left_out(Reason.NOT_AN_EMAIL, original="a@b.example, c@d.example"),
        ),
        (Transform.STREET_FIRST, "12 Elm\nSuite 4", "12 Elm"),
        (Transform.STREET_REST, "12 Elm\nSuite 4\nRear", "Suite 4, Rear"),
        (Transform.STATE_CODE, "new york", "NY"),
        (Transform.STATE_CODE, "N.Y.", "N.Y."),
        (Transform.STATE_CODE, "Atlantis", "Atlantis"),
        (Transform.STATE_NAME, "NY", "New York"),
        (Transform.STATE_NAME, "Bayern", "Bayern"),
        (Transform.STATE_NAME, "Atlantis", "Atlantis"),
        (Transform.COUNTRY_CODE, "Deutschland", "DE"),
        (Transform.COUNTRY_CODE, "Atlantis", left_out(Reason.COUNTRY_UNKNOWN, country="Atlantis")),
        (Transform.NUMBER, Decimal("7.50"), "7.50"),
        (Transform.NUMBER, "1e3", "1000"),
        (Transform.NUMBER, "seven", left_out(Reason.NOT_A_NUMBER)),
        (Transform.NUMBER, "NaN", left_out(Reason.NOT_A_NUMBER)),
        (Transform.DATE, "2026-11-26", "2026-11-26"),
        (Transform.DATE, "2026-11-26T23:30:00.000-0500", "2026-11-27T04:30:00Z"),
        (Transform.DATE, "26.11.2026", left_out(Reason.NOT_A_DATE)),
        (Transform.DATE, "0001-01-01T00:00:00+14:00", left_out(Reason.NOT_A_DATE)),
        (Transform.YES_NO, True, "Yes"),
        (Transform.YES_NO, "nein", "No"),
        (Transform.YES_NO, "maybe", left_out(Reason.NOT_YES_OR_NO)),
    ],
)
def test_a_text_field_gets_what_the_transform_makes(transform: Transform, value: Value, result: Result) -> None:
    """A value, or a named refusal."""
    assert made(row(transform), value) == result


@pytest.mark.parametrize("transform", [each for each in Transform if not each.is_bound_to])
def test_a_blank_is_cleared_or_kept(transform: Transform) -> None:
    """As the row says; what has a stand-in has that on create."""
    blanks = (made(row(transform, table=(("a", "b"),)), None), made(row(transform, blank=Blank.KEEP), None))

    if transform in (Transform.PHONE, Transform.FIRST_NAME):
        assert all(isinstance(each, Mapped) and each.use is Use.FALLBACK for each in blanks)
    else:
        assert blanks == (None, LEFT_ALONE)


@pytest.mark.parametrize(
    ("text", "country", "result"),
    [
        ("(312) 555-0199", "US", "+1 312-555-0199"),
        ("030 1234567", "de", "+49 30 1234567"),
        ("+44 20 7946 0958", "", "+44 20 7946 0958"),
        ("312-555-0199", "", "312-555-0199"),
        ("ask Bob", "US", "ask Bob"),
    ],
)
def test_phone_numbers_are_read_by_a_country(text: str, country: str, result: str) -> None:
    """What nobody can read stays what somebody typed."""
    assert made(row(Transform.PHONE_FORMAT, country=country), text) == result


@pytest.mark.parametrize(
    ("kind", "transform", "value", "result"),
    [
        (FieldKind.WHOLE, Transform.NUMBER, "7", Decimal(7)),
        (FieldKind.WHOLE, Transform.NUMBER, True, Decimal(1)),
        (FieldKind.WHOLE, Transform.NUMBER, "7.5", left_out(Reason.NOT_A_NUMBER)),
        (FieldKind.NUMBER, Transform.NUMBER, "7.5", Decimal("7.5")),
        (FieldKind.MOMENT, Transform.DATE, "2026-11-26", "2026-11-26T00:00:00Z"),
        (FieldKind.MOMENT, Transform.DATE, "2026-11-26T10:15:00Z", "2026-11-26T00:00:00Z"),
        (FieldKind.YES_NO, Transform.YES_NO, "Yes", True),
        (FieldKind.WHOLE, Transform.YES_NO, "no", 0),
    ],
)
def test_a_value_becomes_what_the_field_holds(
    kind: FieldKind, transform: Transform, value: Value, result: Result
) -> None:
    """Numbers, dates (without a time of day in user-defined fields) and truth values."""
    assert made(row(transform), value, TargetField(name="", kind=kind)) == result


def test_a_standard_field_keeps_the_time_of_day() -> None:
    """Only user-defined dates have none."""
    own = FieldMap(source="Field__c", target="lastVisit", transform=Transform.DATE)

    assert made(own, "2026-11-26T10:15:00Z", TargetField(name="", kind=FieldKind.MOMENT)) == "2026-11-26T10:15:00Z"


@pytest.mark.parametrize(
    ("value", "options", "result"),
    [
        ("warm", {}, "B"),
        (" COLD ", {}, left_out(Reason.NOT_IN_TABLE, original=" COLD ".strip())),
        ("Cold", {"default": "C"}, "C"),
    ],
)
def test_a_table_gives_texts_for_texts(value: str, options: dict[str, str], result: Result) -> None:
    """Without letter case; the default is for what it does not know."""
    assert made(row(Transform.TABLE, table=(("Hot", "A"), ("Warm", "B")), **options), value) == result


@pytest.mark.parametrize(
    ("value", "options", "result"),
    [
        ("red", {}, "r"),
        ("Rot", {"table": (("rot", "Red"),)}, "r"),
        ("Blue", {"default": "Red"}, "r"),
        ("Green", {}, left_out(Reason.NOT_IN_PICKLIST, original="Green")),
        ("Blue", {"default": "Yellow"}, left_out(Reason.NOT_IN_PICKLIST, original="Blue")),
    ],
)
def test_a_picklist_value_is_found_by_its_name(value: str, options: dict[str, object], result: Result) -> None:
    """Or by what the table or the default gives for it; inactive values are none."""
    assert made(row(Transform.PICKLIST, **options), value, TargetField(name="", picklist=COLOURS)) == result


@pytest.mark.parametrize(
    ("too_long", "result"),
    [
        (
            TooLong.CUT,
            Mapped(
                value="abcd",
                notes=(Note(reason=Reason.VALUE_CUT, field="udf:Field", evidence={"original": "abcd fg", "limit": 5}),),
            ),
        ),
        (TooLong.LEAVE_OUT, left_out(Reason.VALUE_LEFT_OUT, original="abcd fg", limit=5)),
        (TooLong.REFUSE, left_out(Reason.TOO_LONG, original="abcd fg", limit=5)),
        (TooLong.DEFAULT, left_out(Reason.VALUE_LEFT_OUT, original="abcd fg", limit=5)),
    ],
)
def test_a_longer_text_is_cut_refused_or_left_out(too_long: TooLong, result: Result) -> None:
    """As the row says."""
    assert made(row(Transform.TEXT, too_long=too_long), "abcd fg", TargetField(name="", length=5)) == result


def test_an_org_that_keeps_country_codes_is_believed() -> None:
    """The field beside the name's holds the code."""
    assert made(row(Transform.COUNTRY_CODE), "Allemagne", Field__cCode="DE") == "DE"
