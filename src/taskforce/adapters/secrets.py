"""Encryption of secrets at rest; the key lies beside the database, never in it."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files import locks

from taskforce.errors import ConfigurationError


class SecretBox:
    """Encrypts and decrypts texts with the first key, decrypts with any further ones (ASVS 11.1.1, rotation).

    What one process changes in the key file, the others notice: they look whether it is still the same file before they
    encrypt or decrypt. Keys that were dropped from it are remembered for what was read a moment before.
    """

    def __init__(self, keys: list[bytes], key_file: Path | None = None) -> None:
        self._first = keys[0]
        self._key_file = key_file
        self._seen: tuple[int, int, int] | None = None
        self._use(keys)

    @classmethod
    def open(cls, key_file: Path) -> Self:
        """The box of this installation; the first time, a key is made that only its user may read.

        The file holds one key a line. Raises ConfigurationError when others may read it, or nobody can.
        """
        with _telling(key_file):
            if not key_file.exists():
                _write_new_key(key_file)
            return cls(_read_keys(key_file), key_file)

    def derived(self, purpose: str) -> str:
        """Another secret for one purpose, which tells nothing of the key; it changes when the first key does."""
        derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return derivation.derive(self._first).hex()

    def encrypt(self, text: str) -> bytes:
        """The encrypted form; inside a transaction that writes, no rotation comes in between."""
        self._look_again()
        return self._fernet.encrypt(text.encode())

    def decrypt(self, document: bytes) -> str:
        """The text. Raises ConfigurationError when it was encrypted with a key that is not in the file."""
        self._look_again()
        try:
            return self._fernet.decrypt(document).decode()
        except InvalidToken:
            raise ConfigurationError(
                ["The stored secrets were encrypted with another key: restore the key file, or begin anew without it."]
            ) from None

    def _use(self, keys: list[bytes]) -> None:
        """A box is shared by threads: what they use is replaced in one step."""
        self._keys = keys
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def _look_again(self) -> None:
        """Take over what another process changed in the key file; a file that cannot be read changes nothing."""
        seen = _version_of(self._key_file)
        if self._key_file is None or seen is None or seen == self._seen:
            return
        with suppress(OSError, ValueError):
            keys = _read_keys(self._key_file)
            self._use([*keys, *(key for key in self._keys if key not in keys)])
            self._seen = seen


@contextmanager
def keys_kept(key_file: Path) -> Iterator[None]:
    """Meanwhile nobody else changes the key file, or relies on what is in it. ConfigurationError when somebody does.

    The lock ends with the process that holds it, however that ends.
    """
    with _telling(key_file), key_file.with_name(f"{key_file.name}.lock").open("w") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            problem = "The key file is in use by another rotation or restore: wait for its end, then try again."
            raise ConfigurationError([problem])
        yield


def add_key(key_file: Path) -> None:
    """Put a new key before those of the file: from now on everything is encrypted with it."""
    with _telling(key_file):
        _replace_keys(key_file, [Fernet.generate_key(), *_read_keys(key_file)])


def keep_first_key(key_file: Path) -> None:
    """Drop all keys but the first; what was encrypted with another cannot be read any more.

    Called within `keys_kept`; what a rotation left lying about when it was killed is removed too.
    """
    with _telling(key_file):
        for draft in key_file.resolve().parent.glob(f".{key_file.resolve().name}-*"):
            draft.unlink(missing_ok=True)
        _replace_keys(key_file, _read_keys(key_file)[:1])


@contextmanager
def _telling(key_file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            [f"The key file {key_file} cannot be read or made ({error.strerror}): check the rights on its folder."]
        ) from None
    except ValueError:
        raise ConfigurationError(
            [f"The key file {key_file} is damaged: restore it, or remove it and every connection, and begin anew."]
        ) from None


def _read_keys(key_file: Path) -> list[bytes]:
    """Each of them. Raises OSError, ConfigurationError when others may read them, ValueError when one is none."""
    _refuse_if_open_to_others(key_file)
    keys = [line.encode() for line in key_file.read_text(encoding="ascii").split()]
    MultiFernet([Fernet(key) for key in keys])
    if not keys:
        raise ValueError("no key")
    return keys


def _version_of(key_file: Path | None) -> tuple[int, int, int] | None:
    """What is another one after every change of the file; None without a file."""
    try:
        found = key_file.stat() if key_file is not None else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found is not None else None


def _replace_keys(key_file: Path, keys: list[bytes]) -> None:
    """All or nothing: the file holds what it held or the new keys, is its owner's as before, and nobody else's."""
    place = key_file.resolve()
    owner = place.stat()
    descriptor, draft = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"".join(key + b"\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix" and os.geteuid() == 0:
            os.chown(draft, owner.st_uid, owner.st_gid)
        Path(draft).replace(place)
    finally:
        Path(draft).unlink(missing_ok=True)
    _make_durable(place.parent)


def _refuse_if_open_to_others(key_file: Path) -> None:
    mode = stat.S_IMODE(key_file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise ConfigurationError([f"The key file {key_file} is open to others (mode {mode:04o}): run chmod 600 on it."])


def _write_new_key(key_file: Path) -> None:
    """All or nothing: a crash leaves no half-written key, and two processes end up with the same one."""
    descriptor, draft = tempfile.mkstemp(prefix=f".{key_file.name}-", dir=key_file.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        Path(draft).unlink(missing_ok=True)
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
