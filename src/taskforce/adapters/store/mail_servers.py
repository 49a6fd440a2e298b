"""The mail server that an administrator set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.locking import keep_writers_away
from taskforce.adapters.store.models import MailServerRow
from taskforce.adapters.store.trouble import tells_trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is kept of it, without the password."""

    document: Mapping[str, Any]
    has_password: bool


@tells_trouble
class MailServers:
    """At most one; its password is encrypted at rest."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def stored(self) -> Stored | None:
        """What was set; the key need not open the password."""
        row = MailServerRow.objects.first()
        return None if row is None else Stored(document=dict(row.document), has_password=bool(row.password))

    def password(self) -> str:
        """Raises ConfigurationError when it was encrypted with a key that is not in the key file."""
        row = MailServerRow.objects.first()
        return self._box.decrypt(bytes(row.password)) if row is not None and row.password else ""

    def put(self, document: Mapping[str, Any], password: str, now: datetime) -> None:
        """Instead of whatever was set before."""
        with transaction.atomic():
            keep_writers_away(MailServerRow)
            MailServerRow.objects.all().delete()
            MailServerRow.objects.create(
                document=dict(document), password=self._box.encrypt(password) if password else b"", updated_at=now
            )

    def forget(self) -> None:
        """No mail is sent any more."""
        MailServerRow.objects.all().delete()
