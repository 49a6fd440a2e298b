"""Salesforce and Autotask with the same records on both sides, so that an import finds everything and writes nothing.

    python -m benchmarks.both_sides CONTACTS [SECONDS]    prints the connection, and serves until its input ends

With SECONDS, each page of either takes so long from then on.

Autotask's records are what Taskforce itself would have created, Salesforce ids included, put in past its API: to create
a million by requests takes hours. `touch NUMBER` on its input lets a quarter of an hour go by, and changes the title of
so many contacts in Salesforce.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.records import record_body
from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.adapters.clock import SystemClock
from taskforce.adapters.http.addresses import Addresses
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.diffing import wanted_for_create
from taskforce.domain.mapping import desired_state, fields_to_read
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId
from taskforce.domain.schema import TargetSchema
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import STANDARD
from taskforce.log import set_up_logging
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.serving import RunningPair, start_pair

CONTACTS_AN_ACCOUNT = 20
NEVER = 1_000_000_000
HERE = Addresses(("127.0.0.1",))
PATHS = {Entity.COMPANY: "Companies", Entity.CONTACT: "Contacts"}
FIRST_ID = 1_000
OVERLAP = timedelta(minutes=15)
"""Imports read the last ten minutes once more: what was changed before is to be no part of the next import."""

SETTLED = timedelta(minutes=2)
"""What was written less than a minute ago by Autotask's clock waits for the next import, and nobody waits here."""


class Forgetful:
    """Sessions are not kept."""

    def load(self) -> str | None:
        """Nothing."""
        return None

    def save(self, text: str) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""


@contextmanager
def adapters(pair: RunningPair) -> Iterator[tuple[SalesforceSource, AutotaskTarget]]:
    """Taskforce's own ways to both."""
    known = pair.connection()
    with HttpClient(system="Salesforce", addresses=HERE) as near, HttpClient(system="Autotask", addresses=HERE) as far:
        salesforce = SalesforceClient(SalesforceCredentials(**_section(known, "salesforce")), near, Forgetful())
        salesforce.session()
        autotask = AutotaskClient(AutotaskCredentials(**_section(known, "autotask")), far)
        yield SalesforceSource(salesforce, SystemClock(), bulk_from=NEVER), AutotaskTarget(autotask, SystemClock())


def _section(document: Mapping[str, object], name: str) -> dict[str, str]:
    section = document[name]
    assert isinstance(section, dict)
    return section


def fill(pair: RunningPair) -> None:
    """Give Autotask what Salesforce holds: companies, then contacts under them."""
    with adapters(pair) as (source, target):
        target.create_id_fields(list(Entity))
        schema = target.describe()
        settings = ConnectionSettings(default_account_manager=pair.default_account_manager)
        context = MappingContext.of(schema, settings)
        companies: dict[SourceId, TargetId] = {}
        visible = source.describe()
        for entity in Entity:
            fields = fields_to_read(entity, visible, settings)
            for page in source.changes(entity, fields, since=None, after=None):
                bodies = _bodies(page.records, schema, context, companies)
                pair.autotask.load({PATHS[entity]: list(bodies)})


def _bodies(
    records: Sequence[SourceRecord],
    schema: TargetSchema,
    context: MappingContext,
    companies: dict[SourceId, TargetId],
) -> Iterable[dict[str, object]]:
    """What would be sent to create each, under ids of our own for companies, which are added to `companies`."""
    for record in records:
        entity = record.entity
        values = dict(wanted_for_create(desired_state(record, STANDARD.of(entity), context)).values)
        if entity is Entity.CONTACT:
            assert record.account_id is not None
            values["companyID"] = companies[record.account_id]
        body = record_body(entity, {"isActive": True, **values}, id_values={schema.id_fields[entity]: record.id})
        document = dict(json.loads(body))
        if entity is Entity.COMPANY:
            companies[record.id] = document["id"] = TargetId(FIRST_ID + len(companies))
        yield document


def touch(pair: RunningPair, ids: Sequence[str], title: str) -> None:
    """Much later, these contacts get another title, and both vendors' clocks leave that behind a little."""
    pair.salesforce.clock.advance(OVERLAP)
    for each in ids:
        pair.salesforce.save_record("Contact", {"Id": each, "Title": title})
    pair.autotask.clock.advance(SETTLED)


def slow_down(pair: RunningPair, seconds: float) -> None:
    """From now on each answer to a query of Salesforce, and each of Autotask's, takes so long."""
    pair.salesforce.faults.add(Fault(action="delay", path="/query", delay_seconds=seconds, times=None))
    pair.autotask.change_settings({"service_time_seconds": seconds})


def main() -> None:
    """Fill, serve, and change records as told."""
    set_up_logging("WARNING")
    contacts = int(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    with start_pair(
        scenario="empty",
        accounts=contacts // CONTACTS_AN_ACCOUNT,
        contacts=contacts,
        request_limit=NEVER,
        thread_limit=False,
    ) as pair:
        fill(pair)
        if seconds:
            slow_down(pair, seconds)
        ids = [str(each["Id"]) for each in pair.salesforce.records("Contact")]
        print(json.dumps(pair.connection()), flush=True)
        for touched, line in enumerate(sys.stdin):
            number = int(line.split()[1])
            touch(pair, ids[:number], f"Buyer {touched}")
            ids = ids[number:] + ids[:number]
            print("done", flush=True)


if __name__ == "__main__":
    main()
