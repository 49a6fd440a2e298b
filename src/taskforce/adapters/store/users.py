"""People who may sign in to the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from taskforce.adapters.store.models import User
from taskforce.adapters.store.trouble import tells_trouble
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError

_PROBLEMS = {
    "username": "A user name has 1 to 64 letters, digits, or signs such as . - _ @, and no slash.",
    "full_name": "A name has at most 200 letters, in one line.",
    "email": "This is no mail address: it looks like helen@example.com, and has at most 254 letters.",
}
"""What is said of a field that will not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in, or could before."""

    username: str
    full_name: str
    email: str
    role: Role
    is_active: bool
    has_password: bool
    last_seen_at: datetime | None


@tells_trouble
class Users:
    """Adds people and changes what they may do. A password is checked before it is stored, and stored as its hash."""

    def add(self, username: str, *, role: Role, password: str, full_name: str, email: str, now: datetime) -> None:
        """Somebody new. Raises ConfigurationError for a name that is taken or a password that will not do."""
        user = User(username=username.strip(), full_name=full_name, email=email, role=role, created_at=now)
        _give(user, password)
        _check(user)
        _save_new(user)

    def all(self) -> Sequence[Person]:
        """Everybody, by name."""
        return [_person(user) for user in User.objects.order_by("username")]

    def set_password(self, username: str, password: str) -> None:
        """Give somebody another password; all sessions of theirs end, since each is tied to the password."""
        user = _user(username)
        _give(user, password)
        user.save(update_fields=["password"])

    def invite(self, username: str, *, role: Role, full_name: str, email: str, now: datetime) -> str:
        """Somebody new, who chooses a password by the link of an invitation and cannot sign in before.

        Returns the name as it is stored: letters that only look different are stored as the plain ones (NFKC).
        """
        user = User(username=username.strip(), full_name=full_name, email=email, role=role, created_at=now)
        user.set_unusable_password()
        _check(user)
        _save_new(user)
        return user.username

    def require(self, username: str) -> None:
        """Raises ConfigurationError when there is no such person."""
        _user(username)

    def invitation(self, username: str) -> tuple[str, str]:
        """The two parts of a link by which somebody chooses a password: good for three days, and once."""
        user = _user(username)
        return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)

    def set_active(self, username: str, *, is_active: bool) -> None:
        """Let somebody sign in, or no longer, from the next request on."""
        user = _user(username)
        if not is_active and user.role == Role.ADMINISTRATOR and not _others_administer(user):
            raise ConfigurationError([f"{username} is the only administrator: make somebody else one first."])
        user.is_active = is_active
        user.session_epoch += 1
        user.save(update_fields=["is_active", "session_epoch"])

    def end_sessions(self, username: str) -> None:
        """Whoever is signed in by that name is no longer."""
        user = _user(username)
        user.session_epoch += 1
        user.save(update_fields=["session_epoch"])

    def set_time_zone(self, username: str, zone: str) -> None:
        """Show somebody times as they are there; `zone` is the key of one that this machine knows."""
        user = _user(username)
        user.time_zone = zone
        user.save(update_fields=["time_zone"])

    def set_role(self, username: str, role: Role) -> None:
        """Let somebody do more, or less, from the next request on."""
        user = _user(username)
        if user.role == Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR and not _others_administer(user):
            raise ConfigurationError([f"{username} is the only administrator: make somebody else one first."])
        user.role = role
        user.save(update_fields=["role"])


def _give(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ConfigurationError(list(error.messages)) from None
    user.set_password(password)


def _check(user: User) -> None:
    """Lengths, what a name is made of, and that a mail address is one; whether the name is taken the database says."""
    try:
        user.full_clean(validate_unique=False)
    except ValidationError as error:
        raise ConfigurationError([_PROBLEMS.get(field, str(error)) for field in error.message_dict]) from None
    if not _is_name(user.username):
        raise ConfigurationError([_PROBLEMS["username"]])
    if not user.full_name.isprintable():
        raise ConfigurationError([_PROBLEMS["full_name"]])


def _is_name(username: str) -> bool:
    """A name stands in addresses of pages: something to read is in it, and nothing that parts a path."""
    return username.isprintable() and "/" not in username and any(each.isalnum() for each in username)


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise ConfigurationError([f"There is a user {user.username} already: choose another name."]) from None


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ConfigurationError([f"There is no user {username}: taskforce users list shows them all."])
    return user


def _others_administer(user: User) -> bool:
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk).exists()


def _person(user: User) -> Person:
    return Person(
        username=user.username,
        full_name=user.full_name,
        email=user.email,
        role=Role(user.role),
        is_active=user.is_active,
        has_password=user.has_usable_password(),
        last_seen_at=user.last_login,
    )
