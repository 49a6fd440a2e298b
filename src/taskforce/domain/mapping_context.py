"""What mapping needs to know besides the record, ready for look-up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from taskforce.domain.countries import ALIASES
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, TargetId, Value
from taskforce.domain.schema import Country, Resource, TargetField, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.values import label_text


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingContext:
    """What mapping needs to know besides the record: Autotask's metadata, ready for look-up, and the settings.

    `default_manager` is the one active resource whose full name the settings give (S8), or why there is none.
    """

    schema: TargetSchema
    settings: ConnectionSettings
    resources: Mapping[tuple[str, str], tuple[Resource, ...]]
    countries: Mapping[str, TargetId]
    default_manager: Resource | Reason

    @classmethod
    def of(cls, schema: TargetSchema, settings: ConnectionSettings) -> "MappingContext":
        """Index the metadata by what records say: full names, country names and codes."""
        resources: dict[tuple[str, str], tuple[Resource, ...]] = {}
        for resource in schema.resources:
            name = (resource.first_name.strip(), resource.last_name.strip())
            resources[name] = (*resources.get(name, ()), resource)
        default = settings.default_account_manager.strip()
        return cls(
            schema=schema,
            settings=settings,
            resources=resources,
            countries=_countries_by_text(schema.countries),
            default_manager=_the_one([each for each in schema.resources if default and each.full_name == default]),
        )

    def field(self, entity: Entity, name: str) -> TargetField:
        """What Autotask tells of a field; of one that it does not tell of, that it holds a text."""
        return self.schema.fields[entity].get(name) or TargetField(name=name)

    def country(self, text: str) -> TargetId | None:
        """The country of this name, display name, code or alias."""
        form = label_text(text)
        return self.countries.get(form, self.countries.get(ALIASES.get(form, "")))

    def country_code(self, text: str) -> str | None:
        """The ISO code of two letters, as far as the tenant's list keeps codes."""
        known = self.country(text)
        codes = (each.code for each in self.schema.countries if each.id == known)
        return next(codes, "").upper() or None

    def owner(self, first_name: str, last_name: str) -> Resource | Reason:
        """The one active resource with exactly these names (S19), or why there is none."""
        return _the_one(self.resources.get((first_name, last_name), ()))

    def is_active_resource(self, resource_id: Value) -> bool:
        """Whether a company's present account manager is active."""
        return any(each.is_active for each in self.schema.resources if each.id == resource_id)


def _the_one(found: Sequence[Resource]) -> Resource | Reason:
    if len(found) > 1:
        return Reason.OWNER_AMBIGUOUS
    if not found:
        return Reason.OWNER_UNKNOWN
    return found[0] if found[0].is_active else Reason.OWNER_INACTIVE


def _countries_by_text(countries: Iterable[Country]) -> Mapping[str, TargetId]:
    """Countries by name, display name and ISO code, in the form of `match_text`; the first one of a text wins."""
    known: dict[str, TargetId] = {}
    for country in countries:
        if country.is_active:
            for text in (country.code, country.name, country.display_name):
                known.setdefault(label_text(text), country.id)
    known.pop("", None)
    return known
