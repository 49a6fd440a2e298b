"""What Autotask held when it was last seen, and the metadata of both vendors."""

from django.db import models

from taskforce.adapters.store.fields import SourceIdField
from taskforce.adapters.store.models.connections import Connection


class IndexRow(models.Model):
    """An Autotask record as it was last seen, with what it can be found by."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    target_id = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    source_id = SourceIdField()
    is_active = models.BooleanField()
    name = models.CharField(max_length=400)
    match = models.CharField(max_length=32)
    name_key = models.CharField(max_length=32)
    domain = models.CharField(max_length=255)
    phone = models.CharField(max_length=10)
    similar = models.CharField(max_length=255)
    block = models.CharField(max_length=5)
    number = models.CharField(max_length=64, db_default="")
    mobile = models.CharField(max_length=10, db_default="")
    search = models.CharField(max_length=400, db_default="")
    document = models.BinaryField()
    seen_in = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "target_id"), name="one_index_row"),)
        indexes = (
            *(
                models.Index(fields=("connection", "entity", field), name=f"index_{field}")
                for field in ("source_id", "match", "domain", "phone", "block", "number", "mobile")
            ),
            models.Index(fields=("connection", "entity", "search", "target_id"), name="index_search"),
        )


class IndexState(models.Model):
    """How far the index has been refreshed, by Autotask's clock."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=8)
    refreshed_through = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity"), name="one_index_state"),)


class SchemaRow(models.Model):
    """A vendor's metadata as last read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    system = models.CharField(max_length=16)
    read_at = models.DateTimeField()
    document = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "system"), name="one_schema"),)
