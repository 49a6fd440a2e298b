"""Connections, what was launched and how far it is, who may run them, and the sessions vendors gave out."""

from django.db import models


class Connection(models.Model):
    """One Salesforce org paired with one Autotask database; `secrets` is encrypted."""

    name = models.CharField(max_length=64, unique=True)
    configuration = models.JSONField()
    secrets = models.BinaryField()
    active_since = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class MappingVersionRow(models.Model):
    """A mapping as it was from a time on (B9), by number within its connection."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    number = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    changed = models.TextField()
    document = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "number"), name="one_mapping_version"),)


class ScheduleRow(models.Model):
    """When the next import of a connection is due (null: not by itself), and what was known of it at `told_at`."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="schedule")
    due_at = models.DateTimeField(null=True, db_index=True)
    succeeded_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()


class LaunchRow(models.Model):
    """Somebody wants an import now (S18), or the plan of the run `approves` carried out; the scheduler takes it."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE)
    kind = models.CharField(max_length=16)
    is_dry_run = models.BooleanField()
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    approves = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=32, default="")
    undoes = models.BigIntegerField(null=True)
    undoes_creates = models.BooleanField(default=False)


class ProgressRow(models.Model):
    """How far a run is, for those who watch from elsewhere; `fencing` is that of the lease it is carried out under."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE)
    fencing = models.BigIntegerField()
    phase = models.CharField(max_length=100)
    done = models.IntegerField(default=0)
    total = models.IntegerField(null=True)
    said = models.TextField(default="")
    phase_began_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    is_stopping = models.BooleanField(default=False)


class Token(models.Model):
    """A session or address that a vendor gave out, encrypted, kept between processes."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    system = models.CharField(max_length=16)
    document = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "system"), name="one_token"),)


class LeaseRow(models.Model):
    """Who may run a connection; the fencing number only grows."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="lease")
    fencing = models.BigIntegerField(default=0)
    host = models.CharField(max_length=255, default="")
    boot_id = models.CharField(max_length=64, default="")
    process_id = models.IntegerField(default=0)
    process_started = models.FloatField(default=0)
    expires_at = models.DateTimeField(null=True)
