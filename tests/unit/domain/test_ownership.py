"""Who wins a field where both sides hold something (B8)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.field_map import Blank, FieldMap, Mapping, Transform, Wins
from taskforce.domain.ownership import NOTHING_WRITTEN, LastWritten, Owned, edited_fields, for_create, owned
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, Value

OURS, THEIRS, NEW = "ours", "theirs", "new"
WRITTEN = LastWritten.of({"fax": OURS})

UNKNOWN, AS_WRITTEN, EDITED = "unknown", "as written", "edited"
"""Whether it is known what was written, and whether that stands there still."""

ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=())),
)
ANY_RECORD = st.dictionaries(st.text(st.characters(exclude_categories=())), ANY_VALUE, max_size=8)


def a_mapping(wins: Wins = Wins.SALESFORCE, blank: Blank = Blank.DEFAULT) -> Mapping:
    """One text and one reference, both with the same rule."""
    rows = (
        FieldMap(source="Fax", target="fax", wins=wins, blank=blank),
        FieldMap(
            source="ParentId", target="parentCompanyID", transform=Transform.COMPANY_REFERENCE, wins=wins, blank=blank
        ),
    )
    return Mapping(entity=Entity.COMPANY, fields=rows)


def kept(wins: Wins, known: str, *, wanted: Value = NEW, blank: Blank = Blank.DEFAULT) -> bool:
    """Whether what stands in Autotask stays there."""
    standing = THEIRS if known == EDITED else OURS
    written = NOTHING_WRITTEN if known == UNKNOWN else WRITTEN
    return owned(a_mapping(wins, blank), {"fax": wanted}, {"fax": standing}, written).kept == ("fax",)


@pytest.mark.parametrize("blank", Blank)
@pytest.mark.parametrize(
    ("wins", "those_kept"),
    [
        (Wins.SALESFORCE, set()),
        (Wins.FILL_EMPTY, {UNKNOWN, AS_WRITTEN, EDITED}),
        (Wins.CREATE_ONLY, {UNKNOWN, AS_WRITTEN, EDITED}),
        (Wins.KEEP_EDITS, {EDITED}),
        (Wins.NEVER, {UNKNOWN, AS_WRITTEN, EDITED}),
    ],
)
def test_what_stays(wins: Wins, those_kept: set[str], blank: Blank) -> None:
    """A value of Salesforce over one that stands there; what a blank does has no say in that."""
    assert {each for each in (UNKNOWN, AS_WRITTEN, EDITED) if kept(wins, each, blank=blank)} == those_kept


@pytest.mark.parametrize(
    ("blank", "wins", "those_kept"),
    [
        (Blank.CLEAR, Wins.SALESFORCE, set()),
        (Blank.CLEAR, Wins.KEEP_EDITS, {EDITED}),
        (Blank.CLEAR, Wins.FILL_EMPTY, {UNKNOWN, AS_WRITTEN, EDITED}),
        (Blank.DEFAULT, Wins.SALESFORCE, set()),
        (Blank.CLEAR_OURS, Wins.SALESFORCE, {UNKNOWN, EDITED}),
        (Blank.CLEAR_OURS, Wins.KEEP_EDITS, {UNKNOWN, EDITED}),
        (Blank.CLEAR_OURS, Wins.NEVER, {UNKNOWN, AS_WRITTEN, EDITED}),
    ],
)
def test_what_a_blank_leaves(blank: Blank, wins: Wins, those_kept: set[str]) -> None:
    """A blank of Salesforce clears what its row says, and with "clear ours" nothing that may be another's."""
    found = {each for each in (UNKNOWN, AS_WRITTEN, EDITED) if kept(wins, each, wanted=None, blank=blank)}

    assert found == those_kept


@pytest.mark.parametrize("wins", Wins)
def test_what_agrees_is_remembered_and_needs_no_remark(wins: Wins) -> None:
    """Whoever typed it: both say the same."""
    found = owned(a_mapping(wins), {"fax": THEIRS}, {"fax": THEIRS}, WRITTEN)

    assert found == Owned(values={"fax": THEIRS}, notes=(), written=LastWritten.of({"fax": THEIRS}), kept=())


@pytest.mark.parametrize("wins", Wins)
def test_a_lock_keeps_whatever_the_rule(wins: Wins) -> None:
    """It is said so, with both values; what was last written is remembered as it was."""
    found = owned(a_mapping(wins), {"fax": NEW}, {"fax": OURS}, WRITTEN, frozenset({"fax"}))

    note = Note(reason=Reason.FIELD_LOCKED, field="fax", evidence={"salesforce": NEW, "autotask": OURS})
    assert found == Owned(values={}, notes=(note,), written=WRITTEN, kept=("fax",))


