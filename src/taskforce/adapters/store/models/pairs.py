"""What belongs together, and writes whose end is not known."""

from django.db import models
from django.db.models import Q

from taskforce.adapters.store.fields import SourceIdField
from taskforce.adapters.store.models.connections import Connection


class LinkRow(models.Model):
    """A pair; one-to-one while linked (protocol 1). `written_at_ms` counts milliseconds since 1970, UTC."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    target_id = models.BigIntegerField()
    state = models.CharField(max_length=16)
    fingerprint = models.CharField(max_length=32)
    carries_id = models.BooleanField()
    former_id = SourceIdField(default="")
    written_at_ms = models.BigIntegerField(null=True)
    undone = models.CharField(max_length=32, default="")
    written = models.BinaryField(default=b"")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_link_by_source"),
            models.UniqueConstraint(
                fields=("connection", "entity", "target_id"), condition=Q(state="linked"), name="one_link_by_target"
            ),
        )
        indexes = (
            models.Index(fields=("connection", "state", "entity", "source_id"), name="link_state"),
            models.Index(fields=("connection", "entity", "target_id"), name="link_target"),
        )


class LockRow(models.Model):
    """An Autotask field of one record that a person wants left as it is (B8)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    field = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id", "field"), name="one_lock"),)


class IntentRow(models.Model):
    """A write that was sent and whose end is not known (protocol 2)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    state = models.CharField(max_length=8)
    body_digest = models.CharField(max_length=32)
    attempt = models.IntegerField()
    sent_at = models.DateTimeField()
    change_id = models.BigIntegerField(null=True)
    server_since = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_intent"),)


class WatchRow(models.Model):
    """A Salesforce id that was in doubt, to be looked for once more (protocol 2, step 6)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_watch"),)
