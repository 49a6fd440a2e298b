"""Metadata, and the user-defined fields that carry Salesforce ids (S10)."""

import pytest

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.records import Entity
from taskforce.domain.schema import PicklistValue, TargetField
from taskforce.errors import AccessError, TransientError
from tests.integration.autotask.autotask_bench import NOON, Bench, Mouthpiece, Said, errors, page

REFUSED = "The API user may not create UserDefinedFieldDefinitions in Autotask."
BY_HAND = (
    'Create by hand, under Admin > Features & Settings > Application-wide (Shared) Features > User-Defined Fields: "Sa'
    'lesforce Company ID" on the tab Organizations (Companies or Accounts in older tenants) and "Salesforce Contact ID"'
    " on the tab Contacts; each active, not required, of type Text (Single Line), with room for 18 characters. "
    "Then start the import again."
)


def test_the_schema_costs_six_requests(bench: Bench) -> None:
    """Fields and user-defined fields of both entities, resources and countries."""
    target = bench.target()
    target.describe()

    assert target.calls == bench.counted() == 6


def test_the_schema(bench: Bench) -> None:
    """Lengths, picklists, people and countries as the tenant has them."""
    bench.with_id_fields()
    schema = bench.target().describe()
    resources = bench.simulator.records("Resources")
    countries = bench.simulator.records("Countries")

    assert schema.fields[Entity.COMPANY]["companyName"] == TargetField(name="companyName", length=100, is_required=True)
    company_type = schema.fields[Entity.COMPANY]["companyType"]
    assert PicklistValue(code=1, label="Customer") in (company_type.picklist or ())
    assert schema.fields[Entity.CONTACT]["companyID"].is_read_only
    assert [each.full_name for each in schema.resources] == [
        f"{each['firstName']} {each['lastName']}" for each in resources
    ]
    assert [each.is_active for each in schema.resources] == [each["isActive"] for each in resources]
    assert [(each.id, each.code, each.name) for each in schema.countries] == [
        (each["id"], each["countryCode"], each["name"]) for each in countries
    ]
    assert (schema.read_at, schema.missing_id_fields) == (NOON, ())


@pytest.mark.parametrize(
    ("names", "written", "adopted"),
    [
        ((), "", ()),
        (("Salesforce Company ID",), "Salesforce Company ID", ()),
        (("salesforce companyid",), "salesforce companyid", ()),
        (("Salesforce Account ID",), "Salesforce Account ID", ()),
        (("Salesforce Account ID", "Salesforce Company ID"), "Salesforce Company ID", ("Salesforce Account ID",)),
        (("Some Other ID",), "", ()),
    ],
)
def test_the_id_field_of_companies(
    bench: Bench, names: tuple[str, ...], written: str, adopted: tuple[str, ...]
) -> None:
    """The new field, or the old extension's where there is no new one; spelled as Autotask spells it."""
    for name in names:
        bench.set_udf("Companies", name)
    schema = bench.target().describe()

    assert schema.id_fields.get(Entity.COMPANY, "") == written
    assert schema.adopted_id_fields.get(Entity.COMPANY, ()) == adopted


def test_missing_fields_are_created(bench: Bench) -> None:
    """With the codes that this tenant's own lists have."""
    target = bench.target()
    target.create_id_fields(target.describe().missing_id_fields)
    schema = target.describe()
    made = bench.simulator.records("UserDefinedFieldDefinitions")

    assert schema.id_fields == {
        Entity.COMPANY: "Salesforce Company ID",
        Entity.CONTACT: "Salesforce Contact ID",
    }
    assert [(each["name"], each["isActive"], each["isRequired"], each["isVisibleToClientPortal"]) for each in made] == [
        ("Salesforce Company ID", True, False, False),
        ("Salesforce Contact ID", True, False, False),
    ]


def test_nothing_missing_costs_nothing(bench: Bench) -> None:
    """No request without a reason."""
    bench.target().create_id_fields(())

    assert bench.requests() == []


def test_creating_is_refused(bench: Bench) -> None:
    """The mend says exactly what to create by hand, and where."""
    bench.simulator.change_settings({"udf_creation_allowed": False})
    with pytest.raises(AccessError) as caught:
        bench.target().create_id_fields(tuple(Entity))

    assert (caught.value.code, caught.value.message, caught.value.mend) == (
        "id_fields_refused",
        f"Autotask did not let Taskforce create its user-defined fields: {REFUSED}",
        BY_HAND,
    )