@pytest.mark.parametrize(
    ("wins", "reason"),
    [
        (Wins.SALESFORCE, Reason.EDIT_REPLACED),
        (Wins.KEEP_EDITS, Reason.EDIT_KEPT),
        (Wins.FILL_EMPTY, None),
        (Wins.CREATE_ONLY, None),
        (Wins.NEVER, None),
    ],
)
def test_an_edit_is_remarked_where_it_matters(wins: Wins, reason: Reason | None) -> None:
    """Where it decides, or is lost; never where it is not known what was written."""
    found = owned(a_mapping(wins), {"fax": NEW}, {"fax": THEIRS}, WRITTEN)
    unknown = owned(a_mapping(wins), {"fax": NEW}, {"fax": THEIRS}, NOTHING_WRITTEN)

    assert ([note.reason for note in found.notes], unknown.notes) == ([reason] if reason else [], ())


@pytest.mark.parametrize(
    ("wins", "standing", "stays"),
    [
        (Wins.SALESFORCE, 5, False),
        (Wins.FILL_EMPTY, 5, True),
        (Wins.FILL_EMPTY, None, False),
        (Wins.CREATE_ONLY, None, True),
        (Wins.KEEP_EDITS, 4, False),
        (Wins.KEEP_EDITS, 5, True),
        (Wins.NEVER, None, True),
    ],
)
def test_a_company_to_come_is_another_than_any_that_stands(wins: Wins, standing: Value, stays: bool) -> None:
    """A reference whose company the same plan creates keeps to the rule, though its value is not known yet."""
    written = LastWritten.of({"parentCompanyID": 4})

    found = owned(a_mapping(wins), {}, {"parentCompanyID": standing}, written, pending=["parentCompanyID"])

    assert (found.kept, found.values) == (("parentCompanyID",) if stays else (), {})


def test_a_new_record_gets_all_but_what_is_never_written() -> None:
    """Only that rule holds before anything stands there."""
    values = {"fax": NEW}
    whole = {wins: for_create(a_mapping(wins), values, ["parentCompanyID"]) for wins in Wins}

    never = whole.pop(Wins.NEVER)
    assert all(
        each == Owned(values=values, notes=(), written=LastWritten.of(values), kept=()) for each in whole.values()
    )
    assert (never.values, never.kept, never.written) == ({}, ("fax", "parentCompanyID"), NOTHING_WRITTEN)


def test_fields_edited_since() -> None:
    """Only mapped ones, of which it is known what was written."""
    standing = {"fax": THEIRS, "parentCompanyID": 5, "city": "Elsewhere"}
    written = LastWritten.of({"fax": OURS, "city": "Here"})

    assert edited_fields(a_mapping(), standing, written) == ["fax"]
    assert edited_fields(a_mapping(), {**standing, "fax": OURS}, written) == []


def test_equal_values_are_equal_however_they_are_written() -> None:
    """As they are compared everywhere: numbers as numbers, texts without outer space, blanks as nothing."""
    written = LastWritten.of({"a": Decimal("5.0"), "b": " x ", "c": ""})

    assert not any(written.is_edited(name, value) for name, value in {"a": 5, "b": "x", "c": None}.items())
    assert [written.is_edited(name, value) for name, value in {"a": "5", "b": None, "c": 0}.items()] == [True] * 3


def test_what_was_written_is_stored_in_a_form_that_stays() -> None:
    """Three bytes for the name and five for the value; any other form would make an edit of every field."""
    written = {
        "phone": ("312-555-0100", "f5ac69d8dfc9a832"),
        "fax": (None, "b3be93f090d40e22"),
        "assetValue": (Decimal("1.50"), "10d97e1d5a7496d5"),
        "isActive": (True, "97f05bdd931fabaa"),
    }

    assert {name: LastWritten.of({name: value}).entries.hex() for name, (value, _) in written.items()} == {
        name: form for name, (_, form) in written.items()
    }


@given(ANY_RECORD, ANY_RECORD)
def test_later_writes_replace_earlier_ones(first: dict[str, Value], second: dict[str, Value]) -> None:
    """Whatever the values and the names: what both tell is as if all had been written at once, and in one order."""
    together = LastWritten.of(first).and_then(LastWritten.of(second))
    reordered = dict(reversed({**first, **second}.items()))

    assert together == LastWritten.of({**first, **second}) == LastWritten.of(reordered)
    assert list(together.by_name) == sorted(together.by_name)
    assert all(together.is_ours(name, value) for name, value in {**first, **second}.items())


@given(ANY_RECORD, ANY_RECORD)
def test_what_of_it_stands(wrote: dict[str, Value], standing: dict[str, Value]) -> None:
    """Just the fields that hold what was written."""
    held = LastWritten.of(wrote).held_by({**wrote, **standing})

    same = {name: value for name, value in {**wrote, **standing}.items() if LastWritten.of(wrote).is_ours(name, value)}
    assert held == LastWritten.of(same)
    assert LastWritten.of(wrote).held_by(wrote) == LastWritten.of(wrote)
