"""Time zones to choose from, as people look for them: by continent, then by city."""

import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ELSEWHERE = "Elsewhere"
_CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""Areas that have cities; the rest ("US/Central", "Etc/GMT+5") are older names of the same or bare offsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One time zone: `name` is its key ("America/New_York"), `city` what people read ("New York")."""

    name: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continent:
    """The zones of one area."""

    name: str
    zones: Sequence[Zone]


def time_zones() -> frozenset[str]:
    """Every zone that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


def continents_of(names: Iterable[str], chosen: str) -> list[Continent]:
    """UTC first, then each continent's cities; the one that is `chosen` is always among them."""
    found: dict[str, list[Zone]] = {_ELSEWHERE: [Zone(name="UTC", city="UTC")]}
    for name in sorted({*names, chosen} - {"UTC"}):
        area, _, city = name.partition("/")
        if area in _CONTINENTS and city:
            found.setdefault(area, []).append(Zone(name=name, city=city.replace("_", " ").replace("/", ", ")))
        elif name == chosen:
            found[_ELSEWHERE].append(Zone(name=name, city=name))
    return [Continent(name=name, zones=zones) for name, zones in found.items()]
