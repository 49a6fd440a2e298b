"""Desired against existing."""

from decimal import Decimal

import pytest

from taskforce.domain.diffing import (
    FieldChange,
    Wanted,
    differences,
    fingerprint,
    wanted_for_create,
    wanted_for_update,
    with_references,
)
from taskforce.domain.mapping import Desired, desired_state
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.domain.standard_mapping import COMPANY_MAPPING
from tests.builders import CUSTOMER, LEAD, MAX, OLIVIA, PAST_COLLEAGUE, account, context, target_schema

STAND_IN = Note(reason=Reason.STAND_IN, field="phone", evidence={"stand_in": "000-000-0000"})
CUT = Note(reason=Reason.VALUE_CUT, field="city")
NO_PHONE = Desired(values={"companyName": "Birch"}, fallbacks={"phone": "000-000-0000"}, notes=(STAND_IN,))
NO_OWNER = Desired(values={"companyName": "Birch"}, fallbacks={"ownerResourceID": MAX})
NO_TYPE = Desired(values={"companyName": "Birch"}, fallbacks={"companyType": CUSTOMER})


def for_update(desired: Desired, **existing: Value) -> Wanted:
    """What is wanted of a company that exists."""
    return wanted_for_update(Entity.COMPANY, desired, existing, context())


def test_a_create_writes_everything_but_blanks() -> None:
    """A blank has nothing to clear yet; fallbacks are for creating, and both they and cuts are told."""
    desired = Desired(
        values={"companyName": "Birch", "fax": None},
        fallbacks={"phone": "000-000-0000", "companyType": CUSTOMER, "ownerResourceID": MAX},
        notes=(STAND_IN, CUT),
    )

    assert wanted_for_create(desired) == Wanted(
        values={"companyName": "Birch", "phone": "000-000-0000", "companyType": CUSTOMER, "ownerResourceID": MAX},
        notes=(
            STAND_IN,
            CUT,
            Note(reason=Reason.TYPE_DEFAULTED, field="companyType"),
            Note(reason=Reason.OWNER_DEFAULTED, field="ownerResourceID"),
        ),
    )


def test_an_update_clears_blanks_but_never_required_fields() -> None:
    """Required is what Autotask's metadata say, a tenant's own required fields among it."""
    desired = Desired(values={"companyName": None, "fax": None, "city": None}, notes=(CUT,))
    known = context(target_schema(required=["city"]))

    assert wanted_for_update(Entity.COMPANY, desired, {}, known) == Wanted(values={"fax": None}, notes=(CUT,))


def test_a_stand_in_never_overwrites_a_real_value() -> None:
    """A blank phone leaves the real one, and no stand-in is reported where none was used."""
    assert for_update(NO_PHONE, phone="312-555-0199") == Wanted(values={"companyName": "Birch"}, notes=())


def test_a_stand_in_is_used_on_create_only() -> None:
    """A company that has no phone in Autotask gets none by an update, and no stand-in is reported."""
    assert for_update(NO_PHONE, phone=None) == Wanted(values={"companyName": "Birch"}, notes=())


def test_a_present_account_manager_who_is_active_stays() -> None:
    """The default of S8 is for creating; that the manager stays is told."""
    assert for_update(NO_OWNER, ownerResourceID=OLIVIA) == Wanted(
        values={"companyName": "Birch"}, notes=(Note(reason=Reason.MANAGER_KEPT, field="ownerResourceID"),)
    )


@pytest.mark.parametrize("present", [None, PAST_COLLEAGUE, TargetId(999)])
def test_an_account_manager_who_is_gone_is_replaced(present: Value) -> None:
    """Nobody, an inactive resource, or one that is no longer known: the default of S8 is used, and told."""
    assert for_update(NO_OWNER, ownerResourceID=present) == Wanted(
        values={"companyName": "Birch", "ownerResourceID": MAX},
        notes=(Note(reason=Reason.OWNER_DEFAULTED, field="ownerResourceID"),),
    )


