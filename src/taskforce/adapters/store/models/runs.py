"""Runs, their plans with what became of them, and totals."""

from django.db import models

from taskforce.adapters.store.fields import SourceIdField
from taskforce.adapters.store.models.connections import Connection


class RunRow(models.Model):
    """One run; `figures` holds its counts, calls and standing once it has finished; `digest` that of a waiting plan.

    `undoes` is the run whose writes an undo takes back, `undoes_creates` whether also what that created.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    status = models.CharField(max_length=20)
    is_dry_run = models.BooleanField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    message = models.TextField(default="")
    figures = models.JSONField(default=dict)
    kind = models.CharField(max_length=16, default="import")
    undoes = models.BigIntegerField(null=True)
    undoes_creates = models.BooleanField(default=False)
    digest = models.CharField(max_length=32, default="")
    resume_at = models.DateTimeField(null=True)


class TotalRow(models.Model):
    """How often something happened in all runs of a connection; `what` is a kind, `which` tells those of it apart."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    what = models.CharField(max_length=16)
    which = models.CharField(max_length=64)
    number = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "what", "which"), name="one_total"),)


class ChangeRow(models.Model):
    """One record's decision, what it takes to apply it, and what became of it: also the audit of each write.

    The number of a change is its key, which grows in the order of the plan. `document` holds evidence, before and
    after, and what an apply needs; `notes` the remarks, empty when there are none; `cleared` how many values it clears,
    `is_near` that what is to be created is much like one in Autotask.
    """

    run = models.ForeignKey(RunRow, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    source_id = SourceIdField()
    name = models.CharField(max_length=400)
    modified_at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=32)
    target_id = models.BigIntegerField(null=True)
    account_id = SourceIdField()
    match_key = models.CharField(max_length=32)
    name_key = models.CharField(max_length=32)
    document = models.BinaryField()
    notes = models.BinaryField()
    cleared = models.SmallIntegerField(default=0)
    is_near = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12)
    outcome_reason = models.CharField(max_length=32)
    detail = models.TextField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("run", "entity", "outcome", "outcome_reason", "id"), name="change_outcome"),
            models.Index(fields=("run", "entity", "source_id"), name="change_source"),
            models.Index(fields=("run", "entity", "match_key"), name="change_key"),
            models.Index(fields=("run", "entity", "target_id"), name="change_target"),
            models.Index(fields=("run", "kind", "reason", "entity", "is_near"), name="change_planned"),
        )
