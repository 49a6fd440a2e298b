"""What is known of both systems: Autotask's records, and the metadata of both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from taskforce.domain.match_rules import Candidate, Keys
from taskforce.domain.records import Entity, SourceId, TargetId, TargetRecord
from taskforce.domain.schema import SourceSchema, TargetSchema


class SoughtContact(NamedTuple):
    """What a contact is looked for by: its exact key, its company, if that has an id yet, and that company's name."""

    match: str
    company_id: TargetId | None
    company_name_key: str

    def is_met_by(self, candidate: Candidate) -> bool:
        """It has the key, and stands there."""
        is_here = self.company_id is not None and candidate.company_id == self.company_id
        return candidate.keys.match == self.match and (is_here or candidate.company_name_key == self.company_name_key)


class Index(Protocol):
    """What is known of Autotask's records, so that matching costs no request."""

    def refreshed_through(self, entity: Entity) -> datetime | None: ...

    def set_refreshed_through(self, entity: Entity, moment: datetime) -> None: ...

    def expire(self) -> None:
        """As if nothing had been read yet: the next refresh reads everything."""
        ...

    def put(
        self, entity: Entity, records: Mapping[TargetId, tuple[TargetRecord, Keys]], *, run_id: int = 0
    ) -> Mapping[TargetId, tuple[TargetRecord, Keys]]:
        """Store records as they stand in Autotask, seen by this run; returns how those stood that were known."""
        ...

    def count(self, entity: Entity, *, seen_in: int | None = None) -> int:
        """How many records there are, or were seen by one run."""
        ...

    def forget_unseen(self, entity: Entity, run_id: int) -> None:
        """Everything was read by this run: what it did not see is gone."""
        ...

    def doubled(self, entity: Entity) -> Mapping[SourceId, Sequence[Candidate]]:
        """Salesforce ids that stand on more than one record, with those records (protocol 2, step 6)."""
        ...

    def keys(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, Keys]: ...

    def records(self, entity: Entity, ids: Iterable[TargetId]) -> Mapping[TargetId, TargetRecord]:
        """The records as they were last seen (`source_id_as_written` included)."""
        ...

    def page(self, entity: Entity, *, after: TargetId | None, limit: int) -> Sequence[TargetRecord]:
        """Some records as they were last seen, in the order of their ids, behind one of them."""
        ...

    def carriers(self, entity: Entity, ids: Iterable[SourceId]) -> Mapping[SourceId, Sequence[Candidate]]:
        """The records whose user-defined field holds one of these ids."""
        ...

    def fitting(self, entity: Entity, match_keys: Iterable[str]) -> Mapping[str, Sequence[Candidate]]:
        """The records with one of these exact keys; contacts of all companies."""
        ...

    def fitting_contacts(self, sought: Iterable[SoughtContact]) -> Mapping[str, Sequence[Candidate]]:
        """By exact key the contacts that have it under the company that is sought with it, or under one of its name."""
        ...

    def alike(self, entity: Entity, keys: Sequence[Keys]) -> Sequence[Candidate]:
        """The records that share a domain, a phone, a number or the beginning of the simple name with one of these."""
        ...

    def parent(self, company_id: TargetId) -> TargetId | None: ...


class Schemas(Protocol):
    """The metadata of both systems as last read."""

    def source(self) -> tuple[SourceSchema, datetime] | None: ...

    def put_source(self, schema: SourceSchema, now: datetime) -> None: ...

    def target(self) -> TargetSchema | None: ...

    def put_target(self, schema: TargetSchema) -> None: ...

    def other_pair(self, organization_id: str, database_id: str) -> str:
        """The name of another connection that was seen to pair this org with this database; empty if there is none.

        Inside a transaction: until its end no other connection stores its metadata.
        """
        ...

    def expire(self) -> None:
        """The next run reads both anew; they are kept, to be compared with."""
        ...
