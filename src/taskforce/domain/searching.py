"""What people search a record by, besides its name and its ids."""

from taskforce.domain.records import SourceRecord, TargetRecord

_SOURCE_FIELDS = ("Email", "Website")
_TARGET_FIELDS = ("emailAddress", "webAddress")


def contact_points_of(record: SourceRecord | TargetRecord) -> tuple[str, ...]:
    """A contact's e-mail address, or a company's web address."""
    names = _SOURCE_FIELDS if isinstance(record, SourceRecord) else _TARGET_FIELDS
    return tuple(str(record.fields[name]) for name in names if record.fields.get(name))
