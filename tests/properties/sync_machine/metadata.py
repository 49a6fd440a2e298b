"""What administrators change in Autotask itself, and how it is put right again."""

from collections.abc import Mapping
from typing import Any

from taskforce_simulators.autotask import control, loading
from taskforce_simulators.autotask.schema import ENTITIES
from taskforce_simulators.autotask.tenant import Tenant
from tests.properties.sync_machine.people import ID_FIELDS
from tests.properties.sync_machine.wanted import COMPANIES

MARCUS = "Marcus"
"""A resource who owns accounts, and comes and goes."""


def set_label(tenant: Tenant, field: str, label: str, *, is_active: bool) -> None:
    """A picklist value is switched off or on."""
    values = [each.wire() for each in tenant.picklist(COMPANIES, field)]
    changed = [{**each, "isActive": is_active if each["label"] == label else each["isActive"]} for each in values]
    control.set_picklist(tenant, {"entity": COMPANIES, "field": field, "values": changed})


def set_resource(tenant: Tenant, first_name: str, *, is_active: bool) -> None:
    """A colleague leaves or comes back."""
    for row in tenant.store.select("Resources", "firstName = ?", (first_name,)):
        loading.save(tenant, ENTITIES["Resources"], {"id": row["id"], "isActive": is_active})


def set_id_field(tenant: Tenant, kind: str, *, is_there: bool) -> None:
    """The user-defined field that carries the ids is switched off or on, if it was ever made."""
    if _definition(tenant, kind):
        control.set_user_defined_field(tenant, {"entity": kind, "name": ID_FIELDS[kind], "active": is_there})


def put_right(tenant: Tenant) -> None:
    """Everything that was switched off is on again."""
    for field in ("companyType", "marketSegmentID", "classification"):
        for value in tenant.picklist(COMPANIES, field):
            if not value.is_active:
                set_label(tenant, field, value.label, is_active=True)
    set_resource(tenant, MARCUS, is_active=True)
    for kind in ID_FIELDS:
        set_id_field(tenant, kind, is_there=True)


def _definition(tenant: Tenant, kind: str) -> list[Mapping[str, Any]]:
    return tenant.store.select("UserDefinedFieldDefinitions", "name = ?", (ID_FIELDS[kind],))
