"""People who may sign in, programs that may ask, and what both did."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac


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


class CacheRow(models.Model):
    """What every process that serves the pages must know for a while, such as codes that were used; Django's table."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


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
