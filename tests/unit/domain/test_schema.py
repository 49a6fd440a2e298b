"""What both systems tell about themselves."""

from dataclasses import replace

import pytest

from taskforce.domain.records import Entity, TargetId
from taskforce.domain.schema import Resource, TargetField
from tests.builders import source_schema, target_schema


def test_an_org_shows_by_its_fields_what_is_switched_on() -> None:
    """Person accounts and several currencies each come with a field of their own."""
    plain, rich = source_schema(), source_schema(extra=["IsPersonAccount", "CurrencyIsoCode"])

    assert (plain.has_person_accounts, plain.is_multi_currency) == (False, False)
    assert (rich.has_person_accounts, rich.is_multi_currency) == (True, True)


def test_a_field_has_no_limit_unless_told() -> None:
    """Length 0 means that there is none."""
    assert TargetField(name="companyType") == TargetField(
        name="companyType", length=0, is_required=False, is_read_only=False, picklist=None
    )


def test_missing_user_defined_fields_are_named_by_entity() -> None:
    """Only entities whose Salesforce id has no field yet are missing (S10)."""
    schema = target_schema()

    assert schema.missing_id_fields == ()
    assert replace(schema, id_fields={Entity.COMPANY: "Salesforce Company ID"}).missing_id_fields == (Entity.CONTACT,)


@pytest.mark.parametrize(
    ("first", "last", "full"), [("Olivia", "Grant", "Olivia Grant"), ("", "Grant", "Grant"), ("Olivia", "", "Olivia")]
)
def test_a_resource_is_called_by_first_and_last_name(first: str, last: str, full: str) -> None:
    """A missing part leaves no space behind."""
    assert Resource(id=TargetId(1), first_name=first, last_name=last).full_name == full
