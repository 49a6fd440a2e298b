"""What a simulator shows to people in the browser: objects, lists, and forms with tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["text", "textarea", "number", "checkbox", "choice", "readonly"]


class RecordRefusedError(Exception):
    """A change made on a page is not possible; the text is for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsableObject:
    """One kind of record: its API name, its label for many, and the columns of its list."""

    name: str
    label: str
    columns: tuple[str, ...]
    creatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list: rows hold "id" and the object's columns as text; `total` counts all that fit the search."""

    total: int
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form with its value as text; a check box is "true" or ""; choices are (value, label)."""

    name: str
    label: str
    value: str = ""
    kind: Kind = "text"
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab of a form."""

    label: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A record to look at and edit; `links` are (label, object name, id) of records that belong to it."""

    title: str
    tabs: tuple[Tab, ...]
    links: tuple[tuple[str, str, str], ...] = field(default=())


class Browsable(Protocol):
    """The pages' view of a simulator's data. Unknown objects raise KeyError."""

    def objects(self) -> Sequence[BrowsableObject]:
        """What the menu lists, in order."""

    def listing(self, object_name: str, *, search: str, offset: int, limit: int) -> Listing:
        """One page of an object's records, those that contain `search` in a column."""

    def form(self, object_name: str, record_id: str | None) -> Form | None:
        """A record's form, an empty one for None, or None if there is no such record."""

    def submit(self, object_name: str, record_id: str | None, values: Mapping[str, str]) -> str:
        """Save a form's values (read-only fields are left out; "" is blank) by the ordinary record change.

        Returns the record's id; raises RecordRefusedError.
        """