@pytest.mark.parametrize("list_name", ["udfType", "dataType"])
def test_codes_that_are_not_known(bench: Bench, list_name: str) -> None:
    """A tenant whose lists say something else: a person creates the fields."""
    values = [{"value": "1", "label": "Unheard of"}]
    bench.simulator.tenant.set_picklist("UserDefinedFieldDefinitions", list_name, values)
    with pytest.raises(AccessError) as caught:
        bench.target().create_id_fields(tuple(Entity))

    assert (caught.value.code, caught.value.mend) == ("id_fields_refused", BY_HAND)


def test_an_inactive_field(bench: Bench) -> None:
    """It is in no list of fields, and must not be created a second time."""
    bench.set_udf("Contacts", "Salesforce Contact ID", isActive=False)
    with pytest.raises(AccessError) as caught:
        bench.target().create_id_fields([Entity.CONTACT])

    assert str(caught.value) == (
        'The user-defined field "Salesforce Contact ID" exists in Autotask and is inactive. Activate it under Admin > '
        "Features & Settings > Application-wide (Shared) Features > User-Defined Fields, tab Contacts."
    )


def test_a_definition_of_another_entity(bench: Bench) -> None:
    """The same name on another entity is another field."""
    bench.set_udf("Companies", "Salesforce Contact ID", isActive=False)
    target = bench.target()
    target.create_id_fields([Entity.CONTACT])

    assert target.describe().id_fields == {Entity.CONTACT: "Salesforce Contact ID"}


@pytest.mark.parametrize("action", ["cut_after", "cut_before"])
def test_a_field_whose_answer_is_lost(bench: Bench, action: str) -> None:
    """The list of fields tells whether it was created; nothing is created twice."""
    bench.fault(action, method="POST", path="UserDefinedFieldDefinitions$")
    target = bench.target()
    if action == "cut_before":
        with pytest.raises(TransientError) as caught:
            target.create_id_fields([Entity.CONTACT])
        assert caught.value.code == "id_field_not_listed"
    target.create_id_fields([Entity.CONTACT])

    assert [each["name"] for each in bench.simulator.records("UserDefinedFieldDefinitions")] == [
        "Salesforce Contact ID"
    ]


def test_a_field_that_is_listed_late(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """The list is read again until the new field shows."""
    types, kinds = ([{"value": 4, "label": label}] for label in ("Account", "Text - Single Line"))
    lists = [
        {"name": "udfType", "dataType": "integer", "isPickList": True, "picklistValues": types},
        {"name": "dataType", "dataType": "integer", "isPickList": True, "picklistValues": kinds},
    ]
    listed = {"fields": [{"name": "Salesforce Company ID", "type": "string", "length": 8000}]}
    mouthpiece.say(
        Said(body={"fields": lists}), page([]), Said(body={"itemId": 5}), Said(body={"fields": []}), Said(body=listed)
    )
    told.create_id_fields([Entity.COMPANY])

    assert [asked.path.rsplit("V1.0/")[1] for asked in mouthpiece.asked] == [
        "UserDefinedFieldDefinitions/entityInformation/fields",
        "UserDefinedFieldDefinitions/query",
        "UserDefinedFieldDefinitions",
        "Companies/entityInformation/userDefinedFields",
        "Companies/entityInformation/userDefinedFields",
    ]


@pytest.mark.parametrize(("said", "code"), [(Said(status=401), "login"), (errors("Strange."), "id_fields_refused")])
def test_other_refusals(told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said, code: str) -> None:
    """A refused login is a refused login; an unexplained failure of a read may pass."""
    mouthpiece.say(said)
    with pytest.raises((AccessError, TransientError)) as caught:
        told.create_id_fields([Entity.COMPANY])

    assert caught.value.code == (code if code == "login" else "failed")


def test_a_field_that_exists_and_was_not_listed_yet(bench: Bench) -> None:
    """Nothing is created a second time."""
    bench.set_udf("Contacts", "Salesforce Contact ID")
    bench.target().create_id_fields([Entity.CONTACT])

    assert "create" not in [entry.operation for entry in bench.requests()]
