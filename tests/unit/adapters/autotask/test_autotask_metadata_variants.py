"""Every documented variant of metadata."""

import pytest

from taskforce.adapters.autotask.metadata import listed_id_fields, picklist_codes, plain_label, target_field
from taskforce.adapters.autotask.wire import FieldsWire, FieldWire, decode, is_true, refusal_texts, whole_number
from taskforce.domain.records import Entity
from taskforce.domain.schema import PicklistValue, TargetField
from taskforce.errors import ProtocolError

LISTED = (
    b'{"fields":[{"name":"t","isPickList":true,"picklistValues":[{"value":"1","label":" Customer "},'
    b'{"value":2,"label":null,"isActive":false},{"value":"Mr","label":"Mr"}]}]}'
)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b'{"fields":[{"name":"phone"}]}', TargetField(name="phone")),
        (
            b'{"fields":[{"name":"phone","dataType":"string","length":"25","isRequired":"true","isReadOnly":0}]}',
            TargetField(name="phone", length=25, is_required=True),
        ),
        (b'{"fields":[{"name":"x","type":"string","length":null}]}', TargetField(name="x")),
        (
            LISTED,
            TargetField(
                name="t",
                picklist=(
                    PicklistValue(code=1, label="Customer"),
                    PicklistValue(code=2, label="", is_active=False),
                ),
            ),
        ),
        (b'{"fields":[{"name":"t","isPickList":true,"picklistValues":null}]}', TargetField(name="t", picklist=())),
    ],
)
def test_variants_of_a_field(sent: bytes, expected: TargetField) -> None:
    """Texts or numbers, missing keys, nulls."""
    (field,) = decode(sent, FieldsWire, "test").fields or ()

    assert target_field(field) == expected


@pytest.mark.parametrize("sent", [b"", b"<html>", b'{"fields":[{"dataType":"string"}]}', b"\xff", b"[]"])
def test_what_is_no_metadata(sent: bytes) -> None:
    """An answer that is not understood is told as that."""
    with pytest.raises(ProtocolError, match="not the JSON that was expected"):
        decode(sent, FieldsWire, "test")


def test_labels_are_compared_plainly() -> None:
    """Case, punctuation and space say nothing; inactive entries do not count."""
    fields = decode(
        b'{"fields":[{"name":"DataType","isPickList":true,"picklistValues":['
        b'{"value":"1","label":"Text (Single Line)"},{"value":"2","label":"Date","isActive":false}]}]}',
        FieldsWire,
        "test",
    ).fields

    assert picklist_codes(fields or (), "dataType") == {plain_label("text - single line"): 1}
    assert picklist_codes(fields or (), "other") == {}


def test_names_of_id_fields_are_kept_as_spelled() -> None:
    """Compared without case and space."""
    found = listed_id_fields([FieldWire(name="SALESFORCE  contact id")], Entity.CONTACT)

    assert (found.written, found.adopted) == ("SALESFORCE  contact id", ())


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'{"errors":["One.","Two."]}', ("One.", "Two.")),
        (b'{"errors":"One."}', ("One.",)),
        (b'{"Message":"No method."}', ("No method.",)),
        (b'{"message":"No."}', ("No.",)),
        (b'{"errors":[{"code":1},"One.",""]}', ("One.",)),
        (b'{"errors":null}', ()),
        (b"<html>", ()),
        (b"", ()),
        (b"\xff\xfe", ()),
    ],
)
def test_texts_of_a_refusal(body: bytes, texts: tuple[str, ...]) -> None:
    """Every form in which Autotask, or the framework around it, says no."""
    assert refusal_texts(body) == texts


@pytest.mark.parametrize(
    ("value", "number"), [("5", 5), (" -5 ", -5), ("--5", None), ("x", None), ("", None), (None, None), (5.0, 5)]
)
def test_numbers(value: str | float | None, number: int | None) -> None:
    """As numbers or as texts."""
    assert whole_number(value) == number


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (1, True), ("1", True), ("TRUE", True), (0, False), ("0", False), (None, False)],
)
def test_flags(value: str | int | None, expected: bool) -> None:
    """As flags, numbers or texts."""
    assert is_true(value) is expected
