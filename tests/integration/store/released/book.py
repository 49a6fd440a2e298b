"""What stands in each of these databases, and how today's code writes it."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire, release
from taskforce.adapters.store.schemas import TokenStore
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.stores import DjangoStores
from taskforce.connection_config import SECRETS
from taskforce.domain.changes import Decision
from taskforce.domain.cursor import Cursor, Position
from taskforce.domain.links import Link, LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, SourceRecord, TargetId, TargetRecord
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.domain.schema import Country, PicklistValue, Resource, SourceSchema, TargetField, TargetSchema
from tests.builders import NOON, account_id, contact_id
from tests.integration.store.decisions import CREATED, HELD, create, held

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
NAME = "acme"
LATER = NOON + timedelta(minutes=5)

KEY = base64.urlsafe_b64encode(bytes(range(32)))
BOX = SecretBox([KEY])
SESSION = "a session"

DOCUMENT: Mapping[str, Any] = {
    "salesforce": {"url": "https://acme.my.salesforce.example", "method": "client_credentials",
                   "client_id": "Taskforce", "client_secret": "open sesame"},
    "autotask": {"username": "api@acme.example", "secret": "open barley", "integration_code": "TRACKING"},
    "settings": {"default_account_manager": "Olivia Grant", "create_settle_seconds": 300},
}  # fmt: skip

CURSORS = {
    COMPANY: Cursor(read_through=NOON, asked_at=LATER, position=Position(modified_at=NOON, id=account_id(7))),
    CONTACT: Cursor(read_through=NOON),
}

ACCOUNTS = [
    SourceRecord(
        entity=COMPANY,
        id=account_id(number),
        modified_at=NOON,
        fields={"Name": f"Company {number}", "AnnualRevenue": Decimal("1250000.5"), "ParentId": None},
    )
    for number in range(1, 5)
]
MERGED = SourceRecord(
    entity=COMPANY, id=account_id(5), modified_at=NOON, fields={}, is_deleted=True, master_id=account_id(1)
)
PERSON = SourceRecord(
    entity=CONTACT,
    id=contact_id(1),
    modified_at=NOON,
    fields={"LastName": "Lind", "AccountId": account_id(1)},
)

LINKS = [
    Link(
        entity=COMPANY,
        source_id=account_id(10 + number),
        target_id=TargetId(100 + number),
        state=state,
        fingerprint="f" * 32,
        carries_id=state is not LinkState.UNMAPPED,
    )
    for number, state in enumerate((LinkState.LINKED, LinkState.UNMAPPED, LinkState.IGNORED, LinkState.ORPHANED))
]

SENT, IN_DOUBT = account_id(21), account_id(22)

INDEXED = TargetRecord(
    entity=COMPANY,
    id=TargetId(100),
    fields={"companyName": "Company 10", "assetValue": Decimal("0.25"), "parentCompanyID": 99},
    is_active=True,
    source_id=account_id(10),
    source_id_as_written=account_id(10),
    changed_at=NOON,
)
KEYS = Keys(match="m", name="n", domain="acme.example", phone="3125550100", similar="company")

SOURCE_SCHEMA = SourceSchema(fields={COMPANY: frozenset({"Name"}), CONTACT: frozenset({"LastName"})})
TARGET_SCHEMA = TargetSchema(
    fields={
        COMPANY: {"companyType": TargetField(name="companyType", picklist=(PicklistValue(code=1, label="Customer"),))},
        CONTACT: {"lastName": TargetField(name="lastName", length=50, is_required=True)},
    },
    resources=(Resource(id=TargetId(501), first_name="Olivia", last_name="Grant"),),
    countries=(Country(id=TargetId(237), code="US", name="United States"),),
    id_fields={COMPANY: "Salesforce Company ID"},
    read_at=NOON,
)

FAILED = Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED, detail="bad_picklist: no such type")
PENDING = [create(21), create(22)]
DECISIONS: list[tuple[Decision, Outcome | None]] = [
    (create(1, Reason.STAND_IN), CREATED),
    (held(2), HELD),
    (create(3), FAILED),
]
DONE = Run(
    id=1,
    connection=NAME,
    status=RunStatus.DONE_WITH_FAILURES,
    started_at=NOON,
    finished_at=LATER,
    message="Autotask did not take 1 record; nothing of it is lost.",
    counts={COMPANY: Counts(created=1, held=1, failed=1), CONTACT: Counts()},
    held=1,
    failing=1,
    calls=ApiCalls(salesforce=4, autotask=9),
    lower_bound=ApiCalls(salesforce=4, autotask=8),
    duration=timedelta(seconds=2.5),
)
RUNNING = Run(id=2, connection=NAME, status=RunStatus.RUNNING, started_at=LATER)


def text_of(version: str) -> str:
    """The database of a released version, as SQL; named by its latest migration."""
    return (Path(__file__).parent / f"{version}.sql").read_text(encoding="utf-8")


def write() -> None:
    """Into an empty database."""
    known = Connections(BOX, SECRETS)
    known.add(NAME, DOCUMENT, NOON)
    row = known.row(NAME)
    TokenStore(Scope(connection_id=row.pk), BOX, "salesforce").save(SESSION)
    lease = acquire(row.pk, Holder(host="desk", boot_id="boot", process_id=1, process_started=1), NOON)
    stores = DjangoStores(row, lambda: NOON, lease=lease)
    with stores.transaction():
        for entity, cursor in CURSORS.items():
            stores.cursors.put(entity, cursor)
        _write_inbox(stores)
        stores.links.put(LINKS)
        stores.index.put(COMPANY, {INDEXED.id: (INDEXED, KEYS)})
        stores.index.set_refreshed_through(COMPANY, NOON)
        stores.schemas.put_source(SOURCE_SCHEMA, NOON)
        stores.schemas.put_target(TARGET_SCHEMA)
    _write_runs(stores)
    release(lease)


def _write_inbox(stores: DjangoStores) -> None:
    """A record in every state."""
    stores.inbox.put(COMPANY, [*ACCOUNTS, MERGED])
    stores.inbox.put(CONTACT, [PERSON])
    stores.inbox.hold(COMPANY, account_id(2), Reason.AMBIGUOUS, waits_for=None, match_key="m")
    stores.inbox.fail(COMPANY, account_id(3), Reason.REJECTED, NOON)
    stores.inbox.revisit(COMPANY, account_id(4), after=account_id(1))


def _write_runs(stores: DjangoStores) -> None:
    """One that has ended, and one that died after it had sent two creates."""
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    stores.plan(run.id).add(DECISIONS)
    stores.runs.finish(DONE)
    run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=LATER)
    stores.plan(run.id).add([(each, None) for each in PENDING])
    for source_id, number in ((SENT, 4), (IN_DOUBT, 5)):
        stores.intents.send(COMPANY, [(source_id, number, "d" * 32)], LATER)
    stores.intents.doubt(COMPANY, IN_DOUBT)
