"""`taskforce secrets rotate`: another key for everything that is encrypted at rest (ASVS 11.1.1, 13.3.1).

    add_key          the new key stands first in the key file: whoever encrypts anything uses it from now on
    encrypt anew     one transaction over everything, and the audit's entry with it
    keep_first_key   only then are the keys of before dropped

A kill at any point leaves keys that open everything; doing it again ends with one key. Processes that serve meanwhile
go on: they see that the key file has changed.
"""

from collections.abc import Callable

from django.db import transaction

from taskforce.adapters.secrets import SecretBox, add_key, keep_first_key, keys_kept
from taskforce.adapters.store.encrypted import ENCRYPTED
from taskforce.adapters.store.trouble import telling_trouble
from taskforce.installation import Installation


def rotate(installation: Installation, note: Callable[[int], None]) -> int:
    """Encrypt everything with a new key, and drop those of before; how many secrets there are.

    `note` is told that number inside the transaction. Raises ConfigurationError, with every secret as readable as it
    was, when one cannot be decrypted or the key file cannot be written.
    """
    key_file = installation.key_file
    with keys_kept(key_file):
        add_key(key_file)
        box = SecretBox.open(key_file)
        with telling_trouble(), transaction.atomic():
            number = sum(encrypt_anew(box) for encrypt_anew in ENCRYPTED)
            note(number)
        keep_first_key(key_file)
    return number
