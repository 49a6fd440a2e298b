"""Records of both systems in neutral form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from taskforce.domain.sealing import quickly

SourceId = NewType("SourceId", str)
"""A Salesforce id, always 18 characters, compared case-sensitively."""

TargetId = NewType("TargetId", int)
"""An Autotask id. Company 0 is the MSP itself: never matched, never changed."""

OWN_COMPANY_ID = TargetId(0)

LARGEST_TARGET_ID = 2**63 - 1
"""What an Autotask id can be at most: a whole number of 64 bits."""


def target_id_of(text: str) -> TargetId | None:
    """The Autotask id that somebody typed; None if it cannot be one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_TARGET_ID))
    return TargetId(int(text)) if is_number and int(text) <= LARGEST_TARGET_ID else None


Value = str | int | Decimal | bool | None
"""A field's value. A blank text is None: neither system tells an empty text from an absent one reliably."""


class Entity(StrEnum):
    """What is kept current: a Salesforce account is an Autotask company, a contact is a contact."""

    COMPANY = "company"
    CONTACT = "contact"

    @property
    def plural(self) -> str:
        """The word of reports and counters."""
        return "companies" if self is Entity.COMPANY else "contacts"

    @property
    def source_object(self) -> str:
        """The Salesforce object."""
        return "Account" if self is Entity.COMPANY else "Contact"

    @property
    def key_prefix(self) -> str:
        """How the ids of that object begin."""
        return "001" if self is Entity.COMPANY else "003"

    @classmethod
    def of(cls, source_id: SourceId) -> "Entity | None":
        """What a Salesforce id belongs to; None for other objects."""
        return next((entity for entity in cls if source_id.startswith(entity.key_prefix)), None)


OBJECTS = {entity.source_object.lower(): entity for entity in Entity}
"""By what commands and addresses call the Salesforce object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One Salesforce record as read.

    `fields` holds the values by Salesforce field name, relationship fields with a dot ("Owner.LastName"); a field that
    the user may not see is absent, which is not the same as None. `is_gone` marks a record that Salesforce no longer
    shows at all: nothing but its id is known of it, and the name that Autotask has.
    """

    entity: Entity
    id: SourceId
    modified_at: datetime
    fields: Mapping[str, Value]
    is_deleted: bool = False
    master_id: SourceId | None = None
    is_gone: bool = False

    @property
    def name(self) -> str:
        """How a person would call it: an account's name, or a contact's first and last name."""
        parts = ("Name",) if self.entity is Entity.COMPANY else ("FirstName", "LastName")
        return " ".join(str(self.fields[part]) for part in parts if self.fields.get(part))

    @property
    def has_departed(self) -> bool:
        """Deleted, merged into another, or shown no more."""
        return self.is_deleted or self.is_gone

    @property
    def account_id(self) -> SourceId | None:
        """Of a contact: the account it belongs to."""
        account = self.fields.get("AccountId")
        return SourceId(str(account)) if account else None

    @property
    def parent_id(self) -> SourceId | None:
        """Of an account: its parent account."""
        parent = self.fields.get("ParentId")
        return SourceId(str(parent)) if parent else None


source_record = quickly(SourceRecord)
"""Makes a Salesforce record: every one that is read is made by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRecord:
    """One Autotask record as read.

    `source_id` is the Salesforce id in the user-defined field, in its 18-character form; `source_id_as_written` is the
    text that stands there. `id_field_seen` tells whether the answer listed that field at all: Autotask leaves
    user-defined fields out when no row of an answer has a value, so absence alone proves nothing (protocol 1).
    `unreadable_id` is a text that stands where an id should, and is none; None where there is an id or nothing.
    """

    entity: Entity
    id: TargetId
    fields: Mapping[str, Value]
    is_active: bool
    source_id: SourceId | None = None
    source_id_as_written: str | None = None
    id_field_seen: bool = True
    company_id: TargetId | None = None
    changed_at: datetime | None = None
    unreadable_id: str | None = None

    @property
    def name(self) -> str:
        """How a person would call it: a company's name, or a contact's first and last name."""
        parts = ("companyName",) if self.entity is Entity.COMPANY else ("firstName", "lastName")
        return " ".join(str(self.fields[part]) for part in parts if self.fields.get(part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the records looked at in one run; the counters exclude each other."""

    created: int = 0
    updated: int = 0
    linked: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0
    failed: int = 0
    deactivated: int = 0
    postponed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCalls:
    """Requests that the vendors count."""

    salesforce: int = 0
    autotask: int = 0

    def __add__(self, other: "ApiCalls") -> "ApiCalls":
        return ApiCalls(salesforce=self.salesforce + other.salesforce, autotask=self.autotask + other.autotask)

    def __sub__(self, other: "ApiCalls") -> "ApiCalls":
        return ApiCalls(salesforce=self.salesforce - other.salesforce, autotask=self.autotask - other.autotask)
