"""Differences and fingerprints, for any values."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.diffing import differences, fingerprint, wanted_for_create, wanted_for_update
from taskforce.domain.mapping import Desired, desired_state
from taskforce.domain.records import Entity, Value
from taskforce.domain.settings import Overflow
from taskforce.domain.standard_mapping import COMPANY_MAPPING, CONTACT_MAPPING
from taskforce.domain.values import comparable
from tests.builders import ACCOUNT_FIELDS, CONTACT_FIELDS, account, contact, context, target_schema

WORDS = st.sampled_from(["", " ", "Birch", " Birch ", "birch", "Customer", "Hot", "USA", "L" * 300, "1\n2\n3"])
TEXTS = st.none() | WORDS | st.text(st.characters(exclude_categories=["C"]), max_size=60)
NUMBERS = st.none() | st.integers(-10, 10) | st.decimals(-1000, 1000, places=2)
FIELDS = st.sampled_from(["companyName", "city", "state", "fax", "phone"])
VALUES = st.dictionaries(FIELDS, TEXTS) | st.dictionaries(FIELDS, NUMBERS)
SETTINGS = st.fixed_dictionaries(
    {
        "overflow": st.sampled_from(Overflow),
        "clear_blanks": st.booleans(),
        "default_account_manager": st.sampled_from(["", "Max Weber"]),
    }
)


def sourced(fields: Mapping[str, Value]) -> st.SearchStrategy[dict[str, Value]]:
    """Any texts for some of these Salesforce fields."""
    names = st.sampled_from(sorted(name for name in fields if "." not in name))
    return st.dictionaries(names, TEXTS)


def applied(changes: Mapping[str, Value], existing: Mapping[str, Value]) -> dict[str, Value]:
    """The record once the changes are written; Autotask keeps a blank text or None for nothing."""
    return {**existing, **changes}


def same(one: Value, other: Value) -> bool:
    """Whether two values compare equal; a text is never a number."""
    return type(comparable(one)) is type(comparable(other)) and comparable(one) == comparable(other)


@given(VALUES, VALUES)
def test_applying_the_differences_leaves_none(wanted: dict[str, Value], existing: dict[str, Value]) -> None:
    """A second look finds nothing to do, and nothing else was touched."""
    changes = {change.field: change.after for change in differences(wanted, existing)}
    after = applied(changes, existing)

    assert differences(wanted, after) == ()
    assert {name: value for name, value in after.items() if name not in wanted} == {
        name: value for name, value in existing.items() if name not in wanted
    }


@given(VALUES)
def test_nothing_differs_from_itself(values: dict[str, Value]) -> None:
    """What stands as wanted costs no write."""
    assert differences(values, values) == ()


@given(VALUES, VALUES)
def test_differences_say_what_stands_there(wanted: dict[str, Value], existing: dict[str, Value]) -> None:
    """Before is what is replaced, after is what is wanted."""
    for change in differences(wanted, existing):
        assert (change.before, change.after) == (existing.get(change.field), wanted[change.field])
        assert not same(change.before, change.after)


TEXT_VALUES = st.dictionaries(FIELDS, TEXTS | st.just("None"))
NUMBER_VALUES = st.dictionaries(FIELDS, NUMBERS | st.just(Decimal("-0")))


@given(st.tuples(TEXT_VALUES, TEXT_VALUES) | st.tuples(NUMBER_VALUES, NUMBER_VALUES), st.booleans())
def test_fingerprints_are_equal_when_and_only_when_values_are(
    values: tuple[dict[str, Value], dict[str, Value]], as_fallbacks: bool
) -> None:
    """The same fields with values that compare equal; anything else is another fingerprint."""
    kind = "fallbacks" if as_fallbacks else "values"
    one, other = (replace(Desired(values={}), **{kind: fields}) for fields in values)

    alike = values[0].keys() == values[1].keys() and all(same(values[0][name], values[1][name]) for name in values[0])
    assert (fingerprint(one) == fingerprint(other)) is alike


@given(sourced(ACCOUNT_FIELDS), SETTINGS)
def test_any_account_is_mapped_to_values_that_fit(fields: dict[str, Value], chosen: dict[str, object]) -> None:
    """Mapping never fails, never exceeds a length, never leaves outer space or a blank text."""
    known = context(**chosen)

    desired = desired_state(account(**fields), COMPANY_MAPPING, known)

    assert_fits(Entity.COMPANY, {**desired.values, **desired.fallbacks})
    assert not desired.values.keys() & desired.fallbacks.keys()


@given(sourced(CONTACT_FIELDS), SETTINGS)
def test_any_contact_is_mapped_to_values_that_fit(fields: dict[str, Value], chosen: dict[str, object]) -> None:
    """As accounts are."""
    desired = desired_state(contact(**fields), CONTACT_MAPPING, context(**chosen))

    assert_fits(Entity.CONTACT, {**desired.values, **desired.fallbacks})


def assert_fits(entity: Entity, values: Mapping[str, Value]) -> None:
    """Every value is of a plain kind, and every text fits its field."""
    for name, value in values.items():
        assert isinstance(value, get_args(Value))
        if isinstance(value, str):
            assert value == value.strip() != ""
            assert len(value) <= target_schema().fields[entity][name].length


@given(sourced(ACCOUNT_FIELDS), SETTINGS)
def test_a_created_company_stands_as_wanted(fields: dict[str, Value], chosen: dict[str, object]) -> None:
    """What a create writes needs no update afterwards, and its required fields are not blank."""
    known = context(**chosen)
    desired = desired_state(account(**fields), COMPANY_MAPPING, known)

    created = wanted_for_create(desired).values

    wanted = wanted_for_update(Entity.COMPANY, desired, created, known).values
    assert differences(wanted, created) == ()
    assert None not in created.values()
    assert created.keys() >= {"companyType", "phone"}


@given(sourced(ACCOUNT_FIELDS), sourced(ACCOUNT_FIELDS), SETTINGS)
def test_an_update_never_blanks_a_required_field(
    before: dict[str, Value], after: dict[str, Value], chosen: dict[str, object]
) -> None:
    """Whatever the account becomes, name, type, phone and manager of its company stay filled in."""
    known = context(**chosen)
    created = wanted_for_create(desired_state(account(**before), COMPANY_MAPPING, known)).values

    wanted = wanted_for_update(
        Entity.COMPANY, desired_state(account(**after), COMPANY_MAPPING, known), created, known
    ).values

    updated = applied({change.field: change.after for change in differences(wanted, created)}, created)
    required = [name for name, field in known.schema.fields[Entity.COMPANY].items() if field.is_required]
    assert all(updated.get(name) is not None for name in required if created.get(name) is not None)
