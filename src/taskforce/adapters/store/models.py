"""The tables. Ids of Salesforce are text of 18 characters and case-sensitive; times are aware UTC."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from taskforce.adapters.store.fields import SourceIdField


class Connection(models.Model):
    """One Salesforce org paired with one Autotask database; `secrets` is encrypted."""

    name = models.CharField(max_length=64, unique=True)
    configuration = models.JSONField()
    secrets = models.BinaryField()
    active_since = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class User(AbstractBaseUser):
    """A person who may sign in to the pages; one role instead of groups and permissions (S1)."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=200, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    role = models.CharField(max_length=16)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    session_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "username"
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the password, and whenever the epoch grows ("sign out everywhere")."""
        bound_to = f"{self.session_epoch} {self.password}"
        return salted_hmac("taskforce.session", bound_to, secret=secret, algorithm="sha256").hexdigest()


class FailureRow(models.Model):
    """A failed attempt to sign in; `subject` is a digest of the name and the address, or of the address alone."""

    subject = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("subject", "at"), name="failures_by_subject"),)


class AuditRow(models.Model):
    """Who did what; see `domain.audit`. No two follow the same one, so that the entries are a chain."""

    at = models.DateTimeField()
    who = models.CharField(max_length=64)
    origin = models.CharField(max_length=255)
    deed = models.CharField(max_length=32)
    connection = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    details = models.JSONField()
    salt = models.CharField(max_length=32)
    details_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)


class ApiTokenRow(models.Model):
    """A token of the REST API, by its digest; names are given out anew once a token was revoked."""

    name = models.CharField(max_length=50)
    role = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name",), condition=Q(revoked_at=None), name="one_token_name"),)


class HeartbeatRow(models.Model):
    """The last sign that something gave that is at work."""

    name = models.CharField(max_length=32, unique=True)
    beaten_at = models.DateTimeField()


class LaunchRow(models.Model):
    """Somebody wants an import now (S18); the scheduler takes it."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE)
    kind = models.CharField(max_length=16)
    is_dry_run = models.BooleanField()
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()


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

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE)
    fencing = models.BigIntegerField(default=0)
    host = models.CharField(max_length=255, default="")
    boot_id = models.CharField(max_length=64, default="")
    process_id = models.IntegerField(default=0)
    process_started = models.FloatField(default=0)
    expires_at = models.DateTimeField(null=True)


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
    attempts = models.IntegerField()
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "source_id"), name="one_inbox_row"),)
        indexes = (
            models.Index(fields=("connection", "entity", "state", "source_id"), name="inbox_state"),
            models.Index(fields=("connection", "waits_for"), name="inbox_waits"),
            models.Index(fields=("connection", "entity", "match_key"), name="inbox_key"),
            models.Index(fields=("connection", "entity", "search", "source_id"), name="inbox_search"),
        )


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
    search = models.CharField(max_length=400, db_default="")
    document = models.BinaryField()
    seen_in = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("connection", "entity", "target_id"), name="one_index_row"),)
        indexes = (
            *(
                models.Index(fields=("connection", "entity", field), name=f"index_{field}")
                for field in ("source_id", "match", "domain", "phone", "block")
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


class RunRow(models.Model):
    """One run; `figures` holds its counts, calls and standing once it has finished; `digest` that of a waiting plan."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    status = models.CharField(max_length=20)
    is_dry_run = models.BooleanField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    message = models.TextField(default="")
    figures = models.JSONField(default=dict)
    kind = models.CharField(max_length=16, default="import")
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
    after, and what an apply needs; `notes` the remarks, empty when there are none; `cleared` how many values it clears.
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
    outcome = models.CharField(max_length=12)
    outcome_reason = models.CharField(max_length=32)
    detail = models.TextField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("run", "entity", "outcome", "id"), name="change_pending"),
            models.Index(fields=("run", "entity", "source_id"), name="change_source"),
            models.Index(fields=("run", "entity", "match_key"), name="change_key"),
            models.Index(fields=("run", "entity", "target_id"), name="change_target"),
        )
