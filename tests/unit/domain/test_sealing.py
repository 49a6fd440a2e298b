"""Values that are made quickly are as frozen as any."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from taskforce.domain.sealing import quickly


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something frozen."""

    name: str
    weight: int = 1
    marks: list[str] = field(default_factory=list)


parcel = quickly(Parcel)


def test_what_is_made_quickly_is_the_same_value() -> None:
    """Of the same class, equal, with its defaults, and to be replaced as any."""
    made = parcel("a", marks=["b"])

    assert type(made) is Parcel
    assert made == Parcel(name="a", marks=["b"])
    assert replace(made, weight=2) == Parcel(name="a", weight=2, marks=["b"])


def test_what_is_made_quickly_cannot_be_changed() -> None:
    """Nor can it be given anything else to hold."""
    made = parcel("a")

    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]


def test_defaults_are_not_shared() -> None:
    """Each gets its own from a factory."""
    assert parcel("a").marks is not parcel("a").marks


def test_what_is_needed_must_be_given() -> None:
    """A field without a default is never left out."""
    with pytest.raises(TypeError, match="name"):
        parcel(weight=2)
