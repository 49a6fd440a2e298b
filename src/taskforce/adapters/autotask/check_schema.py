"""Checks of the tenant's metadata: user-defined fields, picklists, required fields, the default account manager."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from typing import Final

from taskforce.adapters.autotask.check_access import may, read_access
from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.fields import ALWAYS_WRITTEN, ID_FIELDS
from taskforce.adapters.autotask.findings import Finding, good, stop, warning
from taskforce.adapters.autotask.id_fields import DEFINITIONS, by_hand
from taskforce.domain.field_map import Mapping, Wins
from taskforce.domain.mapping_checks import SHOWN, lost_in_target
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity
from taskforce.domain.schema import PicklistValue, TargetField, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import Mappings
from taskforce.domain.values import match_text
from taskforce.errors import AccessError

_MANAGER: Final = "default_account_manager"

StandIns = MappingOf[tuple[Entity, str], str]
"""Values for required fields that are blank in Salesforce, by entity and field."""


def check_schema(
    client: AutotaskClient,
    schema: TargetSchema,
    *,
    default_account_manager: str,
    fallback_company_type: str,
    stand_ins: StandIns,
    mappings: Mappings,
) -> Iterator[Finding]:
    """Everything that metadata tells about the chances of an import."""
    yield check_id_fields(client, schema)
    yield check_company_types(schema, fallback_company_type)
    yield check_labels(schema, "market_segments", "marketSegmentID", "market segments")
    yield check_labels(schema, "classifications", "classification", "classifications")
    for entity in Entity:
        yield check_required_fields(schema, mappings.of(entity))
    context = MappingContext.of(schema, ConnectionSettings(mappings=mappings))
    for entity in Entity:
        yield check_mapping(mappings.of(entity), context)
    if stand_ins:
        yield check_stand_ins(schema, stand_ins)
    yield check_manager(schema, default_account_manager)


def check_id_fields(client: AutotaskClient, schema: TargetSchema) -> Finding:
    """The user-defined fields exist, or the first import may create them (S10)."""
    missing = schema.missing_id_fields
    if not missing:
        names = " and ".join(f'"{name}"' for name in schema.id_fields.values())
        return good("id_fields", f"The user-defined fields for the Salesforce id exist: {names}.")
    names = " and ".join(f'"{ID_FIELDS[entity]}" on {entity.plural}' for entity in missing)
    if _may_create_definitions(client):
        return good("id_fields", f"The first import creates the user-defined fields {names}.")
    return stop(
        "id_fields",
        f"The user-defined fields {names} do not exist, and the API user may not create them.",
        by_hand(missing),
    )


def _may_create_definitions(client: AutotaskClient) -> bool:
    try:
        access = read_access(client, DEFINITIONS)
    except AccessError:
        return False
    return may(access, "query") and may(access, "create")


def check_company_types(schema: TargetSchema, fallback: str) -> Finding:
    """The type that is written where an account has none, or an unknown one (S20)."""
    types = _entries(schema, "companyType")
    if any(match_text(each.label) == match_text(fallback) for each in types):
        return good("company_types", f'The company type "{fallback}" exists.')
    known = ", ".join(f'"{each.label}"' for each in types) or "none"
    return stop(
        "company_types",
        f'Autotask has no active company type "{fallback}", which accounts without a known type get.',
        f"Set fallback_company_type to one of those there are: {known}.",
    )


def check_labels(schema: TargetSchema, name: str, field: str, what: str) -> Finding:
    """A list that accounts are mapped to by name."""
    count = len(_entries(schema, field))
    if count:
        return good(name, f"Autotask has {count} active {what}.")
    return warning(name, f"Autotask has no active {what}, so none is set.", f"Add {what} in Autotask if they are used.")


def _entries(schema: TargetSchema, field: str) -> list[PicklistValue]:
    known = schema.fields[Entity.COMPANY].get(field)
    return [each for each in (known.picklist if known else None) or () if each.is_active]


def check_mapping(mapping: Mapping, context: MappingContext) -> Finding:
    """Whether Autotask still has the fields and values that the rows name, and which required ones no row fills."""
    name, problems = f"mapping_{mapping.entity.plural}", lost_in_target(mapping, context)
    if not problems:
        return good(name, f"Autotask has every field and value that the rows of {mapping.entity.plural} name.")
    shown, more = problems[:SHOWN], f" And {len(problems) - SHOWN} more." if len(problems) > SHOWN else ""
    mends = [each.mend if len(problems) == 1 else f"{each.target}: {each.mend}" for each in shown]
    return warning(name, " ".join(each.message for each in shown) + more, " ".join(mends))


def check_required_fields(schema: TargetSchema, mapping: Mapping) -> Finding:
    """Fields that Autotask requires and that no row fills, or not always; user-defined ones it asks of people only."""
    entity, filled = mapping.entity, {row.target: row for row in mapping.fields if row.wins is not Wins.NEVER}
    name = f"required_fields_{entity.plural}"
    required = [each.name for each in schema.fields[entity].values() if _is_asked_for(each, entity)]
    unknown = [field for field in required if field not in filled]
    blank = [field for field in required if field in filled and filled[field].text.fields]
    if unknown:
        return stop(
            name,
            f"Autotask requires fields of {entity.plural} that Taskforce does not fill: {', '.join(unknown)}.",
            "Add rows for them to the mapping, or make them optional in Autotask; until then it refuses new records.",
        )
    if blank:
        return warning(
            name,
            f"Autotask requires fields of {entity.plural} that may be blank in Salesforce: {', '.join(blank)}.",
            "Fill them in in Salesforce, or make them optional in Autotask; a record without them is refused.",
        )
    return good(name, f"Every required field of {entity.plural} is filled.")


def _is_asked_for(field: TargetField, entity: Entity) -> bool:
    is_told = field.is_required and not field.is_read_only and not field.is_user_defined
    return is_told and field.name not in ALWAYS_WRITTEN[entity] | {"id"}


def check_stand_ins(schema: TargetSchema, stand_ins: StandIns) -> Finding:
    """The values for required fields that are blank in Salesforce fit into them."""
    too_long = [
        f"{name} of {entity.plural} takes {field.length} letters"
        for (entity, name), value in stand_ins.items()
        if (field := schema.fields[entity].get(name)) is not None and 0 < field.length < len(value)
    ]
    if too_long:
        return warning(
            "stand_ins",
            f"A stand-in value is too long for Autotask: {', '.join(too_long)}.",
            "Shorten phone_stand_in or first_name_stand_in.",
        )
    return good("stand_ins", "The stand-in values fit into their fields.")


def check_manager(schema: TargetSchema, full_name: str) -> Finding:
    """The resource that becomes account manager where the owner is not found (S8)."""
    if not full_name.strip():
        return warning(
            _MANAGER,
            "No default account manager is set: companies whose owner is no resource are held.",
            "Set default_account_manager to the first and last name of an active resource.",
        )
    found = [each for each in schema.resources if each.full_name == full_name.strip()]
    if len(found) > 1:
        return stop(_MANAGER, "Several resources have the name of the default account manager.", _CHOOSE)
    if not found:
        return stop(_MANAGER, "Autotask has no resource with the name of the default account manager.", _CHOOSE)
    if not found[0].is_active:
        return stop(_MANAGER, "The default account manager is inactive in Autotask.", _CHOOSE)
    return good(_MANAGER, "The default account manager is an active resource.")


_CHOOSE: Final = (
    "Set default_account_manager to the first and last name, exactly as Autotask has them, of one active resource."
)
