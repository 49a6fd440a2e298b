"""What holds for the whole domain."""

import dataclasses
import importlib
import inspect
import pkgutil
from enum import Enum

import pytest

from taskforce import domain
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Counts

MODULES = [importlib.import_module(f"{domain.__name__}.{each.name}") for each in pkgutil.iter_modules(domain.__path__)]
CLASSES = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == module.__name__ and not issubclass(value, Enum)
    },
    key=lambda each: (each.__module__, each.__qualname__),
)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda each: each.__qualname__)
def test_values_never_change(kind: type) -> None:
    """A decision, once made, is what is stored, shown and applied: frozen, slotted, with named arguments only."""
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert not hasattr(kind, "__weakref__")
    assert all(field.kw_only for field in dataclasses.fields(kind))


def test_every_outcome_has_its_counter() -> None:
    """The counters of a run are the kinds of outcome: each record counts once, and none is left out."""
    assert [kind.value for kind in OutcomeKind] == [field.name for field in dataclasses.fields(Counts)]
