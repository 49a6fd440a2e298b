"""Tokens of the REST API: given out once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from taskforce.adapters.store.models import ApiTokenRow
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.roles import Role
from taskforce.domain.tokens import ApiToken
from taskforce.errors import ConfigurationError

PREFIX = "tf_"
"""By which people, and programs that look for leaked secrets, know a token."""

LONGEST_NAME = 50
MOST_DAYS = 3650

USE_IS_TOLD_EVERY = timedelta(minutes=1)
"""How exact the time of the last use is; each telling is a step of the database."""


@tells_trouble
class Tokens:
    """Gives out tokens, knows them again, and takes them back."""

    def add(self, name: str, *, role: Role, days: int, by: str, now: datetime) -> str:
        """A new token, which cannot be shown again. Raises ConfigurationError for a name that is taken or no name."""
        called = name.strip()
        _check(called, days)
        token = PREFIX + secrets.token_urlsafe(32)
        try:
            with transaction.atomic():
                ApiTokenRow.objects.create(
                    name=called,
                    role=role,
                    digest=_digest(token),
                    created_by=by,
                    created_at=now,
                    expires_at=now + timedelta(days=days),
                )
        except IntegrityError:
            raise ConfigurationError([f"There is a token {called} already: choose another name."]) from None
        return token

    def all(self) -> Sequence[ApiToken]:
        """Those that were not revoked by name, then those that were, the latest first."""
        rows = ApiTokenRow.objects.order_by("name", "id")
        revoked = ApiTokenRow.objects.filter(revoked_at__isnull=False).order_by("-revoked_at", "-id")
        return [_token(row) for row in (*rows.filter(revoked_at=None), *revoked)]

    def known(self, token: str, now: datetime) -> ApiToken | None:
        """Whose token this is, if it is valid; that it was used is kept."""
        row = ApiTokenRow.objects.filter(digest=_digest(token)).first()
        found = _token(row) if row is not None else None
        if found is None or not found.is_valid(now):
            return None
        if found.last_used_at is None or abs(now - found.last_used_at) >= USE_IS_TOLD_EVERY:
            ApiTokenRow.objects.filter(pk=found.id).update(last_used_at=now)
        return found

    def revoke(self, name: str, now: datetime) -> None:
        """From the next request on it opens nothing. Raises ConfigurationError when there is none of this name."""
        if not ApiTokenRow.objects.filter(Q(name=name.strip(), revoked_at=None)).update(revoked_at=now):
            raise ConfigurationError([f"There is no token {name.strip()}: taskforce tokens list shows them all."])


_KEPT = ("name", "role", "digest", "created_by", "created_at", "expires_at", "revoked_at")


def kept_tokens() -> Sequence[Mapping[str, Any]]:
    """What a restore must not forget of the tokens that were given out here; when they were used is no part of it."""
    return list(ApiTokenRow.objects.order_by("id").values(*_KEPT))


def carry_tokens(kept: Sequence[Mapping[str, Any]], using: str, now: datetime) -> None:
    """Have a backup know the tokens of the present database: what was revoked since stays revoked."""
    rows = ApiTokenRow.objects.using(using)
    for row in kept:
        if row["revoked_at"] is None:
            rows.filter(name=row["name"], revoked_at=None).update(revoked_at=now)
        rows.update_or_create(digest=row["digest"], defaults=dict(row))


def _check(name: str, days: int) -> None:
    problems = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(f"A token has a name of 1 to {LONGEST_NAME} letters, for example that of the program.")
    if not 1 <= days <= MOST_DAYS:
        problems.append(f"A token is valid for 1 to {MOST_DAYS} days.")
    if problems:
        raise ConfigurationError(problems)


def _digest(token: str) -> str:
    """256 random bits cannot be guessed from their digest: no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.pk,
        name=row.name,
        role=Role(row.role),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
