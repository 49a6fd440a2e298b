"""What is stored as JSON comes back as it was."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from taskforce.adapters.store import codec
from taskforce.domain import changes
from taskforce.domain.diffing import FieldChange
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Evidence, Note, Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord, Value
from tests.builders import NOON, account

TEXTS = st.text(max_size=30)
WORDS = st.text(alphabet="abcdefghijklmnop_ABC", min_size=1, max_size=12)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), TEXTS, DECIMALS
)
FIELDS = st.dictionaries(WORDS, VALUES, max_size=6)
SOURCE_IDS = st.text(alphabet="0123456789abcXYZ", min_size=18, max_size=18).map(SourceId)
TARGET_IDS = st.integers(1, 2**62).map(TargetId)
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC
REASONS = st.sampled_from(Reason)
EVIDENCE: st.SearchStrategy[Evidence] = st.dictionaries(
    WORDS, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=3
)
NOTES = st.lists(st.builds(Note, reason=REASONS, field=WORDS, evidence=EVIDENCE), max_size=3).map(tuple)
SUBJECTS = st.builds(
    changes.Subject, entity=st.sampled_from(Entity), source_id=SOURCE_IDS, name=TEXTS, modified_at=TIMES
)
KEYS = st.builds(Keys, match=WORDS, name=WORDS, domain=st.none() | WORDS, phone=st.none() | WORDS, similar=TEXTS)
BASES = st.builds(
    changes.Basis,
    keys=KEYS,
    fingerprint=WORDS,
    references=st.dictionaries(WORDS, SOURCE_IDS, max_size=2),
    revisit_after=st.none() | SOURCE_IDS,
)
DIFFERENCES = st.lists(st.builds(FieldChange, field=WORDS, before=VALUES, after=VALUES), max_size=4).map(tuple)
COMMON = {
    "subject": SUBJECTS,
    "reason": REASONS,
    "notes": NOTES,
    "evidence": EVIDENCE,
    "basis": BASES,
    "company": st.none() | SOURCE_IDS,
}
PATCHED = {
    "target_id": TARGET_IDS,
    "field_changes": DIFFERENCES,
    "company_id": st.none() | TARGET_IDS,
    "writes_id": st.booleans(),
}
CREATES = st.builds(changes.Create, **COMMON, values=FIELDS)
LINKS = st.builds(changes.Link, **COMMON, **PATCHED)
UPDATES = st.builds(changes.Update, **COMMON, **PATCHED)


@given(change=st.one_of(CREATES, LINKS, UPDATES))
def test_every_write_comes_back(change: changes.Create | changes.Link | changes.Update) -> None:
    """Values, differences, remarks, evidence and what is remembered afterwards."""
    kind = type(change).__name__.lower()

    document, notes = codec.encode_change(change), codec.encode_notes(change.notes)

    assert codec.decode_write(kind, change.subject, change.reason, document, notes) == change


@given(fields=FIELDS, at=TIMES, is_deleted=st.booleans(), master=st.none() | SOURCE_IDS)
def test_salesforce_record_comes_back(
    fields: dict[str, Value], at: datetime, is_deleted: bool, master: SourceId | None
) -> None:
    """With all its values, and whether it was deleted or merged."""
    record = SourceRecord(
        entity=Entity.COMPANY,
        id=account().id,
        modified_at=at,
        fields=fields,
        is_deleted=is_deleted,
        master_id=master,
    )

    assert codec.decode_source(Entity.COMPANY, record.id, at, codec.encode_source(record)) == record


@given(
    fields=FIELDS,
    is_active=st.booleans(),
    source_id=st.none() | SOURCE_IDS,
    company_id=st.none() | TARGET_IDS,
    changed_at=st.none() | TIMES,
)
def test_autotask_record_comes_back(
    fields: dict[str, Value],
    is_active: bool,
    source_id: SourceId | None,
    company_id: TargetId | None,
    changed_at: datetime | None,
) -> None:
    """With all its values, and its Salesforce id as somebody wrote it."""
    record = TargetRecord(
        entity=Entity.CONTACT,
        id=TargetId(201),
        fields=fields,
        is_active=is_active,
        source_id=source_id,
        source_id_as_written=source_id[:15] if source_id else None,
        id_field_seen=is_active,
        company_id=company_id,
        changed_at=changed_at,
    )
    document = codec.encode_target(record)

    assert codec.decode_target(Entity.CONTACT, 201, is_active, source_id or "", company_id, document) == record


def test_fractions_keep_every_digit() -> None:
    """A float would make 0.1 of them something else, and lose the last of these."""
    values = {"a": Decimal("1250000.50"), "b": Decimal("0.1"), "c": Decimal("12345678901234567890.123456789")}

    decoded = codec.decode(codec.encode(values))

    assert {name: (type(value), str(value)) for name, value in decoded.items()} == {
        name: (Decimal, str(value)) for name, value in values.items()
    }


def test_same_content_gives_the_same_bytes() -> None:
    """Whatever the order in which Salesforce told the fields: a record that did not change keeps waiting."""
    one = account()
    other = SourceRecord(entity=one.entity, id=one.id, modified_at=NOON, fields=dict(reversed([*one.fields.items()])))

    assert codec.encode_source(one) == codec.encode_source(other)
