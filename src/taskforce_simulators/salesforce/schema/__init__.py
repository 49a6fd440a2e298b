"""What the org's objects look like: the standard ones, as the org's features and the user's permissions show them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from taskforce_simulators.salesforce.schema.account import ACCOUNT
from taskforce_simulators.salesforce.schema.contact import CONTACT
from taskforce_simulators.salesforce.schema.fields import Field, parse_fields
from taskforce_simulators.salesforce.schema.organization import ORGANIZATION
from taskforce_simulators.salesforce.schema.user import PERMISSIONS, PREFERENCES, USER

__all__ = ["OBJECTS", "Field", "SObject", "Schema", "custom_field"]


class SObject:
    """One object type with its fields by name."""

    def __init__(
        self,
        name: str,
        key_prefix: str,
        fields: Mapping[str, Field],
        *,
        deletable: bool = True,
        createable: bool = True,
    ) -> None:
        self.name = name
        self.key_prefix = key_prefix
        self.fields = fields
        self.deletable = deletable
        self.createable = createable
        self._by_name = {field.name.lower(): field for field in fields.values()}
        self._by_relationship = {f.relationship.lower(): f for f in fields.values() if f.relationship}

    @property
    def label_plural(self) -> str:
        """The name of many."""
        return f"{self.name}s"

    def field(self, name: str) -> Field | None:
        """The field of that name in any spelling of case, as SOQL and JSON bodies take it."""
        return self._by_name.get(name.lower())

    def relationship(self, name: str) -> Field | None:
        """The reference field behind a relationship name such as ``Owner``."""
        return self._by_relationship.get(name.lower())

    def showing(self, fields: Mapping[str, Field]) -> "SObject":
        """The same object with other fields."""
        return SObject(self.name, self.key_prefix, fields, deletable=self.deletable, createable=self.createable)


def _user_fields() -> dict[str, Field]:
    names = [f"UserPermissions{name}" for name in PERMISSIONS.split()]
    names += [f"UserPreferences{name}" for name in PREFERENCES.split()]
    return parse_fields(USER + "\n".join(f"{name}|boolean|0|cu!" for name in names))


OBJECTS: Final[Mapping[str, SObject]] = {
    sobject.name: sobject
    for sobject in (
        SObject("Account", "001", parse_fields(ACCOUNT)),
        SObject("Contact", "003", parse_fields(CONTACT)),
        SObject("User", "005", _user_fields(), deletable=False),
        SObject("Organization", "00D", parse_fields(ORGANIZATION), deletable=False, createable=False),
    )
}
"""Every object with every field there can be, whatever the features."""


def custom_field(form: Mapping[str, object]) -> Field:
    """A custom field from its form in the settings: name, type, length, label, values."""
    name, values = str(form["name"]), form.get("values", ())
    if not name.endswith("__c"):
        raise ValueError(f"the name of a custom field ends in __c: {name}")
    return Field(
        name=name,
        type=str(form.get("type", "string")),
        length=int(str(form.get("length", 255))),
        label=str(form.get("label", name.removesuffix("__c").replace("_", " "))),
        createable=True,
        updateable=True,
        custom=True,
        values={str(value): str(value) for value in values} if isinstance(values, list | tuple) else {},
    )


class Schema:
    """The objects as the user sees them: features that are off and hidden fields are not there."""

    def __init__(
        self,
        *,
        features: frozenset[str] = frozenset(),
        hidden: Mapping[str, frozenset[str]] | None = None,
        custom: Mapping[str, tuple[Field, ...]] | None = None,
        picklists: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    ) -> None:
        self.features = features
        self._hidden = hidden or {}
        self._custom = custom or {}
        self._picklists = picklists or {}
        self._objects = {name.lower(): self._shown(sobject) for name, sobject in OBJECTS.items()}

    def objects(self) -> list[SObject]:
        """All objects, in the order of global describe."""
        return sorted(self._objects.values(), key=lambda sobject: sobject.name)

    def find(self, name: str) -> SObject | None:
        """The object of that name in any spelling of case."""
        return self._objects.get(name.lower())

    def _shown(self, sobject: SObject) -> SObject:
        hidden = self._hidden.get(sobject.name, frozenset())
        every = [*sobject.fields.values(), *self._custom.get(sobject.name, ())]
        shown = (self._adjusted(sobject, f) for f in every if f.features <= self.features and f.name not in hidden)
        return sobject.showing({field.name: field for field in shown})

    def _adjusted(self, sobject: SObject, field: Field) -> Field:
        """An account's name is a compound only where there are person accounts; picklists may be the org's own."""
        if sobject.name == "Account" and field.name == "Name" and "person" not in self.features:
            return replace(field, compound=None)
        values = self._picklists.get(sobject.name, {}).get(field.name)
        return field if values is None else replace(field, values=values)
