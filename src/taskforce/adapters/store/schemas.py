"""Both vendors' metadata as last read, and the sessions they gave out."""

from dataclasses import replace
from datetime import UTC, datetime

from django.db import transaction

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store import codec
from taskforce.adapters.store.locking import keep_writers_away
from taskforce.adapters.store.models import Connection, SchemaRow, Token
from taskforce.adapters.store.scope import Scope
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.schema import SourceSchema, TargetSchema

SOURCE, TARGET = "salesforce", "autotask"

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@tells_trouble
class DjangoSchemas:
    """Implements `engine.stores.Schemas`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def source(self) -> tuple[SourceSchema, datetime] | None:
        """Salesforce's fields, and when they were described."""
        row = self._scope.rows(SchemaRow).filter(system=SOURCE).first()
        return (codec.decode_source_schema(row.document), row.read_at) if row else None

    def put_source(self, schema: SourceSchema, now: datetime) -> None:
        """Store Salesforce's fields."""
        self._put(SOURCE, codec.encode(schema), now)

    def target(self) -> TargetSchema | None:
        """Autotask's metadata."""
        row = self._scope.rows(SchemaRow).filter(system=TARGET).first()
        return replace(codec.decode_target_schema(row.document), read_at=row.read_at) if row else None

    def put_target(self, schema: TargetSchema) -> None:
        """Store Autotask's metadata."""
        self._put(TARGET, codec.encode(schema), schema.read_at)

    def other_pair(self, organization_id: str, database_id: str) -> str:
        """The name of another connection that pairs the same; metadata is small, and connections are few."""
        keep_writers_away(Connection, using=self._scope.using)
        others = SchemaRow.objects.using(self._scope.using).exclude(connection_id=self._scope.connection_id)
        orgs = {
            row.connection_id: codec.decode_source_schema(row.document).organization_id
            for row in others.filter(system=SOURCE)
        }
        for row in others.filter(system=TARGET).select_related("connection").order_by("connection_id"):
            database = codec.decode_target_schema(row.document).database_id
            if (orgs.get(row.connection_id), database) == (organization_id, database_id):
                return row.connection.name
        return ""

    def expire(self) -> None:
        """As if they had been read long ago."""
        self._scope.rows(SchemaRow).update(read_at=_LONG_AGO)

    def _put(self, system: str, document: bytes, now: datetime) -> None:
        row = {"system": system, "document": document, "read_at": now}
        self._scope.upsert(SchemaRow, [row], unique=("system",))


@tells_trouble
class TokenStore:
    """One encrypted text per vendor, kept between processes: a session, or the address of a zone."""

    def __init__(self, scope: Scope, box: SecretBox, system: str) -> None:
        self._scope = scope
        self._box = box
        self._system = system

    def load(self) -> str | None:
        """The text, if there is one that this installation's key opens."""
        row = self._scope.rows(Token).filter(system=self._system).first()
        return self._box.decrypt(bytes(row.document)) if row else None

    def save(self, text: str) -> None:
        """Keep a text."""
        with transaction.atomic():
            keep_writers_away(Token)
            row = {"system": self._system, "document": self._box.encrypt(text)}
            self._scope.upsert(Token, [row], unique=("system",))

    def clear(self) -> None:
        """Forget it."""
        self._scope.rows(Token).filter(system=self._system).delete()


class PassingTokens:
    """The same for a connection that is only tried: nothing outlives the trial."""

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        """The text, if there is one."""
        return self._text

    def save(self, text: str) -> None:
        """Keep a text for as long as the trial takes."""
        self._text = text

    def clear(self) -> None:
        """Forget it."""
        self._text = None