def test_a_kept_account_manager_is_told_even_where_no_default_is_set() -> None:
    """Section 2: a present account manager who is active stays, and that is reported; S8 may be left unset."""
    desired = desired_state(account(owner=("Nadia", "Petrova")), COMPANY_MAPPING, context())

    wanted = for_update(desired, ownerResourceID=OLIVIA)

    assert [note.reason for note in wanted.notes] == [Reason.OWNER_UNKNOWN, Reason.MANAGER_KEPT]


def test_a_present_company_type_stays() -> None:
    """A blank Type takes the fallback of S20 only on create; that the type stays is told."""
    assert for_update(NO_TYPE, companyType=LEAD) == Wanted(
        values={"companyName": "Birch"}, notes=(Note(reason=Reason.TYPE_KEPT, field="companyType"),)
    )


def test_a_company_without_a_type_gets_the_fallback() -> None:
    """Where nothing stands, the fallback is written, and told."""
    assert for_update(NO_TYPE, companyType=None) == Wanted(
        values={"companyName": "Birch", "companyType": CUSTOMER},
        notes=(Note(reason=Reason.TYPE_DEFAULTED, field="companyType"),),
    )


def test_only_fields_that_differ_are_changes() -> None:
    """Each with what stood there before, in the order of the mapping; fields that are not wanted are left alone."""
    wanted = {"companyName": "Birch Care", "city": "Chicago", "fax": None, "assetValue": Decimal("5.00"), "state": "IL"}
    existing = {"state": None, "companyName": "Birch", "city": " Chicago", "fax": "1", "assetValue": 5, "note": "keep"}

    assert differences(wanted, existing) == (
        FieldChange(field="companyName", before="Birch", after="Birch Care"),
        FieldChange(field="fax", before="1", after=None),
        FieldChange(field="state", before=None, after="IL"),
    )


def test_a_blank_is_no_difference_where_nothing_stands() -> None:
    """Absent, None and blank texts are the same."""
    assert differences({"fax": None, "city": None, "state": None}, {"fax": "", "city": " "}) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Desired(values={"a": "x", "b": 1}), Desired(values={"b": Decimal("1.0"), "a": " x "}), True),
        (Desired(values={"a": None}), Desired(values={"a": ""}), True),
        (Desired(values={"a": "x"}), Desired(values={"a": "x"}, notes=(CUT,)), True),
        (Desired(values={"a": "x"}), Desired(values={"a": "X"}), False),
        (Desired(values={"a": None}), Desired(values={}), False),
        (Desired(values={"a": "x"}), Desired(values={"b": "x"}), False),
        (Desired(values={"a": "x"}), Desired(values={}, fallbacks={"a": "x"}), False),
        (NO_OWNER, Desired(values=NO_OWNER.values, fallbacks={"ownerResourceID": OLIVIA}), False),
    ],
)
def test_a_fingerprint_is_that_of_the_mapped_values(one: Desired, other: Desired, same: bool) -> None:
    """Equal values in any order and form give the same one, whatever there is to say about them."""
    assert (fingerprint(one) == fingerprint(other)) is same


@pytest.mark.parametrize(("before", "after"), [("None", None), (True, "True"), (5, "5")])
def test_a_fingerprint_tells_apart_what_differs(before: Value, after: Value) -> None:
    """Somebody who empties a field that said "None" has changed it, and Autotask must follow (protocol 8, 1)."""
    assert fingerprint(Desired(values={"title": before})) != fingerprint(Desired(values={"title": after}))


def test_references_are_part_of_what_a_link_remembers() -> None:
    """A parent that gets another company is a difference; the order of references is none."""
    one, two = TargetId(1), TargetId(2)

    assert with_references("f", {"a": one, "b": two}) == with_references("f", {"b": two, "a": one})
    remembered = [with_references("f", found) for found in ({}, {"a": one}, {"a": two}, {"b": one})]
    assert len(set(remembered)) == 4
    assert with_references("g", {"a": one}) not in remembered
