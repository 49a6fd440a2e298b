"""Encryption of secrets at rest; the key lies beside the database, never in it."""

import os
import stat
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from taskforce.errors import ConfigurationError


class SecretBox:
    """Encrypts and decrypts texts with the first key, decrypts with any further ones (for rotation)."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def open(cls, key_file: Path) -> Self:
        """The box of this installation; the first time, a key is made that only its user may read."""
        if not key_file.exists():
            _write_new_key(key_file)
        mode = stat.S_IMODE(key_file.stat().st_mode)
        if mode & 0o077:
            raise ConfigurationError(
                [f"The key file {key_file.name} may be read by others (mode {mode:04o}): run chmod 600 on it."]
            )
        try:
            return cls([line.encode() for line in key_file.read_text(encoding="ascii").split()])
        except (OSError, ValueError):
            raise ConfigurationError(
                [f"The key file {key_file.name} cannot be used: restore it from a backup, or enter all secrets anew."]
            ) from None

    def encrypt(self, text: str) -> bytes:
        """The encrypted form."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, document: bytes) -> str:
        """The text."""
        try:
            return self._fernet.decrypt(document).decode()
        except InvalidToken:
            raise ConfigurationError(
                ["The stored secrets were encrypted with another key: restore the key file that belongs to it."]
            ) from None


def _write_new_key(key_file: Path) -> None:
    """All or nothing: a crash leaves no half-written key, and two processes end up with the same one."""
    draft = key_file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, key_file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
