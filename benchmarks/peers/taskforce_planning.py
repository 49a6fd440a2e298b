"""The domain alone: so many contacts mapped, keyed, matched and decided about; nothing is read or stored."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from benchmarks.encoded_org import contact
from benchmarks.peers.figures import Stopwatch

from taskforce.adapters.clock import SystemClock
from taskforce.domain.deciding import decide_linked, decide_unlinked
from taskforce.domain.diffing import fingerprint
from taskforce.domain.drafts import Draft
from taskforce.domain.links import Link
from taskforce.domain.mapping import Mapper
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Candidate, keys_of
from taskforce.domain.matching import match
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import STANDARD
from taskforce.testing.target import MemoryTarget

CONTEXT = MappingContext.of(MemoryTarget(clock=SystemClock()).describe(), ConnectionSettings())
MAPPER = Mapper.of(STANDARD.of(Entity.CONTACT), CONTEXT)
"""Bound once, as a run does it."""

COMPANY = TargetId(7)
_IDENTITY = {"Id", "SystemModstamp", "IsDeleted", "MasterRecordId"}


def source_record(number: int) -> SourceRecord:
    """A contact as the reader hands it on."""
    raw = contact(number)
    fields = {name: value for name, value in raw.items() if name not in _IDENTITY}
    stamp = datetime.fromisoformat(str(raw["SystemModstamp"]))
    return SourceRecord(entity=Entity.CONTACT, id=SourceId(str(raw["Id"])), modified_at=stamp, fields=fields)  # type: ignore[arg-type]


def draft(record: SourceRecord, link: Link | None = None) -> Draft:
    """Mapped, its keys computed, its company known."""
    desired = MAPPER.desired(record)
    keys = keys_of(Entity.CONTACT, desired.values)
    return Draft(record=record, desired=desired, keys=keys, link=link, company_id=COMPANY)


def _mapped(records: Sequence[SourceRecord]) -> object:
    return [fingerprint(MAPPER.desired(each)) for each in records]


def _created(records: Sequence[SourceRecord]) -> object:
    nobody: list[Candidate] = []
    drafts = map(draft, records)
    return [
        decide_unlinked(each, match(each.record.id, carriers=nobody, fitting=nobody), None, None, CONTEXT)
        for each in drafts
    ]


def _linked(records: Sequence[SourceRecord]) -> object:
    """Each carries its id and stands as it is wanted."""
    return [_decided(number, each) for number, each in enumerate(records)]


def _decided(number: int, record: SourceRecord) -> object:
    target_id = TargetId(1_000 + number)
    link = Link(entity=Entity.CONTACT, source_id=record.id, target_id=target_id)
    known = draft(record, link)
    present = TargetRecord(
        entity=Entity.CONTACT,
        id=target_id,
        fields=known.desired.values,
        is_active=True,
        source_id=record.id,
        source_id_as_written=record.id,
        company_id=COMPANY,
    )
    return decide_linked(known, target_id, present, CONTEXT)


WORK: dict[str, Callable[[Sequence[SourceRecord]], object]] = {
    "mapped": _mapped,
    "created": _created,
    "linked": _linked,
}


def main() -> None:
    """One kind of work on records that are there before the watch runs."""
    records = [source_record(number) for number in range(int(sys.argv[1]))]
    watch = Stopwatch()
    WORK[sys.argv[2]](records)
    watch.report(len(records))


if __name__ == "__main__":
    main()
