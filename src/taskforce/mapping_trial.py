"""A mapping tried out before it is stored (B9): what both systems say of it, and what it makes of real records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.field_map import FieldMap
from taskforce.domain.mapping import Desired, Mapper, fields_to_read
from taskforce.domain.mapping_checks import MappingProblem, problems_of, remarks_of
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity, SourceRecord
from taskforce.domain.schema import SourceSchema, TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.value_pairs import PairedValue, labels_of, may_pair, paired
from taskforce.domain.values import label_text
from taskforce.errors import ApiError, ConfigurationError

SAMPLE = 10
"""Records shown beside a mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One real record, and what would be wanted of it in Autotask."""

    record: SourceRecord
    desired: Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingTrial:
    """Both systems' metadata as they are now, what they say of the mapping, and what becomes of a sample.

    Without a sample, `refused` says why Salesforce would not show one; problems that stop leave it out.
    """

    source: SourceSchema
    target: TargetSchema
    problems: Sequence[MappingProblem]
    samples: Mapping[Entity, Sequence[Sampled]]
    refused: str = ""

    @property
    def may_be_stored(self) -> bool:
        """Nothing stands against it."""
        return not self.refused and not any(each.stops for each in self.problems)

    def told_of(self, rows: Collection[tuple[Entity, str]]) -> Sequence[MappingProblem]:
        """What stops it, and what is said of these rows, each by its Autotask field."""
        return [each for each in self.problems if each.stops or (each.entity, each.target) in rows]


MOST_VALUES = 200
"""Values of a field that are looked at: the most frequent ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """The values of a row's Salesforce field, as its Autotask field takes them, and the labels that there are.

    `blank` counts the records without a value; `is_all` is false where there are more values than `MOST_VALUES`.
    """

    values: Sequence[PairedValue]
    labels: Sequence[str]
    blank: int
    is_all: bool


def read_values(
    source: SalesforceSource, target: AutotaskTarget, settings: ConnectionSettings, entity: Entity, row: FieldMap
) -> RowValues:
    """Count the values of a row's field in one query, those that nobody uses included; nothing is written.

    Raises ConfigurationError for a row that takes no single field, or whose Autotask field takes no value of a list.
    """
    if not may_pair(row):
        problem = f"Only the values of a row that takes one field for a picklist or a country are paired: {row.target}."
        raise ConfigurationError([problem])
    described = source.describe(settings.mappings.replaced(settings.mappings.of(entity).with_row(row)))
    if not described.shows(entity, row.source):
        raise ConfigurationError([f"The Salesforce user sees no field {row.source} of {entity.source_object}."])
    context = MappingContext.of(target.describe(), settings)
    counted = source.values(entity, row.source, MOST_VALUES)
    details = described.details.get(entity, {}).get(row.source)
    seen = {label_text(value) for value, _ in counted}
    unused = [(each, 0) for each in (details.picklist if details else ()) if label_text(each) not in seen]
    return RowValues(
        values=paired(row, entity, [*counted, *unused], context),
        labels=sorted(set(labels_of(row, entity, context).values()), key=str.casefold),
        blank=sum(count for value, count in counted if value is None),
        is_all=len(counted) < MOST_VALUES,
    )


def try_mapping(source: SalesforceSource, target: AutotaskTarget, settings: ConnectionSettings) -> MappingTrial:
    """Try the mapping of these settings; four requests to Salesforce at most, a few to Autotask. Nothing is written."""
    visible, schema = source.describe(settings.mappings), target.describe()
    context = MappingContext.of(schema, settings)
    mappings = [settings.mappings.of(entity) for entity in Entity]
    problems = [each for mapping in mappings for each in problems_of(mapping, visible, context)]
    remarks = [each for mapping in mappings for each in remarks_of(mapping, visible, context)]
    samples, refused = {}, ""
    if not any(each.stops for each in problems):
        try:
            samples = {entity: _sampled(source, entity, visible, context) for entity in Entity}
        except ApiError as error:
            refused = str(error)
    return MappingTrial(source=visible, target=schema, problems=[*problems, *remarks], samples=samples, refused=refused)


def _sampled(
    source: SalesforceSource, entity: Entity, visible: SourceSchema, context: MappingContext
) -> Sequence[Sampled]:
    mapper = Mapper.of(context.settings.mappings.of(entity), context)
    records = source.latest(entity, fields_to_read(entity, visible, context.settings), SAMPLE)
    return [Sampled(record=record, desired=mapper.desired(record)) for record in records]
