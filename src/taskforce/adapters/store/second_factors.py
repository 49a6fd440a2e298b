"""Second factors of people: what they have set up, and what an administrator or the person takes away again.

The rows are allauth's; this module alone knows them, and never a secret in them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models, transaction

from taskforce.adapters.store.locking import keep_writers_away
from taskforce.adapters.store.models import User
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.errors import ConfigurationError

if TYPE_CHECKING:
    from django.db.models import QuerySet

APP = "totp"
PASSKEY = "webauthn"
CODES = "recovery_codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key of a person, by the name they gave it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What somebody has set up."""

    has_app: bool = False
    passkeys: tuple[Passkey, ...] = ()

    @property
    def is_set_up(self) -> bool:
        """Whether it is asked for when they sign in."""
        return self.has_app or bool(self.passkeys)


@tells_trouble
class SecondFactors:
    """Who has which, and taking them away."""

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction in which secrets are encrypted and stored, before or after a rotation of the key."""
        with transaction.atomic():
            keep_writers_away(_rows().model)
            yield

    def of(self, username: str) -> SecondFactor:
        """What this person has set up; nothing if there is no such person."""
        rows = _rows().filter(user__username=username).order_by("id").values_list("id", "type", "data")
        return SecondFactor(
            has_app=any(kind == APP for _, kind, _ in rows),
            passkeys=tuple(Passkey(id=pk, name=str(data["name"])) for pk, kind, data in rows if kind == PASSKEY),
        )

    def owners(self) -> frozenset[str]:
        """The names of all who have one."""
        rows = _rows().filter(type__in=(APP, PASSKEY))
        return frozenset(rows.values_list("user__username", flat=True))

    def remove_app(self, username: str) -> bool:
        """Codes of the app are asked for no longer; whether they were."""
        return self._remove(username, _rows().filter(type=APP))

    def remove_passkey(self, username: str, number: int) -> bool:
        """One key is good no longer; whether it was."""
        return self._remove(username, _rows().filter(type=PASSKEY, pk=number))

    def reset(self, username: str) -> None:
        """Nothing is asked for any more, and whoever is signed in by that name is signed out.

        Raises ConfigurationError when there is no such person, or they have none.
        """
        with transaction.atomic():
            user = User.objects.filter(username=username).first()
            if user is None:
                raise ConfigurationError([f"There is no user {username}: taskforce users list shows them all."])
            if not _rows().filter(user=user).delete()[0]:
                raise ConfigurationError([f"{username} has no second factor."])
            user.session_epoch += 1
            user.save(update_fields=["session_epoch"])

    def _remove(self, username: str, rows: "QuerySet[models.Model]") -> bool:
        """Recovery codes alone are no second factor, and go with the last one."""
        with transaction.atomic():
            is_removed = bool(rows.filter(user__username=username).delete()[0])
            own = _rows().filter(user__username=username)
            if not own.exclude(type=CODES).exists():
                own.delete()
        return is_removed


def _rows() -> "QuerySet[models.Model]":
    model: type[models.Model] = apps.get_model("mfa", "Authenticator")
    return model._default_manager.all()
