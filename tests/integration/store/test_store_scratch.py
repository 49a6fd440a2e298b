"""A dry run may write as it likes."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.models import F

from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.cursor import Cursor
from taskforce.domain.links import LinkState
from taskforce.domain.match_rules import Keys
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity, TargetId
from taskforce.domain.run import RunKind
from taskforce.engine.stores import Intent, Standing, Stores
from taskforce.errors import LeaseLost
from taskforce.testing.clock import FrozenClock
from tests.builders import account, account_id, company, link, source_schema, target_schema
from tests.integration.store.decisions import HELD, held
from tests.support.store import new_connection

COMPANY = Entity.COMPANY
NOW = FrozenClock().now()
KEYS = Keys(match="m", name="n")


def fill(stores: Stores, *, accounts: int = 3) -> None:
    """Something of everything."""
    with stores.transaction():
        stores.cursors.put(COMPANY, Cursor(read_through=NOW))
        stores.inbox.put(COMPANY, [account(number) for number in range(1, accounts + 1)])
        stores.inbox.hold(COMPANY, account_id(1), Reason.AMBIGUOUS, waits_for=None, match_key="m")
        stores.links.put([link(account(7), 107)])
        stores.intents.send(COMPANY, [(account_id(2), 7, "digest")], NOW)
        stores.index.put(COMPANY, {TargetId(101): (company(), KEYS)})
        stores.index.set_refreshed_through(COMPANY, NOW)
        stores.schemas.put_source(source_schema(), NOW)
        stores.schemas.put_target(target_schema())


def change_everything(stores: Stores) -> None:
    """What a dry run might do, and more."""
    with stores.transaction():
        stores.cursors.put(COMPANY, Cursor())
        stores.inbox.put(COMPANY, [account(90)])
        stores.inbox.settle(COMPANY, [account_id(1), account_id(3)])
        stores.links.put([link(account(90), 190)])
        stores.links.set_state(COMPANY, account_id(7), LinkState.UNMAPPED)
        stores.intents.close(COMPANY, [account_id(2)])
        stores.index.put(COMPANY, {TargetId(101): (company(is_active=False), KEYS)})
        stores.schemas.expire()


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    models = apps.get_app_config("store").get_models()
    return {
        model.__name__: [
            {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def test_scratch_writes_nothing_to_the_real_tables(store: DjangoStores) -> None:
    """Not a row differs afterwards."""
    fill(store)
    before = everything()

    with store.scratch() as scratch:
        change_everything(scratch)

    assert everything() == before


def test_scratch_begins_with_what_the_connection_has(store: DjangoStores) -> None:
    """All of it, over several slices, and nothing of other connections."""
    fill(store, accounts=1_201)
    other = DjangoStores(new_connection("other"), lambda: NOW)
    fill(other)

    with store.scratch() as scratch:
        assert scratch.cursors.get(COMPANY) == Cursor(read_through=NOW)
        assert scratch.inbox.due(COMPANY, NOW) == 1_200
        assert list(scratch.inbox.load(COMPANY, [account_id(1_201)])) == [account(1_201)]
        assert scratch.inbox.standing() == Standing(held=1, failing=0)
        assert scratch.links.by_source(COMPANY, [account_id(7)]) == {account_id(7): link(account(7), 107)}
        assert [type(intent) for intent in scratch.intents.unsettled()] == [Intent]
        assert scratch.intents.unsettled() == store.intents.unsettled()
        assert scratch.index.records(COMPANY, [TargetId(101)]) == {TargetId(101): company()}
        assert scratch.index.refreshed_through(COMPANY) == NOW
        assert (scratch.schemas.source(), scratch.schemas.target()) == ((source_schema(), NOW), target_schema())


def test_scratch_is_gone_afterwards(store: DjangoStores) -> None:
    """No file has its data, and Django forgets it, also when the dry run fails."""
    Connection.objects.update(configuration={"url": "https://x.example"}, secrets=b"encrypted")
    known = set(connections.databases)

    with store.scratch():
        [alias] = set(connections.databases) - known
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            files = [file for _, _, file in cursor.fetchall()]
        configuration, secrets = Connection.objects.using(alias).values_list("configuration", "secrets").get()
    with pytest.raises(KeyError), store.scratch():
        raise KeyError

    assert files == [""]
    assert (configuration, bytes(secrets)) == ({}, b"")
    assert set(connections.databases) == known


def test_two_dry_runs_at_once_have_their_own(store: DjangoStores) -> None:
    """What one writes the other does not see."""
    fill(store)

    with store.scratch() as one, store.scratch() as other:
        change_everything(one)

        assert list(other.inbox.due_ids(COMPANY, NOW, after=None, limit=9)) == [account_id(2), account_id(3)]


def test_dry_run_stops_with_the_real_lease(store: DjangoStores) -> None:
    """It has lost the connection like any other run."""
    with store.scratch() as scratch:
        LeaseRow.objects.update(fencing=F("fencing") + 1)

        with pytest.raises(LeaseLost):
            scratch.check_lease()
        with pytest.raises(LeaseLost), scratch.transaction():
            scratch.cursors.put(COMPANY, Cursor())


def test_run_and_plan_of_a_dry_run_are_real(store: DjangoStores) -> None:
    """They are all that stays of it."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=True, now=NOW)
    with store.scratch() as scratch, scratch.transaction():
        scratch.plan(run.id).add([(held(), HELD)])

    assert store.runs.finish(run).counts[COMPANY] == Counts(held=1)


def test_copying_only_reads_the_real_database(store: DjangoStores) -> None:
    """A dry run beside a real one is in nobody's way."""
    fill(store)
    with connection.execute_wrapper(_refuse_writes), store.scratch() as scratch:
        assert scratch.inbox.due(COMPANY, NOW) == 2


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.lstrip().startswith(("SELECT", "DECLARE", "SAVEPOINT", "RELEASE")), sql
    return execute(sql, params, many, context)
