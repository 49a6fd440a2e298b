"""Offices in which a field is won by another rule, and what stands and is said there."""

from dataclasses import replace

from taskforce.domain.field_map import Wins
from taskforce.domain.reasons import Note
from taskforce.domain.records import SourceId, TargetId, Value
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import COMPANY_MAPPING, STANDARD
from tests.unit.engine.office import SETTINGS, Office
from tests.unit.engine.reviewing import FIRST, link


def ruled(field: str, wins: Wins) -> ConnectionSettings:
    """The usual settings, with another rule for a field of companies."""
    row = COMPANY_MAPPING.row(field)
    assert row is not None
    mapping = COMPANY_MAPPING.with_row(replace(row, wins=wins))
    return replace(SETTINGS, mappings=STANDARD.replaced(mapping))


def standing(office: Office, field: str, source_id: SourceId = FIRST) -> Value:
    """What stands in a field of the company of an account."""
    (found,) = [each for each in office.companies() if each.source_id == source_id]
    return found.fields.get(field)


def number_of(office: Office, source_id: SourceId) -> TargetId:
    """The company of an account."""
    found = link(office, source_id)
    assert found is not None
    return found.target_id


def notes(office: Office, run_id: int) -> list[Note]:
    """All remarks of a run."""
    entries = office.stores.plan(run_id).entries()
    return [note for entry in entries for note in entry.decision.notes]
