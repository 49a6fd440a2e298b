"""What was read from Salesforce and is not settled yet; how far was read."""

from django.db import models

from taskforce.adapters.store.fields import SourceIdField
from taskforce.adapters.store.models.connections import Connection


class CursorRow(models.Model):
    """How far an object of Salesforce has been read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    read_through = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    position_at = models.DateTimeField(null=True)
    position_id = SourceIdField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity"), name="one_cursor"),)


class InboxRow(models.Model):
    """A changed Salesforce record that is not settled yet; `is_new`: a person wants it created, whatever is like it.

    `search` is what it is searched by: name and addresses without letter case.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    parent_id = SourceIdField()
    modified_at = models.DateTimeField()
    has_departed = models.BooleanField(default=False)
    search = models.CharField(max_length=400, db_default="")
    document = models.BinaryField()
    state = models.CharField(max_length=8)
    is_new = models.BooleanField(db_default=False)
    reason = models.CharField(max_length=32)
    waits_for = SourceIdField()
    match_key = models.CharField(max_length=32)
    rule_key = models.CharField(max_length=32, db_default="")
    attempts = models.IntegerField()
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_inbox_row"),)
        indexes = (
            models.Index(fields=("connection", "entity", "state", "source_id"), name="inbox_state"),
            models.Index(fields=("connection", "waits_for"), name="inbox_waits"),
            models.Index(fields=("connection", "entity", "match_key"), name="inbox_key"),
            models.Index(fields=("connection", "entity", "rule_key"), name="inbox_rule"),
            models.Index(fields=("connection", "entity", "search", "source_id"), name="inbox_search"),
        )


class BroughtRow(models.Model):
    """An account that is imported whether it fits the filter or not, since it is the parent of one that is (B10)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_brought"),)


class MergeRow(models.Model):
    """A Salesforce record that was merged into another (B6)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    survivor_id = SourceIdField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_merge"),)


class SightingRow(models.Model):
    """A Salesforce record that the reconciliation under way has seen."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_sighting"),)
