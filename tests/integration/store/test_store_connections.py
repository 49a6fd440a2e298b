"""Connections, and their secrets at rest."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.models import AuditRow, Token
from taskforce.adapters.store.schemas import TokenStore
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.stores import DjangoStores
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS
from taskforce.domain.run import RunKind
from taskforce.errors import ConfigurationError
from taskforce.testing.clock import FrozenClock
from tests.integration.store.decisions import HELD, held
from tests.integration.store.test_store_scratch import fill
from tests.support.store import clean

NOW = FrozenClock().now()
DOCUMENT: Mapping[str, Any] = {
    "salesforce": {"url": "https://x.example", "username": "ann", "password": "pa55-at-rest", "client_secret": ""},
    "autotask": {"username": "bea", "secret": "s3cret-at-rest", "integration_code": "c0de-at-rest"},
    "settings": {"active": True},
    "ca_file": None,
}


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    """No connections, and a key of their own."""
    yield Connections(SecretBox.open(tmp_path / "key"), SECRETS)
    clean()


def test_connection_comes_back_whole(connections: Connections) -> None:
    """With its secrets, which stand nowhere in its configuration."""
    connections.add("acme", DOCUMENT, NOW)

    row = connections.row("acme")

    assert connections.document(row) == DOCUMENT
    assert row.configuration == {
        "salesforce": {"url": "https://x.example", "username": "ann"},
        "autotask": {"username": "bea"},
        "settings": {"active": True},
        "ca_file": None,
    }
    assert (row.active_since, row.created_at, row.updated_at) == (NOW, NOW, NOW)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="looks into SQLite's files")
def test_no_secret_stands_in_the_files_of_the_database(connections: Connections, tmp_path: Path) -> None:
    """Neither those of connections nor the sessions that vendors gave out."""
    connections.add("acme", DOCUMENT, NOW)
    scope = Scope(connection_id=connections.row("acme").pk)
    TokenStore(scope, SecretBox.open(tmp_path / "key"), "salesforce").save("t0ken-at-rest")

    files = list(InstallationSettings().home.glob("taskforce.sqlite3*"))
    content = b"".join(file.read_bytes() for file in files)

    assert b"https://x.example" in content
    assert b"-at-rest" not in content


def test_token_is_kept_and_forgotten(connections: Connections, tmp_path: Path) -> None:
    """Per vendor; the latest one counts."""
    connections.add("acme", DOCUMENT, NOW)
    scope = Scope(connection_id=connections.row("acme").pk)
    box = SecretBox.open(tmp_path / "key")
    salesforce, autotask = TokenStore(scope, box, "salesforce"), TokenStore(scope, box, "autotask")

    salesforce.save("old")
    salesforce.save("new")
    autotask.save("zone")
    kept = (salesforce.load(), autotask.load())
    salesforce.clear()

    assert kept == ("new", "zone")
    assert (salesforce.load(), autotask.load()) == (None, "zone")


def test_connections_are_listed_by_name(connections: Connections) -> None:
    """Names that differ in case are two."""
    for name in ("zeta", "Acme", "acme"):
        connections.add(name, DOCUMENT, NOW)

    assert sorted(row.name for row in connections.all()) == ["Acme", "acme", "zeta"]


@pytest.mark.parametrize("name", ["acme", "A", "9.x_y-z", "a" * 64])
def test_name_may_have_letters_digits_and_a_few_signs(connections: Connections, name: str) -> None:
    """Up to 64 of them."""
    connections.add(name, DOCUMENT, NOW)

    assert [row.name for row in connections.all()] == [name]


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "a/b", "ä", "a\n", "a" * 65])
def test_name_that_cannot_be_one_is_refused(connections: Connections, name: str) -> None:
    """With what a name may be."""
    with pytest.raises(ConfigurationError, match="begins with a letter or digit"):
        connections.add(name, DOCUMENT, NOW)
    assert connections.all() == []


def test_name_is_given_once(connections: Connections) -> None:
    """The first connection of the name stays as it is."""
    connections.add("acme", DOCUMENT, NOW)

    with pytest.raises(ConfigurationError, match="There is a connection acme already"):
        connections.add("acme", {**DOCUMENT, "settings": {}}, NOW)
    assert connections.document(connections.row("acme")) == DOCUMENT


def test_unknown_connection_ends_in_a_sentence(connections: Connections) -> None:
    """With the command that lists them."""
    with pytest.raises(ConfigurationError, match="no connection acme: taskforce connections list shows them all"):
        connections.remove("acme")


def test_changed_connection_forgets_its_sessions(connections: Connections, tmp_path: Path) -> None:
    """They may belong to another account."""
    connections.add("acme", DOCUMENT, NOW)
    row = connections.row("acme")
    TokenStore(Scope(connection_id=row.pk), SecretBox.open(tmp_path / "key"), "salesforce").save("token")
    later = NOW + timedelta(hours=1)
    changed = {**DOCUMENT, "autotask": {"username": "bob", "secret": "other", "integration_code": "c"}}

    connections.replace("acme", changed, later, becomes_active=False)

    row = connections.row("acme")
    assert connections.document(row) == changed
    assert (row.active_since, row.created_at, row.updated_at) == (NOW, NOW, later)
    assert Token.objects.count() == 0


def test_interval_counts_from_the_activation(connections: Connections) -> None:
    """A connection that becomes active is active since then."""
    connections.add("acme", DOCUMENT, NOW)
    later = NOW + timedelta(hours=1)

    connections.replace("acme", DOCUMENT, later, becomes_active=True)

    assert connections.row("acme").active_since == later


def test_removed_connection_leaves_nothing(connections: Connections) -> None:
    """Links, inbox, index, runs and their changes go with it; another connection keeps its own."""
    connections.add("acme", DOCUMENT, NOW)
    connections.add("other", DOCUMENT, NOW)
    for name in ("acme", "other"):
        stores = DjangoStores(connections.row(name), lambda: NOW)
        fill(stores)
        stores.plan(stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOW).id).add([(held(), HELD)])
    before = counts()

    connections.remove("acme")

    assert before == {name: 2 * number for name, number in counts().items()}
    connections.remove("other")
    assert set(counts().values()) == {0}


def counts() -> dict[str, int]:
    """Rows per table but the audit's, which outlives connections; leases and tokens are none here."""
    models = [model for model in apps.get_app_config("store").get_models() if model is not AuditRow]
    return {model.__name__: model._default_manager.count() for model in models}
