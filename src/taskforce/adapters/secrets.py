"""Encryption of secrets at rest; the key lies beside the database, never in it."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from taskforce.errors import ConfigurationError


class SecretBox:
    """Encrypts and decrypts texts with the first key, decrypts with any further ones (for rotation)."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._first = keys[0]

    @classmethod
    def open(cls, key_file: Path) -> Self:
        """The box of this installation; the first time, a key is made that only its user may read.

        The file holds one key a line. Raises ConfigurationError when others may read it, or nobody can.
        """
        try:
            if not key_file.exists():
                _write_new_key(key_file)
            _refuse_if_open_to_others(key_file)
            return cls([line.encode() for line in key_file.read_text(encoding="ascii").split()])
        except OSError as error:
            raise ConfigurationError(
                [f"The key file {key_file} cannot be read or made ({error.strerror}): check the rights on its folder."]
            ) from None
        except ValueError:
            raise ConfigurationError(
                [f"The key file {key_file} is damaged: restore it, or remove it and every connection, and begin anew."]
            ) from None

    def derived(self, purpose: str) -> str:
        """Another secret for one purpose, which tells nothing of the key; it changes when the first key does."""
        derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return derivation.derive(self._first).hex()

    def encrypt(self, text: str) -> bytes:
        """The encrypted form."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, document: bytes) -> str:
        """The text. Raises ConfigurationError when it was encrypted with a key that is not in the file."""
        try:
            return self._fernet.decrypt(document).decode()
        except InvalidToken:
            raise ConfigurationError(
                ["The stored secrets were encrypted with another key: restore the key file, or begin anew without it."]
            ) from None


def _refuse_if_open_to_others(key_file: Path) -> None:
    mode = stat.S_IMODE(key_file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise ConfigurationError([f"The key file {key_file} is open to others (mode {mode:04o}): run chmod 600 on it."])


def _write_new_key(key_file: Path) -> None:
    """All or nothing: a crash leaves no half-written key, and two processes end up with the same one."""
    descriptor, draft = tempfile.mkstemp(prefix=f".{key_file.name}-", dir=key_file.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        Path(draft).unlink()
    _make_durable(key_file.parent)


def _make_durable(folder: Path) -> None:
    """A power cut must not take the key and leave the secrets."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
