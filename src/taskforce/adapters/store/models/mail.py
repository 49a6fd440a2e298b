"""What people are told, by which server, and how far it got; what is at work."""

from django.db import models
from django.db.models import Q

from taskforce.adapters.store.models.connections import Connection


class NoticeRow(models.Model):
    """Something people were told; open while `over_at` is missing."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=64)
    text = models.TextField()
    told_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "kind", "subject"), condition=Q(over_at=None), name="one_open_notice"
            ),
        )


class MailServerRow(models.Model):
    """The mail server that an administrator set, if one did; `password` is encrypted."""

    document = models.JSONField()
    password = models.BinaryField()
    updated_at = models.DateTimeField()


class TroubleRow(models.Model):
    """Trouble that people are told of by mail; see `domain.mailing.Standing`."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=16)
    cause = models.CharField(max_length=32)
    text = models.TextField()
    mend = models.TextField()
    size = models.IntegerField()
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_size = models.IntegerField()
    is_told = models.BooleanField()
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "kind", "cause"), name="one_trouble"),)


class MailRow(models.Model):
    """What people are told by mail; its text is forgotten once nobody waits for it any more."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField()
    written_at = models.DateTimeField()


class DeliveryRow(models.Model):
    """A mail on its way to one person; whoever sends it has it to themselves until `claimed_until`."""

    mail = models.ForeignKey(MailRow, on_delete=models.CASCADE)
    recipient = models.CharField(max_length=254)
    message_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=8)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    trouble = models.TextField(default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("state", "due_at"), name="delivery_due"),)


class HeartbeatRow(models.Model):
    """The last sign that something gave that is at work, and which process gave it."""

    name = models.CharField(max_length=32, unique=True)
    beaten_at = models.DateTimeField()
    holder = models.CharField(max_length=128, db_default="")
