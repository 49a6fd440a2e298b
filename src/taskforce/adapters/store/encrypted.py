"""Everything that is encrypted at rest, and how it is encrypted anew with another key (ASVS 11.1.1)."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.db import models

from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.locking import keep_writers_away
from taskforce.adapters.store.models import Connection, MailServerRow, Token

EncryptAnew = Callable[[SecretBox], int]
"""Encrypts what stands in one place anew and tells how many secrets that were; runs inside one transaction of all."""


def column(model: type[models.Model], name: str) -> EncryptAnew:
    """A column of bytes, each of which is empty or a whole encrypted text."""

    def encrypt_anew(box: SecretBox) -> int:
        keep_writers_away(model)
        rows = list(model._default_manager.order_by("pk").values_list("pk", name))
        filled = [(key, bytes(document)) for key, document in rows if document]
        for key, document in filled:
            model._default_manager.filter(pk=key).update(**{name: box.encrypt(box.decrypt(document))})
        return len(filled)

    return encrypt_anew


def second_factors(box: SecretBox) -> int:
    """The secrets of apps and of recovery codes, which stand as texts in a document."""
    keep_writers_away(Authenticator)
    number = 0
    for row in Authenticator.objects.exclude(type="webauthn").order_by("pk"):
        sealed = {name: row.data[name] for name in ("secret", "seed") if name in row.data}
        row.data |= {name: box.encrypt(box.decrypt(text.encode())).decode() for name, text in sealed.items()}
        row.save(update_fields=["data"])
        number += len(sealed)
    return number


ENCRYPTED: list[EncryptAnew] = [
    column(Connection, "secrets"),
    column(Token, "document"),
    column(MailServerRow, "password"),
    second_factors,
]
"""Whatever else is stored encrypted adds its own here; a test looks through the whole database for what was missed."""
