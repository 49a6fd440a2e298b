"""Who may be told by mail (S11): Autotask's resources as a list of check boxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from taskforce.domain.schema import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLine:
    """One resource; `email` is where mail goes, `word` says what is special about it."""

    id: int
    name: str
    email: str
    word: str
    is_chosen: bool


def resource_lines(resources: Sequence[Resource], chosen: Collection[int]) -> list[ResourceLine]:
    """Every active resource by name, then those chosen earlier who have become inactive, or are gone."""
    by_name = sorted(resources, key=lambda each: (each.full_name.casefold(), each.id))
    active = [_line(each, chosen, "") for each in by_name if each.is_active]
    inactive = [_line(each, chosen, "inactive") for each in by_name if not each.is_active and each.id in chosen]
    unknown = sorted(set(chosen) - {each.id for each in resources})
    word = "no longer in Autotask" if resources else "name not known yet"
    gone = [ResourceLine(id=each, name=f"Resource {each}", email="", word=word, is_chosen=True) for each in unknown]
    return [*active, *inactive, *gone]


def _line(resource: Resource, chosen: Collection[int], word: str) -> ResourceLine:
    return ResourceLine(
        id=resource.id,
        name=resource.full_name or f"Resource {resource.id}",
        email=resource.email,
        word=word or ("" if resource.email else "no mail address in Autotask"),
        is_chosen=resource.id in chosen,
    )
