"""Connections with their secrets, encrypted at rest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.locking import keep_writers_away
from taskforce.adapters.store.models import Connection, Token
from taskforce.adapters.store.trouble import telling_trouble, tells_trouble
from taskforce.errors import ConfigurationError, StaleEditError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@tells_trouble
class Connections:
    """Stores each connection as plain configuration and one encrypted blob of secrets."""

    def __init__(self, box: SecretBox, secrets: Mapping[str, tuple[str, ...]]) -> None:
        self._box = box
        self._secrets = secrets

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction in which nobody else adds or changes a connection."""
        with telling_trouble(), transaction.atomic():
            keep_writers_away(Connection)
            yield

    def add(self, name: str, document: Mapping[str, Any], now: datetime) -> None:
        """Store a new connection. Raises ConfigurationError for a name that is taken or cannot be one."""
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                ["A connection's name begins with a letter or digit and has letters, digits, '_', '.', '-' only."]
            )
        try:
            with transaction.atomic():
                keep_writers_away(Connection)
                configuration, secrets = self._split(document)
                Connection.objects.create(
                    name=name,
                    configuration=configuration,
                    secrets=secrets,
                    active_since=now,
                    created_at=now,
                    updated_at=now,
                )
        except IntegrityError:
            raise ConfigurationError(
                [f"There is a connection {name} already: edit it, or choose another name."]
            ) from None

    def row(self, name: str) -> Connection:
        """The stored row."""
        row = Connection.objects.filter(name=name).first()
        if row is None:
            raise ConfigurationError([f"There is no connection {name}: taskforce connections list shows them all."])
        return row

    def all(self) -> list[Connection]:
        """Every connection, by name."""
        return list(Connection.objects.order_by("name"))

    def document(self, row: Connection) -> dict[str, Any]:
        """The whole object, secrets included."""
        document = json.loads(json.dumps(row.configuration))
        for section, secrets in json.loads(self._box.decrypt(bytes(row.secrets))).items():
            document[section].update(secrets)
        return dict(document)

    def version(self, name: str) -> str:
        """A text that is another one after every edit: the secrets are encrypted anew each time."""
        return _version(self.row(name))

    def refuse_edited(self, name: str, *, since: str) -> None:
        """Raises StaleEditError if the connection is not of this version; inside the transaction of an edit."""
        row = Connection.objects.select_for_update().filter(name=name).first()
        if row is None or _version(row) != since:
            raise StaleEditError(
                "This connection was changed meanwhile, by somebody or in another window.",
                mend="Look at what stands there now, and make your changes again.",
            )

    def replace(self, name: str, document: Mapping[str, Any], now: datetime, *, becomes_active: bool) -> None:
        """Store a changed connection; the vendors' sessions are forgotten, since they may belong to other accounts."""
        with self.alone():
            row = self.row(name)
            row.configuration, row.secrets = self._split(document)
            row.updated_at = now
            if becomes_active:
                row.active_since = now
            row.save()
            Token.objects.filter(connection=row).delete()

    def remove(self, name: str) -> None:
        """Forget a connection with everything that belongs to it."""
        self.row(name).delete()

    def _split(self, document: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        plain = json.loads(json.dumps(document))
        secrets = {
            section: {name: plain[section].pop(name) for name in names if name in plain[section]}
            for section, names in self._secrets.items()
        }
        return plain, self._box.encrypt(json.dumps(secrets))


def _version(row: Connection) -> str:
    digest = hashlib.sha256(json.dumps(row.configuration, sort_keys=True).encode())
    digest.update(bytes(row.secrets))
    return digest.hexdigest()[:32]
