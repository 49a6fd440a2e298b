"""The key file, and what it protects."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from taskforce.adapters.secrets import SecretBox
from taskforce.errors import ConfigurationError


def test_key_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    """Mode 0600, no draft left behind, and the same key ever after."""
    key_file = tmp_path / "key"

    encrypted = SecretBox.open(key_file).encrypt("geheim")

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [key_file]
    assert key_file.read_text(encoding="ascii").endswith("\n"), "another key can be appended"
    assert SecretBox.open(key_file).decrypt(encrypted) == "geheim"


def test_processes_that_meet_in_the_first_start_get_the_same_key(tmp_path: Path) -> None:
    """Whoever is second uses the first one's."""
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(SecretBox.open, [tmp_path / "key"] * 8))

    assert {box.decrypt(boxes[0].encrypt("geheim")) for box in boxes} == {"geheim"}
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it."""
    key_file = tmp_path / "key"
    SecretBox.open(key_file)
    key_file.chmod(mode)

    with pytest.raises(ConfigurationError, match=f"is open to others .mode {mode:04o}.: run chmod 600 on it"):
        SecretBox.open(key_file)


@pytest.mark.parametrize("content", [b"", b"half a ke", b"\xff\xfe", b"x" * 44])
def test_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is never replaced: the secrets would be lost."""
    key_file = tmp_path / "key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(content)

    with pytest.raises(ConfigurationError, match="is damaged: restore it, or remove it and every connection"):
        SecretBox.open(key_file)
    assert key_file.read_bytes() == content


def test_key_that_cannot_be_made_ends_in_a_sentence(tmp_path: Path) -> None:
    """There is no such folder."""
    with pytest.raises(ConfigurationError, match=r"cannot be read or made \(No such file or directory\)"):
        SecretBox.open(tmp_path / "nowhere" / "key")


def test_key_that_cannot_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    """A folder stands in its place."""
    (tmp_path / "key").mkdir(mode=0o700)

    with pytest.raises(ConfigurationError, match=r"cannot be read or made \(Is a directory\)"):
        SecretBox.open(tmp_path / "key")


def test_secrets_of_another_key_end_in_a_sentence(tmp_path: Path) -> None:
    """The key file was lost or exchanged."""
    encrypted = SecretBox.open(tmp_path / "old").encrypt("geheim")

    with pytest.raises(ConfigurationError, match="encrypted with another key: restore the key file"):
        SecretBox.open(tmp_path / "new").decrypt(encrypted)


def test_older_keys_still_decrypt(tmp_path: Path) -> None:
    """The first line encrypts, the others are kept for what they encrypted once."""
    key_file = tmp_path / "key"
    encrypted = SecretBox.open(key_file).encrypt("geheim")
    newer = Fernet.generate_key().decode()
    key_file.write_text(f"{newer}\n{key_file.read_text(encoding='ascii')}", encoding="ascii")

    box = SecretBox.open(key_file)

    assert box.decrypt(encrypted) == "geheim"
    assert Fernet(newer).decrypt(box.encrypt("neu")) == b"neu"
