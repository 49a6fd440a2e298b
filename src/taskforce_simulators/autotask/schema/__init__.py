"""The entities of Autotask with their fields and picklists."""

from taskforce_simulators.autotask.schema.entities import BY_LOWER_PATH, BY_NAME, CHILDREN, ENTITIES, Entity
from taskforce_simulators.autotask.schema.fields import FRACTIONS, NUMBERS, Field
from taskforce_simulators.autotask.schema.picklist import Value
from taskforce_simulators.autotask.schema.picklists import PICKLISTS

__all__ = [
    "BY_LOWER_PATH",
    "BY_NAME",
    "CHILDREN",
    "ENTITIES",
    "FRACTIONS",
    "NUMBERS",
    "PICKLISTS",
    "Entity",
    "Field",
    "Value",
]
