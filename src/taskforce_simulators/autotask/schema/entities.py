"""The entities that are simulated, and what can be done with each."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from taskforce_simulators.autotask.schema import people, related, small
from taskforce_simulators.autotask.schema.fields import Field


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One entity: its path, its name in metadata and messages, its fields, and where it is written."""

    path: str
    name: str
    fields: tuple[Field, ...]
    parent: str = ""
    """The path of the entity under which alone it is created and changed; "" if at the top."""

    child: str = ""
    """Its name in the path under its parent."""

    parent_field: str = ""
    can_create: bool = False
    can_update: bool = False
    can_delete: bool = False
    user_defined: bool = False
    webhooks: bool = False
    created: str = ""
    modified: str = ""
    null_texts: frozenset[str] | None = None
    """Text fields that are null when blank while the others are ""; None: blanks stay as they were given."""

    @cached_property
    def by_lower_name(self) -> dict[str, Field]:
        """The fields by their names in lower case: names are not case-sensitive."""
        return {field.name.lower(): field for field in self.fields}


_ALL: Final = (
    Entity(
        path="Companies",
        name="Company",
        fields=people.COMPANIES,
        can_create=True,
        can_update=True,
        user_defined=True,
        webhooks=True,
        created="createDate",
        modified="lastTrackedModifiedDateTime",
        null_texts=frozenset({"address1", "webAddress"}),
    ),
    Entity(
        path="Contacts",
        name="Contact",
        fields=people.CONTACTS,
        parent="Companies",
        child="Contacts",
        parent_field="companyID",
        can_create=True,
        can_update=True,
        can_delete=True,
        user_defined=True,
        webhooks=True,
        created="createDate",
        modified="lastModifiedDate",
    ),
    Entity(path="Resources", name="Resource", fields=people.RESOURCES),
    Entity(path="Countries", name="Country", fields=small.COUNTRIES, can_update=True),
    Entity(path="ClassificationIcons", name="ClassificationIcon", fields=small.CLASSIFICATION_ICONS),
    Entity(
        path="UserDefinedFieldDefinitions",
        name="UserDefinedFieldDefinition",
        fields=small.USER_DEFINED_FIELD_DEFINITIONS,
        can_create=True,
        can_update=True,
        created="createDate",
    ),
    Entity(
        path="UserDefinedFieldListItems",
        name="UserDefinedFieldListItem",
        fields=small.USER_DEFINED_FIELD_LIST_ITEMS,
        parent="UserDefinedFields",
        child="ListItems",
        parent_field="udfFieldId",
        can_create=True,
        can_update=True,
        created="createDate",
    ),
    Entity(path="Tickets", name="Ticket", fields=related.TICKETS, user_defined=True),
    Entity(path="Contracts", name="Contract", fields=related.CONTRACTS, user_defined=True),
    Entity(path="Opportunities", name="Opportunity", fields=related.OPPORTUNITIES, user_defined=True),
    Entity(path="Projects", name="Project", fields=related.PROJECTS, user_defined=True),
    Entity(
        path="ConfigurationItems",
        name="ConfigurationItem",
        fields=related.CONFIGURATION_ITEMS,
        user_defined=True,
    ),
)

ENTITIES: Final[dict[str, Entity]] = {entity.path: entity for entity in _ALL}
BY_LOWER_PATH: Final[dict[str, Entity]] = {entity.path.lower(): entity for entity in _ALL}
BY_NAME: Final[dict[str, Entity]] = {entity.name: entity for entity in _ALL}
CHILDREN: Final[dict[tuple[str, str], Entity]] = {
    (entity.parent.lower(), entity.child.lower()): entity for entity in _ALL if entity.parent
}
