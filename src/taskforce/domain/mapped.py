"""What may become of a value on its way from Salesforce to Autotask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from taskforce.domain.reasons import Note
from taskforce.domain.records import Value


class Use(Enum):
    """When a mapped value is written."""

    ALWAYS = auto()
    FALLBACK = auto()
    REFERENCE = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A value, when it is to be written, and what there is to say about it."""

    use: Use = Use.ALWAYS
    value: Value = None
    notes: tuple[Note, ...] = ()


Result = Value | Mapped
"""What a transform makes of a value. One to be written, None to clear, stands for itself: that is the usual case."""

Given = Mapping[str, Value]
"""All values of a record, by Salesforce field name."""

Step = Callable[[Value, Given], Result]
"""A bound field map: from the source field's value, and all others, to the target field's."""


UNTOUCHED = Mapped(use=Use.NEVER)
"""The Autotask field is left as it is, and there is nothing to say about that."""
